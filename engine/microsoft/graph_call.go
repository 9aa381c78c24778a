package microsoft

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"

	"mxodus/engine"
)

// How patiently Graph is asked: how often in all, and how long the waits between
// may be, one and all together. A busy Graph says how long to wait; where it
// doesn't, waits double from waitFirst.
const (
	callsMost = 8
	waitFirst = time.Second
	waitMost  = 5 * time.Minute
	waitAll   = 10 * time.Minute
)

// request is one question to Graph.
type request struct {
	method, address string
	body            any           // is sent as JSON; nil: nothing
	secret          engine.Secret // stands in body, and in no error
	// patient says whether a refusal may be over a little later; nil: none is.
	patient func(*engine.Fault) bool
}

// reply is what came back.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// call asks until there is an answer that counts. errUnsure in its fault says
// that something may have been changed although no good answer came.
func (g *Graph) call(ctx context.Context, r request, into any) error {
	var waited time.Duration
	fresh, unsure := false, false
	for n := 1; ; n++ {
		if err := g.pass(ctx); err != nil {
			return cancelledGraph(g.side, err)
		}
		got, err := g.once(ctx, r)
		if err == nil && got.status/100 == 2 {
			return g.decode(got.body, into)
		}
		var f *engine.Fault
		if err != nil {
			f = engine.AsFault(err)
		} else {
			f = g.refusal(r, got)
		}
		unsure = unsure || lostTrack(r, f, got)
		if got.status == http.StatusUnauthorized && !fresh {
			fresh = true // the token was refused, and is replaced: once
			continue
		}
		wait := pause(f, n)
		again := f.Class == engine.Retry || r.patient != nil && r.patient(f)
		if !again || n == callsMost || wait > waitMost || waited+wait > waitAll || ctx.Err() != nil {
			if unsure {
				f.Err = errors.Join(f.Err, errUnsure)
			}
			return f
		}
		waited += wait
		if err := g.hold(ctx, f, wait); err != nil {
			return cancelledGraph(g.side, err)
		}
	}
}

// hold waits before the next try. What Graph asks for holds for all that is asked
// of it; what is waited for one's own reasons, for oneself only.
func (g *Graph) hold(ctx context.Context, f *engine.Fault, wait time.Duration) error {
	g.mu.Lock()
	tell := g.tell
	if f.Wait > 0 {
		if until := g.now().Add(wait); until.After(g.until) {
			g.until = until
		}
	}
	g.mu.Unlock()
	if tell != nil {
		tell(wait)
	}
	if f.Wait > 0 {
		return nil
	}
	return g.sleep(ctx, wait)
}

// pass waits until Graph may be asked again.
func (g *Graph) pass(ctx context.Context) error {
	for {
		g.mu.Lock()
		left := g.until.Sub(g.now())
		g.mu.Unlock()
		if left <= 0 {
			return nil
		}
		if err := g.sleep(ctx, left); err != nil {
			return err
		}
	}
}

// errUnsure says that a change may have been made although no answer said so.
var errUnsure = errors.New("it is not known whether the change was made")

// lostTrack says that a change may have been made all the same: an answer didn't
// come, or came from somewhere on the way.
func lostTrack(r request, f *engine.Fault, got reply) bool {
	return r.method != http.MethodGet && (f.Code == engine.CodeLost || got.status == http.StatusGatewayTimeout || got.status == http.StatusBadGateway)
}

// pause is how long to wait before the next try.
func pause(f *engine.Fault, n int) time.Duration {
	if f.Wait > 0 {
		return f.Wait
	}
	return min(waitFirst<<(n-1), 30*time.Second)
}

// once asks once. Its error is a fault of the sign-in or of the way.
func (g *Graph) once(ctx context.Context, r request) (reply, error) {
	token, err := g.tokens.Token(ctx, "")
	if err != nil {
		return reply{}, err
	}
	var body io.Reader
	if r.body != nil {
		b, err := json.Marshal(r.body)
		if err != nil {
			return reply{}, err
		}
		body = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, r.method, r.address, body)
	if err != nil || !g.mine(r.address) {
		return reply{}, g.protocolFault("An address of Microsoft Graph can't be right.", r.address)
	}
	req.Header.Set("Authorization", "Bearer "+token.Reveal())
	req.Header.Set("Accept", "application/json")
	if r.body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := g.web.Do(req)
	if err != nil {
		return reply{}, g.wayFault(ctx, err)
	}
	defer func() { _ = resp.Body.Close() }()
	got := reply{status: resp.StatusCode, header: resp.Header}
	if got.body, err = io.ReadAll(resp.Body); err != nil {
		return reply{}, g.wayFault(ctx, err)
	}
	if got.status == http.StatusUnauthorized {
		g.tokens.Invalidate("", token)
	}
	return got, nil
}

// wayFault is about the way to Graph.
func (g *Graph) wayFault(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		return cancelledGraph(g.side, context.Cause(ctx))
	case errors.Is(err, errEndless):
		return g.protocolFault("Microsoft Graph's answer is too long.", "")
	}
	f := wayFault(err)
	f.Side = g.side
	switch f.Code {
	case engine.CodeCertificate:
		f.What = "The certificate of Microsoft Graph can't be trusted."
		f.Do = "If a proxy or a virus scanner opens encrypted connections here, except Microsoft Graph from it. Check this computer's clock."
		f.Err = errors.New("certificate of Graph is not trusted")
	default:
		f.Code, f.What = engine.CodeLost, "Microsoft Graph can't be reached, or didn't answer."
		f.Err = errors.New("Graph did not answer")
	}
	return f
}

func cancelledGraph(side engine.Side, cause error) *engine.Fault {
	return &engine.Fault{Class: engine.Retry, Code: engine.CodeInternal, Side: side, Who: you, Err: cause,
		What: "mxodus was stopped while it asked Microsoft Graph.", Do: "Run again: what was done already is seen, and not done twice."}
}
