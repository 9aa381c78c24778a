package engine

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"
)

// VerifyOptions are about one verification.
type VerifyOptions struct {
	Users []User // less those left out
	// Deep fetches every message from both sides and compares them: bytes where
	// the destination keeps them, apart from line ends; else what they say.
	Deep bool
	// Meaning reads what messages say; nil: where the destination rewrites them,
	// nothing but what identifies them is compared.
	Meaning ReadMeaning
	// Against, if not nil, is an earlier account to compare with; see Held.
	Against *Proof
	// Folder and Message, if not nil, get every finished folder, and every message
	// that isn't in its place at the destination, from one goroutine at a time. A
	// user's messages come when that user is finished, those of a folder before
	// the folder.
	Folder  func(VerifiedFolder)
	Message func(VerifiedMessage)
}

// Account counts source messages by what became of them. Every message of the
// source is in exactly one of the fields but Source, their sum.
type Account struct {
	Source  int `json:"source"`
	Copied  int `json:"copied"`  // there, and sent by us
	Present int `json:"present"` // there, and was before us
	Skipped int `json:"skipped"` // not there, for a stated reason
	Failed  int `json:"failed"`  // not there, refused or unreadable
	New     int `json:"new"`     // not there, no complete run has seen it yet
	Moved   int `json:"moved"`   // was there, now in another folder at the destination
	Deleted int `json:"deleted"` // was there, gone since: somebody deleted it there
	Missing int `json:"missing"` // should be there and isn't
	Changed int `json:"changed"` // there, but its bytes, what it says, or its date differs
}

// OK says that nothing is left to do or to explain: nothing failed, missing, new
// or changed.
func (a Account) OK() bool { return a.Failed+a.Missing+a.New+a.Changed == 0 }

func (a *Account) add(b Account) {
	a.Source += b.Source
	a.Copied += b.Copied
	a.Present += b.Present
	a.Skipped += b.Skipped
	a.Failed += b.Failed
	a.New += b.New
	a.Moved += b.Moved
	a.Deleted += b.Deleted
	a.Missing += b.Missing
	a.Changed += b.Changed
}

// Proven counts messages that are at the destination by how that was proven: their
// bytes were compared, apart from line ends; or what they say was, because the
// server writes messages anew; or nothing but what identifies them, and the date.
type Proven struct {
	Bytes    int `json:"bytes"`
	Meaning  int `json:"meaning"`
	Identity int `json:"identity"`
}

func (p *Proven) add(q Proven) {
	p.Bytes += q.Bytes
	p.Meaning += q.Meaning
	p.Identity += q.Identity
}

// VerifyResult is the account of everybody.
type VerifyResult struct {
	At       time.Time
	Finished bool
	Deep     bool
	Users    []VerifiedUser
	Sum      Account
	Proven   Proven
	// Contents is what was proven by contents before, of users whose contents were
	// not compared now; nil: nothing was, or the account isn't kept yet.
	Contents *ProvenContents
	// OK: every user was verified, and nothing failed, missing, new or changed.
	OK bool
}

// VerifiedUser is the account of one user.
type VerifiedUser struct {
	User    User
	State   CheckState // warning: verified, and something is left to do
	Fault   *Fault     // why the user could not be verified
	Until   time.Time  // while it runs: it waits for a server until then
	Sum     Account
	Folders []VerifiedFolder
}

// VerifiedFolder is the account of one folder.
type VerifiedFolder struct {
	User   User
	Source []string // path at the source, decoded
	Dest   []string // path at the destination, decoded; nil when it has none
	Counts Account
	// Proof is how its messages were to be proven: "identity", "bytes" or
	// "meaning"; Proven is how those that are there were.
	Proof  string
	Proven Proven
	// Receipts and DatesMoved count messages that were altered on the way, as the
	// journal says; see AlteredReceipt and AlteredDate.
	Receipts, DatesMoved int
	Err                  string // why it, or something in it, could not be read
}

// VerifiedMessage is one source message that isn't in its place at the
// destination, or differs there.
type VerifiedMessage struct {
	User     User
	Folder   []string
	UID      uint32
	Size     int64
	Digest   Digest // zero when its bytes were never fetched
	Identity Identity
	Outcome  string // the json name of the Account field it is counted in
	Reason   string // in words
	Code     Reason // the same for scripts; only of skipped and failed ones
	Said     string
	// What a person knows it by, as far as it was read: of a folder that is left out
	// as a whole, and beyond some thousands, it is not.
	Date    time.Time
	Subject string
	From    string
}

// Verify re-scans both sides, without believing the journal, and accounts for
// every source message. The journal is only asked why something isn't there, and
// who brought what is. Its methods may be called from any goroutine.
type Verify struct {
	project      Project
	file         ProjectFile
	dialer       Dialer
	o            VerifyOptions
	limits       Limits
	source, dest *gate
	budget       *Budget

	out      sync.Mutex // held while callbacks run
	mu       sync.Mutex
	users    []VerifiedUser
	proven   []*ProvenUser           // as users; nil until one is finished
	held     []map[string]heldFolder // as users, by path
	contents *ProvenContents         // once the account is kept
	finished bool
}

// NewVerify makes a verification that is not yet running.
func NewVerify(p Project, f ProjectFile, d Dialer, o VerifyOptions) *Verify {
	l := p.Bounds()
	v := &Verify{project: p, file: f, dialer: d, o: o, limits: l, source: newGate(l.SourceConns), dest: newGate(l.DestConns),
		budget: NewBudget(l.MemoryBytes)}
	for _, u := range o.Users {
		if !u.LeftOut {
			v.users = append(v.users, VerifiedUser{User: u, State: CheckWaiting})
		}
	}
	v.proven, v.held = make([]*ProvenUser, len(v.users)), make([]map[string]heldFolder, len(v.users))
	return v
}

// Run verifies all users, several at once, and keeps their account with the
// project (LastProof). Users that can't be verified are in the result, with why;
// the error is about the verification as a whole. It is called once.
func (v *Verify) Run(ctx context.Context) (VerifyResult, error) {
	started := time.Now()
	run, noHistory := v.file.StartRun(ctx, "verify")
	slots := make(chan struct{}, max(v.limits.Mailboxes, 1))
	var wg sync.WaitGroup
	for i := range v.users {
		select {
		case slots <- struct{}{}:
			wg.Go(func() {
				defer func() { <-slots }()
				v.verifyUser(ctx, i)
			})
		case <-ctx.Done():
		}
	}
	wg.Wait()
	v.mu.Lock()
	v.finished = ctx.Err() == nil
	v.mu.Unlock()
	keepErr := v.keep(context.WithoutCancel(ctx))
	res := v.Status()
	if noHistory == nil { // a project that another process runs can be verified, but not written to
		s := v.summary(res, started)
		s.Interrupted = !res.Finished
		if err := v.file.FinishRun(context.WithoutCancel(ctx), run, s); err != nil {
			return res, err
		}
	}
	return res, cmp.Or(context.Cause(ctx), keepErr)
}

func (v *Verify) verifyUser(ctx context.Context, i int) {
	v.set(func() { v.users[i].State = CheckRunning })
	u := &userVerify{v: v, index: i, user: v.users[i].User, memory: v.budget.Share(max(v.limits.MemoryBytes/2, min(v.limits.MaxMessageBytes, tenantUsual)))}
	err := safely(func() error { return u.run(ctx) })
	u.close()
	v.set(func() {
		r := &v.users[i]
		switch {
		case ctx.Err() != nil && err != nil:
			r.State = CheckWaiting
		case err != nil:
			r.State, r.Fault = CheckFailed, AsFault(err)
		case r.Sum.OK():
			r.State = CheckOK
		default:
			r.State = CheckWarning
		}
	})
}

func (v *Verify) set(change func()) {
	v.mu.Lock()
	defer v.mu.Unlock()
	change()
}

// Status is a snapshot.
func (v *Verify) Status() VerifyResult {
	v.mu.Lock()
	defer v.mu.Unlock()
	res := VerifyResult{At: time.Now(), Finished: v.finished, Deep: v.o.Deep, Users: slices.Clone(v.users), Contents: v.contents, OK: v.finished}
	for i, u := range res.Users {
		res.Users[i].Folders = slices.Clone(u.Folders)
		res.Sum.add(u.Sum)
		for _, f := range u.Folders {
			res.Proven.add(f.Proven)
		}
		res.OK = res.OK && u.State == CheckOK
	}
	return res
}

// summary is a verification as a line of the history of runs.
func (v *Verify) summary(res VerifyResult, started time.Time) Summary {
	a := res.Sum
	s := Summary{Kind: "verify", Started: started, Finished: time.Now(), Users: len(res.Users),
		Sum: Tally{Total: a.Source, Copied: a.Copied + a.Moved + a.Deleted, Present: a.Present, Skipped: a.Skipped, Failed: a.Failed + a.Missing + a.Changed}}
	for _, u := range res.Users {
		switch u.State {
		case CheckFailed:
			s.UsersFailed++
		case CheckWarning:
			s.UsersAttention++
		}
	}
	return s
}
