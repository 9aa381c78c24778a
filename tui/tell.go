package tui

import "mxodus/engine/letter"

// newTell is the step of the letters before the move.
func newTell(s seat) *letters {
	return newLetters(s, lettersWhat{
		title: "Tell",
		about: "Users should know what happens, when, and what they have to do themselves. mxodus writes to each of them, in their language and with what is theirs. Nothing goes out by itself: read a letter, change it, then print it, save it or send it. You may as well write to them in your own way.",
		lead:  "What your users should hear before the move. Nothing goes out by itself: read a letter, save it, print it, or send it.",
		kinds: []letter.Kind{letter.Announcement, letter.Prepare, letter.Reminder, letter.CutOver, passwordSheet},
		blocked: func() string {
			switch {
			case !s.session.open():
				return "open a project first"
			case len(s.session.moving()) == 0:
				return "no users yet"
			}
			return ""
		},
		done: func() bool {
			return s.session.begun() || s.session.wrote(letter.Announcement, letter.Prepare, letter.Reminder, letter.CutOver, passwordSheet)
		},
	})
}

// newWelcome is the step of the letters after the move.
func newWelcome(s seat) *letters {
	return newLetters(s, lettersWhat{
		title: "Welcome",
		about: "The welcome letter tells each user how to open the new mailbox, how much of their mail is there, and what was left out and why: from that user's own numbers. It can go straight into the new inbox. The follow-up asks some days later whether anything is missing, while the old mailboxes can still be opened.",
		lead:  "Each user hears what has arrived, from that user's own numbers. Read a letter, save it, print it, or send it.",
		kinds: []letter.Kind{letter.Welcome, letter.FollowUp, passwordSheet},
		blocked: func() string {
			if !s.session.open() || !s.session.migrated() {
				return "nothing is copied yet"
			}
			return ""
		},
		done: func() bool { return s.session.wrote(letter.Welcome, letter.FollowUp) },
	})
}

// wrote says whether any of these was saved or sent.
func (s *session) wrote(kinds ...letter.Kind) bool {
	for _, k := range kinds {
		if sent, open, _ := s.post.of(k); sent+open > 0 {
			return true
		}
		if _, ok := s.post.written[string(k)]; ok {
			return true
		}
	}
	return false
}
