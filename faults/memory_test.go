//go:build linux

package faults_test

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
)

// enoughMemory is what k6 needs at least, and some more, in bytes.
const enoughMemory = 400 << 20

// dieOfMemory has Go find no more memory. What is limited is what a process may write to: Go takes much more of the address space
// than it uses, so that ulimit -v says little.
func dieOfMemory(t *testing.T, _ *row) time.Duration {
	t.Helper()
	return starve(t, outOfMemory, outOfMemorySays, k6run.Options{
		Through: []string{"sh", "-c", fmt.Sprintf(`ulimit -d %d; exec "$@"`, dataLimit>>10), "sh"},
	})
}

// exceedMemory has the kernel kill k6 for its memory. Who may not make a control group does what the kernel would.
func exceedMemory(t *testing.T, _ *row) time.Duration {
	t.Helper()
	limit := fmt.Sprint(enoughMemory)
	options := k6run.Options{Through: grouped(t, "memory",
		[]setting{{"memory.swappiness", "0"}, {"memory.limit_in_bytes", limit}},
		[]setting{{"memory.swap.max", "0"}, {"memory.max", limit}},
	)}
	if options.Through == nil {
		options.Started = func(k6 *os.Process) {
			go func() {
				for held := memoryOf(k6); held < enoughMemory; held = memoryOf(k6) {
					if held == 0 {
						return // it has ended by itself
					}
					time.Sleep(time.Millisecond)
				}
				assert.NoError(t, k6.Kill())
			}()
		}
	}
	return starve(t, -1, "", options)
}

// memoryOf is what a process holds of the machine's memory, in bytes.
func memoryOf(process *os.Process) int {
	var all, resident int
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/statm", process.Pid)) // it may have ended
	if _, err := fmt.Sscan(string(text), &all, &resident); err != nil {
		return 0
	}
	return resident * syscall.Getpagesize()
}

// starve has users take memory until k6 dies of it, and looks at what it left.
func starve(t *testing.T, exitCode int, says string, options k6run.Options) time.Duration {
	t.Helper()
	path := filepath.Join(t.TempDir(), "run.weaviate")
	options.Env = append(benchEnv(t), "STRATEGY=multi,parallel-grpc", "ROUNDS=6")
	result := k6run.Run(t, options, "run", "--quiet", "--summary-mode", "disabled", "--out", "weaviate="+path, "hungry.js")
	require.Equal(t, exitCode, result.ExitCode, result.Stderr)
	require.Contains(t, result.Stderr, says)
	run := readRun(t, path)
	require.NotZero(t, run.Batches(), "what was until the end of the last block is there")
	require.Zero(t, run.Lost())
	require.False(t, run.Complete())
	return alwaysNormal
}
