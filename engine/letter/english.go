package letter

import (
	"mxodus/engine"
	"mxodus/engine/say"
)

var english = Language{
	Language: say.English, noName: "(no subject)", hidden: "(subject not known)",
	Footer: "This letter comes from %s. Nobody will ever ask for your password by e-mail or phone.",
	reasons: map[engine.Reason]string{
		engine.ReasonTooBig:      "larger than the new mailbox takes",
		engine.ReasonBeyondLimit: "older than the newest messages that the new mailbox takes",
		engine.ReasonElsewhere:   "already copied in another folder",
		engine.ReasonHollow:      "no more than a number in the old mailbox, without a message behind it",
		engine.ReasonGone:        "deleted in the old mailbox before it could be copied",
		engine.ReasonUnreadable:  "damaged in the old mailbox",
		engine.ReasonEmpty:       "empty",
		engine.ReasonRefused:     "refused by the new mailbox",
		engine.ReasonLongLine:    "damaged, with a line that the new mailbox does not take",
		engine.ReasonUnfit:       "damaged, so that the new mailbox does not take them",
		engine.ReasonFolder:      "in a folder that the new mailbox doesn't allow",
		engine.ReasonQuota:       "no room left in the new mailbox",
		engine.ReasonExcluded:    "in a folder that was left out",
		engine.ReasonShared:      "in a folder that belongs to somebody else",
		engine.ReasonView:        "only a view of mail that was copied elsewhere",
	},
	sheet: sheetWords{Title: "Your first password", Name: "For", SignIn: "Sign-in name", Password: "Password", Where: "Sign in at",
		Hint: "Change it when you first sign in. Then destroy this sheet.", Cut: "Hand over in person. Never photograph it, never send it."},
}
