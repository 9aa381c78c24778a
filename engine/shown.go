package engine

import (
	"strings"

	"mxodus/engine/say"
)

// showsMost is how many messages of a folder, the newest ones, a host is known to
// show without a word about the rest; 0: all, as far as is known.
func (e Endpoint) showsMost() int {
	switch host := strings.ToLower(e.Host); {
	case host == "export.imap.mail.yahoo.com":
		return 100_000
	case host == "imap.mail.yahoo.com", host == "imap.aol.com":
		return 10_000
	}
	return 0
}

// cutWarnings name the folders of which the source seems to show a part only.
func cutWarnings(e Endpoint, mappings []Mapping, counts map[string]folderSize) (list []Fault) {
	most := e.showsMost()
	if most == 0 {
		return nil
	}
	do := "Have the user move older messages of it to further folders in the web mail first, then test again."
	if strings.EqualFold(e.Host, "imap.mail.yahoo.com") {
		do = "Use export.imap.mail.yahoo.com as the old server: it shows 100,000. Then test again."
	}
	for _, m := range mappings {
		if n := counts[m.Source.Wire].messages; m.Skip == "" && n >= most {
			list = append(list, Fault{Class: SkipFolder, Code: CodeShownPart, Side: SideSource, Who: "you", Do: do,
				What: "The folder " + quotedPath(m.Source.Path) + " shows " + say.Number(n) + " messages. This server shows only the newest " +
					say.Number(most) + " of a folder: older ones may be there that would not be brought over."})
		}
	}
	return list
}
