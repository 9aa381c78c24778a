package dnstest

import (
	"io"
	"net/http"
	"time"

	mdns "github.com/miekg/dns"
)

// doh answers POSTs (RFC 8484).
type doh struct{ s *Server }

func (d doh) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	r := new(mdns.Msg)
	if err != nil || req.Method != http.MethodPost || req.Header.Get("Content-Type") != "application/dns-message" || r.Unpack(body) != nil {
		http.Error(w, "no DNS question", http.StatusBadRequest)
		return
	}
	d.s.hear("https", r)
	f := d.s.faultsNow()
	if f.DropHTTPS {
		<-req.Context().Done()
		return
	}
	time.Sleep(f.Delay)
	wire, err := d.s.reply(r, "https").Pack()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/dns-message")
	_, _ = w.Write(wire)
}
