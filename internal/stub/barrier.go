package stub

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// barrier holds searches until enough of them wait at the same time.
type barrier struct {
	wait time.Duration // how long one waits, at most

	mu      sync.Mutex
	size    int
	waiting int
	open    chan struct{} // closed when those who wait now may go
}

// Barrier lets no search be answered until n of them wait at the same time; then these n go, and the next n are awaited. A
// search that waits longer than Config.BarrierWait is answered with an error, so that a client that never sends n at once
// fails and does not hang. One HTTP request counts once, however many collections it searches. 0 takes the barrier away and
// lets everybody go.
func (s *Server) Barrier(n int) {
	b := &s.barrier
	b.mu.Lock()
	defer b.mu.Unlock()
	b.size = n
	if b.waiting >= n {
		b.release()
	}
}

// release lets those who wait go. The lock is held.
func (b *barrier) release() {
	if b.open != nil {
		close(b.open)
	}
	b.open, b.waiting = nil, 0
}

// pass waits at the barrier, if there is one. It returns the context's error when the request ended first.
func (b *barrier) pass(ctx context.Context, done <-chan struct{}) error {
	b.mu.Lock()
	if b.size == 0 {
		b.mu.Unlock()
		return nil
	}
	if b.open == nil {
		b.open = make(chan struct{})
	}
	open := b.open
	b.waiting++
	if b.waiting >= b.size {
		b.release()
		b.mu.Unlock()
		return nil
	}
	b.mu.Unlock()

	timer := time.NewTimer(b.wait)
	defer timer.Stop()
	select {
	case <-open:
		return nil
	case <-ctx.Done():
		return b.leave(open, func() error { return ctx.Err() })
	case <-done:
		return b.leave(open, func() error { return context.Canceled })
	case <-timer.C:
		return b.leave(open, func() error {
			return fmt.Errorf("barrier: only %d of %d searches in flight at once within %v", b.waiting, b.size, b.wait)
		})
	}
}

// leave stops waiting, for a reason that is asked for under the lock; there is none if the barrier opened meanwhile.
func (b *barrier) leave(open chan struct{}, reason func() error) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.open != open {
		return nil
	}
	err := reason()
	b.waiting--
	return err
}
