package handover

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"mxodus/engine"
)

// batch is one batch, with the list that the service reads.
type batch struct {
	name, file string
	pilot      bool
	rows       []row
	csv        []byte
}

// split makes batches: the pilot first, then what fits. Users with a root folder
// are apart from those without, for every row of a list has the same columns.
func (h *handOver) split(rows []row) ([]batch, error) {
	var batches []batch
	for _, group := range []struct{ pilot, root bool }{{true, false}, {true, true}, {false, false}, {false, true}} {
		var mine []row
		for _, r := range rows {
			if slices.Contains(h.o.Pilot, r.user.ID) == group.pilot && (r.root != "") == group.root {
				mine = append(mine, r)
			}
		}
		for len(mine) > 0 {
			n := h.fits(mine, group.root)
			if n == 0 {
				return nil, &engine.Fault{Class: engine.StopBatch, Code: engine.CodeRefused, Who: "you",
					What: "The row of " + engine.Clean(mine[0].user.Address, 100) + " is larger than a whole list may be.", Do: "Shorten its name, password or root folder."}
			}
			batches = append(batches, batch{pilot: group.pilot, rows: mine[:n], csv: list(mine[:n], group.root)})
			mine = mine[n:]
		}
	}
	for i := range batches {
		batches[i].file = fmt.Sprintf("mailboxes-%d.csv", i+1)
		batches[i].name = fmt.Sprintf("%s-%d-%s", h.baseName(), i+1, mark(batches[i].rows))
	}
	return batches, nil
}

// baseName begins the names at the service, which end at 64 characters.
func (h *handOver) baseName() string {
	name := engine.Clean(h.o.Project.Domain, 40)
	if name == "" {
		name = "mxodus"
	}
	return name
}

// mark tells batches of other mailboxes apart, and is the same whenever the same
// ones are handed over: the script knows by the name what is made already.
func mark(rows []row) string {
	sum := sha256.New()
	for _, r := range rows {
		_, _ = fmt.Fprintf(sum, "%s\n", strings.ToLower(r.address))
	}
	return hex.EncodeToString(sum.Sum(nil))[:6]
}

// fits is how many of rows make one list.
func (h *handOver) fits(rows []row, root bool) int {
	most := mostRows
	if h.o.PerBatch > 0 {
		most = min(most, h.o.PerBatch)
	}
	size := len(list(nil, root))
	n := 0
	for n < len(rows) && n < most {
		size += len(line(cells(rows[n], root)))
		if size > mostBytes {
			break
		}
		n++
	}
	return n
}

// list writes rows as the service reads them: UTF-8, commas, the header's words
// exactly. Nothing in a cell is changed; quotes stand where they must (RFC 4180).
func list(rows []row, root bool) []byte {
	header := []string{"EmailAddress", "UserName", "Password"}
	if root {
		header = append(header, "UserRoot")
	}
	out := line(header)
	for _, r := range rows {
		out = append(out, line(cells(r, root))...)
	}
	return out
}

func cells(r row, root bool) []string {
	c := []string{r.address, r.name, r.password.Reveal()}
	if root {
		c = append(c, r.root)
	}
	return c
}

func line(cells []string) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	_ = w.Write(cells) // a buffer takes everything
	w.Flush()
	return b.Bytes()
}
