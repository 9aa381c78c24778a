package letter

import (
	"mxodus/engine"
	"mxodus/engine/say"
)

var spanish = Language{
	Language: say.Spanish, noName: "(sin asunto)", hidden: "(asunto desconocido)",
	Footer: "Esta carta es de %s. Nadie le pedirá nunca su contraseña por correo electrónico ni por teléfono.",
	reasons: map[engine.Reason]string{
		engine.ReasonTooBig:      "más grandes de lo que admite el nuevo buzón",
		engine.ReasonBeyondLimit: "más antiguos que los últimos mensajes que admite el nuevo buzón",
		engine.ReasonElsewhere:   "ya copiados en otra carpeta",
		engine.ReasonHollow:      "solo números en el buzón antiguo, sin ningún mensaje detrás",
		engine.ReasonGone:        "borrados del buzón antiguo antes de poder copiarlos",
		engine.ReasonUnreadable:  "dañados en el buzón antiguo",
		engine.ReasonEmpty:       "vacíos",
		engine.ReasonRefused:     "rechazados por el nuevo buzón",
		engine.ReasonLongLine:    "dañados, con una línea que el nuevo buzón no acepta",
		engine.ReasonUnfit:       "dañados, de modo que el nuevo buzón no los acepta",
		engine.ReasonFolder:      "en una carpeta que el nuevo buzón no permite",
		engine.ReasonQuota:       "sin espacio en el nuevo buzón",
		engine.ReasonExcluded:    "en una carpeta que no se traslada",
		engine.ReasonShared:      "en una carpeta que pertenece a otra persona",
		engine.ReasonView:        "solo una vista de mensajes copiados en otra carpeta",
	},
	sheet: sheetWords{Title: "Su primera contraseña", Name: "Para", SignIn: "Nombre de usuario", Password: "Contraseña", Where: "Inicie sesión en",
		Hint: "Cámbiela la primera vez que inicie sesión. Después, destruya esta hoja.", Cut: "Entregar en mano. No fotografiar ni enviar nunca."},
}
