package letter

import (
	"strconv"
	"time"

	"mxodus/engine"
)

var french = Language{
	Code: "fr", Name: "Français",
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
	numeric: "02/01/2006", thousand: "\u202f", decimal: ",", units: [5]string{"octets", "Ko", "Mo", "Go", "To"},
	until: " au ", to: " à ", colon: "\u00a0: ", noName: "(sans objet)", hidden: "(objet inconnu)",
	Footer: "Cette lettre vous est envoyée par %s. Personne ne vous demandera jamais votre mot de passe par e-mail ou par téléphone.",
	reasons: map[engine.Reason]string{
		engine.ReasonTooBig:      "plus volumineux que ce que la nouvelle boîte accepte",
		engine.ReasonBeyondLimit: "plus anciens que les derniers messages que la nouvelle boîte accepte",
		engine.ReasonElsewhere:   "déjà copiés dans un autre dossier",
		engine.ReasonGone:        "supprimés de l’ancienne boîte avant d’avoir pu être copiés",
		engine.ReasonUnreadable:  "endommagés dans l’ancienne boîte",
		engine.ReasonEmpty:       "vides",
		engine.ReasonRefused:     "refusés par la nouvelle boîte",
		engine.ReasonLongLine:    "endommagés, avec une ligne que la nouvelle boîte n’accepte pas",
		engine.ReasonFolder:      "dans un dossier que la nouvelle boîte n’autorise pas",
		engine.ReasonQuota:       "plus de place dans la nouvelle boîte",
		engine.ReasonExcluded:    "dans un dossier qui ne déménage pas",
		engine.ReasonShared:      "dans un dossier qui appartient à quelqu’un d’autre",
		engine.ReasonView:        "simple vue de messages copiés ailleurs",
	},
	sheet: sheetWords{Title: "Votre premier mot de passe", Name: "Pour", SignIn: "Identifiant", Password: "Mot de passe", Where: "Se connecter sur",
		Hint: "Changez-le à la première connexion. Détruisez ensuite cette feuille.", Cut: "À remettre en main propre. Ne jamais photographier, ne jamais envoyer."},
}
