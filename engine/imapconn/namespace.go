package imapconn

import "bytes"

// seeNamespace reads a NAMESPACE reply (RFC 2342 section 5).
func (l *listing) seeNamespace(rep *reply) error {
	if rep.kind != "NAMESPACE" {
		return l.see(rep)
	}
	var kinds [3][]namespace // personal, other users', shared
	for i := range kinds {
		var v value
		if err := rep.value(&v); err != nil {
			return onlyFatal(err)
		}
		if v.kind == valList {
			kinds[i] = namespacesOf(v.text)
		}
	}
	l.names = naming{shared: append(kinds[1], kinds[2]...)}
	if own := kinds[0]; len(own) > 0 {
		l.names.personal, l.names.own = own[0], own[1:]
	}
	return nil
}

// namespacesOf reads ("prefix" "separator" extensions...) one after the other.
func namespacesOf(list []byte) []namespace {
	var all []namespace
	r := &reply{line: bytes.Clone(list), follows: -1}
	for {
		var one value
		if r.value(&one) != nil || one.kind != valList {
			return all
		}
		in := &reply{line: bytes.Clone(one.text), follows: -1}
		var prefix, sep value
		if in.value(&prefix) != nil || prefix.kind == valList {
			return all
		}
		ns := namespace{prefix: string(prefix.text)}
		if in.value(&sep) == nil && sep.kind != valList {
			ns.sep = string(sep.text)
		}
		all = append(all, ns)
	}
}
