package page

import (
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/recorded"
	"github.com/xk6-weaviate/xk6-weaviate/report"
)

// usual is a report of five tests of three strategies and ten rounds. One test is made up; the others are like it.
func usual(tb testing.TB) *report.Report {
	tb.Helper()
	r := made(tb, recorded.Options{Slowness: 4, Failures: 0.0002, Variables: map[string]string{"ROUNDS": "10"}})
	for i, searchType := range fanout.SearchTypes() {
		test := r.Tests[0]
		test.SearchType, test.Name = searchType, recorded.Name(searchType, test.Limit)
		if i > 0 {
			r.Tests = append(r.Tests, test)
		}
	}
	return r
}

// TestPageIsSmall prints how large a usual page is.
func TestPageIsSmall(t *testing.T) {
	t.Parallel()
	r := usual(t)
	require.Len(t, r.Tests, 5)
	require.Len(t, r.Tests[4].Strategies, 3)
	require.Equal(t, 10, r.Tests[4].Loads[0].Rounds)
	size := len(written(t, r))
	t.Logf("5 tests of 3 strategies and 10 rounds: %d kB", size/1000)
	require.Less(t, size, 1_000_000)
}

// BenchmarkWrite prints how long a usual page takes, and how large it is.
func BenchmarkWrite(b *testing.B) {
	r := usual(b)
	size := len(written(b, r))
	for b.Loop() {
		require.NoError(b, Write(io.Discard, r))
	}
	b.ReportMetric(float64(size)/1000, "kB")
}
