package letter

import (
	"mxodus/engine"
	"mxodus/engine/say"
)

var german = Language{
	Language: say.German, noName: "(ohne Betreff)", hidden: "(Betreff nicht bekannt)",
	Footer: "Dieser Brief kommt von %s. Niemand wird Sie jemals per E-Mail oder Telefon nach Ihrem Passwort fragen.",
	reasons: map[engine.Reason]string{
		engine.ReasonTooBig:      "größer, als das neue Postfach erlaubt",
		engine.ReasonBeyondLimit: "älter als die neuesten Nachrichten, die ins neue Postfach passen",
		engine.ReasonElsewhere:   "schon in einem anderen Ordner kopiert",
		engine.ReasonHollow:      "im alten Postfach nur eine Nummer, ohne Nachricht dahinter",
		engine.ReasonGone:        "im alten Postfach gelöscht, bevor sie kopiert wurden",
		engine.ReasonUnreadable:  "im alten Postfach beschädigt",
		engine.ReasonEmpty:       "leer",
		engine.ReasonRefused:     "vom neuen Postfach abgelehnt",
		engine.ReasonLongLine:    "beschädigt, mit einer Zeile, die das neue Postfach nicht annimmt",
		engine.ReasonUnfit:       "beschädigt, sodass das neue Postfach sie nicht annimmt",
		engine.ReasonFolder:      "in einem Ordner, den das neue Postfach nicht erlaubt",
		engine.ReasonQuota:       "kein Platz mehr im neuen Postfach",
		engine.ReasonExcluded:    "in einem Ordner, der nicht mit umzieht",
		engine.ReasonShared:      "in einem Ordner, der jemand anderem gehört",
		engine.ReasonView:        "nur eine Ansicht von Nachrichten, die anderswo kopiert wurden",
	},
	sheet: sheetWords{Title: "Ihr erstes Passwort", Name: "Für", SignIn: "Anmeldename", Password: "Passwort", Where: "Anmelden unter",
		Hint: "Ändern Sie es bei der ersten Anmeldung. Vernichten Sie dann dieses Blatt.", Cut: "Persönlich übergeben. Nie fotografieren, nie verschicken."},
}
