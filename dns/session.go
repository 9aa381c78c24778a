package dns

import (
	"context"
	"slices"
	"sync"
	"time"

	mdns "github.com/miekg/dns"
)

// maxQuestions is how many questions one session may put on the wire: a bound on
// what hostile delegations and SPF records can make us ask.
const maxQuestions = 600

// session is the memory of one check: no question goes to the same server twice,
// whoever asks and however many at once.
type session struct {
	c *Client
	// base is what the questions run under, not the ctx of who asked first:
	// others may wait for the same answer. close ends it.
	base   context.Context
	cancel context.CancelFunc
	wg     sync.WaitGroup
	// known are the resolvers, in the order in which they are asked.
	known    []Server
	knownErr error

	mu      sync.Mutex
	closed  bool
	flights map[flightKey]*flight
	// caught says that port 53 leads to something on this network, whatever
	// address is asked: HTTPS is believed more then.
	caught  bool
	seen    map[Server]Way // by which way a server answered last, "" if it didn't
	cuts    map[string]cut
	offsets map[string]int // where in a server list to begin, by zone
}

type flightKey struct {
	server  Server
	q       Question
	recurse bool
	https   bool // first
}

type flight struct {
	done   chan struct{}
	answer Answer // once done is closed
}

func (c *Client) session(ctx context.Context) *session {
	base, cancel := context.WithCancel(ctx)
	s := &session{c: c, base: base, cancel: cancel, flights: map[flightKey]*flight{}, seen: map[Server]Way{}, cuts: map[string]cut{}, offsets: map[string]int{}}
	s.cuts["."] = rootCut(c.o.Roots)
	s.known, s.knownErr = c.resolvers()
	return s
}

// close ends all questions still under way and waits for them.
func (s *session) close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.cancel()
	s.wg.Wait()
}

// ask puts a question to one server, or waits for the answer to the same
// question asked before. Only what the answer says of names within bailiwick is
// believed.
func (s *session) ask(ctx context.Context, sv Server, q Question, recurse bool, bailiwick string) Answer {
	f := s.fly(flightKey{sv, q, recurse, sv.DoH != "" && s.isCaught()})
	if f != nil {
		select {
		case <-f.done:
			a := f.answer
			if a.msg != nil {
				a.read(a.msg, bailiwick)
			}
			return a
		case <-ctx.Done():
		}
	}
	return Answer{Question: q, Server: sv, Status: Cancelled, At: s.c.o.Now()}
}

// fly starts a question unless it is under way; nil when the session is over or
// has asked too much.
func (s *session) fly(k flightKey) *flight {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, ok := s.flights[k]
	if ok {
		return f
	}
	if s.closed || len(s.flights) >= maxQuestions {
		return nil
	}
	f = &flight{done: make(chan struct{})}
	s.flights[k] = f
	noUDP := k.https || s.seen[k.server] == HTTPS
	s.wg.Go(func() {
		defer close(f.done)
		f.answer = exchange{c: s.c, s: k.server, q: k.q, recurse: k.recurse, noUDP: noUDP}.run(s.base)
		s.learn(k.server, f.answer)
	})
	return f
}

func (s *session) isCaught() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.caught
}

// learn remembers how a server could be reached, for the next question to it.
func (s *session) learn(sv Server, a Answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen[sv] = ""
	if a.msg != nil {
		s.seen[sv] = a.Way
	}
}

// helpful puts the resolvers that are known to be silent behind the others, and
// those that can be asked over HTTPS first where port 53 is caught.
func (s *session) helpful(servers []Server) []Server {
	s.mu.Lock()
	defer s.mu.Unlock()
	silent := func(sv Server) int {
		if s.caught && sv.DoH != "" {
			return -1
		}
		if way, asked := s.seen[sv]; asked && way == "" {
			return 1
		}
		return 0
	}
	out := slices.Clone(servers)
	slices.SortStableFunc(out, func(a, b Server) int { return silent(a) - silent(b) })
	return out
}

// begin is where in a list of n servers of a zone to begin, the same for the
// whole session, so that equal questions go to the same server.
func (s *session) begin(zone string, n int) int {
	if n == 0 {
		return 0
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	at, ok := s.offsets[zone]
	if !ok {
		at = int(mdns.Id())
		s.offsets[zone] = at
	}
	return at % n
}

// rotate begins a list of servers at this session's place, IPv4 before IPv6,
// which not every network has.
func (s *session) rotate(zone string, servers []Server) []Server {
	at := s.begin(zone, len(servers))
	out := slices.Concat(servers[at:], servers[:at])
	slices.SortStableFunc(out, func(a, b Server) int { return family(a) - family(b) })
	return out
}

func family(s Server) int {
	if a := s.Addr.Addr(); a.Is6() && !a.Is4In6() {
		return 1
	}
	return 0
}

// maxHedged is how many servers are asked the same for one answer.
const maxHedged = 8

// hedge asks servers one after the other until one gives a good answer: the next
// as soon as one fails, or when it was silent for a while. Without a good answer
// it returns the last bad one.
func (s *session) hedge(ctx context.Context, servers <-chan Server, good func(Answer) bool, askOne func(context.Context, Server) Answer) (Answer, bool) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	results := make(chan Answer, maxHedged)
	patience := time.NewTimer(0)
	defer patience.Stop()
	bad := Answer{Status: Nowhere}
	may, started, running := true, 0, 0
	for {
		next := servers
		if !may || started == maxHedged {
			next = nil
		}
		select {
		case sv, ok := <-next:
			if !ok {
				servers = nil
				break
			}
			may, started, running = false, started+1, running+1
			go func() { results <- askOne(ctx, sv) }()
			patience.Reset(s.c.o.Hedge)
		case a := <-results:
			if running--; good(a) {
				return a, true
			}
			bad, may = a, true
		case <-patience.C:
			may = true
		case <-ctx.Done():
			if bad.Status == Nowhere && started > 0 {
				bad.Status = Silent
			}
			return bad, false
		}
		if running == 0 && (servers == nil || started == maxHedged) {
			return bad, false
		}
	}
}

// each is a closed channel of these servers, for hedge.
func each(servers []Server) <-chan Server {
	ch := make(chan Server, len(servers))
	for _, sv := range servers {
		ch <- sv
	}
	close(ch)
	return ch
}

// recursive asks the resolvers, and follows the delegations itself when there
// are none or none of them answers.
func (s *session) recursive(ctx context.Context, q Question) Answer {
	good := func(a Answer) bool { return a.Status.OK() }
	a, ok := s.hedge(ctx, each(s.helpful(s.known)), good, func(ctx context.Context, sv Server) Answer {
		return s.ask(ctx, sv, q, true, ".")
	})
	if ok || ctx.Err() != nil || a.Status == ServFail {
		return a
	}
	b, err := s.iterate(ctx, q, nil)
	if err != nil && len(s.known) > 0 {
		return a
	}
	return b
}
