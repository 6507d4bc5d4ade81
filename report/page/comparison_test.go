package page

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/recorded"
	"github.com/xk6-weaviate/xk6-weaviate/report"
	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

// beforeAndAfter is a comparison of two benches, of which the second is slower and lacks a test.
func beforeAndAfter(tb testing.TB) *report.Report {
	tb.Helper()
	return report.Compare(
		source(tb, recorded.Options{Slowness: 3, Version: "1.38.2", Variables: briefly()}, fanout.SearchVector, fanout.SearchBM25),
		source(tb, recorded.Options{Seed: 9, Slowness: 4, Version: "1.39.3", Variables: briefly()}, fanout.SearchVector), options())
}

func TestComparison(t *testing.T) {
	t.Parallel()
	r := beforeAndAfter(t)
	document := parsed(t, r)
	require.Equal(t, []string{"measured", "effects", "origin", "guide"}, attributes(document.Find("main > section"), "id"))
	require.Contains(t, words(document.Find("#measured")), r.Comparison.Caution)
	require.Contains(t, words(document.Find("#measured")), r.Comparison.Only[0])
	rows := document.Find("#measured tbody tr:not(.heading)")
	require.Equal(t, len(r.Comparison.Rows), rows.Length())
	require.Equal(t, 3, rows.Length())
	for i := range r.Comparison.Rows {
		row := &r.Comparison.Rows[i]
		cell := rows.Eq(i).Find("td[data-label='p50, ms']")
		require.Contains(t, words(cell), row.Before.Duration.P50.Text()+" → "+row.After.Duration.P50.Text())
		require.Contains(t, words(cell), row.Change(verdict.P50).Change)
		require.True(t, cell.HasClass("worse"))
		require.Contains(t, words(rows.Eq(i).Find("td[data-label='p99, ms']")), "change unknown")
	}
	require.Equal(t, 3, document.Find("#effects .panel").First().Find(".whisker").Length())
	differences := words(document.Find("#origin"))
	require.Contains(t, differences, "server: Weaviate")
	require.Contains(t, differences, "1.38.2")
	require.Contains(t, differences, "1.39.3")
}

func TestComparisonOfWhatCannotBeCompared(t *testing.T) {
	t.Parallel()
	r := report.Compare(
		source(t, recorded.Options{Slowness: 8, Variables: briefly()}, fanout.SearchVector),
		source(t, recorded.Options{Slowness: 8, Variables: briefly()}, fanout.SearchBM25), options())
	document := parsed(t, r)
	require.Contains(t, words(document.Find("#measured")), "The two have nothing in common that could be compared.")
	require.Contains(t, words(document.Find("#effects")), "No change is known.")
}
