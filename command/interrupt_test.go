//go:build unix

package command_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
)

// TestASecondInterruptEndsAtOnce: what somebody else made may keep a command busy, in a place that hears of no interrupt.
func TestASecondInterruptEndsAtOnce(t *testing.T) {
	t.Parallel()
	endless := filepath.Join(t.TempDir(), "endless.graphql")
	require.NoError(t, syscall.Mkfifo(endless, 0o600))
	ended := make(chan struct{})
	result := k6run.Run(t, k6run.Options{Dir: t.TempDir(), Started: func(process *os.Process) {
		go func() {
			fifo, err := os.OpenFile(endless, os.O_WRONLY, 0) // which waits until the command reads it
			if err != nil {
				return
			}
			defer func() { _ = fifo.Close() }()
			for {
				select {
				case <-ended:
					return
				case <-time.After(50 * time.Millisecond):
					_ = process.Signal(os.Interrupt) // it may have ended meanwhile
				}
			}
		}()
	}}, "x", "weaviate", "queries", "--from-graphql", endless)
	close(ended)
	require.Equal(t, -1, result.ExitCode, "a signal ended it")
}
