package page

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/internal/recorded"
	"github.com/xk6-weaviate/xk6-weaviate/report"
)

func sorted(list []string) []string {
	list = slices.Clone(list)
	slices.Sort(list)
	return list
}

func TestWhatIsNotKnownIsUnknownAndSaysWhy(t *testing.T) {
	t.Parallel()
	r := made(t, recorded.Options{Slowness: 20, NoServer: true, Variables: briefly()})
	document := parsed(t, r)
	measured := document.Find("#measured")
	require.Equal(t, "unknown", words(measured.Find("td[data-label='p99, ms']").First()))
	require.Contains(t, words(measured), "fewer than ten batches lie beyond that percentile")
	require.Equal(t, "unknown", words(measured.Find("td[data-label^='server CPU']").First()))
	require.Contains(t, words(measured), "the server’s metrics were not read (WEAVIATE_METRICS_URL)")
	require.Contains(t, words(document.Find("#time")), "Server CPU: unknown, because")
	card := document.Find(".card").First()
	require.Equal(t, "unknown", words(card.Find(".effect b")))
	require.Contains(t, words(card.Find(".effect span")), "p50 of a block needs 20 batches")
	forest := words(document.Find("#effects .panel").First())
	require.Contains(t, forest, "noise floor unknown: ")
	require.Contains(t, forest, "unknown: p50 of a block needs 20 batches")
	require.Contains(t, words(document.Find("#distributions")), "Lines end where fewer than ten batches lie beyond: ")
	require.Contains(t, words(document.Find("#blocks")), "without a dot: too few batches for a median")
	require.NotContains(t, document.Text(), "NaN")
	require.NotContains(t, document.Text(), "Inf")
}

func TestWhatAStrategyCannotKnowIsADash(t *testing.T) {
	t.Parallel()
	document := parsed(t, example(t))
	multi := document.Find("#collections .detail tbody").First().Find("tr").First()
	require.Contains(t, words(multi.Find(".strategy")), "multi")
	cells := texts(multi.Find("td.number"))
	require.Equal(t, []string{"–", "–", "–", "–"}, cells[1:5], "p50, p95, p99 and what gRPC tells")
	require.Equal(t, 2*2*9, document.Find("#collections .heat tbody td[title]").Length(), "two tests, two strategies that know, nine collections")
}

func TestOneStrategyHasNoVerdictAndIsToldHowToGetOne(t *testing.T) {
	t.Parallel()
	r := made(t, recorded.Options{Slowness: 8, Variables: map[string]string{"STRATEGY": "multi", "RUN_TIME": "20s", "ROUNDS": ""}})
	document := parsed(t, r)
	require.Empty(t, document.Find(".card").Nodes)
	require.Contains(t, words(document.Find("#verdict")), r.Tests[0].Lacks)
	require.Contains(t, words(document.Find("#validity")), "Nothing was judged")
	require.Contains(t, words(document.Find("#effects")), "Nothing was held against a baseline")
	require.Contains(t, words(document.Find("#collections")), "No strategy of this bench has times of single collections")
	require.Contains(t, words(document.Find("#blocks")), "This run has no blocks")
	require.NotEmpty(t, document.Find("#time .line").Nodes)
}

func TestOpenLoopIsNamedByItsRate(t *testing.T) {
	t.Parallel()
	r := made(t, recorded.Options{Slowness: 4, Variables: briefly("RATE", "20")})
	require.Contains(t, texts(parsed(t, r).Find("#verdict h3")), "vector, 20 batches/s")
}

// TestBatchesThatDidNotStartAreOnThePage: in a note, in a column and over time.
func TestBatchesThatDidNotStartAreOnThePage(t *testing.T) {
	t.Parallel()
	source := source(t, recorded.Options{Slowness: 4, Variables: briefly("RATE", "20", "USERS", "2", "STRATEGY", "multi,parallel-grpc")})
	rows := source.Runs[0].Run.Processes[0].Client.Rows
	rows[len(rows)/2].Dropped = 9
	r := report.New(source, options())
	document := parsed(t, r)
	multi := &r.Tests[0].Loads[0].Results[0]
	require.Positive(t, multi.NotStarted)
	require.Contains(t, words(document.Find(".box.warn")), r.Tests[0].Notes[0].Text)
	cells := texts(document.Find(`#measured td[data-label="not started"]`))
	require.Equal(t, fmt.Sprintf("%d %s of %d", multi.NotStarted, multi.NotStartedShare().Percent(), multi.Asked), cells[0])
	require.Equal(t, "0 of 300", cells[1])
	require.Contains(t, texts(document.Find("#time figcaption")), "batches not started per second (dropped iterations)")

	closed := parsed(t, example(t))
	require.Empty(t, closed.Find(`#measured td[data-label="not started"]`).Nodes)
	require.NotContains(t, words(closed.Find("#time")), "not started")
}
