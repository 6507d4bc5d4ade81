//go:build linux

package faults_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
	"github.com/xk6-weaviate/xk6-weaviate/record"
)

// moment is when a bench of two tests is ended.
type moment struct {
	name string
	// come says, of a results folder and of what the bench said so far, whether it has come.
	come func(folder, said string) bool
	// after is how much later it is.
	after time.Duration
}

// The bench's blocks, and the names of its tests.
const (
	blockLength = 1500 * time.Millisecond
	warmup      = 500 * time.Millisecond
	drain       = 250 * time.Millisecond

	firstTest  = "1_Vector_limit5"
	secondTest = "2_BM25_limit5"
)

func moments() []moment {
	inBlocks := func(folder, _ string) bool {
		file, err := os.Open(filepath.Join(folder, firstTest+".weaviate"))
		if err != nil {
			return false
		}
		defer func() { _ = file.Close() }()
		run, err := record.Read(file, firstTest)
		return err == nil && run.Batches() > 0 // it is written when a block has ended and the next one's warm-up begins
	}
	said := func(what string) func(string, string) bool {
		return func(_, said string) bool { return strings.Contains(said, what) }
	}
	return []moment{
		{"setup", func(folder, _ string) bool {
			_, err := os.Stat(filepath.Join(folder, firstTest+".weaviate"))
			return err == nil
		}, 200 * time.Millisecond},
		{"a warm-up", inBlocks, 0},
		{"a block", inBlocks, warmup + (blockLength-warmup-drain)/2},
		{"the time between two tests", said(firstTest + ": done"), 0},
		{"the report", said(secondTest + ": done"), 0},
	}
}

// untilLastBlock is what is recorded by who cannot say goodbye.
const untilLastBlock = "what was until the end of the last block; the run file says that it is not whole"

// benchRows end a bench by each signal at each moment, and let its k6 be killed.
func benchRows() []row {
	var rows []row
	for _, s := range []struct {
		signal         syscall.Signal
		name, survives string
	}{
		{syscall.SIGINT, "Ctrl-C (SIGINT)", "the results folder: what was measured so far, and `--resume` goes on"},
		{syscall.SIGTERM, "SIGTERM", "as above"},
		{syscall.SIGKILL, "kill -9", "the last state that was written, some seconds old at most; its k6 ends by itself, and `--resume` goes on"},
	} {
		for _, m := range moments() {
			recorded := "the batches in flight, `canceled`; nothing of what had not begun"
			if s.signal == syscall.SIGKILL {
				recorded = untilLastBlock
			}
			rows = append(rows, row{
				happens: s.name + " during " + m.name, over: "bench", recorded: recorded, survives: s.survives,
				short: m.name == "a block" && s.signal != syscall.SIGTERM,
				run:   func(t *testing.T, _ *row) time.Duration { t.Helper(); return endBench(t, s.signal, m) },
			})
		}
	}
	return append(rows, row{
		happens: "the system kills k6 (as it does when memory is short)", over: "bench",
		recorded: untilLastBlock,
		survives: "the other tests of the bench, which says which failed",
		run:      func(t *testing.T, _ *row) time.Duration { t.Helper(); return killK6(t) },
	})
}

// benchEnv is the environment of a short bench of two tests.
func benchEnv(t *testing.T) []string {
	t.Helper()
	return append(at(seeded(t)), "SEARCH_TYPES=vector,bm25", "USERS=2", "LIMIT=5", "SETTLE=0s", "ROUNDS=1",
		"BLOCK="+blockLength.String(), "WARMUP="+warmup.String(), "DRAIN="+drain.String())
}

// during calls do once the moment has come.
func (m *moment) during(folder string, said func() string, do func()) {
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		if m.come(folder, said()) {
			time.Sleep(m.after)
			break
		}
	}
	do()
}

// endBench ends a bench, sees what it left, and goes on with it.
func endBench(t *testing.T, signal syscall.Signal, m moment) time.Duration {
	t.Helper()
	dir, env := t.TempDir(), benchEnv(t)
	folder := filepath.Join(dir, "out")
	var signaled time.Time
	result := runBench(t, dir, env, func(process *os.Process, said func() string) {
		m.during(folder, said, func() {
			signaled = time.Now()
			assert.NoError(t, process.Signal(signal))
		})
	}, "--out", folder)
	require.NotContains(t, result.Stderr, "panic")
	switch {
	case signal == syscall.SIGKILL:
		require.Equal(t, -1, result.ExitCode)
	case m.name == "the report" && result.ExitCode == 0: // it was done already
	default:
		require.Equal(t, 1, result.ExitCode, result.Stderr)
		require.Contains(t, result.Stderr, "go on with `k6 x weaviate bench --resume "+folder+"`")
	}
	require.Eventually(t, func() bool { return len(running(folder)) == 0 }, patience, 50*time.Millisecond,
		"its k6 must end, too: nobody waits for it any more")
	took := time.Since(signaled)
	checkWhole(t, folder, signal != syscall.SIGKILL)

	resumed := runBench(t, dir, env, nil, "--resume", folder)
	require.Zero(t, resumed.ExitCode, resumed.Stderr)
	checkWhole(t, folder, true)
	for _, test := range []string{firstTest, secondTest} {
		run := readRun(t, filepath.Join(folder, test+".weaviate"))
		require.True(t, run.Complete())
		require.Zero(t, run.Lost())
		require.Empty(t, run.Processes[0].Stopped)
	}
	require.FileExists(t, filepath.Join(folder, "report.json"))
	return took
}

// runBench runs a bench. do is given its process and what it said, on a goroutine of its own.
func runBench(t *testing.T, dir string, env []string, do func(*os.Process, func() string), args ...string) k6run.Result {
	t.Helper()
	return runBenchThrough(t, nil, dir, env, do, args...)
}

// runBenchThrough runs a bench by a command that runs it.
func runBenchThrough(
	t *testing.T, through []string, dir string, env []string, do func(*os.Process, func() string), args ...string,
) k6run.Result {
	t.Helper()
	log := filepath.Join(t.TempDir(), "stderr")
	options := k6run.Options{Dir: dir, Env: env, Through: slices.Concat([]string{"sh", "-c", `exec 2>"$0"; exec "$@"`, log}, through)}
	done := make(chan struct{})
	close(done)
	if do != nil {
		done = make(chan struct{})
		options.Started = func(process *os.Process) {
			go func() {
				defer close(done)
				do(process, func() string { text, _ := os.ReadFile(log); return string(text) })
			}()
		}
	}
	result := k6run.Run(t, options, append([]string{"x", "weaviate", "bench"}, args...)...)
	<-done
	text, err := os.ReadFile(log)
	require.NoError(t, err)
	result.Stderr = string(text)
	return result
}

// untilNextTest waits until the second test of a bench has begun, and says how long that took.
func untilNextTest(folder string) time.Duration {
	began := time.Now()
	for time.Since(began) < patience {
		if _, err := os.Stat(filepath.Join(folder, secondTest+".weaviate")); err == nil {
			break // when it never begins, what the bench leaves says so
		}
		time.Sleep(2 * time.Millisecond)
	}
	return time.Since(began)
}

// running are the k6 processes that record into a folder.
func running(folder string) []int {
	lines, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	var found []int
	for _, line := range lines {
		text, _ := os.ReadFile(line) // it may have ended
		var pid int
		if _, err := fmt.Sscanf(line, "/proc/%d/cmdline", &pid); err == nil && strings.Contains(string(text), "weaviate="+folder) {
			found = append(found, pid)
		}
	}
	return found
}

// checkWhole reads all files of a results folder: each is as a whole one is.
func checkWhole(t *testing.T, folder string, tidy bool) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	for _, entry := range entries {
		path := filepath.Join(folder, entry.Name())
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		switch filepath.Ext(path) {
		case ".weaviate":
			require.Zero(t, readRun(t, path).Lost(), path)
		case ".json":
			if !strings.HasSuffix(path, "_summary.json") || tidy { // k6's own
				require.True(t, json.Valid(text), path)
			}
		case ".html":
			if filepath.Base(path) == "parallel_collection_report.html" {
				require.Contains(t, string(text), "</html>", path)
			}
		case ".tmp", ".new":
			require.False(t, tidy, "%s was left behind", path)
		}
	}
}

// killK6 kills the k6 of a bench's first test in a block.
func killK6(t *testing.T) time.Duration {
	t.Helper()
	dir := t.TempDir()
	folder := filepath.Join(dir, "out")
	var took time.Duration
	result := runBench(t, dir, benchEnv(t), func(_ *os.Process, said func() string) {
		all := moments()
		i := slices.IndexFunc(all, func(m moment) bool { return m.name == "a block" })
		all[i].during(folder, said, func() {
			for _, pid := range running(folder) {
				assert.NoError(t, syscall.Kill(pid, syscall.SIGKILL))
			}
			took = untilNextTest(folder)
		})
	}, "--out", folder)
	require.Equal(t, 1, result.ExitCode, result.Stderr)
	require.Contains(t, result.Stderr, firstTest+": failed: signal: killed")
	require.Contains(t, result.Stderr, secondTest+": done")
	require.Contains(t, result.Stderr, "1 of 2 tests failed")
	checkWhole(t, folder, false)
	first, second := readRun(t, filepath.Join(folder, firstTest+".weaviate")), readRun(t, filepath.Join(folder, secondTest+".weaviate"))
	require.NotZero(t, first.Batches(), "what was until the end of the last block is there")
	require.False(t, first.Complete())
	require.True(t, second.Complete())
	require.Zero(t, second.Lost())
	return took
}
