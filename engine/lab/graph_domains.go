package lab

import (
	"net/http"
	"strings"
)

// domainJSON is a domain as clients see it.
func (d *graphDomain) json() map[string]any {
	services := []string{}
	if d.verified {
		services = []string{"Email", "OfficeCommunicationsOnline"}
	}
	return map[string]any{"id": d.name, "isVerified": d.verified, "isInitial": d.initial, "isDefault": d.initial, "supportedServices": services}
}

func (g *Graph) serveDomains(w http.ResponseWriter, _ *http.Request) {
	list := []any{}
	for _, d := range g.domains {
		list = append(list, d.json())
	}
	answer(w, http.StatusOK, values(list))
}

// asked finds the domain that a request is about.
func (g *Graph) asked(w http.ResponseWriter, r *http.Request) *graphDomain {
	d := g.domain(r.PathValue("id"))
	if d == nil {
		graphRefuse(w, http.StatusNotFound, "Request_ResourceNotFound", "Resource '"+r.PathValue("id")+"' does not exist.")
	}
	return d
}

func (g *Graph) serveDomain(w http.ResponseWriter, r *http.Request) {
	if d := g.asked(w, r); d != nil {
		answer(w, http.StatusOK, d.json())
	}
}

// ProofOf is the text that proves a domain of a practice tenant.
const ProofOf = "MS=ms10203040"

func (g *Graph) serveProof(w http.ResponseWriter, r *http.Request) {
	d := g.asked(w, r)
	if d == nil {
		return
	}
	answer(w, http.StatusOK, values([]any{
		map[string]any{"@odata.type": "#microsoft.graph.domainDnsTxtRecord", "id": guid(), "isOptional": false, "label": d.name, "recordType": "Txt",
			"supportedService": nil, "ttl": 3600, "text": ProofOf},
		map[string]any{"@odata.type": "#microsoft.graph.domainDnsMxRecord", "id": guid(), "isOptional": false, "label": d.name, "recordType": "Mx",
			"supportedService": nil, "ttl": 3600, "mailExchange": "ms10203040.msv1.invalid", "preference": 32767},
	}))
}

// PracticeMX is the host that the MX of a practice tenant's domain must name.
func PracticeMX(domain string) string {
	return strings.ReplaceAll(strings.ToLower(domain), ".", "-") + ".mail.protection.outlook.com"
}

func (g *Graph) serveService(w http.ResponseWriter, r *http.Request) {
	d := g.asked(w, r)
	if d == nil {
		return
	}
	if !d.verified {
		answer(w, http.StatusOK, values([]any{}))
		return
	}
	record := func(kind, label, service string, more map[string]any) map[string]any {
		more["id"], more["isOptional"], more["label"], more["recordType"], more["supportedService"], more["ttl"] = guid(), false, label, kind, service, 3600
		return more
	}
	answer(w, http.StatusOK, values([]any{
		record("Mx", d.name, "Email", map[string]any{"mailExchange": PracticeMX(d.name), "preference": 0}),
		record("Txt", d.name, "Email", map[string]any{"text": "v=spf1 include:spf.protection.outlook.com -all"}),
		record("CName", "autodiscover."+d.name, "Email", map[string]any{"canonicalName": "autodiscover.outlook.com"}),
		record("CName", "sip."+d.name, "OfficeCommunicationsOnline", map[string]any{"canonicalName": "sipdir.online.lync.com"}),
		record("Srv", "_sip._tls."+d.name, "OfficeCommunicationsOnline", map[string]any{"nameTarget": "sipdir.online.lync.com", "service": "_sip", "protocol": "_tls",
			"priority": 100, "weight": 1, "port": 443}),
	}))
}

func (g *Graph) serveVerify(w http.ResponseWriter, r *http.Request) {
	d := g.asked(w, r)
	switch {
	case d == nil:
	case !d.proofIn && !d.verified:
		graphRefuse(w, http.StatusBadRequest, "Request_BadRequest", "Domain verification failed with the following error: 'DNS verification record cannot be found.'.")
	default:
		d.verified = true
		answer(w, http.StatusOK, d.json())
	}
}
