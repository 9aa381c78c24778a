package tui

import (
	"regexp"
	"slices"
	"strings"

	"mxodus/engine"
)

// What is wrong is told by faults that know of no screen: they name commands. In the
// wizard the same is done by a step and a key.

// ownCommand finds our commands in words: which one, and its flags with what follows
// them. A flag's value is told from the next word by looking like none.
var ownCommand = regexp.MustCompile(`mxodus (microsoft (?:signin|check|setup|users|domain)|set|users|test|run|verify|dns|letters|report|export|status|new)\b(?: FILE\b)?((?: --[a-z-]+(?: (?:"[^"]*"|'[^']*'|[^\s,;]*[A-Z0-9@:/][^\s,;)]*|[a-z]+\.[a-z]+\b))?)*)`)

// remedies are where commands, with a flag or whatever flags, are in the wizard. The
// first that fits counts; "" leaves a command as it is.
var remedies = []struct{ command, flag, words string }{
	{"microsoft signin", "--users", "step Users, key t, then s"},
	{"microsoft signin", "", "step Destination, key s"},
	{"microsoft check", "", "step Destination"},
	{"microsoft setup", "--by-hand", "step Destination, key h"},
	{"microsoft setup", "", "step Destination, key w"},
	{"microsoft users", "", "step Users, key t"},
	{"microsoft domain", "", "step Cut-over, key t"},
	{"set", "--source", "step Source, key e"},
	{"set", "--tenant", "step Destination, key e"},
	{"set", "--client-id", "step Destination, key e"},
	{"set", "--sign-in", "step Destination, key e"},
	{"set", "--destination", "step Destination"},
	{"set", "", ""},
	{"users", "--import", "step Users, key i"},
	{"users", "--leave-out", "step Users, key o"},
	{"users", "", "step Users, key e"},
	{"test", "", "step Test"},
	{"run", "", "step Migrate"},
	{"verify", "", "step Verify"},
	{"dns", "", "step Cut-over"},
	{"letters", "--check", "step Tell, key t"},
	{"letters", "--sender", "step Tell, key e"},
	{"letters", "--smtp", "step Tell, key m, then w"},
	{"letters", "", "step Tell"},
	{"report", "", "step Report"},
	{"export", "", "step Test, key x"},
	{"new", "", "a new project"},
}

// wizardRemedy puts steps and keys into words in the place of commands.
func wizardRemedy(words string) string {
	if !strings.Contains(words, "mxodus ") {
		return words
	}
	words = strings.ReplaceAll(words, " (or with mxodus new)", "")
	var b strings.Builder
	end := 0
	for _, at := range ownCommand.FindAllStringSubmatchIndex(words, -1) {
		remedy := remedyOf(words[at[2]:at[3]], words[at[4]:at[5]])
		if remedy == "" {
			continue
		}
		before := words[end:at[0]]
		if said := b.String() + before; said == "" || strings.HasSuffix(said, ". ") {
			remedy = strings.ToUpper(remedy[:1]) + remedy[1:]
		}
		b.WriteString(before + remedy)
		if end = at[1]; words[end-1] == '.' { // the sentence's
			end--
		}
	}
	return b.String() + words[end:]
}

func remedyOf(command, flags string) string {
	for _, r := range remedies {
		if r.command == command && strings.Contains(flags, r.flag) {
			return r.words
		}
	}
	return ""
}

// advice is what a fault says, for whoever sits at the wizard: with steps and keys in
// the place of commands, and the project's file in those that stay.
func (c *core) advice(words string) string {
	words = wizardRemedy(clean(engine.NameLog(words, c.options.LogFile)))
	if c.session.file == nil {
		return words
	}
	return engine.ForFile(words, engine.Argument(c.session.file.Path()))
}

// handHere is how a step of the set-up is taken by hand, at the wizard: what the
// commands enter is entered in the form here.
func handHere(s *engine.SetupStep) (out []engine.SetupAction) {
	for _, a := range s.ByHand {
		switch {
		case len(a.Copy) == 1 && strings.HasPrefix(a.Copy[0], "mxodus set "):
			a.Do = inWizard.Replace(a.Do)
			a.Copy = flagValues(a.Copy[0], "--tenant", "--client-id")
		case len(a.Copy) == 1 && strings.HasPrefix(a.Copy[0], "mxodus microsoft signin "):
			a = engine.SetupAction{Do: "Close this page, and press s."}
		case a.Do == "Delete secret.txt.": // it was never written
			continue
		}
		out = append(out, a)
	}
	return out
}

var inWizard = strings.NewReplacer("Put it into a file secret.txt, then run:", "Press e here, and enter it as the client secret, with the tenant and the client ID:",
	"then run:", "then press e here, and enter the tenant and that ID:", "Then run:", "Then press e here, and enter the tenant and the client ID:")

// flagValues are the values of these flags in a command; where one isn't known yet a
// word stands in its place, in capitals, and is left out.
func flagValues(command string, flags ...string) (out []string) {
	words := strings.Fields(command)
	for i := range len(words) - 1 {
		if slices.Contains(flags, words[i]) && !strings.HasSuffix(words[i+1], "-ID") {
			out = append(out, words[i+1])
		}
	}
	return out
}
