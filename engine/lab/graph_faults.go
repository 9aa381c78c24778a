package lab

import (
	"bytes"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// graphFault is a failure that is switched on.
type graphFault struct {
	op    Op
	times int // how often still; below 0: for ever
	GraphFault
}

// GraphFault is how a Graph fails.
type GraphFault struct {
	Status        int // of the answer; 0: the connection is cut
	Code, Message string
	RetryAfter    time.Duration // 0: none is said
	AsDate        bool          // RetryAfter is said as a date
	// After says that the thing is done before it fails: the good answer is lost.
	After bool
	// Only, if not empty, must stand in the address.
	Only string
}

// Fail makes the next times of something fail; times below 0 is for ever. The
// failures of one thing happen one after another.
func (g *Graph) Fail(op Op, times int, f GraphFault) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.faults = append(g.faults, &graphFault{op, times, f})
}

// Mend ends all failures.
func (g *Graph) Mend() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.faults, g.nextHost = nil, ""
}

// SetPage is how many users a page of the list holds.
func (g *Graph) SetPage(n int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.page = n
}

// SendPagesTo says of further pages that they are at another host.
func (g *Graph) SendPagesTo(base string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.nextHost = base
}

// Lag lets users that are new be unseen for so many looks at them by name or ID
// (licences and changes count as looks), and mailboxes appear after so many.
func (g *Graph) Lag(unseen, mailbox int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.hidden, g.slow = unseen, mailbox
}

// due is the failure that comes next. The caller holds mu.
func (g *Graph) due(op Op, r *http.Request) *graphFault {
	i := slices.IndexFunc(g.faults, func(f *graphFault) bool {
		return (f.op == op || f.op == OpAny) && f.times != 0 && strings.Contains(r.URL.String(), f.Only)
	})
	if i < 0 {
		return nil
	}
	g.faults[i].times--
	return g.faults[i]
}

// guarded checks the token, and fails where that is switched on.
func (g *Graph) guarded(op Op, permission string, serve func(http.ResponseWriter, *http.Request)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("request-id", guid())
		g.mu.Lock()
		defer g.mu.Unlock()
		g.counts[op]++
		g.counts[OpAny]++
		if !g.admits(w, r, permission) {
			return
		}
		f := g.due(op, r)
		if f != nil && !f.After {
			f.write(w)
			return
		}
		if f == nil {
			serve(w, r)
			return
		}
		serve(&lost{header: http.Header{}}, r)
		f.write(w)
	}
}

// lost is an answer that nobody gets.
type lost struct {
	header http.Header
	body   bytes.Buffer
}

func (l *lost) Header() http.Header         { return l.header }
func (l *lost) Write(b []byte) (int, error) { return l.body.Write(b) }
func (l *lost) WriteHeader(int)             {}

func (f *graphFault) write(w http.ResponseWriter) {
	if f.Status == 0 {
		panic(http.ErrAbortHandler) // cuts the connection
	}
	if f.RetryAfter > 0 {
		at := strconv.Itoa(int(f.RetryAfter / time.Second))
		if f.AsDate {
			now := time.Now().UTC()
			w.Header().Set("Date", now.Format(http.TimeFormat))
			at = now.Add(f.RetryAfter).Format(http.TimeFormat)
		}
		w.Header().Set("Retry-After", at)
	}
	graphRefuse(w, f.Status, f.Code, f.Message)
}

// admits checks a token: its time, whom it is for, and what it permits.
func (g *Graph) admits(w http.ResponseWriter, r *http.Request, permission string) bool {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok || !g.a.valid(token, true) {
		w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
		graphRefuse(w, http.StatusUnauthorized, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired, or its audience is invalid.")
		return false
	}
	allowed := HasRole(token, permission)
	if scopes, ok := Claims(token)["scp"].(string); ok {
		allowed = strings.Contains(scopes, permission) && !g.lacking[permission]
	}
	if !allowed {
		graphRefuse(w, http.StatusForbidden, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
	}
	return allowed
}

func graphRefuse(w http.ResponseWriter, status int, code, message string) {
	answer(w, status, map[string]any{"error": map[string]any{"code": code, "message": message,
		"innerError": map[string]any{"date": time.Now().UTC().Format("2006-01-02T15:04:05"), "request-id": guid()}}})
}
