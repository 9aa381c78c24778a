package dns

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	mdns "github.com/miekg/dns"
)

// Record is one resource record.
type Record struct {
	// Name is in ASCII and lower case, without a final dot.
	Name string `json:"name"`
	Type string `json:"type"`
	// TTL is in seconds: as the zone has it from an authoritative server, what
	// is left of it from a resolver.
	TTL uint32 `json:"ttl"`
	// Priority is that of MX and SRV records.
	Priority uint16 `json:"priority,omitempty"`
	// Value is as a panel shows it, cleaned: a host without a final dot, a TXT
	// record's strings joined, "weight port target" for SRV.
	Value string `json:"value"`
	// Data is the exact value in the form of zone files (RFC 1035 section 5),
	// with priority.
	Data string `json:"data"`
}

// String is the record as a line of a zone file.
func (r Record) String() string {
	name := r.Name
	if name != "." {
		name += "."
	}
	return fmt.Sprintf("%s %d IN %s %s", name, r.TTL, r.Type, r.Data)
}

// Short is the value with its priority, where it has one.
func (r Record) Short() string {
	if r.Type == "MX" || r.Type == "SRV" {
		return strconv.Itoa(int(r.Priority)) + " " + r.Value
	}
	return r.Value
}

// key tells records apart but for their TTL.
func (r Record) key() string { return r.Name + " " + r.Type + " " + strings.ToLower(r.Data) }

// recordOf takes a record out of a message.
func recordOf(rr mdns.RR) Record {
	h := rr.Header()
	r := Record{Name: plain(h.Name), Type: typeName(h.Rrtype), TTL: h.Ttl, Data: clean(strings.TrimPrefix(rr.String(), h.String()), 0)}
	r.Value = r.Data
	switch rr := rr.(type) {
	case *mdns.MX:
		r.Priority, r.Value = rr.Preference, plain(rr.Mx)
	case *mdns.CNAME:
		r.Value = plain(rr.Target)
	case *mdns.NS:
		r.Value = plain(rr.Ns)
	case *mdns.SRV:
		r.Priority, r.Value = rr.Priority, fmt.Sprintf("%d %d %s", rr.Weight, rr.Port, plain(rr.Target))
	case *mdns.TXT:
		r.Value = clean(joinTXT(rr.Txt), 0)
	}
	return r
}

func typeName(t uint16) string {
	if s, ok := mdns.TypeToString[t]; ok {
		return s
	}
	return "TYPE" + strconv.Itoa(int(t))
}

// joinTXT puts a TXT record's strings together as mail software does, with
// nothing between them (RFC 7208 section 3.3). The strings are escaped as
// miekg/dns keeps them (\" \\ \DDD); what is returned is not.
func joinTXT(strs []string) string {
	var b strings.Builder
	for _, s := range strs {
		for i := 0; i < len(s); i++ {
			if s[i] != '\\' || i+1 == len(s) {
				b.WriteByte(s[i])
				continue
			}
			if i+3 < len(s) {
				if n, err := strconv.ParseUint(s[i+1:i+4], 10, 8); err == nil {
					b.WriteByte(byte(n))
					i += 3
					continue
				}
			}
			i++
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// txtData writes a text as a zone file does: in strings of at most 255 bytes.
func txtData(text string) string {
	var parts []string
	for _, s := range txtStrings(text) {
		parts = append(parts, quoteTXT(s))
	}
	return strings.Join(parts, " ")
}

// txtStrings splits a text into the strings of at most 255 bytes that one TXT
// record holds (RFC 1035 section 3.3).
func txtStrings(text string) []string {
	out := []string{}
	for chunk := range slices.Chunk([]byte(text), 255) {
		out = append(out, string(chunk))
	}
	if len(out) == 0 {
		out = []string{""}
	}
	return out
}

func quoteTXT(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < ' ' || c > '~':
			fmt.Fprintf(&b, `\%03d`, c)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// The records that checks propose.

func mxRecord(name string, ttl uint32, priority uint16, host string) Record {
	return Record{Name: name, Type: "MX", TTL: ttl, Priority: priority, Value: host, Data: fmt.Sprintf("%d %s.", priority, host)}
}

func cnameRecord(name string, ttl uint32, target string) Record {
	return Record{Name: name, Type: "CNAME", TTL: ttl, Value: target, Data: target + "."}
}

func txtRecord(name string, ttl uint32, text string) Record {
	return Record{Name: name, Type: "TXT", TTL: ttl, Value: clean(text, 0), Data: txtData(text)}
}
