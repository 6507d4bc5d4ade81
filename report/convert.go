package report

import (
	"math"
	"strconv"

	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

// newVerdict is a verdict as the report holds it.
func newVerdict(v *verdict.Verdict) Verdict {
	own := Verdict{Strategy: v.Strategy, Status: v.Status, Sentence: v.Sentence, Caveats: v.Caveats, Rounds: v.Rounds}
	if v.Status == verdict.Inconclusive {
		own.Needed = v.Needed.String()
	}
	for _, c := range v.Criteria {
		criterion := Criterion{Name: c.Name, Status: c.Status, Optional: c.Optional, Limit: c.Limit, Sentence: c.Sentence}
		if c.Status != verdict.Unknown {
			criterion.Interval = newInterval(c.Interval)
			if c.Name == "recall" {
				criterion.Interval = newRecallInterval(c.Interval)
			}
		}
		own.Criteria = append(own.Criteria, criterion)
	}
	for _, c := range v.Checks {
		own.Checks = append(own.Checks, Check{
			Name: c.Name, Status: c.Status, Strategy: c.Strategy, Measured: newNumber(c.Measured), AtLeast: newNumber(c.AtLeast),
			AtMost: newNumber(c.AtMost), Sentence: c.Sentence,
		})
	}
	for _, e := range v.Effects {
		own.Effects = append(own.Effects, newEffect(e))
	}
	return own
}

// newEffect is an effect as the report holds it.
func newEffect(e verdict.Effect) Effect {
	own := Effect{
		Statistic: e.Statistic, Strategy: e.Strategy, Against: e.Against, Rounds: e.Rounds(), Direction: None, Unknown: e.Unknown,
	}
	if !e.Known() {
		return own
	}
	ratio := e.Ratio()
	own.Ratio, own.Change = newInterval(ratio), change(ratio)
	own.Direction = direction(e.Statistic, ratio)
	for _, log := range thin(e.LogRatios, maxRatios) {
		own.Ratios = append(own.Ratios, rounded(math.Exp(log)))
	}
	return own
}

// direction says what a ratio's interval says.
func direction(statistic verdict.Statistic, ratio verdict.Interval) Direction {
	less, more := Better, Worse
	if statistic == verdict.Throughput {
		less, more = Worse, Better
	}
	switch {
	case ratio.Upper < 1:
		return less
	case ratio.Lower > 1:
		return more
	default:
		return Same
	}
}

// change writes a ratio in percent, with its interval: "−42 % (−46 % to −38 %)".
func change(ratio verdict.Interval) string {
	return percentChange(ratio.Estimate) + " (" + percentChange(ratio.Lower) + " to " + percentChange(ratio.Upper) + ")"
}

// percentChange writes a ratio as a change in percent, with two digits at least: a tenth of a percent below 10.
func percentChange(ratio float64) string {
	percent := 100 * (ratio - 1)
	decimals := 0
	if math.Abs(percent) < 9.95 {
		decimals = 1
	}
	switch text := strconv.FormatFloat(math.Abs(percent), 'f', decimals, 64); {
	case text == "0.0":
		return "0 %"
	case percent < 0:
		return "−" + text + " %"
	default:
		return "+" + text + " %"
	}
}

func newInterval(i verdict.Interval) Interval {
	return Interval{rounded(i.Estimate), rounded(i.Lower), rounded(i.Upper)}
}

func newNumber(n verdict.Number) Number {
	value, known := n.Get()
	if !known {
		return Number{}
	}
	return rounded(value)
}
