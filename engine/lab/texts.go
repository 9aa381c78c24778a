package lab

// language is what business mail of one language is made of. In its texts
// {name} is a person, {item} a thing that is bought or sold, {n} a number, {m}
// another, {day} a date, and {town} a place.
type language struct {
	subjects  []string
	greetings []string
	lines     []string
	closings  []string
	items     []string
	reply     string // what stands before a subject that is answered
	dates     string // layout of {day}
}

var english = language{
	reply: "Re: ", dates: "January 2",
	items: []string{"torque wrenches", "steel brackets", "packing benches", "hydraulic pumps", "safety gloves", "conveyor rollers", "label printers", "drill sets"},
	subjects: []string{
		"Quote {n} for {item}", "Order {n}: delivery on {day}", "Invoice {n}", "Meeting on {day}", "Your question about {item}",
		"Stock count, week {m}", "Holiday cover in {day} week", "Complaint {n}: {item}", "New price list for {item}", "Minutes of the Tuesday round",
		"Site visit in {town}", "Parking spaces behind hall {m}", "Training on the new {item}", "Payment reminder for invoice {n}",
	},
	greetings: []string{"Hello {name},", "Dear {name},", "Hi {name},", "Good morning {name},"},
	lines: []string{
		"Thank you for your call this morning. As agreed, I am sending you our quote for {m} {item}, valid until {day}.",
		"The {item} left our warehouse in {town} today and should be with you by {day}. The tracking number is {n}.",
		"Could you please check whether order {n} can be moved forward by two days? Our customer in {town} is waiting for it.",
		"Two of the {item} arrived damaged. I have put photographs of the packaging with the delivery note {n}.",
		"We would prefer to meet on {day}, around ten. If that does not suit you, any afternoon that week is fine.",
		"According to our books invoice {n} is still open. If you have paid in the meantime, please ignore this message.",
		"The drawing has changed once more: the bracket is now {m} millimetres longer, and the two holes on the left are gone.",
		"I have spoken with {name} about it. We can take back what is unopened, less ten per cent for handling.",
		"Please use the side entrance on {day}: the yard is being resurfaced and lorries cannot turn.",
		"The figures for last month are in the shared folder. Revenue in {town} is up, mostly because of the {item}.",
		"Nothing urgent, but before we order again we should talk about the price of {item}.",
		"I shall be away until {day}. In urgent cases please call the office; {name} knows what is going on.",
	},
	closings: []string{"Kind regards", "Best wishes", "Many thanks", "Regards"},
}

var german = language{
	reply: "AW: ", dates: "2.1.",
	items: []string{"Drehmomentschlüssel", "Stahlwinkel", "Packtische", "Hydraulikpumpen", "Schutzhandschuhe", "Förderrollen", "Etikettendrucker", "Bohrersätze"},
	subjects: []string{
		"Angebot {n} über {item}", "Auftrag {n}: Lieferung am {day}", "Rechnung {n}", "Besprechung am {day}", "Ihre Anfrage wegen {item}",
		"Inventur in Woche {m}", "Urlaubsvertretung ab {day}", "Reklamation {n}: {item}", "Neue Preisliste für {item}", "Protokoll der Dienstagsrunde",
		"Besuch in {town}", "Parkplätze hinter Halle {m}", "Schulung für die neuen {item}", "Zahlungserinnerung zu Rechnung {n}", "Größere Stückzahl möglich?",
	},
	greetings: []string{"Guten Tag {name},", "Liebe Kolleginnen und Kollegen,", "Hallo {name},", "Sehr geehrte Damen und Herren,"},
	lines: []string{
		"vielen Dank für das freundliche Gespräch von heute früh. Anbei wie besprochen unser Angebot über {m} {item}, gültig bis {day}",
		"die {item} haben heute unser Lager in {town} verlassen und müssten bis {day} bei Ihnen sein. Die Sendungsnummer lautet {n}.",
		"könnten Sie bitte prüfen, ob sich Auftrag {n} um zwei Tage vorziehen lässt? Unser Kunde in {town} wartet darauf.",
		"zwei der {item} sind beschädigt angekommen. Fotos der Verpackung liegen beim Lieferschein {n}.",
		"uns würde der {day} gegen zehn Uhr am besten passen. Sonst geht in der Woche auch jeder Nachmittag.",
		"laut unseren Büchern ist Rechnung {n} noch offen. Sollten Sie inzwischen überwiesen haben, betrachten Sie dieses Schreiben bitte als gegenstandslos.",
		"die Zeichnung hat sich noch einmal geändert: Der Winkel ist jetzt {m} Millimeter länger, die beiden Bohrungen links entfallen.",
		"ich habe mit {name} darüber gesprochen. Was ungeöffnet ist, nehmen wir zurück, abzüglich zehn Prozent für den Aufwand.",
		"bitte benutzen Sie am {day} den Seiteneingang: Der Hof wird neu asphaltiert, Lastwagen können nicht wenden.",
		"die Zahlen für den letzten Monat liegen im gemeinsamen Ordner. Der Umsatz in {town} ist gestiegen, vor allem wegen der {item}.",
		"es eilt nicht, aber vor der nächsten Bestellung sollten wir über den Preis für {item} reden.",
		"ich bin bis {day} nicht im Haus. In dringenden Fällen bitte im Büro anrufen, {name} weiß Bescheid.",
	},
	closings: []string{"Mit freundlichen Grüßen", "Viele Grüße", "Schöne Grüße", "Beste Grüße"},
}

var french = language{
	reply: "RE: ", dates: "2/1",
	items: []string{"clés dynamométriques", "équerres en acier", "tables d'emballage", "pompes hydrauliques", "gants de protection", "rouleaux de convoyeur", "imprimantes d'étiquettes", "jeux de forets"},
	subjects: []string{
		"Devis {n} : {item}", "Commande {n} : livraison le {day}", "Facture {n}", "Réunion du {day}", "Votre demande concernant les {item}",
		"Inventaire, semaine {m}", "Congés à partir du {day}", "Réclamation {n} : {item}", "Nouveau tarif des {item}", "Compte rendu du point de mardi",
		"Visite du site de {town}", "Places de parking derrière le hall {m}", "Formation aux nouvelles {item}", "Relance pour la facture {n}",
	},
	greetings: []string{"Bonjour {name},", "Chère collègue,", "Bonjour à tous,", "Madame, Monsieur,"},
	lines: []string{
		"Merci pour votre appel de ce matin. Comme convenu, vous trouverez ci-joint notre devis pour {m} {item}, valable jusqu'au {day}.",
		"Les {item} ont quitté notre entrepôt de {town} aujourd'hui et devraient arriver avant le {day}. Numéro de suivi : {n}.",
		"Pourriez-vous vérifier si la commande {n} peut être avancée de deux jours ? Notre client de {town} l'attend.",
		"Deux des {item} sont arrivées abîmées. Les photos de l'emballage sont jointes au bon de livraison {n}.",
		"Nous préférerions nous voir le {day}, vers dix heures. Sinon, tous les après-midi de la semaine conviennent.",
		"Sauf erreur de notre part, la facture {n} reste impayée. Si le règlement a été fait entre-temps, merci de ne pas tenir compte de ce message.",
		"Le plan a encore changé : l'équerre mesure maintenant {m} millimètres de plus et les deux trous de gauche disparaissent.",
		"J'en ai parlé avec {name}. Nous reprenons ce qui n'a pas été ouvert, moins dix pour cent de frais.",
		"Merci d'utiliser l'entrée latérale le {day} : la cour est refaite et les camions ne peuvent pas manœuvrer.",
		"Les chiffres du mois dernier sont dans le dossier partagé. Les ventes de {town} progressent, surtout grâce aux {item}.",
		"Rien d'urgent, mais avant de recommander il faudrait parler du prix des {item}.",
		"Je serai absente jusqu'au {day}. En cas d'urgence, appelez le bureau ; {name} est au courant.",
	},
	closings: []string{"Cordialement", "Bien à vous", "Merci d'avance", "Meilleures salutations"},
}

var spanish = language{
	reply: "RE: ", dates: "2/1",
	items: []string{"llaves dinamométricas", "escuadras de acero", "mesas de embalaje", "bombas hidráulicas", "guantes de seguridad", "rodillos transportadores", "impresoras de etiquetas", "juegos de brocas"},
	subjects: []string{
		"Presupuesto {n}: {item}", "Pedido {n}: entrega el {day}", "Factura {n}", "Reunión del {day}", "Su consulta sobre las {item}",
		"Inventario, semana {m}", "Vacaciones a partir del {day}", "Reclamación {n}: {item}", "Nueva lista de precios: {item}", "Acta de la reunión del martes",
		"Visita a {town}", "Aparcamiento detrás de la nave {m}", "Formación para el año que viene", "Recordatorio de pago de la factura {n}",
	},
	greetings: []string{"Hola, {name}:", "Buenos días, {name}:", "Estimados señores:", "Hola a todos:"},
	lines: []string{
		"Gracias por su llamada de esta mañana. Según lo acordado, le envío nuestro presupuesto para {m} {item}, válido hasta el {day}.",
		"Las {item} han salido hoy de nuestro almacén de {town} y deberían llegar antes del {day}. El número de seguimiento es {n}.",
		"¿Podrían comprobar si el pedido {n} se puede adelantar dos días? Nuestro cliente de {town} lo está esperando.",
		"Dos de las {item} han llegado dañadas. Las fotografías del embalaje están junto al albarán {n}.",
		"Preferiríamos reunirnos el {day}, sobre las diez. Si no, cualquier tarde de esa semana nos viene bien.",
		"Según nuestros libros, la factura {n} sigue pendiente. Si ya la han pagado, no tengan en cuenta este mensaje.",
		"El plano ha vuelto a cambiar: la escuadra mide ahora {m} milímetros más y desaparecen los dos agujeros de la izquierda.",
		"Lo he hablado con {name}. Aceptamos la devolución de lo que no se haya abierto, menos un diez por ciento de gastos.",
		"El {day} utilicen, por favor, la entrada lateral: están asfaltando el patio y los camiones no pueden girar.",
		"Las cifras del mes pasado están en la carpeta compartida. Las ventas en {town} suben, sobre todo por las {item}.",
		"No corre prisa, pero antes de volver a pedir deberíamos hablar del precio de las {item}.",
		"Estaré fuera hasta el {day}. Si es urgente, llamen a la oficina; {name} está al tanto.",
	},
	closings: []string{"Un saludo", "Saludos cordiales", "Muchas gracias", "Atentamente"},
}

// The towns are nowhere.
var towns = []string{"Altbruck", "Northmere", "Valmont-les-Bois", "Puerto Sereno", "Lindach", "Westerby"}

// contact is somebody outside the company.
type contact struct{ name, address string }

var contacts = []contact{
	{"Greta Holm", "greta.holm@lakeside-logistics.example"},
	{"Mühlbach Stahl", "verkauf@muehlbach-stahl.example"},
	{"Jonas Weidner", "j.weidner@muehlbach-stahl.example"},
	{"Atelier Voisin", "contact@atelier-voisin.example"},
	{"Lucie Marchand", "lucie.marchand@atelier-voisin.example"},
	{"Talleres Ribera", "pedidos@talleres-ribera.example"},
	{"Íñigo Salas", "inigo.salas@talleres-ribera.example"},
	{"Hollis Tools", "sales@hollis-tools.example"},
	{"Ruth Hollis", "ruth@hollis-tools.example"},
	{"Trade Journal", "newsletter@trade-journal.example"},
	{"Northmere Bank", "service@northmere-bank.example"},
	{"Zoë Ångström", "zoe@angstrom-labs.example"},
}
