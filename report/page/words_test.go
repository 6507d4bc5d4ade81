package page

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/internal/recorded"
	"github.com/xk6-weaviate/xk6-weaviate/report"
	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

func TestVerdictSaysWhatIsAskedFor(t *testing.T) {
	t.Parallel()
	r := example(t)
	require.Contains(t, words(parsed(t, r).Find("#verdict .lead")), "PASS: the median batch takes at least 30 % less time than that of multi,")
	for i := range r.Thresholds {
		if r.Thresholds[i].Name == "faster" {
			r.Thresholds[i].Value = -0.1
		}
	}
	r.Tests[1].Baseline = "bulk"
	require.Contains(t, words(parsed(t, r).Find("#verdict .lead")), "PASS: the median batch takes at most 10 % more time than that of the baseline,")
	one := made(t, recorded.Options{Slowness: 8, Variables: map[string]string{"STRATEGY": "parallel-grpc", "RUN_TIME": "20s", "ROUNDS": ""}})
	require.Empty(t, parsed(t, one).Find("#verdict .lead").Nodes, "nothing is asked of one strategy")
}

func TestEffectsOfAnInvalidVerdictAreStruckThrough(t *testing.T) {
	t.Parallel()
	valid := parsed(t, example(t))
	require.Empty(t, valid.Find("td.void").Nodes)
	require.NotContains(t, words(valid.Find("#effects .lead")), "Struck through")

	document := parsed(t, made(t, recorded.Options{Slowness: 4, Unsettled: true, Variables: briefly()}))
	require.Contains(t, words(document.Find("#effects .lead")), "Struck through: the verdict is INVALID.")
	require.Equal(t, 2, document.Find("#measured > table td.void").Length(), "both strategies")
	require.Empty(t, document.Find("#effects .better, #effects .worse, #measured .better, #measured .worse").Nodes)
}

func TestWhatPassesBeyondItsLimitIsExcused(t *testing.T) {
	t.Parallel()
	r := example(t)
	check := func() *report.Check {
		for i := range r.Tests[0].Loads[0].Verdicts[0].Checks {
			if c := &r.Tests[0].Loads[0].Verdicts[0].Checks[i]; c.Name == "drift" {
				return c
			}
		}
		return nil
	}()
	require.NotContains(t, words(parsed(t, r).Find("#validity")), "within the noise")
	check.Measured = report.Known(1.18)
	require.Contains(t, words(parsed(t, r).Find("#validity")), "18 % within the noise")
	check.Status = verdict.Fail
	require.NotContains(t, words(parsed(t, r).Find("#validity")), "within the noise")
}

func TestBlocksBeginWithTheFirstRoundOfTheirLoad(t *testing.T) {
	t.Parallel()
	document := parsed(t, swept(t))
	plots := document.Find("#blocks .plot")
	require.Equal(t, 3, plots.Length())
	for i, first := range []string{"1", "7", "13"} {
		require.Equal(t, first, words(plots.Eq(i).Find(".tick.x").First()))
	}
}

func TestUnitsStayWithTheirNumbers(t *testing.T) {
	t.Parallel()
	require.Equal(t, "30\u00a0% less, 5\u00a0ms", tight("30 % less, 5 ms"))
}
