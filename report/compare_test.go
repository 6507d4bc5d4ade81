package report

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/recorded"
	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

// TestTwoFoldersSideBySide compares a bench with one on a server that is 20 % faster.
func TestTwoFoldersSideBySide(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	write := func(name string, o recorded.Options, searchTypes ...fanout.SearchType) *Source {
		recorded.Bench(t, filepath.Join(folder, name), o, searchTypes...)
		source, err := Open(filepath.Join(folder, name))
		require.NoError(t, err)
		return source
	}
	before := write("before", brief(recorded.Options{Slowness: 3}), fanout.SearchVector, fanout.SearchBM25)
	after := write("after", brief(recorded.Options{
		Seed: 7, Slowness: 2.4, Version: "1.40.0", Began: time.Date(2025, 6, 8, 12, 0, 0, 0, time.UTC), Failures: 0.002,
	}, "STRATEGY", "multi,parallel-grpc"), fanout.SearchVector, fanout.SearchMixed)
	after.Problems = []Problem{{"x.weaviate", "it is broken"}}

	r := Compare(before, after, options())
	require.Empty(t, r.Tests)
	require.Equal(t, []Problem{{"after: x.weaviate", "it is broken"}}, r.Problems)
	c := r.Comparison
	require.Equal(t, "before", c.Before.Name)
	require.Equal(t, time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC), c.Before.Start)
	require.Equal(t, time.Date(2025, 6, 8, 12, 0, 0, 0, time.UTC), c.After.Start)
	require.Contains(t, c.Before.Facts, Fact{"server: Weaviate", "1.39.3"})
	require.Contains(t, c.After.Facts, Fact{"server: Weaviate", "1.40.0"})
	require.Len(t, c.After.Facts, len(c.Before.Facts))
	require.Contains(t, c.Caution, "did not run interleaved")
	require.Equal(t, []string{
		"Only one of the two ran vector, limit 200 by parallel-graphql with 10 users.",
		"Only before has the test bm25, limit 200.", "Only after has the test mixed, limit 200.",
	}, c.Only)

	require.Len(t, c.Rows, 2)
	for i, strategy := range []fanout.Strategy{fanout.Multi, fanout.ParallelGRPC} {
		row := &c.Rows[i]
		require.Equal(t, strategy, row.Strategy)
		require.Equal(t, "vector, limit 200", row.Title)
		blocks := map[fanout.Strategy]int{fanout.Multi: 12, fanout.ParallelGRPC: 6}[strategy]
		require.Equal(t, [2]int{blocks, blocks}, [2]int{row.Before.Blocks, row.After.Blocks})
		median := row.Change(verdict.P50)
		require.InDelta(t, 0.8, get(t, median.Ratio.Estimate), 0.06)
		require.Equal(t, Better, median.Direction)
		require.InDelta(t, get(t, row.After.Duration.P50)/get(t, row.Before.Duration.P50), get(t, median.Ratio.Estimate), 0.05)
		require.Equal(t, Better, row.Change(verdict.Throughput).Direction)
		require.Positive(t, get(t, row.Failures.Estimate), "more batches fail after")
		require.Contains(t, row.Change(verdict.P999).Unknown, "needs 10000 batches")
	}

	var text bytes.Buffer
	require.NoError(t, r.WriteJSON(&text))
	var read Report
	require.NoError(t, json.Unmarshal(text.Bytes(), &read))
	require.Equal(t, r.Comparison, read.Comparison)

	sweep := write("sweep", brief(recorded.Options{}, "USERS", "1,2", "ROUNDS", "1"), fanout.SearchVector)
	require.Contains(t, Compare(before, sweep, options()).Comparison.Only[0], "ran with other users or at another rate")
}
