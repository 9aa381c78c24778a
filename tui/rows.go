package tui

import (
	"strings"

	"mxodus/engine"
)

// wideOrders are what more than three columns without names are taken for, by
// their number. Three and fewer the engine knows.
var wideOrders = map[int]string{
	4: "EmailAddress UserName Password DestinationPassword",
	5: "EmailAddress UserName Password DestinationUserName DestinationPassword",
	6: "EmailAddress UserName Password DestinationUserName DestinationPassword DisplayName",
}

// readRows reads users as people paste them. Rows of four to six columns may
// come without names, too: both sides' passwords are usual here.
func readRows(text string) ([]engine.UserRow, []engine.RowError) {
	text = strings.TrimPrefix(text, "\ufeff")
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	head := missingHead(text)
	rows, errs := engine.PasteUsers(head + text)
	if head == "" {
		return rows, errs
	}
	for i := range rows { // lines are numbered as in text
		rows[i].Line--
	}
	for i := range errs {
		errs[i].Line = max(0, errs[i].Line-1)
	}
	return rows, errs
}

// missingHead is the line of names that text lacks; empty when it lacks none.
func missingHead(text string) string {
	first, _, _ := strings.Cut(strings.TrimLeft(text, "\n"), "\n")
	for _, sep := range []string{"\t", ";", ","} {
		cells := strings.Split(first, sep)
		names := wideOrders[len(cells)]
		if names != "" && strings.Contains(cells[0], "@") {
			return strings.ReplaceAll(names, " ", sep) + "\n"
		}
	}
	return ""
}
