//go:build linux

package faults_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/report"
	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

// A tenth of a core: how long k6 may run in each period, in microseconds.
const (
	quota  = "10000"
	period = "100000"
)

// littleTime gives a bench and its k6 little processor time. Who may not make a control group stops k6 for nine tenths of the time.
func littleTime(t *testing.T, _ *row) time.Duration {
	t.Helper()
	dir := t.TempDir()
	folder := filepath.Join(dir, "out")
	through := grouped(t, "cpu",
		[]setting{{"cpu.cfs_period_us", period}, {"cpu.cfs_quota_us", quota}},
		[]setting{{"cpu.max", quota + " " + period}},
	)
	hold := func(_ *os.Process, said func() string) {
		for through == nil && !strings.Contains(said(), secondTest+": done") && !strings.Contains(said(), secondTest+": failed") {
			signalAll(running(folder), syscall.SIGSTOP)
			time.Sleep(90 * time.Millisecond)
			signalAll(running(folder), syscall.SIGCONT)
			time.Sleep(10 * time.Millisecond)
		}
	}
	result := runBenchThrough(t, through, dir, append(benchEnv(t),
		"SEARCH_TYPES=bm25", "STRATEGY=multi,parallel-grpc", "ROUNDS=6"), hold, "--out", folder)
	require.Zero(t, result.ExitCode, result.Stderr)
	text, err := os.ReadFile(filepath.Join(folder, "report.json"))
	require.NoError(t, err)
	var r report.Report
	require.NoError(t, json.Unmarshal(text, &r))
	require.Len(t, r.Tests, 1)
	require.Len(t, r.Tests[0].Loads, 1)
	verdicts := r.Tests[0].Loads[0].Verdicts
	require.Len(t, verdicts, 1)
	require.Equal(t, verdict.Invalid, verdicts[0].Status)
	looked, held := 0, 0
	for _, check := range verdicts[0].Checks {
		if check.Name == "client held" {
			looked++
			if check.Status == verdict.Fail {
				held++
			}
		}
	}
	require.Equal(t, 2, looked, "of both strategies")
	require.NotZero(t, held, "%v", verdicts[0].Checks) // one that takes little of the client may get by when the server is slow
	run := readRun(t, filepath.Join(folder, secondTest+".weaviate"))
	require.True(t, run.Complete())
	require.Zero(t, run.Lost())
	if through != nil {
		process, throttled := run.Processes[0], int64(0)
		for _, row := range process.Client.Rows {
			throttled += row.Throttled
		}
		require.InDelta(t, 0.1, process.Machine.Quota, 0, "the quota of its control group")
		require.Positive(t, throttled, "what its control group was kept from")
	}
	return alwaysNormal
}

func signalAll(processes []int, signal syscall.Signal) {
	for _, pid := range processes {
		_ = syscall.Kill(pid, signal) // it may have ended
	}
}
