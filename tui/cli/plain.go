package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"mxodus/engine"
	"mxodus/engine/say"
)

// plain is the journey as questions and lines: for screen readers, and for
// terminals that can't do more. Its steps are those of the wizard, in that order
// (plainsteps.go); what they do, the commands do.
type plain struct {
	*app
	file      engine.ProjectFile
	path      string
	practice  *engine.Practice
	steps     []plainStep
	mx        string // host of the new MX, as far as somebody said
	at        int    // the step that comes next, from 0
	published bool   // the practice company's new MX
}

// What a person can answer to any question instead of answering it.
var (
	errBack  = errors.New("back")
	errLeave = errors.New("leave")
)

// plainWizard leads through the journey. practice and its open file are nil in
// real life.
func (a *app) plainWizard(ctx context.Context, path string, practice *engine.Practice, file engine.ProjectFile) error {
	a.readAloud()
	p := &plain{app: a, file: file, path: path, practice: practice, steps: plainSteps()}
	p.text("mxodus moves a company's mail from one mail server to another, step by step.",
		"Type an answer and press Enter. Enter alone takes what stands in brackets.",
		"To any question you may also answer: help, back, or quit. Whatever you do, nothing is lost.")
	err := p.walk(ctx)
	switch {
	case errors.Is(err, errLeave) && p.practice != nil:
		p.text("That was practice: the made-up company is gone, and nothing on this computer was changed.")
	case errors.Is(err, errLeave) && p.path != "":
		p.text("Your project is in " + asWritten(p.path) + ". To go on: mxodus --plain " + asWritten(p.path))
	case errors.Is(err, errLeave):
	default:
		return err
	}
	return nil
}

// walk opens the project, and goes from step to step until the person leaves.
func (p *plain) walk(ctx context.Context) error {
	if err := p.openProject(ctx); err != nil {
		return err
	}
	for {
		j, err := p.look(ctx)
		if err != nil {
			return err
		}
		p.at = j.next(p.steps, p.at)
		to, err := p.whereTo(ctx, j)
		if err != nil {
			return err
		}
		if why := p.steps[to].waits(j); why != "" {
			p.text(p.steps[to].title + " has to wait: " + why + ".")
			continue
		}
		p.printf("\nStep %d of %d: %s\n", to+1, len(p.steps), p.steps[to].title)
		p.text(p.steps[to].about)
		err = p.steps[to].do(p, ctx)
		switch {
		case errors.Is(err, errBack):
			p.at = to
		case errors.Is(err, errLeave) || ctx.Err() != nil:
			return err
		case err != nil:
			p.tellError(err)
			p.at = to
		default:
			p.at = to + 1
		}
	}
}

// whereTo asks which step comes next.
func (p *plain) whereTo(ctx context.Context, j *plainLook) (int, error) {
	for {
		p.printf("\n")
		over := p.at >= len(p.steps)
		standard := "quit"
		if !over {
			standard = strconv.Itoa(p.at+1) + ", " + p.steps[p.at].title
		}
		answer, err := p.ask(ctx, "Which step? A number, or list", standard,
			"Enter goes to the step in brackets. A number from 1 to "+say.Number(len(p.steps))+" goes to another one, list shows them all.")
		switch {
		case errors.Is(err, errBack):
			p.at = max(0, p.at-1)
			continue
		case err != nil:
			return 0, err
		case answer == "" && over:
			return 0, errLeave
		case answer == "":
			return p.at, nil
		case strings.EqualFold(answer, "list"):
			p.list(j)
			continue
		}
		for i, s := range p.steps {
			if answer == strconv.Itoa(i+1) || strings.EqualFold(answer, s.title) {
				return i, nil
			}
		}
		p.text("There is no step " + engine.Clean(answer, 40) + ".")
	}
}

func (p *plain) list(j *plainLook) {
	for i, s := range p.steps {
		state := "to do"
		switch why := s.waits(j); {
		case s.done(j):
			state = "done"
		case why != "":
			state = "waits: " + why
		}
		p.printf("%d, %s: %s\n", i+1, s.title, state)
	}
}

// text prints paragraphs.
func (p *plain) text(texts ...string) {
	for _, t := range texts {
		p.para(p.out, "", t)
	}
}

// ask asks a question and returns the answer without the blanks around it; ""
// stands for what is in brackets. help is what the person is told who asks.
func (p *plain) ask(ctx context.Context, question, standard, help string) (string, error) {
	for {
		if standard != "" {
			question := question + " [" + engine.Clean(standard, 200) + "]"
			p.printf("%s: ", question)
		} else {
			p.printf("%s: ", question)
		}
		line, err := p.line(ctx)
		if err != nil {
			return "", err
		}
		switch strings.ToLower(line) {
		case "help", "?":
			p.text(help)
			continue
		case "back":
			return "", errBack
		case "quit":
			return "", errLeave
		}
		return line, nil
	}
}

// need is ask until there is an answer that check finds nothing wrong with.
func (p *plain) need(ctx context.Context, question, standard, help string, check func(string) string) (string, error) {
	for {
		answer, err := p.ask(ctx, question, standard, help)
		if err != nil {
			return "", err
		}
		if answer == "" {
			answer = standard
		}
		wrong := check(answer)
		if wrong == "" {
			return answer, nil
		}
		p.text(wrong)
	}
}

// choice is one answer to a question of several.
type choice struct{ value, words string }

// pick asks for one of several answers.
func (p *plain) pick(ctx context.Context, question, help string, standard int, choices ...choice) (string, error) {
	for i, c := range choices {
		p.printf("%d, %s\n", i+1, c.words)
	}
	for {
		answer, err := p.ask(ctx, question, strconv.Itoa(standard+1), help)
		if err != nil {
			return "", err
		}
		if answer == "" {
			return choices[standard].value, nil
		}
		if n, err := strconv.Atoi(answer); err == nil && n >= 1 && n <= len(choices) {
			return choices[n-1].value, nil
		}
		if i := slices.IndexFunc(choices, func(c choice) bool { return strings.EqualFold(c.value, answer) }); i >= 0 {
			return choices[i].value, nil
		}
		p.text("Answer with a number from 1 to " + strconv.Itoa(len(choices)) + ".")
	}
}

// yes asks a question of yes or no.
func (p *plain) yes(ctx context.Context, question string, standard bool, help string) (bool, error) {
	word := map[bool]string{true: "yes", false: "no"}[standard]
	for {
		answer, err := p.ask(ctx, question, word, help)
		if err != nil {
			return false, err
		}
		switch strings.ToLower(answer) {
		case "":
			return standard, nil
		case "yes", "y":
			return true, nil
		case "no", "n":
			return false, nil
		}
		p.text("Answer yes or no.")
	}
}

// line reads what the person types. The end of the input leaves.
func (p *plain) line(ctx context.Context) (string, error) {
	type read struct {
		line string
		err  error
	}
	got := make(chan read, 1)
	go func() {
		line, err := p.lines().ReadString('\n')
		got <- read{line, err}
	}()
	select {
	case <-ctx.Done():
		p.printf("\n")
		return "", context.Cause(ctx)
	case r := <-got:
		if !p.term.in {
			p.printf("\n") // nobody's Enter was seen
		}
		if errors.Is(r.err, io.EOF) && r.line == "" {
			return "", errLeave
		}
		if r.err != nil && !errors.Is(r.err, io.EOF) {
			return "", fmt.Errorf("read the answer: %w", r.err)
		}
		return strings.TrimSpace(r.line), nil
	}
}

// command runs a command of mxodus as if it had been written, and returns its
// exit status. What went wrong was told. Ctrl-C ends the command alone.
func (p *plain) command(ctx context.Context, args ...string) int {
	kept, closers, parsed, name := p.opts, len(p.closers), p.parsed, p.app.command
	defer func() {
		for _, f := range slices.Backward(p.closers[closers:]) {
			f()
		}
		p.opts, p.closers, p.parsed, p.app.command = kept, p.closers[:closers], parsed, name
	}()
	work, done := p.interruptible(ctx)
	defer done()
	root := p.root()
	root.SetArgs(append(args, p.same(kept)...))
	_, err := root.ExecuteContextC(work)
	return p.finish(work, err)
}

// same are the flags that hold for every command of this sitting.
func (p *plain) same(o options) []string {
	out := []string{"--progress=plain"}
	for flag, v := range map[string]string{"passphrase-file": o.passphraseFile, "trace": o.traceFile, "log": o.logFile} {
		if v != "" {
			out = append(out, "--"+flag+"="+v)
		}
	}
	if o.remember {
		out = append(out, "--remember")
	}
	return out
}

// tellError tells what went wrong in a step that is no command.
func (p *plain) tellError(err error) {
	var wrong *usageError
	if errors.As(err, &wrong) {
		p.text(append(append([]string{wrong.what}, wrong.lines...), wrong.do)...)
		return
	}
	p.printFault(p.out, "", explain(err))
}

func (p *plain) now() time.Time { return time.Now() }

// verdict says whether it is safe to stop.
func (p *plain) verdict(ctx context.Context) (engine.StopVerdict, error) {
	f, err := engine.ReadStopFacts(ctx, p.file, p.now())
	if err != nil {
		return engine.StopVerdict{}, err
	}
	return engine.SafeToStop(f, p.rules), nil
}
