package real

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// Browser is a headless Chromium, spoken to in the DevTools protocol over a pipe.
// It can reach no network.
type Browser struct {
	tb   testing.TB
	in   io.Writer
	out  *bufio.Reader
	next int

	session string // of the one tab; empty: not open yet
	loaded  bool
	// Requests are the addresses of everything that was asked for, and Errors
	// what the console and the page complained about, since Open.
	Requests, Errors []string
}

// NewBrowser starts one, or leaves the test out where Chromium isn't installed
// (or fails it when MXODUS_REAL_SERVERS=required). It ends with the test.
func NewBrowser(tb testing.TB) *Browser {
	tb.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			path = p
			break
		}
	}
	if path == "" {
		if os.Getenv("MXODUS_REAL_SERVERS") == "required" {
			tb.Fatal("Chromium is needed: run .ci/real-servers as root")
		}
		tb.Skip("Chromium isn't installed: .ci/real-servers does that")
	}
	b := &Browser{tb: tb}
	b.start(path)
	return b
}

func (b *Browser) start(path string) {
	b.tb.Helper()
	fromUs, toIt, err := os.Pipe()
	if err != nil {
		b.tb.Fatal(err)
	}
	fromIt, toUs, err := os.Pipe()
	if err != nil {
		b.tb.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 4*time.Minute)
	cmd := exec.CommandContext(ctx, path, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
		"--no-first-run", "--proxy-server=127.0.0.1:9", "--remote-debugging-pipe", "--user-data-dir="+b.tb.TempDir(), "about:blank")
	cmd.ExtraFiles = []*os.File{fromUs, toUs} // its descriptors 3 and 4
	cmd.WaitDelay = 10 * time.Second
	if err := cmd.Start(); err != nil {
		b.tb.Fatal(err)
	}
	_, _ = fromUs.Close(), toUs.Close()
	b.in, b.out = toIt, bufio.NewReader(fromIt)
	b.tb.Cleanup(func() {
		b.call("", "Browser.close", nil, nil)
		_ = cmd.Wait() // it was told to end
		cancel()
		_, _ = toIt.Close(), fromIt.Close()
	})
}

// devMessage is one message of the protocol, either way.
type devMessage struct {
	ID      int             `json:"id,omitempty"`
	Session string          `json:"sessionId,omitempty"`
	Method  string          `json:"method,omitempty"`
	Params  json.RawMessage `json:"params,omitempty"`
	Result  json.RawMessage `json:"result,omitempty"`
	Error   *struct {
		Message string `json:"message"`
	} `json:"error,omitempty"`
}

// call sends a command and reads until its answer; what happens meanwhile is
// noted.
func (b *Browser) call(session, method string, params any, result any) {
	b.tb.Helper()
	b.next++
	m := devMessage{ID: b.next, Session: session, Method: method}
	if params != nil {
		m.Params, _ = json.Marshal(params)
	}
	line, err := json.Marshal(m)
	if err != nil {
		b.tb.Fatal(err)
	}
	if _, err := b.in.Write(append(line, 0)); err != nil {
		b.tb.Fatalf("%s: %v", method, err)
	}
	for {
		answer, err := b.read()
		switch {
		case err != nil && method == "Browser.close":
			return
		case err != nil:
			b.tb.Fatalf("%s: %v", method, err)
		case answer.ID != m.ID:
			continue
		case answer.Error != nil:
			b.tb.Fatalf("%s: %s", method, answer.Error.Message)
		}
		if result != nil {
			if err := json.Unmarshal(answer.Result, result); err != nil {
				b.tb.Fatalf("%s: %v", method, err)
			}
		}
		return
	}
}

func (b *Browser) read() (m devMessage, err error) {
	line, err := b.out.ReadBytes(0)
	if err != nil {
		return m, err
	}
	if err := json.Unmarshal(line[:len(line)-1], &m); err != nil {
		return m, err
	}
	b.note(m)
	return m, nil
}

// note keeps what a page must not do.
func (b *Browser) note(m devMessage) {
	switch m.Method {
	case "Page.loadEventFired":
		b.loaded = true
	case "Network.requestWillBeSent":
		var p struct{ Request struct{ URL string } }
		_ = json.Unmarshal(m.Params, &p)
		b.Requests = append(b.Requests, p.Request.URL)
	case "Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown":
		b.Errors = append(b.Errors, string(m.Params))
	}
}

// Open shows a file in a window of this width, in CSS pixels, and waits until it
// is there.
func (b *Browser) Open(file string, width int) {
	b.tb.Helper()
	if b.session == "" {
		b.attach()
	}
	b.Width(width)
	b.Requests, b.Errors, b.loaded = nil, nil, false
	b.call(b.session, "Page.navigate", map[string]any{"url": "file://" + file}, nil)
	for !b.loaded {
		if _, err := b.read(); err != nil {
			b.tb.Fatalf("the page did not load: %v", err)
		}
	}
}

// attach opens the tab.
func (b *Browser) attach() {
	b.tb.Helper()
	var target struct {
		TargetID string `json:"targetId"`
	}
	b.call("", "Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	var attached struct {
		SessionID string `json:"sessionId"`
	}
	b.call("", "Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &attached)
	b.session = attached.SessionID
	for _, domain := range []string{"Page", "Network", "Log", "Runtime"} {
		b.call(b.session, domain+".enable", nil, nil)
	}
}

// Width makes the window of the open page this wide, in CSS pixels; below 600 it
// is a phone.
func (b *Browser) Width(width int) {
	b.tb.Helper()
	b.call(b.session, "Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}, nil)
}

// Eval is the value of an expression in the page, as JSON.
func (b *Browser) Eval(expression string) string {
	b.tb.Helper()
	var r struct {
		Result struct {
			Value json.RawMessage `json:"value"`
		} `json:"result"`
		Exception json.RawMessage `json:"exceptionDetails"`
	}
	b.call(b.session, "Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true, "awaitPromise": true}, &r)
	if r.Exception != nil {
		b.tb.Fatalf("%s: %s", expression, r.Exception)
	}
	return string(r.Result.Value)
}

// Dark asks for the page in dark colours, or in light ones.
func (b *Browser) Dark(on bool) {
	b.tb.Helper()
	value := map[bool]string{true: "dark", false: "light"}[on]
	b.call(b.session, "Emulation.setEmulatedMedia", map[string]any{"features": []map[string]string{{"name": "prefers-color-scheme", "value": value}}}, nil)
}

// PDF prints the page on paper of this size, in inches.
func (b *Browser) PDF(width, height float64) []byte {
	b.tb.Helper()
	return b.picture("Page.printToPDF", map[string]any{"paperWidth": width, "paperHeight": height, "printBackground": true, "preferCSSPageSize": false})
}

// Screenshot is the whole page as PNG.
func (b *Browser) Screenshot() []byte {
	b.tb.Helper()
	return b.picture("Page.captureScreenshot", map[string]any{"captureBeyondViewport": true})
}

func (b *Browser) picture(method string, params map[string]any) []byte {
	b.tb.Helper()
	var r struct {
		Data string `json:"data"`
	}
	b.call(b.session, method, params, &r)
	data, err := base64.StdEncoding.DecodeString(r.Data)
	if err != nil {
		b.tb.Fatal(fmt.Errorf("%s: %w", method, err))
	}
	return data
}

// Foreign are the requests for anything but the page itself and what it holds.
func (b *Browser) Foreign() (list []string) {
	for i, r := range b.Requests {
		if (i > 0 || !strings.HasPrefix(r, "file://")) && !strings.HasPrefix(r, "data:") {
			list = append(list, r)
		}
	}
	return list
}
