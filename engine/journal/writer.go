package journal

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"sync/atomic"
)

// maxGroup bounds how many records share one transaction, and with them how
// long the first of them waits.
const maxGroup = 16_384

// writer is the one connection that writes, and the goroutine that owns it. It
// gathers what is waiting into one transaction: one fsync for all.
type writer struct {
	path  string
	db    *sql.DB
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
	// guard looks at the lock's row at the start of each transaction.
	guard func(t *tx) (standing, error)

	jobs  chan *job
	quit  chan struct{}
	once  sync.Once
	ended chan struct{}
}

// job is one change. It may be run twice, when another job of its transaction
// fails, so it sets its results rather than adds to them.
type job struct {
	ctx    context.Context
	run    func(t *tx) error
	weight int // records
	// needs says what the job demands of the lock.
	needs demand
	state atomic.Uint32
	done  chan error // one value
}

// The states of a job: whoever leaves waiting first has it.
const (
	jobWaiting uint32 = iota
	jobTaken
	jobGivenUp
)

// tx is an open transaction, used by the writer's goroutine only.
type tx struct{ w *writer }

func openWriter(ctx context.Context, path string) (*writer, error) {
	db := connect(path, writerPragmas)
	conn, err := db.Conn(ctx)
	if err == nil {
		if err = prepareSchema(ctx, path, conn); err == nil {
			w := &writer{path: path, db: db, conn: conn, stmts: map[string]*sql.Stmt{},
				jobs: make(chan *job), quit: make(chan struct{}), ended: make(chan struct{})}
			return w, nil
		}
		_ = conn.Close()
	}
	_ = db.Close()
	return nil, faultOf(path, err)
}

// do runs a change and returns once it is durable, or why it isn't.
func (w *writer) do(ctx context.Context, needs demand, weight int, run func(t *tx) error) error {
	j := &job{ctx: ctx, run: run, weight: weight, needs: needs, done: make(chan error, 1)}
	select {
	case w.jobs <- j:
	case <-ctx.Done():
		return ctx.Err()
	case <-w.quit:
		return faultOf(w.path, errClosed)
	}
	select {
	case err := <-j.done:
		return faultOf(w.path, err)
	case <-ctx.Done():
		if j.state.CompareAndSwap(jobWaiting, jobGivenUp) {
			return ctx.Err()
		}
		return faultOf(w.path, <-j.done)
	}
}

// loop serves jobs until the writer is closed.
func (w *writer) loop() {
	defer close(w.ended)
	for {
		select {
		case j := <-w.jobs:
			w.commit(w.gather(j))
		case <-w.quit:
			return
		}
	}
}

// gather adds what is waiting to the first job.
func (w *writer) gather(first *job) []*job {
	group := []*job{first}
	for weight := first.weight; weight < maxGroup; {
		select {
		case j := <-w.jobs:
			group = append(group, j)
			weight += j.weight
		default:
			return group
		}
	}
	return group
}

// commit writes a group in one transaction. When that fails, each gets its own,
// so that nobody fails for another's fault.
func (w *writer) commit(group []*job) {
	var live []*job
	for _, j := range group {
		if j.state.CompareAndSwap(jobWaiting, jobTaken) {
			live = append(live, j)
		}
	}
	if len(live) == 0 {
		return
	}
	err := w.transact(live)
	if err != nil && len(live) > 1 {
		for _, j := range live {
			j.done <- w.transact([]*job{j})
		}
		return
	}
	for _, j := range live {
		j.done <- err
	}
}

func (w *writer) transact(group []*job) (err error) {
	t := &tx{w}
	if err := t.exec("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			rollback(w.conn)
		}
	}()
	lock, err := w.guard(t)
	if err != nil {
		return err
	}
	for _, j := range group {
		if err := lock.allows(w.path, j.needs); err != nil {
			return err
		}
		if err := j.run(t); err != nil {
			return err
		}
	}
	return t.exec("COMMIT")
}

// close ends the goroutine after the transaction under way.
func (w *writer) close() error {
	w.once.Do(func() { close(w.quit) })
	<-w.ended
	errs := make([]error, 0, 2)
	for _, s := range w.stmts {
		errs = append(errs, s.Close())
	}
	return errors.Join(append(errs, w.conn.Close(), w.db.Close())...)
}

// prepared is the statement, made once. The context is always the background's:
// a caller that gives up must not break off what others share.
func (t *tx) prepared(query string) (*sql.Stmt, error) {
	if s, ok := t.w.stmts[query]; ok {
		return s, nil
	}
	s, err := t.w.conn.PrepareContext(context.Background(), query)
	if err != nil {
		return nil, err
	}
	t.w.stmts[query] = s
	return s, nil
}

func (t *tx) exec(query string, args ...any) error {
	_, err := t.change(query, args...)
	return err
}

// change is exec that hands back the result.
func (t *tx) change(query string, args ...any) (sql.Result, error) {
	s, err := t.prepared(query)
	if err != nil {
		return nil, err
	}
	return s.ExecContext(context.Background(), args...)
}

// queryRow reads one row; Scan says sql.ErrNoRows when there is none.
func (t *tx) queryRow(query string, args ...any) scanner {
	s, err := t.prepared(query)
	if err != nil {
		return failedScan{err}
	}
	return s.QueryRowContext(context.Background(), args...)
}

// each calls row with every row of a query.
func (t *tx) each(row func(*sql.Rows) error, query string, args ...any) error {
	s, err := t.prepared(query)
	if err != nil {
		return err
	}
	rows, err := s.QueryContext(context.Background(), args...)
	return eachRow(rows, err, row)
}

// scanner is what *sql.Row and *sql.Rows have in common.
type scanner interface{ Scan(dest ...any) error }

type failedScan struct{ err error }

func (f failedScan) Scan(...any) error { return f.err }
