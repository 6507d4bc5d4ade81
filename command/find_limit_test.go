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
		"--find-limit", "--quick", "--slo", "p50<200ms", "--out", "found")
	require.Contains(t, result.Stderr, "2_BM25_limit5, parallel-grpc at 4 batches/s: does not hold: p50 is 3")
	require.Contains(t, result.Stdout, "Not one batch a second keeps to p50<200ms. At 1, p50 is 3")
	file, err := os.Open(filepath.Join(dir, "found", slo.FileName))
	require.NoError(t, err)
	defer func() { _ = file.Close() }()
	found, err := slo.Decode(file)
	require.NoError(t, err)
	require.Len(t, found, 1)
	require.Zero(t, found[0].Rate)
	require.False(t, found[0].Confirmed)
	require.Len(t, found[0].Trials, 3, "4, 2 and 1 batches a second")
	for _, trial := range found[0].Trials {
		require.Greater(t, trial.Duration, 299.0)
		require.Positive(t, trial.Batches)
	}
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
	require.Contains(t, result.Stdout, "5 tests × 3 strategies, each with about a dozen trials of 12s and one of 32s (about 44m0s in all), for the highest rate at which p99<80ms")
	require.Empty(t, result.Stderr)
	require.Empty(t, names(t, dir), "a plan touches nothing")
}
