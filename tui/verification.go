package tui

import (
	"slices"
	"sync"

	"mxodus/engine"
)

// verification is a verification in the background, with the messages that
// aren't at the destination.
type verification struct {
	*engine.Verify

	mu     sync.Mutex
	absent []engine.VerifiedMessage
	more   int // beyond mostAbsent
}

// mostAbsent is how many messages are listed by name; the account counts all.
const mostAbsent = 5000

// verifySnap is a verification at one moment.
type verifySnap struct {
	engine.VerifyResult
	absent []engine.VerifiedMessage
	more   int
}

func newVerification(p engine.Project, f engine.ProjectFile, d engine.Dialer, users []engine.User, deep bool, read engine.ReadMeaning) *verification {
	v := &verification{}
	v.Verify = engine.NewVerify(p, f, d, engine.VerifyOptions{Users: users, Deep: deep, Meaning: read, Message: v.note})
	return v
}

// note is called from the verification's own goroutine.
func (v *verification) note(m engine.VerifiedMessage) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.absent) >= mostAbsent {
		v.more++
		return
	}
	v.absent = append(v.absent, m)
}

func (v *verification) snap() *verifySnap {
	s := &verifySnap{VerifyResult: v.Status()}
	v.mu.Lock()
	defer v.mu.Unlock()
	s.absent, s.more = slices.Clip(v.absent), v.more
	return s
}
