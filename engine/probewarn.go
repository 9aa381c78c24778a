package engine

import (
	"strings"

	"mxodus/engine/say"
)

const mostRenames = 20 // are named one by one

// conclude fills in what both views say of a user. Its caller holds the mutex.
func (p *Probe) conclude(u *probed, src sourceView, dst destView, dstOK bool) {
	c := &u.check
	u.sample = src.sample
	info := c.Destination.Info
	c.Mappings = MapFolders(src.listing, dst.listing, MapOptions{Rules: p.project.Rules, UserRoot: c.User.UserRoot, Source: p.project.Source, FoldsCase: info.FoldsCase, Exchange: info.Rewrites})
	var rest folderSize
	doubtful := 0
	for _, m := range c.Mappings {
		if m.Skip != "" {
			continue
		}
		size := src.counts[m.Source.Wire]
		c.Folders++
		c.TooBig += size.tooBig
		doubtful += size.doubtful
		c.Source.Messages += size.messages
		if m.Rest {
			rest.messages += size.messages - size.tooBig
			rest.bytes += size.bytes
			continue
		}
		c.Messages += size.messages - size.tooBig
		c.Bytes += size.bytes
	}
	if more := rest.messages - c.Messages; more > 0 { // the others stand in All Mail too
		c.Bytes += rest.bytes / int64(rest.messages) * int64(more)
		c.Messages += more
	}
	if more := c.Messages - p.limits.MaxMessages; more > 0 {
		c.BeyondLimit = more
		c.Bytes = c.Bytes / int64(c.Messages) * int64(p.limits.MaxMessages)
		c.Messages = p.limits.MaxMessages
	}
	for _, f := range dst.listing.Folders {
		if f.Status != nil && !f.Shared {
			c.Destination.Messages += f.Status.Messages
		}
	}
	c.Quota = dst.quota
	c.Warnings = append(append(src.broken, cutWarnings(p.project.Source, c.Mappings, src.counts)...), p.warnings(c)...)
	if doubtful > 0 && info.Rewrites {
		c.Warnings = append(c.Warnings, doubtfulWarning(doubtful))
	}
	if dstOK {
		c.Warnings = append(c.Warnings, renameWarnings(c.Mappings)...)
		if f, fresh := freshWarning(info, dst.listing); fresh {
			c.Warnings = append(c.Warnings, f)
		}
	}
}

// warnings are about sizes and numbers.
func (p *Probe) warnings(c *UserCheck) (list []Fault) {
	if c.TooBig > 0 {
		list = append(list, Fault{Class: SkipMessage, Code: CodeTooBig, Who: "you",
			What: say.Either(c.TooBig, "message is", "messages are") + " larger than " + say.Size(p.limits.MaxMessageBytes) + " and would be left out.",
			Do:   "Raise the limit if the new server takes more, or save them by hand. They will be listed."})
	}
	if c.BeyondLimit > 0 {
		list = append(list, Fault{Class: SkipMessage, Code: Code(ReasonBeyondLimit), Who: "you",
			What: "The mailbox holds more than " + say.Number(p.limits.MaxMessages) + " messages: the oldest " + say.Number(c.BeyondLimit) + " would be left out.",
			Do:   "Raise the limit, or leave folders out by a rule."})
	}
	if f, tight := quotaWarning(c.Quota, c.Bytes); tight {
		list = append(list, f)
	}
	shared := 0
	for _, m := range c.Mappings {
		if m.Skip == ReasonShared {
			shared++
		}
	}
	if shared > 0 {
		list = append(list, Fault{Class: SkipFolder, Code: Code(ReasonShared), Side: SideSource, Who: "you",
			What: say.Either(shared, "folder belongs", "folders belong") + " to somebody else and would be left out.",
			Do:   "Nothing, if its owner is moved too. Else name it in a rule that includes it."})
	}
	return list
}

// doubtfulWarning is about messages that only some tenants take.
func doubtfulWarning(n int) Fault {
	return Fault{Class: SkipMessage, Code: CodeTooBig, Side: SideDestination, Who: "the administrator of the new server",
		What: say.Either(n, "message is", "messages are") + " larger than " + say.Size(tenantUsual) + ": Microsoft 365 refuses them unless its limit was raised.",
		Do: "To have them brought over, raise it: Set-Mailbox ADDRESS -MaxReceiveSize 150MB -MaxSendSize 150MB. " +
			"mxodus tries each mailbox once; what is refused is left out and listed."}
}

// quotaWarning says when the mail doesn't fit, or only just.
func quotaWarning(q *Quota, bytes int64) (Fault, bool) {
	if q == nil || q.Limit <= 0 || q.Used+bytes <= q.Limit/10*9 {
		return Fault{}, false
	}
	what := "The new mailbox will be nearly full: "
	if q.Used+bytes > q.Limit {
		what = "The mail doesn't fit into the new mailbox: "
	}
	return Fault{Class: StopMailbox, Code: CodeQuota, Side: SideDestination, Who: "the administrator of the new server",
		What: what + say.Size(q.Used) + " of " + say.Size(q.Limit) + " are used, and " + say.Size(bytes) + " would come.",
		Do:   "Give it more room before the run, or leave folders out."}, true
}

// renameWarnings name folders that get another name than one would expect. What
// follows from its parent's is not said again.
func renameWarnings(mappings []Mapping) (list []Fault) {
	renamed := map[string]bool{}
	for _, m := range mappings {
		if m.Renamed != "" {
			renamed[joinKey(m.Source.Path)] = true
		}
	}
	left := 0
	for _, m := range mappings {
		path := m.Source.Path
		if m.Renamed == "" || len(path) > 1 && renamed[joinKey(path[:len(path)-1])] {
			continue
		}
		if len(list) == mostRenames {
			left++
			continue
		}
		list = append(list, Fault{Class: SkipFolder, Code: CodeRenamed, Side: SideDestination, Who: "you",
			What: "The folder " + quotedPath(path) + " would become " + quotedPath(m.DestPath) + ": " + Clean(m.Renamed, 200) + ".",
			Do:   "Nothing, if that name will do. Else rename it at the old server, or add a rename rule."})
	}
	if left > 0 {
		list = append(list, Fault{Class: SkipFolder, Code: CodeRenamed, Side: SideDestination, Who: "you",
			What: say.Either(left, "more folder gets", "more folders get") + " another name.", Do: "Look through the list of folders."})
	}
	return list
}

// freshWarning says that an Exchange mailbox has none of its own folders yet: nobody
// has signed in to it, so that it has no language.
func freshWarning(info SessionInfo, l Listing) (Fault, bool) {
	if !info.Rewrites || len(newMapper(l, MapOptions{Exchange: true, FoldsCase: true}).destRole) > 0 {
		return Fault{}, false
	}
	return Fault{Class: SkipFolder, Code: CodeNoLanguage, Side: SideDestination, Who: "the administrator of the new server",
		What: "The new mailbox has none of its own folders yet (Sent Items, Drafts, ...): it was never opened, so it has no language.",
		Do: "Sign in to it once on the web, or set its language: Set-MailboxRegionalConfiguration ADDRESS -Language de-DE -TimeZone \"W. Europe Standard Time\" -LocalizeDefaultFolderName. " +
			"Without that mxodus makes them in English."}, true
}

func brokenFolder(f Folder, why *Fault) Fault {
	g := *why
	g.Class = SkipFolder
	g.What = "The folder " + quotedPath(f.Path) + " can't be read: " + strings.TrimSuffix(why.What, ".") + "."
	if g.Do == "" {
		g.Do = "Ask whoever runs the old server. The other folders can be copied all the same."
	}
	return g
}
