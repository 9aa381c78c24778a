package engine

import (
	"fmt"
	"runtime/debug"
	"sync"
)

// crew runs functions at the same time. A panic in one of them becomes its
// error: it stops one mailbox, and never the program.
type crew struct{ sync.WaitGroup }

// do runs f beside the others and keeps its error in err until Wait.
func (c *crew) do(err *error, f func() error) {
	c.Go(func() { *err = safely(f) })
}

// safely turns a panic into a fault.
func safely(f func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			fault := Recovered(v)
			fault.Err = &panicError{value: fmt.Sprint(v), stack: string(debug.Stack())}
			err = fault
		}
	}()
	return f()
}

// panicError is what is left of a panic, for the log.
type panicError struct{ value, stack string }

func (e *panicError) Error() string { return "panic: " + e.value }
