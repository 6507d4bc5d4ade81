// Package falseclock runs programs whose clock of the day can be set while they run, without setting the machine's: tests see what
// becomes of a whole k6 when somebody sets the clock.
//
// Go programs ask the kernel for the time, not the C library, so that no library can come between; and mostly they do not even ask, for
// the kernel has put the code that tells it (the vDSO) into their memory. So a program is run with a filter (seccomp) that lets the test
// answer for the kernel: when it starts, the pointer to that code is struck out on its stack, so that it has to ask, and when it asks for
// the clock of the day, it is told a false one. Its other clocks go on as they are and are never asked about here. The processes that it
// starts are under the same filter. What the kernel writes itself, like the times of files, stays true.
//
// It takes Linux on amd64, and no rights of root: who runs a program may answer for its kernel, unless a container forbids it.
package falseclock

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// asStage is the first argument of a test binary that is to set the filter up and become a program.
const asStage = "falseclock: run"

// Main comes first in a test binary's TestMain. It does not return when the binary was called by what Through gave.
func Main() {
	if len(os.Args) < 4 || os.Args[1] != asStage {
		return
	}
	_, _ = fmt.Fprintln(os.Stderr, "falseclock:", become(os.Args[2], os.Args[3:]))
	os.Exit(1)
}

// Clock is the clock of the day of the programs that are run through it.
type Clock struct {
	socket string
	ahead  atomic.Int64 // of the true clock, in nanoseconds
	told   atomic.Int64

	mutex  sync.Mutex
	failed error
}

// New is a clock that is right at first. The test fails when it cannot be kept.
func New(tb testing.TB) *Clock {
	tb.Helper()
	folder, err := os.MkdirTemp("", "clock-") //nolint:usetesting // a socket's path must be short, and a test's name may be long
	if err != nil {
		tb.Fatal(err)
	}
	c := &Clock{socket: filepath.Join(folder, "socket")}
	stop, err := c.serve()
	if err != nil {
		tb.Fatalf("cannot set the clock of a program: %v", err)
	}
	tb.Cleanup(func() {
		stop()
		if err := errors.Join(c.Err(), os.RemoveAll(folder)); err != nil {
			tb.Errorf("cannot set the clock of a program: %v", err)
		}
	})
	return c
}

// Through is a command that runs another, which is the end of its arguments, by this clock.
func (c *Clock) Through() ([]string, error) {
	self, err := os.Executable()
	return []string{self, asStage, c.socket}, err
}

// Set sets the clock to what it would be, had it been ahead of the true one by d from the beginning.
func (c *Clock) Set(d time.Duration) { c.ahead.Store(int64(d)) }

// Told is how often programs were told the time. One that never asks has got around the clock.
func (c *Clock) Told() int64 { return c.told.Load() }

// Err is why the clock could not be kept; nil when it could.
func (c *Clock) Err() error {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.failed
}

func (c *Clock) fail(err error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.failed == nil {
		c.failed = err
	}
}
