package page

import (
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/internal/recorded"
	"github.com/xk6-weaviate/xk6-weaviate/report"
	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

func TestCardsSayTheVerdict(t *testing.T) {
	t.Parallel()
	r := example(t)
	found := parsed(t, r).Find("#verdict .card")
	i := 0
	for _, l := range loadsOf(r) {
		for _, v := range l.Verdicts {
			card := found.Eq(i)
			i++
			require.Equal(t, string(v.Strategy), words(card.Find(".strategy")))
			require.Contains(t, words(card.Find(".badge")), string(v.Status))
			require.Contains(t, words(card.Find(".sentence")), v.Sentence)
			estimate, interval := halves(v.Effect(verdict.P50).Change)
			require.NotEmpty(t, interval)
			require.Equal(t, estimate, words(card.Find(".effect b")))
			require.Contains(t, words(card.Find(".effect span")), "95 % interval"+interval, "line breaks are no spaces here")
			require.Equal(t, len(v.Criteria), card.Find(".criteria li").Length())
			for j, c := range v.Criteria {
				require.Contains(t, words(card.Find(".criteria li").Eq(j)), c.Sentence)
			}
		}
	}
	require.Equal(t, i, found.Length())
	require.Equal(t, 4, i)
}

func TestTalliesCountVerdicts(t *testing.T) {
	t.Parallel()
	r := example(t)
	tallies := texts(parsed(t, r).Find(".tallies li"))
	require.Len(t, tallies, 2)
	require.Regexp(t, `^parallel-graphql✕ 2 FAIL ?median batch \+\d+ % to \+\d+ %$`, tallies[0])
	require.Regexp(t, `^parallel-grpc✓ 2 PASS ?median batch −\d+ % to −\d+ %$`, tallies[1])
}

func TestInvalidVerdictsDoNotShowTheirEffectAsOne(t *testing.T) {
	t.Parallel()
	r := made(t, recorded.Options{Slowness: 8, Unsettled: true, Variables: briefly()})
	document := parsed(t, r)
	require.Equal(t, 2, document.Find(".card.invalid[data-verdict=INVALID]").Length())
	require.Equal(t, "parallel-graphql! 1 INVALID", texts(document.Find(".tallies li"))[0], "it has no range of effects")
	validity := words(document.Find("#validity"))
	require.Regexp(t, `^Validity1 of \d+ checks failed: the verdicts that need them are INVALID\.`, validity)
	require.Contains(t, validity, "The server had not settled before the first block")
	require.NotEmpty(t, document.Find("#validity .matrix .sign.fail").Nodes)
}

func TestManyVerdictsAreSeenAtAGlance(t *testing.T) {
	t.Parallel()
	r := example(t)
	require.Empty(t, parsed(t, r).Find("#verdict .matrix").Nodes)
	for len(r.Tests) < manyGroups {
		r.Tests = append(r.Tests, r.Tests...)
	}
	document := parsed(t, r)
	require.Equal(t, len(r.Tests), document.Find("#verdict .matrix tbody tr").Length())
	require.Equal(t, 2*len(r.Tests), document.Find("#verdict .matrix .badge").Length())
	require.Equal(t, len(r.Tests), document.Find("#verdict .tabs > input").Length())
}

func TestValidityHoldsEveryCheck(t *testing.T) {
	t.Parallel()
	r := example(t)
	document := parsed(t, r)
	sum := 0
	for i, l := range loadsOf(r) {
		checks := l.Checks()
		sum += len(checks)
		rows := document.Find("#validity details table").Eq(i).Find("tbody tr")
		require.Equal(t, len(checks), rows.Length())
		for j, c := range checks {
			require.Contains(t, words(rows.Eq(j)), c.Sentence)
		}
	}
	require.Contains(t, words(document.Find("#validity .lead")), "None of "+report.Count(int64(sum))+" checks failed")
	require.Equal(t, []string{
		"test", "countsat most 0", "roundsat least 6", "settled", "driftat most 15 %", "resultsat most 1.0 %", "batchesat least 20", "drainat most 5.0 %",
		"Little's law0.95 to 1.05", "client CPUat most 95 %", "client waitat most 10 %", "client heldat most 5.0 %",
	}, texts(document.Find("#validity .matrix thead th")))
	require.Equal(t, 2, document.Find("#validity .matrix tbody tr").Length(), "one for each test")
}

func TestChecksAreWrittenInTheirUnits(t *testing.T) {
	t.Parallel()
	known := report.Known
	for _, c := range []struct {
		check            report.Check
		measured, limits string
	}{
		{report.Check{Name: "rounds", Measured: known(10), AtLeast: known(6)}, "10", "at least 6"},
		{report.Check{Name: "drift", Measured: known(1.012), AtMost: known(1.15)}, "1.2 %", "at most 15 %"},
		{report.Check{Name: "Little's law", Measured: known(0.9929), AtLeast: known(0.95), AtMost: known(1.05)}, "0.99", "0.95 to 1.05"},
		{report.Check{Name: "client CPU", Measured: known(0.1326), AtMost: known(0.95)}, "13 %", "at most 95 %"},
		{report.Check{Name: "settled"}, "", ""},
	} {
		require.Equal(t, c.measured, measured(c.check))
		require.Equal(t, c.limits, limits(c.check))
	}
}

func TestMatrixShowsTheWorstOfEachName(t *testing.T) {
	t.Parallel()
	var r checkRow
	add := func(status verdict.Status, measured float64) {
		c := report.Check{Name: "drain", Status: status, Measured: report.Known(measured), AtMost: report.Known(0.05)}
		r.put(1, &checkLine{Check: c})
	}
	worst := func() float64 { return value(r.Worst[1].Check.Measured) }
	add(verdict.Pass, 0.01)
	add(verdict.Pass, 0.04)
	require.InDelta(t, 0.04, worst(), 0, "nearest to its limit")
	add(verdict.Pass, 0.02)
	require.InDelta(t, 0.04, worst(), 0)
	add(verdict.Fail, 0.06)
	add(verdict.Pass, 0.05)
	require.InDelta(t, 0.06, worst(), 0, "a failed one comes first")
	require.Nil(t, r.Worst[0], "there is none of the first name")
}

func TestForestShowsIntervalLimitAndNoiseFloor(t *testing.T) {
	t.Parallel()
	r := example(t)
	document := parsed(t, r)
	panel := document.Find("#effects .panel").First()
	l := &loadsOf(r)[0]
	require.Contains(t, words(panel.Find(".heading").First()), "noise floor "+l.NoiseFloor.Change)
	rows := panel.Find("tbody tr").FilterFunction(func(_ int, s *goquery.Selection) bool { return !s.HasClass("heading") })
	row := rows.First()
	require.Equal(t, 1, row.Find(".floor").Length())
	require.Equal(t, 1, row.Find(".rule.limit").Length())
	require.Equal(t, 1, row.Find(".rule.same").Length())
	require.Equal(t, 1, row.Find(".whisker").Length())
	effect := l.Verdicts[0].Effects[0]
	require.Equal(t, len(effect.Ratios), row.Find(".round").Length())

	// Everything is on one axis: 0.7 lies between 0.5 and 1 as its logarithm does.
	scale := newEffectAxis(loadsOf(r), verdict.P50)
	require.Equal(t, place(scale.at(0.7)).String(), row.Find(".rule.limit").AttrOr("x1", ""))
	require.Equal(t, place(scale.at(value(effect.Ratio.Estimate))).String(), row.Find(".cell use:not(.round)").AttrOr("x", ""))
	require.Contains(t, words(panel.Find("tbody")), "fan-out alone parallel-graphql ÷ multi")
	require.Contains(t, words(panel.Find("tbody")), "protocol alone parallel-grpc ÷ parallel-graphql")
	labels := texts(panel.Find("tfoot text"))
	require.Contains(t, labels, "−30 %")
	require.Contains(t, labels, "0 %")
	require.NotContains(t, texts(document.Find("#effects .tabs > label")), "p99.9 batch duration", "which is not known of any")
}
