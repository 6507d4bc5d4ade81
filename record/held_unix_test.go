//go:build unix

package record_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
	"github.com/xk6-weaviate/xk6-weaviate/internal/stub"
)

// TestAClientHeldToAFractionOfACoreIsSeen stops k6 for four fifths of the time, as a quota does that allows for a fifth of a core.
func TestAClientHeldToAFractionOfACoreIsSeen(t *testing.T) {
	t.Parallel()
	held := func(started func(*stub.Server, *os.Process)) float64 {
		server := stub.Start(t)
		server.SetAll(stub.Behaviour{Delay: 5 * time.Millisecond})
		path := filepath.Join(t.TempDir(), "run.weaviate")
		result := k6run.Run(t, k6run.Options{
			Env: at(server, "DURATION=3s"), Stdin: blocks,
			Started: func(k6 *os.Process) { started(server, k6) },
		}, "run", "--quiet", "--out", "weaviate="+path, "-")
		require.Zero(t, result.ExitCode, result.Stderr)
		var held, span int64
		for _, row := range read(t, path).Processes[0].Client.Rows {
			if row.Users > 0 {
				held, span = held+row.Held, span+row.Span
			}
		}
		require.Positive(t, span)
		return float64(held) / float64(span)
	}
	free := held(func(*stub.Server, *os.Process) {})
	kept := held(func(server *stub.Server, k6 *os.Process) {
		go func() {
			for server.Requests() == 0 {
				time.Sleep(10 * time.Millisecond)
			}
			for k6.Signal(syscall.SIGSTOP) == nil {
				time.Sleep(80 * time.Millisecond)
				_ = k6.Signal(syscall.SIGCONT)
				time.Sleep(20 * time.Millisecond)
			}
		}()
	})
	t.Logf("kept from running for %.0f %% of the time, and for %.0f %% when nobody stops it", 100*kept, 100*free)
	require.Greater(t, kept, 0.5)
	require.Less(t, free, kept/2)
}
