package lab_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"mxodus/engine"
	"mxodus/engine/lab"
)

// wellKnown are the names of Exchange's own folders: what is sent, deleted, junk,
// a draft, archived.
var wellKnown = map[string][5]string{
	"English":    {"Sent Items", "Deleted Items", "Junk Email", "Drafts", "Archive"},
	"German":     {"Gesendete Elemente", "Gelöschte Elemente", "Junk-E-Mail", "Entwürfe", "Archiv"},
	"French":     {"Éléments envoyés", "Éléments supprimés", "Courrier indésirable", "Brouillons", "Archives"},
	"Spanish":    {"Elementos enviados", "Elementos eliminados", "Correo no deseado", "Borradores", "Archivo"},
	"Italian":    {"Posta inviata", "Posta eliminata", "Posta indesiderata", "Bozze", "Archivio"},
	"Portuguese": {"Itens Enviados", "Itens Excluídos", "Lixo Eletrônico", "Rascunhos", "Arquivo Morto"},
	"Dutch":      {"Verzonden items", "Verwijderde items", "Ongewenste e-mail", "Concepten", "Archief"},
	"Polish":     {"Elementy wysłane", "Elementy usunięte", "Wiadomości-śmieci", "Wersje robocze", "Archiwum"},
	"Swedish":    {"Skickat", "Borttaget", "Skräppost", "Utkast", "Arkiv"},
	"Danish":     {"Sendt post", "Slettet post", "Uønsket e-mail", "Kladder", "Arkiv"},
	"Norwegian":  {"Sendte elementer", "Slettede elementer", "Søppelpost", "Utkast", "Arkiv"},
	"Finnish":    {"Lähetetyt", "Poistetut", "Roskaposti", "Luonnokset", "Arkisto"},
	"Czech":      {"Odeslaná pošta", "Odstraněná pošta", "Nevyžádaná pošta", "Koncepty", "Archiv"},
	"Hungarian":  {"Elküldött elemek", "Törölt elemek", "Levélszemét", "Piszkozatok", "Archívum"},
	"Russian":    {"Отправленные", "Удаленные", "Нежелательная почта", "Черновики", "Архив"},
	"Turkish":    {"Gönderilmiş Öğeler", "Silinmiş Öğeler", "Önemsiz E-posta", "Taslaklar", "Arşiv"},
	"Greek":      {"Απεσταλμένα", "Διαγραμμένα", "Ανεπιθύμητη αλληλογραφία", "Πρόχειρα", "Αρχειοθήκη"},
	"Japanese":   {"送信済みアイテム", "削除済みアイテム", "迷惑メール", "下書き", "アーカイブ"},
	"Chinese":    {"已发送邮件", "已删除邮件", "垃圾邮件", "草稿", "存档"},
}

// sourceNames are how old servers and mail programs call the same folders, with
// and without the server's word for it.
var sourceNames = [][5]string{
	{"Sent", "Trash", "Junk", "Drafts", "Archive"},
	{"Gesendete Objekte", "Papierkorb", "Spam", "Entwürfe", "Archiv"},
	{"Messages envoyés", "Corbeille", "Pourriel", "Brouillons", "Archives"},
}

// TestSpecialFoldersGoToExchangesOwnInEveryLanguage: whatever both sides call them,
// no second folder for sent mail arises.
func TestSpecialFoldersGoToExchangesOwnInEveryLanguage(t *testing.T) {
	uses := [5]string{`\Sent`, `\Trash`, `\Junk`, `\Drafts`, `\Archive`}
	w := newTenancy(t, 0, time.Hour)
	type seat struct {
		user  string
		names [5]string
	}
	var seats []seat
	var rows []engine.UserRow
	for language, names := range wellKnown {
		for style, old := range sourceNames {
			name := strings.ToLower(fmt.Sprintf("%s%d@acme.example", language, style))
			w.from.AddUser(name, "sun")
			w.exchange.Folders = names[:]
			w.to.AddMailbox(name)
			for i, folder := range old {
				if use := uses[i]; style == 0 {
					w.from.AddFolder(name, folder, use, true)
				}
				w.put(name, folder, i, i+1)
			}
			w.put(name, old[0]+"/2019", 9, 10)
			seats = append(seats, seat{name, names})
			rows = append(rows, row(name, "sun", name, ""))
		}
	}
	w.add(rows...)
	if s := w.run(); s.Sum.Copied != 6*len(seats) {
		t.Errorf("%+v", s.Sum)
	}
	for _, s := range seats {
		want := append([]string{"INBOX", "Calendar", "Contacts", "Outbox", s.names[0] + "/2019"}, s.names[:]...)
		got := w.to.Folders(s.user)
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s: folders %q, expected %q", s.user, got, want)
		}
		for i, name := range s.names {
			if m := w.to.Messages(s.user, name); len(m) != 1 || !strings.Contains(string(m[0].Body()), fmt.Sprintf("Subject: Letter %d\r\n", i)) {
				t.Errorf("%s: %s holds %d messages, or another one", s.user, name, len(m))
			}
		}
	}
}

// TestLanguageThatIsChosenLaterMakesNoSecondSentFolder: a fresh mailbox has its
// folders in English, or none yet; then the user signs in and chooses German.
func TestLanguageThatIsChosenLaterMakesNoSecondSentFolder(t *testing.T) {
	w := newTenancy(t, 0, time.Hour)
	name := "anna@acme.example"
	w.from.AddUser(name, "sun")
	w.to.AddMailbox(name)
	w.from.AddFolder(name, "Sent", `\Sent`, true)
	w.put(name, "Sent", 0, 3)
	w.put(name, "Sent/2019", 3, 5)
	w.put(name, "Projects", 5, 6)
	w.add(row(name, "sun", name, ""))
	w.run()
	if got := subjects(w.to, name); got["Sent Items/Subject: Letter 0"] != 1 || got["Sent Items/2019/Subject: Letter 3"] != 1 {
		t.Fatalf("%v", got)
	}
	german := wellKnown["German"]
	for i, n := range wellKnown["English"] {
		w.to.Rename(name, n, german[i])
	}
	w.put(name, "Sent", 10, 12)
	w.put(name, "Sent/2019", 12, 13)
	if s := w.run(); s.Sent != 3 || s.Sum.Failed != 0 {
		t.Errorf("%+v", s)
	}
	got := subjects(w.to, name)
	for _, want := range []string{"Gesendete Elemente/Subject: Letter 0", "Gesendete Elemente/Subject: Letter 11", "Gesendete Elemente/2019/Subject: Letter 12"} {
		if got[want] != 1 {
			t.Errorf("%s is missing", want)
		}
	}
	if f := w.to.Folders(name); slices.ContainsFunc(f, func(n string) bool { return strings.HasPrefix(n, "Sent Items") }) {
		t.Errorf("a second folder for sent mail arose: %q", f)
	}
	w.verified(t)
	if s := w.run(); s.Sent != 0 {
		t.Errorf("nothing new, and yet: %+v", s)
	}
}

// TestOddFolderNamesArriveAtExchange: a separator that is no "/", names with "/" in
// them, two that differ in case, reserved ones, thirty levels.
func TestOddFolderNamesArriveAtExchange(t *testing.T) {
	w := newTenancyFrom(t, lab.Options{Separator: ".", Prefix: "INBOX."}, 0, time.Hour)
	name := "anna@acme.example"
	w.from.AddUser(name, "sun")
	w.to.AddMailbox(name)
	deep := "INBOX.Deep" + strings.Repeat(".x", 29)
	folders := []string{"INBOX.Offers 2019/2020", "INBOX.Offers 2019_2020", "INBOX.projects", "INBOX.Projects", "INBOX.Files", "INBOX.Calendar",
		"INBOX.Sync Issues", "INBOX.Sent.Berlin/Köln", "INBOX.R & D", deep}
	for i, f := range folders {
		w.put(name, f, i, i+1)
	}
	w.add(row(name, "sun", name, ""))
	if s := w.run(); s.Sum.Copied != len(folders) || s.Sum.Failed != 0 {
		t.Errorf("%+v", s.Sum)
	}
	got := map[string]string{} // by subject
	for at := range subjects(w.to, name) {
		i := strings.LastIndex(at, "/Subject: ")
		got[at[i+1:]] = at[:i]
	}
	for i, want := range []string{"Offers 2019_2020 (2)", "Offers 2019_2020", "", "", "Files (mail)", "Calendar (mail)", "Sync Issues (mail)", "Sent Items/Berlin_Köln", "R & D",
		"Deep" + strings.Repeat("/x", 29)} {
		if have := got[fmt.Sprintf("Subject: Letter %d", i)]; want != "" && have != want {
			t.Errorf("%s went to %q, expected %q", folders[i], have, want)
		}
	}
	if a, b := got["Subject: Letter 2"], got["Subject: Letter 3"]; strings.EqualFold(a, b) || a == "" || b == "" {
		t.Errorf("projects and Projects went to %q and %q", a, b)
	}
	w.verified(t)
}
