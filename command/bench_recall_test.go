package command_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
	"github.com/xk6-weaviate/xk6-weaviate/internal/stub"
)

// summaryOf is what k6 wrote at the end of a test: its metrics by name.
func summaryOf(t *testing.T, path string) map[string]float64 {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	var summary struct {
		Results struct {
			Metrics []struct {
				Name   string
				Values map[string]float64
			}
		}
	}
	require.NoError(t, json.Unmarshal(text, &summary))
	averages := make(map[string]float64)
	for _, m := range summary.Results.Metrics {
		averages[m.Name] = m.Values["avg"]
	}
	require.NotEmpty(t, averages)
	return averages
}

func TestBenchMeasuresRecall(t *testing.T) {
	t.Parallel()
	env := library(t)
	folder, result := makeQueries(t, env, "--collections", "Articles,Pages,Authors", "--target-vector", "body", "--search-types", "vector,bm25")
	require.Zero(t, result.ExitCode, result.Stderr)
	options := k6run.Options{Dir: t.TempDir(), Env: append(env, "QUERIES="+folder, "SEARCH_TYPES=vector,bm25",
		"SETTLE=0s", "USERS=2", "ROUNDS=1", "BLOCK=1s", "WARMUP=200ms", "DRAIN=200ms", "LIMIT=5,20")}

	result = bench(t, 0, options, "--recall", "1", "--out", "first")
	require.Contains(t, result.Stderr, "recall is measured in 100 % of the batches of vector; what their searches should find is found out "+
		"before the tests, by reading all objects of the collections; there is none for bm25")
	require.Contains(t, result.Stderr, "truth of vector: done: 40 of 40 query sets, the nearest 20 of 127 objects\n")
	first := filepath.Join(options.Dir, "first")
	require.Len(t, readTruth(t, filepath.Join(first, "1_Vector.truth.json")).Collections, 3)
	require.NoFileExists(t, filepath.Join(first, "2_BM25.truth.json"))
	require.InDelta(t, 1, summaryOf(t, filepath.Join(first, "1_Vector_limit20_summary.json"))["weaviate_recall"], 0.01, "so few objects are found all")
	require.NotContains(t, summaryOf(t, filepath.Join(first, "2_BM25_limit20_summary.json")), "weaviate_recall")

	// What was done is not done again, and what is not done has the truth that is there.
	manifest := filepath.Join(first, "bench.json")
	text, err := os.ReadFile(manifest)
	require.NoError(t, err)
	var saved map[string]any
	require.NoError(t, json.Unmarshal(text, &saved))
	require.InDelta(t, 1, saved["recall"], 0)
	saved["done"] = []string{"1_Vector_limit5", "2_BM25_limit5", "2_BM25_limit20"}
	text, err = json.Marshal(saved)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(manifest, text, 0o600))
	result = bench(t, 0, options, "--resume", "first")
	require.Contains(t, result.Stderr, "truth of vector: made before, and it still fits: 40 of 40 query sets")
	require.Contains(t, summaryOf(t, filepath.Join(first, "1_Vector_limit20_summary.json")), "weaviate_recall")

	// The truth that somebody made is good enough, unless it is too small.
	path := filepath.Join(folder, "vector")
	for depth, says := range map[string]string{"20": "as it lies beside the query file: 40 of 40", "19": "done: 40 of 40"} {
		result = makeTruth(t, options.Dir, env, "--queries", path+".json", "--depth", depth)
		require.Zero(t, result.ExitCode, result.Stderr)
		result = bench(t, 0, k6run.Options{Dir: options.Dir, Env: append(options.Env, "SEARCH_TYPES=vector", "LIMIT=20")},
			"--recall", "0.5", "--out", "depth"+depth)
		require.Contains(t, result.Stderr, "truth of vector: "+says)
		require.FileExists(t, filepath.Join(options.Dir, "depth"+depth, "1_Vector.truth.json"))
	}
}

func TestBenchPlansRecall(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	result := bench(t, 0, k6run.Options{Dir: dir}, "--plan", "--recall", "0.1")
	require.Contains(t, result.Stdout, "5 × 4m40s, 23m20s in all")
	require.Contains(t, result.Stdout, "recall is measured in 10 % of the batches of vector, mixed; ")
	require.Contains(t, result.Stdout, "; there is none for bm25, hybrid_01, hybrid_09: keyword and hybrid searches have no truth")
	result = bench(t, 0, k6run.Options{Dir: dir, Env: []string{"SEARCH_TYPES=vector"}}, "--plan", "--recall", "0.1", "--find-limit")
	require.Contains(t, result.Stdout, "recall is measured in 10 % of the batches of vector; ")
	require.Empty(t, names(t, dir), "a plan touches nothing")

	for _, c := range []struct {
		env  string
		args []string
		want string
	}{
		{"", []string{"--recall", "0"}, "--recall is 0: use a number above 0, up to 1, like 0.1"},
		{"", []string{"--recall", "1.5"}, "--recall is 1.5: use a number above 0"},
		{"", []string{"--recall", "NaN"}, "--recall is NaN: use a number above 0"},
		{"", []string{"--recall", "0.1", "--resume", "x"}, "leave out --out, --scripts, --quick and --recall"},
		{"SEARCH_TYPES=bm25,hybrid_01", []string{"--recall", "0.1"}, "recall cannot be measured in these tests (bm25, hybrid_01): no query has a truth"},
		{"QUERIES=gone", []string{"--recall", "0.1"}, "cannot read the query file for vector: open "},
		{"TRUTH=t.json", nil, "TRUTH is set, and is for a test by itself: leave it out, and give --recall"},
	} {
		result := bench(t, 2, k6run.Options{Dir: dir, Env: []string{c.env}}, append(c.args, "--plan")...)
		require.Contains(t, messageOf(t, result), c.want)
	}
}

// TestBenchWithoutATruthReportsNothing: what is to be found cannot be found out, so nothing is measured, and no report is made of nothing.
func TestBenchWithoutATruthReportsNothing(t *testing.T) {
	t.Parallel()
	other := stub.Start(t, stub.With(stub.Config{Collections: stub.Nine(100, 384)[:1]}))
	for name, c := range map[string]struct {
		url, grpc string
		args      []string
		says      []string
		left      []string
	}{
		"no server": {"http://" + closed, closed, nil, []string{"nothing was measured: nothing listens at http://" + closed}, []string{}},
		"no server, a limit": {
			"http://" + closed, closed, []string{"--find-limit"}, []string{"nothing was measured: nothing listens at http://" + closed}, []string{},
		},
		"no collections": {
			other.URL(), other.GRPC(), nil,
			[]string{"nothing was measured: the truth of vector: ", "; once that is mended, go on with `k6 x weaviate bench --resume out`"}, []string{"out"},
		},
		"no collections, a limit": {
			other.URL(), other.GRPC(), []string{"--find-limit"}, []string{"nothing was measured: the truth of vector: "}, []string{},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			env := []string{"WEAVIATE_URL=" + c.url, "WEAVIATE_GRPC=" + c.grpc, "SEARCH_TYPES=vector,bm25"}
			result := bench(t, 1, k6run.Options{Dir: dir, Env: env}, append(c.args, "--quick", "--recall", "0.1", "--out", "out")...)
			for _, says := range c.says {
				require.Contains(t, messageOf(t, result), says)
			}
			require.Empty(t, result.Stdout, "there is no report")
			require.Equal(t, c.left, names(t, dir))
			if len(c.left) > 0 {
				require.Equal(t, []string{"bench.json"}, names(t, filepath.Join(dir, "out")))
			}
		})
	}
}
