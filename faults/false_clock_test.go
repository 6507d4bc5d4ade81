//go:build linux

package faults_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/internal/falseclock"
	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
	"github.com/xk6-weaviate/xk6-weaviate/record"
	"github.com/xk6-weaviate/xk6-weaviate/report"
	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

// falseClockRows set the clock of whole processes.
func falseClockRows() []row {
	var rows []row
	for _, s := range []struct {
		how string
		by  time.Duration
	}{{"an hour forward", time.Hour}, {"an hour back", -time.Hour}} {
		rows = append(rows, row{
			happens: "the clock is set " + s.how + " during a block", over: "k6",
			recorded: "every batch, with its true duration, in its block and in its place in the time line; and by how much the clock was set",
			survives: "the plan: its blocks come in their order, as long as ever. k6's own times are true; its rates per second are not, " +
				"for k6 divides by the time of day", short: s.by < 0,
			run: func(t *testing.T, _ *row) time.Duration { t.Helper(); return setInBlock(t, s.by) },
		}, row{
			happens: "the clock is set " + s.how + " while one of two processes waits for START", over: "k6",
			recorded: "as above, by both",
			survives: "the run that both share: they begin together, and what they recorded is merged",
			run:      func(t *testing.T, _ *row) time.Duration { t.Helper(); return setBeforeStart(t, s.by) },
		}, row{
			happens: "the clock is set " + s.how + " during a block", over: "bench",
			recorded: "as above",
			survives: "the report, which says that the clock was set, and misplaces nothing; what the bench shows of its progress",
			run:      func(t *testing.T, _ *row) time.Duration { t.Helper(); return setInBench(t, s.by) },
		})
	}
	return rows
}

// startClock is a clock, and the command that runs k6 by it.
func startClock(t *testing.T) (*falseclock.Clock, []string) {
	t.Helper()
	if !falseclock.Known {
		t.Skip("there is no false clock for this system: Linux on amd64 has one")
	}
	clock := falseclock.New(t)
	through, err := clock.Through()
	require.NoError(t, err)
	return clock, through
}

// inBlock sets a clock in the middle of a block, once the one before has been recorded into a folder.
func inBlock(folder string, clock *falseclock.Clock, by time.Duration) {
	all := moments()
	i := slices.IndexFunc(all, func(m moment) bool { return m.name == "a block" })
	all[i].during(folder, func() string { return "" }, func() { clock.Set(by) })
}

// while is when something ran, by the true clock.
type while struct{ began, ended time.Time }

func setInBlock(t *testing.T, by time.Duration) time.Duration {
	t.Helper()
	env, dir := benchEnv(t), t.TempDir()
	clock, through := startClock(t)
	path, points := filepath.Join(dir, firstTest+".weaviate"), filepath.Join(dir, "points.json")
	was := while{began: time.Now()}
	set := make(chan struct{})
	result := k6run.Run(t, k6run.Options{
		Env: append(env, "STRATEGY=multi,parallel-graphql,parallel-grpc", "BLOCK=3s"), Through: through, // slowly, for a busy machine
		Started: func(*os.Process) {
			go func() {
				defer close(set)
				inBlock(dir, clock, by)
			}()
		},
	}, "run", "--quiet", "--out", "weaviate="+path, "--out", "json="+points, "../scripts/bm25.js")
	was.ended = time.Now()
	<-set
	require.Zero(t, result.ExitCode, result.Stderr)
	require.NotZero(t, clock.Told(), "k6 found another clock")
	was.checkRun(t, readRun(t, path), by)
	was.checkPoints(t, points, by)
	source, err := report.Open(path)
	require.NoError(t, err)
	was.checkReport(t, report.New(source, report.Options{Thresholds: verdict.DefaultThresholds(), Now: time.Now()}))
	return alwaysNormal
}

// setBeforeStart shares a run out between a process whose clock is set while it waits for START, and one whose clock is right.
func setBeforeStart(t *testing.T, by time.Duration) time.Duration {
	t.Helper()
	env, dir := benchEnv(t), t.TempDir()
	clock, through := startClock(t)
	start := time.Now().Add(30 * time.Second).Truncate(time.Second)
	env = append(env, "STRATEGY=multi,parallel-grpc", fmt.Sprint("START=", start.Unix()))
	was := while{began: time.Now()}
	var paths []string
	ended := make(chan k6run.Result, 2)
	for i, segment := range []string{"0:1/2", "1/2:1"} {
		path := filepath.Join(dir, fmt.Sprintf("run.%d.weaviate", i+1))
		paths = append(paths, path)
		options := k6run.Options{Env: env}
		if i == 0 {
			options.Through = through
			options.Started = func(*os.Process) {
				go func() { // setup() has looked at START for the last time when it has announced the run
					for time.Now().Before(start.Add(-time.Second)) && !announced(path) {
						time.Sleep(10 * time.Millisecond)
					}
					clock.Set(by)
				}()
			}
		}
		go func() {
			var result k6run.Result
			defer func() { ended <- result }() // also when it fails
			result = k6run.Run(t, options, "run", "--quiet", "--summary-mode", "disabled", "--execution-segment", segment,
				"--execution-segment-sequence", "0,1/2,1", "--out", "weaviate="+path, "../scripts/bm25.js")
		}()
	}
	for range paths {
		result := <-ended
		require.Zero(t, result.ExitCode, result.Stderr)
	}
	was.ended = time.Now()
	var runs []*record.Run
	for i, path := range paths {
		run := readRun(t, path)
		was.checkRun(t, run, []time.Duration{by, 0}[i])
		require.WithinDuration(t, start, time.UnixMicro(run.Processes[0].FirstBlock), time.Minute)
		runs = append(runs, run)
	}
	merged, err := record.Merge(runs...)
	require.NoError(t, err)
	require.EqualValues(t, runs[0].Batches()+runs[1].Batches(), merged.Batches())
	source, err := report.Open(paths...)
	require.NoError(t, err)
	was.checkReport(t, report.New(source, report.Options{Thresholds: verdict.DefaultThresholds(), Now: time.Now()}))
	return alwaysNormal
}

// announced says whether setup() has told of the run, as far as the file that is written every few seconds says.
func announced(path string) bool {
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	defer func() { _ = file.Close() }()
	run, err := record.Read(file, path)
	return err == nil && run.Info() != nil
}

func setInBench(t *testing.T, by time.Duration) time.Duration {
	t.Helper()
	dir := t.TempDir()
	folder := filepath.Join(dir, "out")
	clock, through := startClock(t)
	was := while{began: time.Now()}
	// It is long enough that the bench shows its progress after that, too.
	result := runBenchThrough(t, through, dir, append(benchEnv(t), "SEARCH_TYPES=vector", "STRATEGY=multi,parallel-grpc", "ROUNDS=6"),
		func(_ *os.Process, _ func() string) { inBlock(folder, clock, by) }, "--out", folder)
	was.ended = time.Now()
	require.Zero(t, result.ExitCode, result.Stderr)
	require.NotZero(t, clock.Told(), "k6 found another clock")
	_, progress, shown := strings.Cut(result.Stderr, ": round ")
	require.True(t, shown, result.Stderr)
	progress, _, _ = strings.Cut(progress, "\n")
	require.NotContains(t, progress, " 0s left", "the first line is written long before the end")
	checkWhole(t, folder, true)
	was.checkRun(t, readRun(t, filepath.Join(folder, firstTest+".weaviate")), by)
	text, err := os.ReadFile(filepath.Join(folder, "report.json"))
	require.NoError(t, err)
	var r report.Report
	require.NoError(t, json.Unmarshal(text, &r))
	was.checkReport(t, &r)
	page, err := os.ReadFile(filepath.Join(folder, "report.md"))
	require.NoError(t, err)
	require.Contains(t, string(page), "The clock of the day was set by "+by.String()) // as it is read
	return alwaysNormal
}
