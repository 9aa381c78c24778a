package say

import (
	"strconv"
	"time"
)

// English is British English on paper.
var English = Language{
	Code: "en", Name: "English", Colon: ": ",
	weekdays: [7]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
	months:   [12]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
	date: func(l Language, t time.Time) string {
		return l.weekdays[t.Weekday()] + ", " + strconv.Itoa(t.Day()) + " " + l.months[t.Month()-1] + " " + strconv.Itoa(t.Year())
	},
	clock:   func(t time.Time) string { return t.Format("15:04") },
	numeric: "2 Jan 2006", thousand: ",", decimal: ".", units: [6]string{"bytes", "KB", "MB", "GB", "TB", "PB"},
	until: ", until ", to: " to ", under: "under", days: "days",
}

// German is German on paper.
var German = Language{
	Code: "de", Name: "Deutsch", Colon: ": ",
	weekdays: [7]string{"Sonntag", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"},
	months:   [12]string{"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"},
	date: func(l Language, t time.Time) string {
		return l.weekdays[t.Weekday()] + ", " + strconv.Itoa(t.Day()) + ". " + l.months[t.Month()-1] + " " + strconv.Itoa(t.Year())
	},
	clock:   func(t time.Time) string { return t.Format("15:04") + " Uhr" },
	numeric: "02.01.2006", thousand: ".", decimal: ",", units: [6]string{"Byte", "KB", "MB", "GB", "TB", "PB"},
	until: " bis ", to: " bis ", under: "unter", days: "Tage",
	zones: map[string]string{"CET": "MEZ", "CEST": "MESZ"},
}

// French is French on paper.
var French = Language{
	Code: "fr", Name: "Français", Colon: "\u00a0: ",
	weekdays: [7]string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"},
	months:   [12]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"},
	date: func(l Language, t time.Time) string {
		day := strconv.Itoa(t.Day())
		if t.Day() == 1 {
			day = "1er"
		}
		return l.weekdays[t.Weekday()] + " " + day + " " + l.months[t.Month()-1] + " " + strconv.Itoa(t.Year())
	},
	clock: func(t time.Time) string {
		s := strconv.Itoa(t.Hour()) + "\u00a0h"
		if t.Minute() != 0 {
			s += "\u00a0" + t.Format("04")
		}
		return s
	},
	numeric: "02/01/2006", thousand: "\u202f", decimal: ",", units: [6]string{"octets", "Ko", "Mo", "Go", "To", "Po"},
	until: " au ", to: " à ", under: "moins de", days: "jours",
}

// Spanish is Spanish on paper.
var Spanish = Language{
	Code: "es", Name: "Español", Colon: ": ",
	weekdays: [7]string{"domingo", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado"},
	months:   [12]string{"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"},
	date: func(l Language, t time.Time) string {
		return l.weekdays[t.Weekday()] + ", " + strconv.Itoa(t.Day()) + " de " + l.months[t.Month()-1] + " de " + strconv.Itoa(t.Year())
	},
	clock:   func(t time.Time) string { return t.Format("15:04") + " h" },
	numeric: "02/01/2006", thousand: "\u00a0", decimal: ",", units: [6]string{"bytes", "KB", "MB", "GB", "TB", "PB"},
	until: ", hasta el ", to: " a ", under: "menos de", days: "días",
}
