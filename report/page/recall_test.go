package page

import (
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/recorded"
	"github.com/xk6-weaviate/xk6-weaviate/report"
)

// recalling is the report of a bench of which recall was measured.
func recalling(tb testing.TB) *report.Report {
	tb.Helper()
	return made(tb, recorded.Options{Slowness: 3, Recall: 0.97, Variables: briefly()}, fanout.SearchVector, fanout.SearchBM25)
}

// recallBeforeAndAfter is a comparison of two benches, of which the second is faster and finds less.
func recallBeforeAndAfter(tb testing.TB) *report.Report {
	tb.Helper()
	return report.Compare(
		source(tb, recorded.Options{Slowness: 3, Recall: 0.97, Variables: briefly()}, fanout.SearchVector, fanout.SearchBM25),
		source(tb, recorded.Options{Seed: 9, Slowness: 2.4, Recall: 0.85, Variables: briefly()}, fanout.SearchVector, fanout.SearchBM25), options())
}

func TestRecallStandsBesideLatency(t *testing.T) {
	t.Parallel()
	r := recalling(t)
	document := parsed(t, r)
	measured := document.Find("#measured table.big")
	require.Contains(t, texts(measured.Find("thead th")), "recall@100of the nearest")
	cells := texts(measured.Find("td[data-label='recall@100']"))
	require.Len(t, cells, 6)
	for i := range r.Tests[0].Loads[0].Results {
		recall := r.Tests[0].Loads[0].Results[i].Recall
		require.Equal(t, recall.Text()+" "+recall.Range()+"; "+report.Count(recall.Queries)+" queries", cells[i])
	}
	require.Equal(t, []string{"–", "–", "–"}, cells[3:], "keyword search has none")
	require.Contains(t, words(document.Find("#measured .hint")), "It is of members that answered")
	require.Equal(t, measured.Find("thead th").Length(), measured.Find("tbody tr").Eq(1).Children().Length())

	own := document.Find("#collections .detail").First().Find("td.recall")
	require.Equal(t, 27, own.Length())
	first := r.Tests[0].Loads[0].Results[0].Collections[0].Recall
	require.Equal(t, first.Text()+" "+first.Range(), words(own.First()))
	require.Empty(t, document.Find("#collections .detail").Last().Find("td.recall").Nodes)
	require.Contains(t, texts(document.Find("#validity .matrix thead th")), "recallat most 0.010")
}

func hintsAtRecall(_ int, s *goquery.Selection) bool { return strings.Contains(s.Text(), "--recall") }

func TestRecallThatWasNotMeasuredIsOneHint(t *testing.T) {
	t.Parallel()
	document := parsed(t, example(t))
	require.Empty(t, document.Find("td.recall, td[data-label^=recall]").Nodes)
	hints := document.Find("#measured .hint").FilterFunction(hintsAtRecall)
	require.Equal(t, 1, hints.Length())
	require.Contains(t, words(hints), "was not measured: a bench with --recall 0.1 tells")
	bm25 := parsed(t, made(t, recorded.Options{Slowness: 8, Variables: briefly()}, fanout.SearchBM25))
	require.Empty(t, bm25.Find("#measured .hint").FilterFunction(hintsAtRecall).Nodes)
}

func TestRecallThatIsAskedForIsInWhatAPassTakes(t *testing.T) {
	t.Parallel()
	o := options()
	o.Thresholds.MinRecall = 0.95
	r := report.New(source(t, recorded.Options{Slowness: 3, Recall: 0.97, Variables: briefly()}), o)
	require.Contains(t, words(parsed(t, r).Find("#verdict .lead")), "at most 2 times as long, recall is at least 0.95, and failures")
}

func TestWhatFindsLessIsSaidAboveTheTable(t *testing.T) {
	t.Parallel()
	r := recallBeforeAndAfter(t)
	document := parsed(t, r)
	found := document.Find("#found li")
	require.Equal(t, 3, found.Length())
	for i, finding := range r.Comparison.Found() {
		require.Contains(t, words(found.Eq(i)), string(finding.Strategy)+", vector, limit 200: It is faster by ")
		require.Contains(t, words(found.Eq(i)), "and it finds less: recall@100 0.9")
	}
	require.Contains(t, words(document.Find("#found")), r.Comparison.Advice)
	table := document.Find("#measured table.big")
	cells := table.Find("td[data-label='recall@100']")
	require.Equal(t, 3, cells.Length())
	require.True(t, cells.First().HasClass("worse"))
	row := &r.Comparison.Rows[0]
	require.Equal(t, row.RecallText()+" "+row.Recall.Change, words(cells.First()))
	require.Equal(t, []string{"–", "–", "–"}, texts(table.Find("td[data-label='recall']")))
	require.Equal(t, table.Find("thead th").Length(), table.Find("tbody tr").Eq(1).Children().Length())
	require.Empty(t, parsed(t, beforeAndAfter(t)).Find("#found").Nodes)
}
