package letter

import (
	"strconv"
	"time"

	"mxodus/engine"
)

var german = Language{
	Code: "de", Name: "Deutsch",
	weekdays: [7]string{"Sonntag", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"},
	months:   [12]string{"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"},
	date: func(l Language, t time.Time) string {
		return l.weekdays[t.Weekday()] + ", " + strconv.Itoa(t.Day()) + ". " + l.months[t.Month()-1] + " " + strconv.Itoa(t.Year())
	},
	clock:   func(t time.Time) string { return t.Format("15:04") + " Uhr" },
	numeric: "02.01.2006", thousand: ".", decimal: ",", units: [5]string{"Byte", "KB", "MB", "GB", "TB"},
	until: " bis ", to: " bis ", colon: ": ", noName: "(ohne Betreff)", hidden: "(Betreff nicht bekannt)",
	Footer: "Dieser Brief kommt von %s. Niemand wird Sie jemals per E-Mail oder Telefon nach Ihrem Passwort fragen.",
	zones:  map[string]string{"CET": "MEZ", "CEST": "MESZ"},
	reasons: map[engine.Reason]string{
		engine.ReasonTooBig:      "größer, als das neue Postfach erlaubt",
		engine.ReasonBeyondLimit: "älter als die neuesten Nachrichten, die ins neue Postfach passen",
		engine.ReasonElsewhere:   "schon in einem anderen Ordner kopiert",
		engine.ReasonGone:        "im alten Postfach gelöscht, bevor sie kopiert wurden",
		engine.ReasonUnreadable:  "im alten Postfach beschädigt",
		engine.ReasonEmpty:       "leer",
		engine.ReasonRefused:     "vom neuen Postfach abgelehnt",
		engine.ReasonLongLine:    "beschädigt, mit einer Zeile, die das neue Postfach nicht annimmt",
		engine.ReasonFolder:      "in einem Ordner, den das neue Postfach nicht erlaubt",
		engine.ReasonQuota:       "kein Platz mehr im neuen Postfach",
		engine.ReasonExcluded:    "in einem Ordner, der nicht mit umzieht",
		engine.ReasonShared:      "in einem Ordner, der jemand anderem gehört",
		engine.ReasonView:        "nur eine Ansicht von Nachrichten, die anderswo kopiert wurden",
	},
	sheet: sheetWords{Title: "Ihr erstes Passwort", Name: "Für", SignIn: "Anmeldename", Password: "Passwort", Where: "Anmelden unter",
		Hint: "Ändern Sie es bei der ersten Anmeldung. Vernichten Sie dann dieses Blatt.", Cut: "Persönlich übergeben. Nie fotografieren, nie verschicken."},
}
