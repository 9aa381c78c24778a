package tui

import "testing"

// Every step with a form says which one is open: so the rule holds for all.
var _ = []formHolder{(*project)(nil), (*server)(nil), (*destination)(nil), (*users)(nil), (*test)(nil), (*letters)(nil), (*migrate)(nil), (*cutover)(nil),
	(*finish)(nil), (*reporting)(nil)}

func TestWhatWasTypedIsNotThrownAwayUnasked(t *testing.T) {
	atTell(t, letterProject(), func(s *sitting, _ *fakeWorld, _ *fakePost, file *fakeFile) {
		for _, x := range []struct {
			at         stepID
			open, form string
			typed      string
		}{
			{stepTell, "e", "What letters tell", "Zoe"},
			{stepTell, "s", "Files that only you can read", "zz"},
			{stepProject, "e", "When is the cut-over?", "1"},
			{stepUsers, "a", "A new user", "zoe"},
			{stepUsers, "i", "CSV file", "zoe.csv"},
		} {
			s.handle(goMsg{to: x.at})
			s.settle()
			s.press(x.open)
			s.sees(x.form)
			s.press("esc") // nothing is typed yet
			s.seesNot(x.form)
			s.press(x.open)
			if x.at == stepTell {
				s.press("tab", "tab", "tab", "tab")
			}
			for _, r := range x.typed {
				s.press(string(r))
			}
			s.press("esc")
			s.sees("Leave the form?", "not kept")
			s.press("enter")
			s.sees(x.typed)
			s.press("esc", "down", "enter")
			s.seesNot("Leave the form?", x.form)
		}
		if file.project.Letters.HelpName != "Carla" {
			t.Error("kept what was left")
		}
	})
}
