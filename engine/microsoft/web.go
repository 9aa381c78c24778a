package microsoft

import (
	"errors"
	"io"
	"net/http"
	"time"
)

// How long one request may take, and how large an answer may be.
const (
	webTime = 30 * time.Second
	webMost = 8 << 20
)

// web makes the client for all requests to the cloud. It follows no redirect:
// one could carry a secret elsewhere.
func (c Cloud) web() (*http.Client, error) {
	cfg, err := c.tlsConfig()
	if err != nil {
		return nil, err
	}
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.TLSClientConfig = cfg
	return &http.Client{
		Transport:     bounded{t},
		Timeout:       webTime,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, nil
}

// bounded ends an answer that has no end.
type bounded struct{ *http.Transport }

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := b.Transport.RoundTrip(r)
	if err == nil {
		resp.Body = &boundedBody{ReadCloser: resp.Body, left: webMost}
	}
	return resp, err
}

type boundedBody struct {
	io.ReadCloser
	left int64
}

var errEndless = errors.New("the answer is too long")

func (b *boundedBody) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errEndless
	}
	n, err := b.ReadCloser.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}
