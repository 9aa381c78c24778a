package cli

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// stopWithin is how long a command may take to stop cleanly. Nothing is lost
// if it takes longer and is ended: the next run finds out what became of what
// was on its way.
const stopWithin = 5 * time.Second

// interruptible makes a context of which the first Ctrl-C ends only this work;
// done gives the next one back to the program.
func (a *app) interruptible(ctx context.Context) (work context.Context, done func()) {
	work, cancel := context.WithCancelCause(ctx)
	a.work.Store(&cancel)
	return work, func() {
		a.work.Store(nil)
		cancel(nil)
	}
}

// interruptWork ends the work under way, and says whether there was any.
func (a *app) interruptWork() bool {
	cancel := a.work.Swap(nil)
	if cancel == nil {
		return false
	}
	(*cancel)(ErrInterrupted)
	a.notice("Stopping, and writing everything down. Ctrl-C again ends mxodus.")
	return true
}

// signals returns a context that ends, with ErrInterrupted, when somebody wants
// us to stop: Ctrl-C, SIGTERM, SIGHUP, a closed Windows console. The second
// time, or when stopping takes too long, the program ends at once.
func (a *app) signals(parent context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(parent)
	got := make(chan os.Signal, 2)
	signal.Notify(got, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) { // nohup wants it ignored
		signal.Notify(got, syscall.SIGHUP)
	}
	over := make(chan struct{})
	go func() {
		for working := true; working; {
			select {
			case <-got:
				working = a.interruptWork()
			case <-over:
				return
			}
		}
		onScreen := a.screen.Load()
		cancel(ErrInterrupted)
		if onScreen { // the wizard stops, and gives the terminal back, by itself
			return
		}
		a.notice("Stopping, and writing everything down. Ctrl-C again stops at once.")
		select {
		case <-got:
		case <-time.After(stopWithin):
		case <-over:
			return
		}
		a.notef("Stopped at once. Nothing is lost: run it again to go on.\n")
		os.Exit(ExitInterrupted)
	}()
	return ctx, func() {
		signal.Stop(got)
		close(over)
		cancel(nil)
	}
}
