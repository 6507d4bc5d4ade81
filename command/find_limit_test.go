package command_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
	"github.com/xk6-weaviate/xk6-weaviate/internal/stub"
	"github.com/xk6-weaviate/xk6-weaviate/slo"
)

// TestFindLimitOfAServerThatIsTooSlow: a search takes 300 ms, so that not one batch a second keeps to 200 ms, however it is sent.
func TestFindLimitOfAServerThatIsTooSlow(t *testing.T) {
	t.Parallel()
	server, env := stubFor(t)
	server.SetAll(stub.Behaviour{Delay: 300 * time.Millisecond})
	dir := t.TempDir()
	result := bench(t, 0, k6run.Options{Dir: dir, Env: append(env, "SEARCH_TYPES=bm25", "STRATEGY=parallel-grpc")},
		"--find-limit", "--quick", "--slo", "p50<200ms", "--out", "found",
		"--client-saturated", "100%", "--client-wait", "10000%", "--client-held", "100%") // whatever else this machine does
	require.Contains(t, result.Stderr, "A rate below 7 batches/s can be found, but not confirmed: to be sure of p50<200ms takes 553 batches")
	require.Contains(t, result.Stderr, "2_BM25_limit5, parallel-grpc at 4 batches/s for 3s: p50 is 3")
	require.Contains(t, result.Stderr, "does not hold: 100.0 % of ")
	require.Contains(t, result.Stdout, "Not one batch a second keeps to p50<200ms. At 1, 100.0 % of ")
	file, err := os.Open(filepath.Join(dir, "found", slo.FileName))
	require.NoError(t, err)
	defer func() { _ = file.Close() }()
	found, err := slo.Decode(file)
	require.NoError(t, err)
	require.Len(t, found, 1)
	require.Zero(t, found[0].Rate)
	require.False(t, found[0].Confirmed)
	require.Equal(t, 1, found[0].Next)
	tried := map[int]bool{}
	for _, trial := range found[0].Trials {
		require.Greater(t, trial.Duration, 299.0)
		require.Positive(t, trial.Batches)
		require.Equal(t, trial.Batches, trial.Slow)
		tried[trial.Rate] = true
	}
	require.Equal(t, map[int]bool{4: true, 2: true, 1: true}, tried)
	require.True(t, found[0].Trials[len(found[0].Trials)-1].Confirms, "the last one is to be sure")
	files, err := filepath.Glob(filepath.Join(dir, "found", "limits", "*.weaviate"))
	require.NoError(t, err)
	require.Len(t, files, len(found[0].Trials), "each leaves a run file of its own")
	page, err := os.ReadFile(filepath.Join(dir, "found", "parallel_collection_report.html"))
	require.NoError(t, err)
	require.Contains(t, string(page), "Highest sustainable rates")
	require.Contains(t, string(page), "Not one batch a second keeps to p50&lt;200ms")
	markdown, err := os.ReadFile(filepath.Join(dir, "found", "report.md"))
	require.NoError(t, err)
	require.Contains(t, string(markdown), "| highest batches/s |")
	requireNoKey(t, dir)
}

func TestFindLimitSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	_, env := stubFor(t)
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"--find-limit", "--slo", "mean<1s"}, `is no objective`},
		{[]string{"--slo", "p99<1s"}, "--slo goes with --find-limit"},
		{[]string{"--find-limit", "--resume", t.TempDir()}, "bench.json"},
	} {
		result := bench(t, 2, k6run.Options{Dir: t.TempDir(), Env: env}, c.args...)
		require.Contains(t, result.Stderr, c.says)
	}
}

// TestFindLimitPlan: a plan is what was asked for, so it goes where a bench's does, and a pipe gets it.
func TestFindLimitPlan(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	result := bench(t, 0, k6run.Options{Dir: dir}, "--find-limit", "--plan", "--slo", "p99<80ms")
	require.Contains(t, result.Stdout, "5 × 3 searches (tests × strategies) for the highest rate at which p99<80ms")
	require.Contains(t, result.Stdout, "One takes about 10 trials from 10s up and 2 longer ones to be sure: 3m30s where a strategy carries 100 batches/s, 4m20s where it carries 10,")
	require.Contains(t, result.Stdout, " and 29m0s at most, where the server changes. In all, 52m0s to 1h5m40s, and 7h15m0s at most\n")
	require.Contains(t, result.Stdout, "A rate below 2 batches/s can be found, but not confirmed: to be sure of p99<80ms takes 553 batches, and a rate is tried for 5m0s")
	require.Empty(t, result.Stderr)
	require.Empty(t, names(t, dir), "a plan touches nothing")
	result = bench(t, 0, k6run.Options{Dir: dir}, "--find-limit", "--plan", "--slo", "p99.9<80ms")
	require.Contains(t, result.Stdout, "A rate below 19 batches/s can be found, but not confirmed: to be sure of p99.9<80ms takes 5524 batches")
	require.Contains(t, result.Stdout, "A lower percentile, like p99, takes fewer")
	result = bench(t, 0, k6run.Options{Dir: dir, Env: []string{"WARMUP=2m", "STRATEGY=multi", "SEARCH_TYPES=bm25"}}, "--find-limit", "--plan", "--slo", "p99<80ms")
	require.Contains(t, result.Stdout, "In all, 22m0s to 27m0s, and 2h27m0s at most\n", "each trial warms up")
	result = bench(t, 0, k6run.Options{Dir: dir, Env: []string{"RATE=500"}}, "--find-limit", "--plan", "--quick")
	require.Contains(t, result.Stdout, "where a strategy carries 1000 batches/s")
	require.Contains(t, result.Stdout, "Without --quick it is tried for longer")
}
