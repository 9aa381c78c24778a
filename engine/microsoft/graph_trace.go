package microsoft

import (
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"mxodus/engine"
)

// TraceTo has every request to Graph written to a file: its method, its path, and
// how it was answered. What stands in headers of ours, in queries and in bodies is
// left out: tokens, places in lists, first passwords. It is to be called before
// anything is asked.
func (g *Graph) TraceTo(path string) error {
	f, err := engine.OpenTrace(path)
	if err != nil {
		return err
	}
	traced := *g.web
	traced.Transport = tracing{g.web.Transport, f}
	g.web = &traced
	return nil
}

// tracing notes what goes through it. A trace that can't be written stops nothing.
type tracing struct {
	http.RoundTripper
	to *os.File
}

func (t tracing) RoundTrip(r *http.Request) (*http.Response, error) {
	asked := time.Now()
	resp, err := t.RoundTripper.RoundTrip(r)
	line := []string{time.Now().Format("15:04:05.000"), "graph", r.Method, r.URL.EscapedPath()}
	if err != nil {
		line = append(line, "no answer")
	} else {
		line = append(line, strconv.Itoa(resp.StatusCode))
		for _, h := range []string{"request-id", "Retry-After"} {
			if v := resp.Header.Get(h); v != "" {
				line = append(line, h+": "+v)
			}
		}
	}
	line = append(line, "after", time.Since(asked).Round(time.Millisecond).String())
	_, _ = t.to.WriteString(engine.Clean(strings.Join(line, " "), 1000) + "\n")
	return resp, err
}
