package tui

import "github.com/charmbracelet/bubbles/key"

// The keys of the wizard, in one place. A binding is copied where its words
// depend on the moment (see named). No alt+letter: AltGr types with it.
var keys = struct {
	Quit, Interrupt, Help, Go, Enter, Back              key.Binding
	Reveal, Edit, Delete, Add, Paste, Import, Filter    key.Binding
	Mark, Finish, Sort, Problems, Log, Details, Only    key.Binding
	PauseAll, Pause, Stop, StopAll, Retry, RetryAll     key.Binding
	Again, Follow, Accept, Deep, Missing, Day, Use, Pin key.Binding
	LeaveOut, Manual, Look, Move, Fields, Pick, Scroll  key.Binding
	Plan, PlanCutOver, Calendar, TaskDone, Pilot        key.Binding
	Save, Mend, Copy, Publish, Changed, ToVerify        key.Binding
	Limits, Prefer, Columns, Browse, MarkAll            key.Binding
	AskTenant, Prove, Tried, Notes, Tenant, Make, Hand  key.Binding
	Read, Facts, Words, Files, Send, Way, Once, Person  key.Binding
	Tongue, Tongues, Visit, Own, Texts, HandOver        key.Binding
	Other, Forward, Scripts, SignIn, ByHand             key.Binding
}{
	Quit:        bind("quit", "q"),
	Interrupt:   bind("quit", "ctrl+c"),
	Help:        bind("help", "?"),
	Go:          bind("go to step", "ctrl+g"),
	Enter:       bind("next", "enter"),
	Back:        bind("back", "esc"),
	Reveal:      bind("show passwords", "ctrl+r"),
	Edit:        bind("edit", "e"),
	Delete:      bind("delete", "d", "delete"),
	Add:         bind("add", "a"),
	Paste:       bind("paste", "v"),
	Import:      bind("import CSV", "i"),
	Filter:      bind("filter", "/"),
	Mark:        bind("mark", " "),
	Finish:      bind("read it", "ctrl+d"),
	Sort:        bind("sort", "s"),
	Problems:    bind("problems", "e"),
	Log:         bind("log", "l"),
	Details:     bind("details", "d"),
	Only:        bind("only problems", "o"),
	PauseAll:    bind("pause all", "p"),
	Pause:       bind("pause this user", " "),
	Stop:        bind("stop this user", "x"),
	StopAll:     bind("stop all", "X"),
	Retry:       bind("test again", "r"),
	RetryAll:    bind("test all with problems", "R"),
	Again:       bind("run again", "n"),
	Follow:      bind("follow", "f"),
	Accept:      bind("accept warnings", "w"),
	Deep:        bind("compare contents", "b"),
	Missing:     bind("not there", "m"),
	Day:         bind("let a working day pass", "t"),
	Use:         bind("use a name", "1", "2", "3", "4", "5", "6", "7", "8", "9"),
	Pin:         bind("trust this certificate", "p"),
	Plan:        bind("plan", "p"),
	PlanCutOver: bind("plan the cut-over", "e"),
	Calendar:    bind("calendar file", "c"),
	Pilot:       bind("one user first", "u"),
	TaskDone:    bind("say it is done", " "),
	Save:        bind("save", "ctrl+s"),
	Copy:        bind("copy the value", "c"),
	Publish:     bind("publish the new MX", "p"),
	Changed:     bind("say the MX is changed", "y"),
	ToVerify:    bind("verify", "v"),
	Limits:      bind("limits", "c"),
	Columns:     bind("which column is which", "c"),
	Browse:      bind("look for it", "ctrl+o"),
	MarkAll:     bind("mark all shown", "*"),
	Prefer:      bind("goes first", "+"),
	Other:       bind("another kind of server", "o"),
	Forward:     bind("go on all the same", "n"),
	Scripts:     bind("write the scripts", "w"),
	SignIn:      bind("sign in", "s"),
	ByHand:      bind("by hand", "h"),
	AskTenant:   bind("ask the tenant", "ctrl+t"),
	Prove:       bind("prove the domain", "p"),
	Tried:       bind("what was asked", "d"),
	Notes:       bind("how to sign in here", "ctrl+n"),
	Tenant:      bind("from the tenant", "t"),
	Make:        bind("make who is missing", "m"),
	Hand:        bind("hand over to Microsoft", "x"),
	Mend:        bind("mend this user", "e"),
	LeaveOut:    bind("leave out", "o"),
	Manual:      bind("type it in", "m"),
	Look:        bind("look again", "l"),
	Move:        bind("move", "up", "down"),
	Fields:      bind("next field", "tab", "down"),
	Pick:        bind("choose", "left", "right"),
	Scroll:      bind("scroll", "up", "down"),
	Read:        bind("read it", "p"),
	Facts:       bind("facts", "e"),
	Words:       bind("text", "t"),
	Files:       bind("save, print", "s"),
	Send:        bind("send", "m"),
	Way:         bind("how to send", "w"),
	Once:        bind("send once more", "a"),
	Person:      bind("other user", "left", "right"),
	Tongue:      bind("language", "g"),
	Tongues:     bind("next language", "ctrl+l"),
	Visit:       bind("open in the browser", "o"),
	Own:         bind("mxodus's own text", "ctrl+o"),
	Texts:       bind("write all texts as files", "ctrl+t"),
	HandOver:    bind("letter to the owner", "m"),
}

func bind(help string, k ...string) key.Binding {
	return key.NewBinding(key.WithKeys(k...), key.WithHelp(label(k), help))
}

// named is a binding under another word.
func named(b key.Binding, help string) key.Binding {
	b.SetHelp(b.Help().Key, help)
	return b
}

// label is how keys are written on screen.
func label(k []string) string {
	switch k[0] {
	case "enter":
		return "Enter"
	case "esc":
		return "Esc"
	case " ":
		return "Space"
	case "tab":
		return "Tab"
	case "up":
		return "Up/Down"
	case "left":
		return "Left/Right"
	case "1":
		return "1-9"
	case "ctrl+c":
		return "Ctrl-C"
	case "ctrl+g":
		return "Ctrl-G"
	case "ctrl+r":
		return "Ctrl-R"
	case "ctrl+s":
		return "Ctrl-S"
	case "ctrl+o":
		return "Ctrl-O"
	case "ctrl+d":
		return "Ctrl-D"
	case "ctrl+t":
		return "Ctrl-T"
	case "ctrl+l":
		return "Ctrl-L"
	case "ctrl+n":
		return "Ctrl-N"
	}
	return k[0]
}
