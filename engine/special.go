package engine

import (
	"slices"
	"strings"
	"sync"
)

// specialNames are the names that mail programs and servers give to special
// folders, lower case, the likelier first. It is asked only where the server
// itself says nothing (SPECIAL-USE, RFC 6154). To add a language, add its names;
// a name may stand under one role only (a test looks).
var specialNames = map[SpecialUse]string{
	UseSent: `
		sent items | sent | sent messages | sent mail | sent-mail | sentmail | sent email | sent e-mails
		gesendete elemente | gesendet | gesendete objekte | gesendete nachrichten | gesendete e-mails | gesendete mails | gesendete
		éléments envoyés | messages envoyés | envoyés | courrier envoyé | courriers envoyés | objets envoyés | e-mails envoyés
		elementos enviados | enviados | mensajes enviados | correo enviado | correos enviados
		posta inviata | inviata | inviati | elementi inviati | messaggi inviati
		itens enviados | mensagens enviadas | enviadas | enviado | e-mails enviados | correio enviado | itens enviadas
		verzonden items | verzonden | verzonden berichten | verzonden e-mail | verstuurd | verzonden objecten
		elementy wysłane | wysłane | wysłane wiadomości | poczta wysłana | wiadomości wysłane
		skickat | skickade objekt | skickade | skickade meddelanden | skickad e-post | skickade mail
		sendt post | sendt | sendte elementer | sendte | sendte meddelelser | sendte beskeder
		sendte meldinger | sendt e-post
		lähetetyt | lähetetyt viestit | lähetetyt kohteet | lähetetty
		odeslaná pošta | odeslané | odeslané zprávy | odeslané položky | odeslaná
		odoslaná pošta | odoslané | odoslané položky | odoslané správy
		elküldött elemek | elküldött | elküldött üzenetek | elküldött levelek
		elemente trimise | trimise | mesaje trimise
		отправленные | отправленные элементы | отправленное | отправленные письма | отправленные сообщения
		надіслані | надіслані елементи | відправлені | надіслане
		gönderilmiş öğeler | gönderilen öğeler | gönderilenler | gönderilmiş | gönderilen | gönderilmiş postalar | gönderilmiş iletiler
		απεσταλμένα | απεσταλμένα στοιχεία | σταλμένα
		poslano | poslana pošta | poslane stavke | poslata pošta | изпратени | изпратени елементи
		送信済みアイテム | 送信済み | 送信済みメール | 送信済みトレイ | 送信済みメッセージ
		已发送邮件 | 已发送 | 已发送的邮件 | 已发邮件 | 寄件備份 | 寄件备份 | 已傳送的郵件 | 已傳送 | 已傳送郵件 | 已寄出
		보낸 편지함 | 보낸편지함 | 보낸 메일함 | 보낸메일함 | 보낸 메시지
		פריטים שנשלחו | דואר יוצא שנשלח | العناصر المرسلة | البريد المرسل`,
	UseDrafts: `
		drafts | draft | unsent messages
		entwürfe | entwurf
		brouillons | brouillon
		borradores | borrador
		bozze | bozza
		rascunhos | rascunho
		concepten | concept
		wersje robocze | szkice | kopie robocze | robocze
		utkast
		kladder | kladde
		luonnokset | luonnos
		koncepty | rozepsané | rozpracované | návrhy
		rozpísané
		piszkozatok | vázlatok
		schițe | ciorne | mesaje nefinalizate
		черновики | черновик
		чернетки
		taslaklar | taslak
		πρόχειρα | προσχέδια
		skice | nacrti | osnutki | чернови
		下書き | 草稿 | 草稿夹 | 草稿箱 | 草稿匣 | 임시 보관함 | 임시보관함 | 임시 보관 메일
		טיוטות | مسودات | المسودات`,
	UseJunk: `
		junk email | junk e-mail | junk | spam | junk mail | bulk mail | spambox | spam e-mail
		junk-e-mail | spamverdacht | unerwünscht | unerwünschte werbung
		courrier indésirable | indésirables | indésirable | pourriel | pourriels | e-mails indésirables
		correo no deseado | no deseado | correo basura
		posta indesiderata | indesiderata
		lixo eletrônico | lixo electrónico | correio electrónico não solicitado | e-mail de lixo
		ongewenste e-mail | ongewenste reclame | ongewenst
		wiadomości-śmieci | niechciane
		skräppost | skräp
		uønsket e-mail | uønsket mail | uønsket
		søppelpost | uønsket e-post
		roskaposti
		nevyžádaná pošta | nevyžádané
		nevyžiadaná pošta
		levélszemét
		e-mail nedorit | mesaje nedorite
		нежелательная почта | спам
		небажана пошта
		önemsiz e-posta | önemsiz | istenmeyen | istenmeyen e-posta | gereksiz
		ανεπιθύμητη αλληλογραφία | ανεπιθύμητα
		neželjena pošta | neželena pošta | bezvrijedna e-pošta | нежелана поща
		迷惑メール | 垃圾邮件 | 垃圾箱 | 垃圾郵件 | 垃圾信件 | 정크 메일 | 정크메일 | 스팸 | 스팸 메일함 | 스팸메일함
		דואר זבל | البريد الإلكتروني غير الهام | البريد العشوائي`,
	UseTrash: `
		deleted items | trash | deleted messages | rubbish | wastebasket | recycle bin
		gelöschte elemente | papierkorb | gelöscht | gelöschte objekte | gelöschte nachrichten | gelöschte e-mails
		éléments supprimés | corbeille | messages supprimés | supprimés | poubelle
		elementos eliminados | papelera | eliminados | mensajes eliminados | papelera de reciclaje
		posta eliminata | cestino | eliminati | elementi eliminati | eliminata
		itens excluídos | itens eliminados | lixeira | lixo | excluídos | reciclagem | mensagens excluídas
		verwijderde items | prullenbak | verwijderde berichten | verwijderd | prullenmand
		elementy usunięte | kosz | usunięte
		borttaget | borttagna objekt | papperskorgen | papperskorg | borttagna meddelanden
		slettet post | slettede elementer | papirkurv | slettede | slettet
		slettede meldinger | papirkurven | søppel | søppelbøtte
		poistetut | poistetut kohteet | roskakori | roskat | poistetut viestit
		odstraněná pošta | koš | odstraněné | smazané | odstraněné položky
		odstránená pošta | kôš | odstránené položky
		törölt elemek | kuka | lomtár | törölt üzenetek
		elemente șterse | coș de gunoi | coș | șterse
		удаленные | удалённые | корзина | удаленные элементы | удалённые элементы | удаленное
		видалені | кошик | видалені елементи
		silinmiş öğeler | çöp kutusu | çöp | silinenler | silinmiş | silinen öğeler
		διαγραμμένα | κάδος απορριμμάτων | διαγραμμένα στοιχεία | κάδος
		smeće | izbrisano | koš za smeće | izbrisani elementi | obrisane stavke | изтрити | кошче
		削除済みアイテム | ごみ箱 | ゴミ箱 | 削除済み | 已删除邮件 | 已删除 | 垃圾桶 | 废件箱 | 回收站 | 已刪除的郵件 | 已刪除 | 刪除的郵件 | 刪除的信件
		지운 편지함 | 지운편지함 | 휴지통 | 삭제된 항목
		פריטים שנמחקו | אשפה | العناصر المحذوفة | المهملات`,
	UseArchive: `
		archive | archives | archived
		archiv
		archivo | archivados
		archivio
		arquivo morto | arquivo | arquivos | arquivados
		archief
		archiwum
		arkiv
		arkisto
		archív
		archívum
		arhivă | arhiva
		архив
		архів
		arşiv
		αρχειοθήκη | αρχείο
		arhiv
		アーカイブ | 存档 | 归档 | 封存 | 보관 | 보관함
		ארכיון | أرشيف`,
	UseAll: `
		all mail | alle nachrichten | tous les messages | todos | todos os e-mails | tutti i messaggi | alle berichten`,
}

// mailContainers are folders that hold nothing but the special folders of Gmail.
var mailContainers = []string{"[gmail]", "[google mail]"}

// exchangeReserved are names that Exchange keeps for itself and refuses, or
// shows to nobody.
const exchangeReserved = `
	files | conversation action settings | sync issues | quick step settings | externalcontacts | personmetadata | mecontact
	yammer root | social activity notifications | recoverable items | suggested contacts`

// exchangeNonMail are Exchange's own folders for what isn't mail. They are shown
// among the folders, but mail in them would be shown to nobody.
const exchangeNonMail = `
	calendar | contacts | tasks | notes | journal | outbox | conversation history | rss feeds | rss subscriptions | birthdays
	kalender | kontakte | aufgaben | notizen | postausgang | aufgezeichnete unterhaltungen | rss-feeds
	calendrier | tâches | boîte d’envoi | boîte d'envoi | historique des conversations | flux rss
	calendario | contactos | tareas | notas | diario | bandeja de salida
	contatti | attività | note | posta in uscita
	calendário | contatos | tarefas | caixa de saída
	agenda | contactpersonen | taken | notities | postvak uit | logboek
	kalendarz | kontakty | zadania | notatki | skrzynka nadawcza | dziennik`

// publicFolders are the tops of an Exchange server's public folders, which stand in
// every mailbox again.
const publicFolders = `
	public folders | öffentliche ordner | dossiers publics | carpetas públicas | cartelle pubbliche | pastas públicas
	openbare mappen | foldery publiczne | gemensamma mappar | offentlige mapper | julkiset kansiot`

func nameSet(names string) map[string]bool {
	set := map[string]bool{}
	for _, n := range splitNames(names) {
		set[nameKey(n)] = true
	}
	return set
}

// tables are the names above, ready to be asked.
type tables struct {
	special                   specialTable
	reserved, nonMail, public map[string]bool
}

var nameTables = sync.OnceValue(func() tables {
	return tables{newSpecialTable(), nameSet(exchangeReserved), nameSet(exchangeNonMail), nameSet(publicFolders)}
})

// specialTable tells the role of a name, and how likely it is: the lower the
// rank, the likelier.
type specialTable map[string]specialName

type specialName struct {
	use  SpecialUse
	rank int
}

func newSpecialTable() specialTable {
	t := specialTable{}
	for use, names := range specialNames {
		for rank, n := range splitNames(names) {
			if old, ok := t[nameKey(n)]; !ok || rank < old.rank {
				t[nameKey(n)] = specialName{use, rank}
			}
		}
	}
	return t
}

func splitNames(s string) (names []string) {
	for line := range strings.Lines(s) {
		for n := range strings.SplitSeq(line, "|") {
			if n = strings.TrimSpace(n); n != "" {
				names = append(names, n)
			}
		}
	}
	return names
}

// find looks a folder up by its path: only at the top, below INBOX, or among
// Gmail's own.
func (t specialTable) find(path []string) (specialName, bool) {
	gmail := len(path) == 2 && isContainer(path[0])
	if gmail || len(path) == 2 && isInbox(path[:1]) {
		path = path[1:]
	}
	if len(path) != 1 {
		return specialName{}, false
	}
	n, ok := t[nameKey(path[0])]
	return n, ok && (gmail || n.use != UseAll)
}

func isContainer(name string) bool {
	return slices.Contains(mailContainers, nameKey(name))
}

// exchangeNames are the folders that every Exchange mailbox has; the server
// makes them itself under these names where they aren't there yet.
var exchangeNames = map[SpecialUse]string{UseSent: "Sent Items", UseDrafts: "Drafts", UseJunk: "Junk Email", UseTrash: "Deleted Items", UseArchive: "Archive"}
