package cli

import (
	"path/filepath"
	"strconv"
	"strings"

	"mxodus/engine"
)

// tellFiles says what was written.
func (a *app) tellFiles(dir string, files []engine.SetupFile) {
	if len(files) == 0 {
		return
	}
	a.printf("Wrote into the folder %s:\n", engine.Clean(dir, 300))
	t := a.table(column{}, column{least: 20})
	for _, f := range files {
		t.add(f.Name, f.For)
	}
	t.writeBare(a.out, width(a.Stdout))
	a.printf("\n")
}

// tellSteps lists how far each step is.
func (a *app) tellSteps(r engine.SetupReport) {
	a.printf("How far the set-up is:\n")
	for i, s := range r.Steps {
		title := s.Title
		if s.State == engine.CheckWaiting {
			title += " (not looked at yet)"
		}
		a.printf("  %s %d  %s\n", a.stepMark(s.State), i+1, title)
		a.tellState(s)
	}
}

// tellState says what was seen of a step.
func (a *app) tellState(s engine.SetupStep) {
	const indent = "       "
	switch {
	case s.Fault != nil:
		a.printFault(a.out, indent, s.Fault)
	case s.Found != "":
		a.para(a.out, indent, engine.Clean(s.Found, 300))
	}
}

func (a *app) stepMark(s engine.CheckState) string {
	m := a.term.marks()
	switch s {
	case engine.CheckOK:
		return m.ok
	case engine.CheckWarning:
		return m.warn
	case engine.CheckFailed:
		return m.bad
	}
	return m.dot
}

// tellByHand shows every step as it is taken by hand. What is to be copied stands
// on lines of its own that are never broken.
func (a *app) tellByHand(r engine.SetupReport) {
	for i, s := range r.Steps {
		a.printf("%s %d  %s\n", a.stepMark(s.State), i+1, s.Title)
		a.para(a.out, "     ", engine.Clean(s.Why, 300))
		if s.State == engine.CheckOK {
			a.tellState(s)
			a.printf("\n")
			continue
		}
		a.para(a.out, "     ", "Who: "+engine.Clean(s.Who, 200)+".")
		for n, action := range s.ByHand {
			a.tellAction(n+1, action)
		}
		if s.Fault != nil {
			a.printf("     Now:\n")
			a.tellState(s)
		}
		a.printf("\n")
	}
}

func (a *app) tellAction(n int, action engine.SetupAction) {
	text := engine.Clean(action.Do, 500)
	if columns := width(a.Stdout); columns > 0 {
		text = wrapped(text, max(columns-9, 20))
	}
	text = strings.ReplaceAll(text, "\n", "\n        ")
	a.printf("     %s) %s\n", string(rune('a'+(n-1)%26)), text)
	for _, line := range action.Copy {
		a.printf("          %s\n", engine.Clean(line, 0))
	}
}

// tellNext says what comes next.
func (a *app) tellNext(o *opened, r engine.SetupReport, dir string, files []engine.SetupFile) {
	scripts := len(files) > 0
	next := r.Next()
	a.printf("\n")
	switch {
	case next == nil:
		a.para(a.out, "", "All is set up. Next: mxodus test "+o.name)
	case scripts && next.Script || scripts && next.ID == engine.SetupTenant && o.project.Endpoint(engine.SideDestination).ClientID == "":
		a.tellScript(o, dir, files[0])
	default:
		a.para(a.out, "", "Next: step "+strconv.Itoa(stepNumber(r, next.ID))+", "+next.Title+". Then: mxodus microsoft check "+o.name)
	}
}

func stepNumber(r engine.SetupReport, id engine.SetupStepID) int {
	for i, s := range r.Steps {
		if s.ID == id {
			return i + 1
		}
	}
	return 0
}

// tellScript says how the script is run, for both kinds of systems.
func (a *app) tellScript(o *opened, dir string, first engine.SetupFile) {
	script := filepath.Join(dir, first.Name)
	a.printf("Next, as an administrator of the tenant (the script says which), in PowerShell:\n\n")
	for _, module := range first.Needs {
		a.printf("  Install-Module %s -Scope CurrentUser\n", module)
	}
	a.printf("  powershell -ExecutionPolicy Bypass -File %s\n\n", engine.ArgumentFor("windows", strings.ReplaceAll(script, "/", `\`)))
	a.printf("On macOS and Linux the last line is:\n\n  pwsh %s\n\n", engine.ArgumentFor("linux", filepath.ToSlash(script)))
	a.para(a.out, "", "The script may be read first: it says what it does. It ends with the lines to run next. Then: mxodus microsoft check "+o.name)
	a.para(a.out, "", "By hand instead: mxodus microsoft setup "+o.name+" --by-hand")
}
