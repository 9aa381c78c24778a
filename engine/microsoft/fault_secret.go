package microsoft

import (
	"regexp"

	"mxodus/engine"
)

var uuid = regexp.MustCompile(`^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$`)

// isID says that s looks like an ID of Microsoft's. Values of client secrets
// don't.
func isID(s string) bool { return uuid.MatchString(s) }

// secretIDFault is about the mistake that is made most with client secrets: the
// page shows an ID beside the value.
func secretIDFault(said string) *engine.Fault {
	return &engine.Fault{Class: engine.StopBatch, Code: engine.CodeAuth, Who: you, Said: said,
		What: "What is set as the app's client secret is its ID, not its value.",
		Do: "The value stands in the column Value, and is shown only while the page is open on which the secret was made. " +
			"If it is gone, make another secret, copy its value into a file, and set it with --client-secret-file."}
}
