package report

import (
	"encoding/json"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/recorded"
)

// folderOf makes up a results folder and says where.
func folderOf(tb testing.TB, o recorded.Options, searchTypes ...fanout.SearchType) string {
	tb.Helper()
	folder := filepath.Join(tb.TempDir(), "results_20250601_120000")
	recorded.Bench(tb, folder, o, searchTypes...)
	return folder
}

// TestReportsAreSmall prints how large the report of a usual bench is, as it goes into a page.
func TestReportsAreSmall(t *testing.T) {
	t.Parallel()
	const tests = 5 // one of which is made up here
	folder := folderOf(t, recorded.Options{Slowness: 8, Failures: 0.001, Variables: map[string]string{"ROUNDS": "10"}}, fanout.SearchVector)
	text, err := json.Marshal(open(t, options(), folder).Tests[0])
	require.NoError(t, err)
	t.Logf("%d tests of three strategies and ten rounds: %d kB", tests, tests*len(text)/1000)
	require.Less(t, tests*len(text), 600_000)
}

// BenchmarkReport prints how long it takes to read and report five tests of three strategies and ten rounds, and how large it gets.
func BenchmarkReport(b *testing.B) {
	folder := folderOf(b, recorded.Options{Variables: map[string]string{"ROUNDS": "10"}})
	size := 0
	for b.Loop() {
		source, err := Open(folder)
		require.NoError(b, err)
		text, err := json.Marshal(New(source, options()))
		require.NoError(b, err)
		size = len(text)
	}
	b.ReportMetric(float64(size)/1000, "kB")
}
