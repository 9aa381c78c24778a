package letter

import (
	"bytes"
	"encoding/base64"
	"errors"
	"html/template"
	"image"
	_ "image/gif" // kinds of logo
	_ "image/jpeg"
	_ "image/png"
	"io"
	"io/fs"
	"os"

	"mxodus/engine"
)

// Logo is the company's picture.
type Logo struct {
	Type          string // image/png, image/jpeg or image/gif
	Data          []byte
	Width, Height int // as shown, in CSS pixels
}

const (
	maxLogo       = 300 << 10 // bytes: it goes with every letter
	maxLogoHeight = 72        // pixels on screen
	maxLogoWidth  = 280
	logoID        = "logo"
)

// readLogo reads a picture; no name is no logo.
func readLogo(name string) (*Logo, error) {
	if name == "" {
		return nil, nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, fileFault("The logo can't be read", err)
	}
	defer func() { _ = f.Close() }()
	data, err := io.ReadAll(io.LimitReader(f, maxLogo+1))
	if err != nil {
		return nil, fileFault("The logo can't be read", err)
	}
	c, kind, err := image.DecodeConfig(bytes.NewReader(data))
	if err == nil && (len(data) > maxLogo || c.Width < 1 || c.Height < 1) {
		err = errors.New("too large")
	}
	if err != nil {
		return nil, &engine.Fault{Class: engine.StopBatch, Code: "logo", What: "The logo is no picture that mail programs show.",
			Do: "Use a PNG, JPEG or GIF of at most 300 KB.", Who: "you", Err: err}
	}
	l := &Logo{Type: "image/" + kind, Data: data, Width: c.Width, Height: c.Height}
	scale := min(1, float64(maxLogoHeight)/float64(c.Height), float64(maxLogoWidth)/float64(c.Width))
	l.Width, l.Height = max(1, int(float64(c.Width)*scale)), max(1, int(float64(c.Height)*scale))
	return l, nil
}

// data is the picture itself as an address, for files.
func (l *Logo) data() template.URL {
	return template.URL("data:" + l.Type + ";base64," + base64.StdEncoding.EncodeToString(l.Data))
}

// cid is the address of the part of a mail that holds the picture.
func (*Logo) cid() template.URL { return "cid:" + logoID }

// fileFault is about a file of the administrator's.
func fileFault(what string, err error) error {
	do := "Check the name, and whether you may read it."
	if errors.Is(err, fs.ErrNotExist) {
		do = "Check the name: there is no such file or folder."
	}
	return &engine.Fault{Class: engine.StopBatch, Code: "file", What: what + ".", Do: do, Who: "you", Said: engine.Clean(err.Error(), 200), Err: err}
}

// templateFault puts a mistake in a template into words. nil stays nil.
func templateFault(err error) error {
	var m Mistake
	if !errors.As(err, &m) {
		return err
	}
	return &engine.Fault{Class: engine.StopBatch, Code: "template", What: "A template has a mistake: " + m.Error() + ".",
		Do: "Mend it, and check with: mxodus letters FILE --check", Who: "you", Err: err}
}
