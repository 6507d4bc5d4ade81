package measure

import "sync/atomic"

// Tally counts the batches that the clients of a process dispatch, each before anything of it is sent: in the end, as many must
// have been recorded. It is told apart from the samples, which are what might get lost. The zero Tally is ready, and is for any
// goroutine.
type Tally struct{ dispatched atomic.Int64 }

// Dispatch counts a batch that is about to be sent.
func (t *Tally) Dispatch() { t.dispatched.Add(1) }

// Withdraw takes one back of which nothing was sent.
func (t *Tally) Withdraw() { t.dispatched.Add(-1) }

// Dispatched is the number of batches so far.
func (t *Tally) Dispatched() int64 { return t.dispatched.Load() }
