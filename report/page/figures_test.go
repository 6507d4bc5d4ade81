package page

import (
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/recorded"
	"github.com/xk6-weaviate/xk6-weaviate/report"
	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

func TestTableHoldsWhatWasMeasured(t *testing.T) {
	t.Parallel()
	r := example(t)
	rows := parsed(t, r).Find("#measured table.big tbody tr:not(.heading)")
	i := 0
	for _, l := range loadsOf(r) {
		for j := range l.Results {
			result, cells := &l.Results[j], texts(rows.Eq(i).Children())
			i++
			require.Equal(t, []string{
				string(result.Strategy), result.Duration.P50.Text(), result.Duration.P95.Text(), result.Duration.P99.Text(), result.Throughput.Text(),
			}, cells[:5])
			require.Contains(t, cells[5], "of "+report.Count(result.Batches))
			if v := l.Verdict(result.Strategy); v != nil {
				estimate, interval := halves(v.Effects[0].Change)
				require.Equal(t, estimate+" "+interval, cells[6])
			} else {
				require.Equal(t, "baseline", cells[6])
			}
		}
	}
	require.Equal(t, 6, i)
	require.Equal(t, i, rows.Length())
}

// TestEveryAxisHasAUnit looks at all charts, and at the heads of tables.
func TestEveryAxisHasAUnit(t *testing.T) {
	t.Parallel()
	for _, r := range []*report.Report{example(t), swept(t)} {
		document := parsed(t, r)
		plots := document.Find(".plot:not(.turns)")
		require.Greater(t, plots.Length(), 8)
		plots.Each(func(_ int, plot *goquery.Selection) {
			label := plot.Find(".picture").AttrOr("aria-label", "")
			above := words(plot.Parent().Find(".axis.up")) + words(plot.Parent().Find("figcaption"))
			require.Regexp(t, `ms|per second|users|percent|cores`, above, label)
			require.NotEmpty(t, plot.Find(".tick.y").Nodes, label)
			if plot.Find(".tick.x").Length() > 0 {
				require.NotEmpty(t, words(plot.Parent().Find(".axis.along")), label)
			}
		})
		document.Find("table.rows tfoot").Each(func(_ int, foot *goquery.Selection) {
			require.Regexp(t, `ms$|\(ratio, log scale\)$`, words(foot.Find(".axis.along")))
		})
		for _, head := range texts(document.Find("#measured th.number, #slowest th.number, #collections .detail th.number")) {
			require.Regexp(t, `ms|batches|objects|p50|cores|time|peak|queries|query|by$`, head)
		}
	}
}

// TestDistributionsLieWhereTheyWereMeasured goes from the places on the page back to the figures.
func TestDistributionsLieWhereTheyWereMeasured(t *testing.T) {
	t.Parallel()
	r := example(t)
	document := parsed(t, r)
	for i, l := range loadsOf(r) {
		plot := document.Find("#distributions .plot").Eq(i)
		from, to := pair(t, plot.AttrOr("data-y", ""))
		y := axis{scale: flipped{linear{from, to}}}
		if plot.AttrOr("data-log", "") == "true" {
			y.scale = flipped{logarithmic{from, to}}
		}
		require.Equal(t, len(r.Percentiles), len(strings.Fields(plot.AttrOr("data-stops", ""))))
		for j := range l.Results {
			line := plot.Find(".canvas .series").Eq(j)
			require.Equal(t, string(l.Results[j].Strategy), line.AttrOr("data-name", ""))
			places := decoded(t, line.Find(".line").AttrOr("d", ""))
			tail := known(l.Results[j].Tail)
			require.Len(t, places, len(tail))
			for k, at := range places {
				require.InDelta(t, y.at(tail[k]), at[1]/canvas, 0.0001)
			}
		}
	}
}

func pair(t *testing.T, text string) (from, to float64) {
	t.Helper()
	fields := strings.Fields(text)
	require.Len(t, fields, 2)
	from, err := strconv.ParseFloat(fields[0], 64)
	require.NoError(t, err)
	to, err = strconv.ParseFloat(fields[1], 64)
	require.NoError(t, err)
	return from, to
}

func TestEveryBlockIsADot(t *testing.T) {
	t.Parallel()
	r := made(t, recorded.Options{Slowness: 4, Variables: briefly(), Cut: 62e9}) // in mid-block
	l := loadsOf(r)[0]
	cut, dots := 0, 0
	for _, block := range l.Blocks {
		if isKnown(block.P50) {
			dots++
		}
		if !block.Whole {
			cut++
		}
	}
	require.Positive(t, cut)
	section := parsed(t, r).Find("#blocks")
	require.Equal(t, dots, section.Find(".picture > .series use").Length())
	require.Contains(t, words(section), strconv.Itoa(cut)+" hollow")
	title := words(section.Find(".picture > .series use title").First())
	require.Contains(t, title, string(l.Blocks[0].Strategy)+", round 1, block 1 of the round: p50 "+l.Blocks[0].P50.Text()+" ms")
}

func TestWaterfallsShowEachMember(t *testing.T) {
	t.Parallel()
	r := example(t)
	l := loadsOf(r)[0]
	batch := &l.Result(fanout.ParallelGRPC).Anatomy.Waterfalls[0]
	panel := parsed(t, r).Find("#anatomy .panel").First()
	median := panel.Find(".falls figure").First()
	require.Equal(t, "One batch near the median", words(median.Find("figcaption")))
	for _, m := range batch.Members {
		title := m.Collection + ": from " + report.Known(m.Start).Text() + " to " + report.Known(m.End).Text() + " ms"
		found := median.Find("title").FilterFunction(func(_ int, s *goquery.Selection) bool { return strings.HasPrefix(s.Text(), title) })
		require.Equal(t, 1, found.Length(), title)
	}
	text := words(median)
	require.Contains(t, text, "members added up "+batch.Sum.Text()+" ms, the longest "+batch.Max.Text()+" ms")
	require.Contains(t, text, "all 9 together", "the members of multi share one time")

	tails := words(panel.Find(".tails"))
	for _, tail := range l.Result(fanout.ParallelGRPC).Anatomy.Tails {
		require.Contains(t, tails, tail.Measured.Text())
		require.Contains(t, tails, "predicted "+tail.Predicted.Text())
	}
	require.Contains(t, tails, "members’ p92.6", "of nine")
}

func TestSlowestCollectionIsNamedFirst(t *testing.T) {
	t.Parallel()
	r := example(t)
	holding := loadsOf(r)[0].Result(fanout.ParallelGraphQL).Holding
	section := parsed(t, r).Find("#slowest")
	text := words(section.Find(".panel").First())
	require.Contains(t, text, holding[0].Collection+" completed last in "+holding[0].Share.Percent()+" of the batches")
	require.Contains(t, text, "would be "+holding[0].Without.Text()+" ms instead of "+holding[0].With.Text()+" ms")
	require.Equal(t, len(holding), section.Find(".held").First().Find("tbody tr").Length())
	require.Contains(t, words(section), "multi: – (does not send its members at once, so that no member holds it back)")
}

func TestTimeLinesShowAllThatHappened(t *testing.T) {
	t.Parallel()
	r := example(t)
	panel := parsed(t, r).Find("#time .panel").First()
	require.Equal(t, []string{
		"batch duration, ms: p50, and a band up to p95", "batches completed per second", "failed batches per second", "users",
		"client CPU, percent of its cores", "server CPU, cores",
	}, texts(panel.Find("figcaption")))
	latencies := panel.Find(".plot.tall")
	require.Equal(t, 1, latencies.Find("path.shade").Length(), "the warm-up")
	require.Equal(t, 3, latencies.Find(".line").Length())
	require.Equal(t, 3, panel.Find(".turn").Length())
	line := &r.Tests[0].Timeline.Strategies[0]
	places := decoded(t, latencies.Find(".line").First().AttrOr("d", ""))
	require.GreaterOrEqual(t, len(places), len(known(line.P50)))
	require.Equal(t, panel.Find(".plot").Length()-2, panel.Find("use.shade").Length(), "the other plots have the same warm-up")
}

func TestCrossoverIsNamed(t *testing.T) {
	t.Parallel()
	r := swept(t)
	require.NotEmpty(t, r.Tests[0].Crossovers)
	section := parsed(t, r).Find("#users")
	require.Contains(t, words(section), string(r.Tests[0].Crossovers[0].Strategy)+" is "+r.Tests[0].Crossovers[0].Sentence)
	require.Equal(t, 1, section.Find(".rule.crossover").Length())
	for _, plot := range []int{0, 1} {
		require.Equal(t, 12, section.Find(".plot").Eq(plot).Find("use").Length(), "four strategies with 1, 5 and 20 users")
	}
	require.Contains(t, texts(section.Find(".plot").First().Find("text.note")), "20")

	text := words(parsed(t, example(t)).Find("#users"))
	require.Contains(t, text, "This bench has one load (10 users).")
	require.Contains(t, text, "USERS=1,5,20,50 k6 x weaviate bench")
}

// TestInvalidLoadsAreLeftOutOfCrossovers, and said to be.
func TestInvalidLoadsAreLeftOutOfCrossovers(t *testing.T) {
	t.Parallel()
	r := swept(t)
	require.NotContains(t, words(parsed(t, r).Find("#users")), "INVALID")
	r.Tests[0].Loads[2].Verdicts[0].Status = verdict.Invalid
	require.Contains(t, words(parsed(t, r).Find("#users")), "Left out, because the measurement is INVALID: bulk with 20 users.")
}

func TestFailuresAreCountedOrThereAreNone(t *testing.T) {
	t.Parallel()
	r := made(t, recorded.Options{Slowness: 8, Failures: 0.01, Timeouts: 0.002, Text: "it broke", Variables: briefly()})
	section := parsed(t, r).Find("#failures")
	l := loadsOf(r)[0]
	lines := 0
	for _, result := range l.Results {
		for _, f := range result.Failures {
			lines++
			require.Contains(t, words(section.Find(".failed")), f.Collection)
		}
	}
	require.Equal(t, lines, section.Find(".failed tbody tr").Length())
	require.Equal(t, []string{"graphql", "grpc", "timeout"}, sorted(texts(section.Find("table").First().Find("tbody th"))))
	require.Contains(t, texts(section.Find(".failed code")), "it broke")

	whole := made(t, recorded.Options{Slowness: 8, Variables: briefly()})
	require.Regexp(t, `Nothing failed: all [\d,]+ queries of [\d,]+ batches were answered\.`, words(parsed(t, whole).Find("#failures")))
	require.Contains(t, words(parsed(t, whole).Find("#time")), "No batch failed at any time.")
}

func TestFactsInCommonComeOnce(t *testing.T) {
	t.Parallel()
	r := example(t)
	section := parsed(t, r).Find("#origin")
	common := words(section.Find(".facts").First())
	require.Contains(t, common, "Weaviate1.39.3")
	require.NotContains(t, common, "Vector_limit200")
	require.Contains(t, words(section.Find("details").First()), "Vector_limit200")
	require.Equal(t, len(r.Thresholds), section.Find("details").Last().Find("tbody tr").Length())
}
