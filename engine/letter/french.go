package letter

import (
	"mxodus/engine"
	"mxodus/engine/say"
)

var french = Language{
	Language: say.French, noName: "(sans objet)", hidden: "(objet inconnu)",
	Footer: "Cette lettre vous est envoyée par %s. Personne ne vous demandera jamais votre mot de passe par e-mail ou par téléphone.",
	reasons: map[engine.Reason]string{
		engine.ReasonTooBig:      "plus volumineux que ce que la nouvelle boîte accepte",
		engine.ReasonBeyondLimit: "plus anciens que les derniers messages que la nouvelle boîte accepte",
		engine.ReasonElsewhere:   "déjà copiés dans un autre dossier",
		engine.ReasonHollow:      "de simples numéros dans l’ancienne boîte, sans message derrière",
		engine.ReasonGone:        "supprimés de l’ancienne boîte avant d’avoir pu être copiés",
		engine.ReasonUnreadable:  "endommagés dans l’ancienne boîte",
		engine.ReasonEmpty:       "vides",
		engine.ReasonRefused:     "refusés par la nouvelle boîte",
		engine.ReasonLongLine:    "endommagés, avec une ligne que la nouvelle boîte n’accepte pas",
		engine.ReasonUnfit:       "endommagés, si bien que la nouvelle boîte ne les accepte pas",
		engine.ReasonFolder:      "dans un dossier que la nouvelle boîte n’autorise pas",
		engine.ReasonQuota:       "plus de place dans la nouvelle boîte",
		engine.ReasonExcluded:    "dans un dossier qui ne déménage pas",
		engine.ReasonShared:      "dans un dossier qui appartient à quelqu’un d’autre",
		engine.ReasonView:        "simple vue de messages copiés ailleurs",
	},
	sheet: sheetWords{Title: "Votre premier mot de passe", Name: "Pour", SignIn: "Identifiant", Password: "Mot de passe", Where: "Se connecter sur",
		Hint: "Changez-le à la première connexion. Détruisez ensuite cette feuille.", Cut: "À remettre en main propre. Ne jamais photographier, ne jamais envoyer."},
}
