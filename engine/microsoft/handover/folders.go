package handover

import (
	"slices"
	"strings"

	"mxodus/engine"
	"mxodus/engine/say"
)

// folderRules are the project's rules as the service takes them: names of folders
// from the source's root on, without wildcards, "/*" behind each.
type folderRules struct {
	exclude, include []string
	untold           []string // rules that can't be told to the service, in words
}

// mostTokens bounds what is given to one command.
const mostTokens = 200

// wellKnown are the service's own names for special folders. It knows them in all
// languages.
var wellKnown = map[engine.SpecialUse]string{engine.UseSent: "SentItems", engine.UseDrafts: "Drafts", engine.UseTrash: "DeletedItems",
	engine.UseJunk: "JunkEmail", engine.UseArchive: "Archive", engine.UseInbox: "Inbox"}

// wellKnownNames are what rules usually call them.
var wellKnownNames = map[string]engine.SpecialUse{"sent": engine.UseSent, "sent items": engine.UseSent, "sent messages": engine.UseSent,
	"drafts": engine.UseDrafts, "trash": engine.UseTrash, "deleted items": engine.UseTrash, "deleted messages": engine.UseTrash, "bin": engine.UseTrash,
	"junk": engine.UseJunk, "spam": engine.UseJunk, "junk email": engine.UseJunk, "junk e-mail": engine.UseJunk,
	"archive": engine.UseArchive, "inbox": engine.UseInbox}

// foldersOf tells the service the project's rules, as far as it can be told.
// Checks say which folders a rule with a wildcard means.
func foldersOf(r engine.FolderRules, checks []engine.UserCheck) folderRules {
	var f folderRules
	for _, p := range r.Exclude {
		if !strings.Contains(p, "*") {
			f.exclude = append(f.exclude, tokens(p)...)
		} else if len(checks) == 0 {
			f.untold = append(f.untold, "leave out "+engine.Clean(p, 80)+" (the service knows no wildcards; a test finds the folders that are meant)")
		}
	}
	whole := true
	for _, p := range r.Include {
		if !strings.Contains(p, "*") {
			f.include = append(f.include, tokens(p)...)
		} else {
			whole = false
			f.untold = append(f.untold, "only "+engine.Clean(p, 80)+" (the service knows no wildcards)")
		}
	}
	if !whole {
		f.include = nil // half of the rules would leave mail out
	}
	if len(f.include) == 0 {
		f.exclude = append(f.exclude, measuredOut(checks)...)
	}
	for _, n := range r.Rename {
		f.untold = append(f.untold, engine.Clean(n.From+" becomes "+n.To, 160))
	}
	if r.Nest != "" {
		f.untold = append(f.untold, "everything below "+engine.Clean(r.Nest, 80))
	}
	slices.Sort(f.exclude)
	slices.Sort(f.include)
	f.exclude, f.include = slices.Compact(f.exclude), slices.Compact(f.include)
	if n := len(f.exclude) - mostTokens; n > 0 {
		f.untold = append(f.untold, "leave out "+say.Count(n, "more folder")+" (too many for one command)")
		f.exclude = f.exclude[:mostTokens]
	}
	return f
}

// tokens are a rule without wildcards in the service's words.
func tokens(rule string) []string {
	rule = strings.Trim(rule, "/")
	if rule == "" {
		return nil
	}
	out := []string{escaped(rule) + "/*"}
	if use, ok := wellKnownNames[strings.ToLower(rule)]; ok {
		out = append(out, "#"+wellKnown[use]+"#/*")
	}
	return out
}

// escaped tells a folder that is named like a token from the token.
func escaped(name string) string {
	if len(name) > 1 && strings.HasPrefix(name, "#") && strings.HasSuffix(name, "#") {
		return `\#` + name[1:len(name)-1] + `\#`
	}
	return name
}

// measuredOut are the folders that rules leave out, as a test found them; of a
// folder and those below it, the upper one. Where folders stand below INBOX, the
// service's names begin there.
func measuredOut(checks []engine.UserCheck) (out []string) {
	for _, c := range checks {
		for _, m := range c.Mappings {
			if m.Skip != engine.ReasonExcluded && m.Skip != engine.ReasonView || hasSlash(m.Source.Path) || upperOut(c.Mappings, m.Source.Path) {
				continue
			}
			name := strings.Join(m.Source.Path, "/")
			out = append(out, escaped(name)+"/*")
			if len(m.Source.Wire) > 6 && strings.EqualFold(m.Source.Wire[:5], "INBOX") && !strings.EqualFold(m.Source.Path[0], "INBOX") {
				out = append(out, "INBOX/"+name+"/*")
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// upperOut says that a folder above is left out too, with all that is below it.
func upperOut(mappings []engine.Mapping, path []string) bool {
	return slices.ContainsFunc(mappings, func(m engine.Mapping) bool {
		n := len(m.Source.Path)
		return m.Skip == engine.ReasonExcluded && n < len(path) && slices.Equal(m.Source.Path, path[:n])
	})
}

// hasSlash says that the service leaves the folder out by itself: a level of its
// path has "/" in its name.
func hasSlash(path []string) bool {
	return slices.ContainsFunc(path, func(level string) bool { return strings.Contains(level, "/") })
}
