//go:build linux

package faults_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
	"github.com/xk6-weaviate/xk6-weaviate/record"
)

// shortageRows take from the client what it needs.
func shortageRows() []row {
	return []row{
		{
			happens: "the disk is full, and has room again", over: "bench",
			recorded: "what was until then; the test ends at once, and says why", survives: "the other tests of the bench", short: true,
			run: fillDisk,
		},
		{
			happens: "the results folder cannot be written to", over: "bench", recorded: "nothing",
			survives: "the server: the bench ends before it searches", run: refuseWriting, short: true,
		},
		{
			happens: "the run file reaches the limit of a file's size (`ulimit -f`)", over: "bench",
			recorded: "what was until then; the test ends at once, and says why and what to raise",
			survives: "the run file as it was written last; `--resume` goes on once the limit is gone", run: reachFileSize, short: true,
		},
		{
			happens: "few descriptors (`ulimit -n 48`), which are too few for the users", over: "k6",
			recorded: "members that found none, `connection`; the others of a batch succeed", survives: "the run file; the run comes to its end", short: true,
			run: fewDescriptors,
		},
		{
			happens: "little memory (`GOMEMLIMIT=40MiB`, less than k6 needs)", over: "k6", recorded: "full batches, which take longer",
			survives: "the run file; the run comes to its end", run: littleMemory,
		},
		{
			happens: "no more memory (`ulimit -d`): k6 dies of it", over: "k6", recorded: untilLastBlock,
			survives: "the run file", run: dieOfMemory,
		},
		{
			happens: "no more memory in k6's control group, which is what a container's limit is: the kernel kills k6", over: "k6",
			recorded: untilLastBlock, survives: "the run file", run: exceedMemory,
		},
		{
			happens: "little processor time (a quota of a tenth of a core)", over: "bench",
			recorded: "full batches, which take longer, and how long k6 was held",
			survives: "the truth: the verdict is `INVALID`, for the client was held", run: littleTime,
		},
	}
}

// smallDisk makes a folder with a disk of its own; false for who may not.
func smallDisk(t *testing.T, folder, options string, flags uintptr) bool {
	t.Helper()
	if err := syscall.Mount("tmpfs", folder, "tmpfs", flags, options); err != nil {
		t.Logf("cannot mount a small disk: %v", err)
		return false
	}
	t.Cleanup(func() { require.NoError(t, syscall.Unmount(folder, syscall.MNT_DETACH)) })
	return true
}

// fillDisk fills the disk as soon as something is recorded, and frees it when the test has failed for it. Who may not mount a small
// disk gets one test's run file on the kernel's own device that is always full.
func fillDisk(t *testing.T, _ *row) time.Duration {
	t.Helper()
	dir, env := t.TempDir(), benchEnv(t)
	folder := filepath.Join(dir, "out")
	require.NoError(t, os.Mkdir(folder, 0o700))
	mounted := smallDisk(t, folder, "size=6m", 0)
	if !mounted {
		require.NoError(t, os.Symlink("/dev/full", filepath.Join(folder, firstTest+".weaviate.tmp")))
	}
	took := alwaysNormal
	result := runBench(t, dir, env, func(_ *os.Process, said func() string) {
		recorded := moments()[1]
		if !mounted {
			return
		}
		recorded.during(folder, said, func() {
			junk, err := os.Create(filepath.Join(folder, "junk"))
			if !assert.NoError(t, err) {
				return
			}
			for !strings.Contains(said(), firstTest+": failed") && !strings.Contains(said(), firstTest+": done") {
				_, _ = junk.Write(make([]byte, 4096)) // until it is full, and full it stays
				time.Sleep(10 * time.Microsecond)
			}
			assert.NoError(t, junk.Close())
			assert.NoError(t, os.Remove(junk.Name()))
			took = untilNextTest(folder)
		})
	}, "--out", folder)
	require.Equal(t, 1, result.ExitCode, result.Stderr)
	require.Contains(t, result.Stderr, "no space left on device")
	require.Contains(t, result.Stderr, firstTest+": failed")
	require.Contains(t, result.Stderr, "1 of 2 tests failed")
	second := readRun(t, filepath.Join(folder, secondTest+".weaviate"))
	require.True(t, second.Complete())
	require.Zero(t, second.Lost())
	if mounted {
		require.NotZero(t, readRun(t, filepath.Join(folder, firstTest+".weaviate")).Batches())
	}
	return took
}

// refuseWriting gives a bench a folder that it cannot write to.
func refuseWriting(t *testing.T, _ *row) time.Duration {
	t.Helper()
	dir := t.TempDir()
	if os.Geteuid() != 0 {
		require.NoError(t, os.Chmod(dir, 0o500))
	} else if !smallDisk(t, dir, "", syscall.MS_RDONLY) {
		dir = "/proc" // where nobody can make a folder
	}
	began := time.Now()
	result := runBench(t, t.TempDir(), benchEnv(t), nil, "--out", filepath.Join(dir, "out"))
	require.Equal(t, 1, result.ExitCode, result.Stderr)
	require.Contains(t, result.Stderr, "cannot make the results folder")
	require.NotContains(t, result.Stderr, "checks the server")
	return time.Since(began)
}

// reachFileSize lets the run file have little more room than it takes from the beginning. One that a busy machine records little into
// may have room enough.
func reachFileSize(t *testing.T, _ *row) time.Duration {
	t.Helper()
	dir, env := t.TempDir(), benchEnv(t)
	folder := filepath.Join(dir, "out")
	limited := []string{"sh", "-c", `ulimit -f 1040; exec "$@"`, "sh"} // times 512 bytes
	result := runBenchThrough(t, limited, dir, env, nil, "--out", folder)
	require.Equal(t, 1, result.ExitCode, result.Stderr)
	require.NotContains(t, result.Stderr, "goroutine")
	require.Contains(t, result.Stderr, "file too large: raise the limit of a file's size (ulimit -f); it holds what was recorded until")
	checkWhole(t, folder, true)
	for _, test := range []string{firstTest, secondTest} {
		run := readRun(t, filepath.Join(folder, test+".weaviate"))
		require.NotZero(t, run.Batches())
		if strings.Contains(result.Stderr, test+": failed") {
			require.Contains(t, run.Processes[0].Stopped, "file too large")
		} else {
			require.Contains(t, result.Stderr, test+": done")
			require.Empty(t, run.Processes[0].Stopped)
		}
	}
	resumed := runBench(t, dir, env, nil, "--resume", folder)
	require.Zero(t, resumed.ExitCode, resumed.Stderr)
	for _, test := range []string{firstTest, secondTest} {
		run := readRun(t, filepath.Join(folder, test+".weaviate"))
		require.True(t, run.Complete())
		require.Empty(t, run.Processes[0].Stopped)
	}
	return alwaysNormal
}

// search has users search, each for some turns, in a k6 that is run through a command.
func search(t *testing.T, users, turns int, through []string, env ...string) *record.Run {
	t.Helper()
	path := filepath.Join(t.TempDir(), "run.weaviate")
	queries, err := filepath.Abs("../queries/mixed.json")
	require.NoError(t, err)
	result := k6run.Run(t, k6run.Options{Through: through, Env: append(append(at(seeded(t)), env...),
		"QUERIES="+queries, fmt.Sprint("USERS=", users), "BATCH_LIMIT="+batchLimit.String(), fmt.Sprint("TURNS=", turns),
	)}, "run", "--quiet", "--summary-mode", "disabled", "--out", "weaviate="+path, "users.js")
	require.Zero(t, result.ExitCode, result.Stderr)
	require.NotContains(t, result.Stderr, "panic")
	run := readRun(t, path)
	require.True(t, run.Complete())
	require.EqualValues(t, users*turns, run.Batches())
	require.EqualValues(t, users*turns, run.Processes[0].Dispatched)
	return run
}

func fewDescriptors(t *testing.T, _ *row) time.Duration {
	t.Helper()
	run := search(t, 40, 10, []string{"sh", "-c", `ulimit -n 48; exec "$@"`, "sh"})
	failed, succeeded := 0, false
	for _, s := range run.Series {
		succeeded = succeeded || s.Outcomes[fanout.Full]+s.Outcomes[fanout.Partial] > 0
		for _, c := range s.Collections {
			for category, failure := range c.Failures {
				require.Equal(t, fanout.CategoryConnection, category)
				require.Contains(t, failure.Texts[0].Text, "too many open files")
				failed++
			}
		}
	}
	require.NotZero(t, failed)
	require.True(t, succeeded)
	return alwaysNormal
}

func littleMemory(t *testing.T, _ *row) time.Duration {
	t.Helper()
	for _, s := range search(t, 2*usersCount, 20, nil, "GOMEMLIMIT=40MiB").Series {
		require.Equal(t, s.Batches(), s.Outcomes[fanout.Full])
	}
	return alwaysNormal
}
