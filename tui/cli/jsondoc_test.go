package cli

import (
	"reflect"
	"regexp"
	"strings"
	"testing"

	"mxodus/engine"
)

// jsonKeys lists the names that a value's fields have in JSON.
func jsonKeys(t reflect.Type) (keys []string) {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice:
		return jsonKeys(t.Elem())
	case reflect.Struct:
	default:
		return nil
	}
	for f := range t.Fields() {
		key, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if key != "" {
			keys = append(keys, key)
		}
		if key != "" || f.Anonymous {
			keys = append(keys, jsonKeys(f.Type)...)
		}
	}
	return keys
}

func TestEveryFieldOfJSONIsDocumented(t *testing.T) {
	known := map[string]bool{}
	for _, word := range regexp.MustCompile(`[a-z0-9_]+`).FindAllString(jsonTopic, -1) {
		known[word] = true
	}
	lines := []any{projectLine{}, candidateLine{}, triedLine{}, discoveryLine{}, checkLine{}, mappingLine{}, estimateLine{}, progressLine{}, userLineJSON{},
		problemLine{}, leftLine{}, runLine{}, folderLine{}, messageLine{}, verifyLine{}, heldLine{}, reportLine{}, exportLine{}, statusLine{}, eventLine{}, undoLine{}, accountLine{}, demoLine{}, recordLine{}, spreadLine{}, zoneLine{}, changeLine{}, dnsLine{}, jsonFault{}, engine.Account{}, planLine{}, taskLine{}, tenantLine{}, licenceLine{}, domainLine{}, matchLine{}, tenantUserLine{}, stepLine{}, stepDoneLine{}, mailboxLine{}, adoptedLine{}, domainAskedLine{}, wantedLine{}, setupStepLine{}, setupMailboxLine{}, setupLine{}}
	for _, line := range lines {
		keys := jsonKeys(reflect.TypeOf(line))
		if len(keys) == 0 {
			t.Errorf("%T has no fields in JSON", line)
		}
		for _, key := range keys {
			if !known[key] {
				t.Errorf("%T: %q is not in mxodus help json", line, key)
			}
		}
	}
}
