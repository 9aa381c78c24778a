package tui

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"mxodus/engine"
	"mxodus/engine/letter"
	"mxodus/engine/say"
	"mxodus/tui/agenda"
	"mxodus/tui/handover"
	"mxodus/tui/widget"
)

// letters is a step that lists letters: to read them as a user will, to change
// what they tell and their words, to save, print and send them. Tell and Welcome
// are two of its kind; the step Report has one for the owner's letter. A pane
// each has a file of its own: lettersread.go, lettersfacts.go, letterswords.go,
// letterssave.go, letterssend.go.
type letters struct {
	seat
	what  lettersWhat
	table widget.Table
	pane  lettersPane
	form  *widget.Form // of the pane
	from  lettersPane  // to go back to from a form

	want   lettersPane  // what is opened once letters are made
	made   *madeLetters // nil: not made, or stale
	at     int          // the letter that is read
	scroll widget.Scroll
	people widget.Table // of the pane that sends
	way    string       // how to send; empty: not chosen
	words  wordsPane

	note   string        // what came of the last thing done
	opened string        // the file that the note is about; empty: none
	fault  *engine.Fault // of the last thing done
}

// lettersWhat is what makes one such step.
type lettersWhat struct {
	title, about, lead string
	kinds              []letter.Kind
	blocked            func() string
	done               func() bool
}

type lettersPane int

const (
	paneList lettersPane = iota
	paneRead
	paneFacts
	paneWords
	paneSave
	paneSend
	paneWay
)

func newLetters(s seat, what lettersWhat) *letters { return &letters{seat: s, what: what} }

func (s *letters) Title() string   { return s.what.title }
func (s *letters) About() string   { return s.what.about }
func (s *letters) Blocked() string { return s.what.blocked() }
func (s *letters) Done() bool      { return s.session.open() && s.what.done() }
func (s *letters) Typing() bool {
	return s.pane == paneFacts || s.pane == paneWords || s.pane == paneSave || s.pane == paneWay
}

// kinds are the lines of the list; the sheet of passwords only where there are
// any.
func (s *letters) kinds() []letter.Kind {
	var out []letter.Kind
	for _, k := range s.what.kinds {
		if k != passwordSheet || s.firstPasswords() > 0 {
			out = append(out, k)
		}
	}
	return out
}

// firstPasswords counts users whose new password the project holds.
func (s *letters) firstPasswords() int {
	n := 0
	for _, p := range s.session.people {
		if !p.LeftOut && p.destination != "" {
			n++
		}
	}
	return n
}

// kind is the letter under the cursor.
func (s *letters) kind() letter.Kind {
	list := s.kinds()
	return list[max(0, min(s.table.At(), len(list)-1))]
}

func (s *letters) Init() tea.Cmd {
	s.note, s.opened, s.fault = "", "", nil
	s.table.Resize(len(s.kinds()))
	if s.pane != paneWords && s.pane != paneFacts {
		s.made, s.pane = nil, paneList // numbers may have changed since
	}
	return nil
}

func (s *letters) Update(msg tea.Msg) tea.Cmd {
	var cmd tea.Cmd
	switch msg := msg.(type) {
	case reply:
		cmd = s.reply(msg)
	case sendNow:
		cmd = s.post(msg.again)
	case dropWords:
		cmd = s.leaveWords()
	case tea.KeyMsg:
		cmd = s.key(msg)
	}
	s.table.Resize(len(s.kinds()))
	if s.made != nil {
		s.people.Resize(len(s.made.list))
	}
	s.settlePane()
	return cmd
}

// settlePane goes back to the list where there are no letters for the pane to
// show: they couldn't be made, or nobody waited for them.
func (s *letters) settlePane() {
	if s.made == nil && !s.waiting("make") && (s.pane == paneRead || s.pane == paneSend) {
		s.pane, s.want = paneList, paneList
	}
}

func (s *letters) key(msg tea.KeyMsg) tea.Cmd {
	switch {
	case s.waiting("learn") || s.waiting("make"):
		return s.waitKey(msg)
	case s.pane == paneRead:
		return s.readKey(msg)
	case s.pane == paneFacts, s.pane == paneSave, s.pane == paneWay:
		return s.formKey(msg)
	case s.pane == paneWords:
		return s.wordsKey(msg)
	case s.pane == paneSend:
		return s.sendKey(msg)
	}
	return s.listKey(msg)
}

func (s *letters) listKey(msg tea.KeyMsg) tea.Cmd {
	sheet := s.kind() == passwordSheet
	switch {
	case s.table.Update(msg):
		s.note, s.opened, s.fault = "", "", nil
	case key.Matches(msg, keys.Back):
		return s.back()
	case key.Matches(msg, keys.Enter):
		return s.next()
	case key.Matches(msg, keys.Visit) && s.opened != "":
		return s.visit(s.opened)
	case key.Matches(msg, keys.Facts):
		s.openFacts()
	case key.Matches(msg, keys.Files) && sheet:
		s.openSave()
	case sheet:
	case key.Matches(msg, keys.Read):
		return s.fetch(paneRead)
	case key.Matches(msg, keys.Words):
		return s.openWords(s.language())
	case key.Matches(msg, keys.Files):
		return s.fetch(paneSave)
	case key.Matches(msg, keys.Send):
		return s.fetch(paneSend)
	}
	return nil
}

// waitKey goes on without what the servers tell.
func (s *letters) waitKey(msg tea.KeyMsg) tea.Cmd {
	if !key.Matches(msg, keys.Back) {
		return nil
	}
	if s.waiting("learn") {
		s.drop("learn")
		return s.make()
	}
	s.drop("make")
	return nil
}

// madeLetters are one letter to each user.
type madeLetters struct {
	kind  letter.Kind
	maker *letter.Maker
	list  []letter.Letter
}

// learned is what could not be read at the old server, by user.
type learned struct{ faults map[int64]*engine.Fault }

// fetch makes the letters and opens a pane on them. What only the servers know
// is asked first, once after each run.
func (s *letters) fetch(pane lettersPane) tea.Cmd {
	s.want, s.note, s.opened, s.fault = pane, "", "", nil
	if !s.kind().NeedsServers() || s.session.post.learned == len(s.session.runs)+1 || s.works.copying() {
		return s.make()
	}
	dial, o, l, p, users := s.adapters.Dial, s.dialOptions(), s.held(), s.session.project, s.session.moving()
	return s.ask("learn", func(ctx context.Context) (any, error) {
		faults, err := letter.Learn(ctx, l.file, dial(p, l.vault, o), users)
		return learned{faults}, err
	})
}

func (s *letters) make() tea.Cmd {
	file, k, users := s.session.file, s.kind(), s.session.moving()
	return s.ask("make", func(ctx context.Context) (any, error) { return makeLetters(ctx, file, k, users) })
}

func makeLetters(ctx context.Context, file engine.ProjectFile, k letter.Kind, users []engine.User) (*madeLetters, error) {
	facts, err := agenda.Letters(ctx, file, users, time.Now())
	if err != nil {
		return nil, err
	}
	before, after, err := handover.Kept(ctx, file)
	if err != nil {
		return nil, err
	}
	facts.DNS, facts.TTL = handover.DNSLines(before, after)
	maker, err := letter.NewMaker(facts)
	if err != nil {
		return nil, err
	}
	list, err := maker.MakeAll(k, users)
	return &madeLetters{k, maker, list}, err
}

func (s *letters) reply(r reply) tea.Cmd {
	lost := r.err != nil && !errors.Is(r.err, context.Canceled)
	if lost {
		s.fault = faultOf(r.err)
	}
	switch v := r.value.(type) {
	case learned:
		return s.takeLearned(v, lost)
	case *madeLetters:
		if r.err == nil {
			s.takeMade(v)
		}
	case loaded:
		if r.err == nil {
			s.session.refresh(v)
			return s.afterForm()
		}
	case wordsRead:
		s.takeWords(v, r.err)
	case wordsKept:
		return s.tookWords(v, r.err)
	case filesWritten:
		s.takeFiles(v, r.err)
	case postEnded:
		s.takePosted(v)
	}
	return nil
}

func (s *letters) takeLearned(v learned, lost bool) tea.Cmd {
	if !lost {
		s.session.post.learned = len(s.session.runs) + 1
	}
	if n := len(v.faults); n > 0 {
		s.note = say.Count(n, "mailbox") + " could not be read: what is listed there is from before."
	}
	return s.make()
}

func (s *letters) takeMade(v *madeLetters) {
	s.made = v
	s.at = min(s.at, max(0, len(v.list)-1))
	s.people.Resize(len(v.list))
	switch s.want {
	case paneSave:
		s.openSave()
	case paneSend:
		s.way = cmp.Or(s.way, s.usualWay())
		s.pane = paneSend
	default:
		s.pane = s.want
	}
}
