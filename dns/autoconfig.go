package dns

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

const (
	maxAutoconfig       = 256 << 10 // bytes
	autoconfigRedirects = 3
)

// autoconfig reads the files in which mail programs find their settings, at both
// well-known addresses, over HTTPS, and only when neither is there over HTTP.
func (s *session) autoconfig(ctx context.Context, domain string) ([]Published, []Missed) {
	var missed []Missed
	for _, scheme := range []string{"https", "http"} {
		urls := []string{
			scheme + "://autoconfig." + domain + "/mail/config-v1.1.xml",
			scheme + "://" + domain + "/.well-known/autoconfig/mail/config-v1.1.xml",
		}
		files := make([]fetched, len(urls))
		var wg sync.WaitGroup
		for i, u := range urls {
			wg.Go(func() { files[i] = s.fetch(ctx, u, maxAutoconfig, autoconfigRedirects) })
		}
		wg.Wait()
		var out []Published
		for i, f := range files {
			found, why := readAutoconfig(f, domain, scheme == "https")
			if out = append(out, found...); len(found) == 0 {
				missed = append(missed, Missed{urls[i], why})
			}
		}
		if len(out) > 0 {
			return out, missed
		}
	}
	return nil, missed
}

func readAutoconfig(f fetched, domain string, secure bool) ([]Published, string) {
	if f.status != http.StatusOK {
		return nil, f.why()
	}
	found, err := parseAutoconfig(f.body, domain)
	if err != nil {
		return nil, clean(err.Error(), 200)
	}
	for i := range found {
		found[i].Where, found[i].Secure = f.url, secure
		found[i].Why = "The domain's settings for mail programs at " + f.url + " name " + found[i].Host + "."
	}
	return found, ""
}

// clientConfig is the part of an autoconfig file that matters here.
type clientConfig struct {
	XMLName  xml.Name `xml:"clientConfig"`
	Incoming []struct {
		Type     string `xml:"type,attr"`
		Host     string `xml:"hostname"`
		Port     string `xml:"port"`
		Socket   string `xml:"socketType"`
		Username string `xml:"username"`
	} `xml:"emailProvider>incomingServer"`
}

var errNoIMAP = errors.New("the file names no IMAP server with encryption")

// parseAutoconfig takes the IMAP servers with encryption out of a file, in its
// order, which is that of preference.
func parseAutoconfig(data []byte, domain string) ([]Published, error) {
	var c clientConfig
	d := xml.NewDecoder(bytes.NewReader(data))
	d.CharsetReader = func(charset string, in io.Reader) (io.Reader, error) {
		if strings.EqualFold(charset, "us-ascii") {
			return in, nil
		}
		return nil, fmt.Errorf("the file is in %s, not UTF-8", clean(charset, 40))
	}
	if err := d.Decode(&c); err != nil {
		return nil, fmt.Errorf("this is no autoconfig file: %w", err)
	}
	var out []Published
	for _, in := range c.Incoming {
		host := plain(strings.ReplaceAll(strings.TrimSpace(in.Host), "%EMAILDOMAIN%", domain))
		port, err := strconv.ParseUint(strings.TrimSpace(in.Port), 10, 16)
		socket := strings.ToUpper(strings.TrimSpace(in.Socket))
		switch {
		case !strings.EqualFold(in.Type, "imap"), !isHost(host), !strings.Contains(host, "."), err != nil, port == 0:
			continue
		case socket != "SSL" && socket != "STARTTLS", len(out) == maxSRV:
			continue
		}
		out = append(out, Published{Host: host, Port: uint16(port), TLS: socket == "SSL", User: clean(strings.TrimSpace(in.Username), 100)})
	}
	if len(out) == 0 {
		return nil, errNoIMAP
	}
	return out, nil
}
