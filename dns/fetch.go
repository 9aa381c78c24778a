package dns

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
)

// fetched is a small file from the web.
type fetched struct {
	url    string // where it came from in the end
	status int    // HTTP status, 0 when nobody answered
	body   []byte
	err    error
}

// why says in words why there is no file.
func (f fetched) why() string {
	if f.err != nil {
		return clean(f.err.Error(), 200)
	}
	return "HTTP status " + strconv.Itoa(f.status)
}

var (
	errTooLarge  = errors.New("the file is too large")
	errRedirects = errors.New("the server sends the request elsewhere too often, or away from HTTPS")
)

// fetch reads a file of at most limit bytes, within the Client's time for one
// file. It follows so many redirects, and none from HTTPS to plain HTTP. Names
// are resolved by this session. No proxy is used: whether a host answers
// directly is part of what is being found out.
func (s *session) fetch(ctx context.Context, address string, limit int64, redirects int) fetched {
	ctx, cancel := context.WithTimeout(ctx, s.c.o.Fetch)
	defer cancel()
	f := fetched{url: address}
	transport := &http.Transport{
		DialContext:            s.dial,
		TLSClientConfig:        &tls.Config{RootCAs: s.c.o.CA, MinVersion: tls.VersionTLS12},
		DisableKeepAlives:      true,
		MaxResponseHeaderBytes: 64 << 10,
		TLSHandshakeTimeout:    s.c.o.Fetch,
		ResponseHeaderTimeout:  s.c.o.Fetch,
	}
	client := &http.Client{Transport: transport, CheckRedirect: func(req *http.Request, via []*http.Request) error {
		if len(via) > redirects || (via[len(via)-1].URL.Scheme == "https" && req.URL.Scheme != "https") {
			return errRedirects
		}
		return nil
	}}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		f.err = err
		return f
	}
	resp, err := client.Do(req)
	if err != nil {
		f.err = unwrapURL(err)
		return f
	}
	defer func() { _ = resp.Body.Close() }()
	f.url, f.status = clean(resp.Request.URL.String(), 300), resp.StatusCode
	if f.body, f.err = io.ReadAll(io.LimitReader(resp.Body, limit+1)); f.err == nil && int64(len(f.body)) > limit {
		f.body, f.err = nil, errTooLarge
	}
	if f.err != nil {
		f.status = 0
	}
	return f
}

// unwrapURL takes off the address that net/http puts before its errors.
func unwrapURL(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}

// dial connects to a host by this session's answers.
func (s *session) dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return nil, fmt.Errorf("dial %s: %w", address, err)
	}
	addrs, err := s.lookupHost(ctx, host)
	if err != nil {
		return nil, err
	}
	return dialFirst(ctx, network, addrs[:min(len(addrs), maxDialled)], func(a netip.Addr) string {
		return s.c.o.Reach(netip.AddrPortFrom(a, uint16(n))).String()
	})
}
