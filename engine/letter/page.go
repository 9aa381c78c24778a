package letter

import (
	"bytes"
	"fmt"
	"html/template"

	"mxodus/engine"
)

// page is a letter as its HTML layout sees it.
type page struct {
	Language              Language
	Document              Document
	Ink                   Ink
	Dark                  string
	Company, Footer       string
	To, Address           string
	Logo                  template.URL // empty: none
	LogoWidth, LogoHeight int
}

// OutlookOpen and OutlookClose keep the letter narrow in Outlook for Windows,
// which knows no max-width.
func (page) OutlookOpen() template.HTML {
	return `<!--[if mso]><table role="presentation" width="640" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->`
}

// OutlookClose ends what OutlookOpen began.
func (page) OutlookClose() template.HTML { return `<!--[if mso]></td></tr></table><![endif]-->` }

// pages is a file for paper.
type pages struct {
	page
	Language Language
	Title    string
	Pages    []page
	Sheets   []sheet
}

// sheet is one user's first password, on paper.
type sheet struct {
	Language, Name, SignIn, Where, Password string
	Words                                   sheetWords
}

// Maker makes letters. It may be used from many goroutines.
type Maker struct {
	facts     *Facts
	templates Templates
	ink       Ink
	logo      *Logo
}

// NewMaker reads the templates, the logo and the colour that the project names.
func NewMaker(f *Facts) (*Maker, error) {
	t, err := Own(f.Project.Letters.Templates)
	if err != nil {
		return nil, err
	}
	ink, err := InkOf(f.Project.Letters.Colour)
	if err != nil {
		return nil, &engine.Fault{Class: engine.StopBatch, Code: "colour", What: "The colour for letters can't be read.", Do: "Write it as #0b5cad.", Who: "you", Err: err}
	}
	logo, err := readLogo(f.Project.Letters.Logo)
	if err != nil {
		return nil, err
	}
	return &Maker{facts: f, templates: t, ink: ink, logo: logo}, nil
}

// Letter is one letter to one person, ready in both forms.
type Letter struct {
	Kind     Kind
	UserID   int64 // 0: the owner
	To       string
	Name     string // of the receiver; may be empty
	Language Language
	Document Document
	Plain    string
	HTML     string // its logo, if any, is in it
	Data     Data

	mailHTML string // its logo is a part of the mail
	logo     *Logo
	page     page
}

// Make writes a letter to a user. For the letter to the owner, user is passed
// over.
func (m *Maker) Make(k Kind, user engine.User) (Letter, error) {
	d, l, err := m.facts.data(k, user)
	if err != nil {
		return Letter{}, err
	}
	tmpl, err := m.templates.letter(l, k, m.facts.zone)
	if err != nil {
		return Letter{}, templateFault(err)
	}
	doc, err := write(tmpl, d)
	if err != nil {
		return Letter{}, templateFault(err)
	}
	letter := Letter{Kind: k, UserID: user.ID, To: d.Address.raw(), Name: d.Name.clean(), Language: l, Document: doc, Data: d, logo: m.logo}
	if k.ToOwner() {
		letter.UserID = 0
	}
	company := d.Company.clean()
	footer := fmt.Sprintf(l.Footer, company)
	letter.page = page{Language: l, Document: doc, Ink: m.ink, Dark: darkGround, Company: company, Footer: footer, To: letter.Name, Address: d.Address.clean()}
	letter.Plain = doc.Plain(l, footer)
	if letter.mailHTML, err = m.html(letter.page, m.logo, (*Logo).cid); err != nil {
		return Letter{}, templateFault(err)
	}
	letter.page.setLogo(m.logo, (*Logo).data)
	letter.HTML = letter.mailHTML
	if m.logo != nil {
		letter.HTML, err = m.html(letter.page, m.logo, (*Logo).data)
	}
	return letter, templateFault(err)
}

func (p *page) setLogo(logo *Logo, url func(*Logo) template.URL) {
	if logo != nil {
		p.Logo, p.LogoWidth, p.LogoHeight = url(logo), logo.Width, logo.Height
	}
}

func (m *Maker) html(p page, logo *Logo, url func(*Logo) template.URL) (string, error) {
	tmpl, err := m.templates.layout(mailLayout)
	if err != nil {
		return "", err
	}
	p.setLogo(logo, url)
	var b bytes.Buffer
	if err := tmpl.Execute(&b, p); err != nil {
		return "", mistake(err, mailLayout)
	}
	return b.String(), nil
}

// Print is one HTML file with a page for each letter.
func (m *Maker) Print(letters []Letter) (string, error) {
	p := pages{Language: english}
	for i, l := range letters {
		if i == 0 {
			p.Language, p.Title = l.Language, l.Document.Subject
		}
		p.Pages = append(p.Pages, l.page)
	}
	return m.paper(printLayout, p)
}

func (m *Maker) paper(name string, p pages) (string, error) {
	tmpl, err := m.templates.layout(name)
	if err != nil {
		return "", templateFault(err)
	}
	var b bytes.Buffer
	if err := tmpl.Execute(&b, p); err != nil {
		return "", templateFault(mistake(err, name))
	}
	return b.String(), nil
}

// PasswordSheet is one HTML file with a page for each user who has a first
// password in the vault: the only place where passwords are written. n says how
// many there are. It is for paper; nobody may send it.
func (m *Maker) PasswordSheet(v engine.Vault, users []engine.User) (html string, n int, err error) {
	p := pages{Language: english}
	for _, u := range users {
		secret, ok := v.Get(engine.SecretName(engine.SideDestination, u.ID))
		if !ok || secret == "" {
			continue
		}
		d, l, err := m.facts.data(CutOver, u)
		if err != nil {
			return "", 0, err
		}
		p.Sheets = append(p.Sheets, sheet{Language: l.Code, Name: d.Name.clean(), SignIn: d.SignIn.clean(), Where: d.WebMail.clean(), Password: secret.Reveal(), Words: l.sheet})
		p.Title = l.sheet.Title
	}
	html, err = m.paper(sheetLayout, p)
	return html, len(p.Sheets), err
}
