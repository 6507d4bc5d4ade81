package verdict

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Interval is an estimate with its confidence interval.
type Interval struct{ Estimate, Lower, Upper float64 }

// exp turns an interval of a log ratio into one of the ratio.
func (i Interval) exp() Interval {
	return Interval{math.Exp(i.Estimate), math.Exp(i.Lower), math.Exp(i.Upper)}
}

// atMost passes when the whole interval is at or below the limit.
func (i Interval) atMost(limit float64) Status {
	switch {
	case i.Upper <= limit:
		return Pass
	case i.Lower > limit:
		return Fail
	default:
		return Inconclusive
	}
}

// atLeast passes when the whole interval is at or above the limit.
func (i Interval) atLeast(limit float64) Status {
	switch {
	case i.Lower >= limit:
		return Pass
	case i.Upper < limit:
		return Fail
	default:
		return Inconclusive
	}
}

// holds says whether a value is in the interval.
func (i Interval) holds(value float64) bool { return i.Lower <= value && value <= i.Upper }

// above passes when the whole interval is above the limit.
func (i Interval) above(limit float64) Status {
	switch {
	case i.Lower > limit:
		return Pass
	case i.Upper <= limit:
		return Fail
	default:
		return Inconclusive
	}
}

// change says in words how far a ratio is from 1: "42 % less time (38 % to 46 %)".
func (i Interval) change(less, more string) string {
	word := func(ratio float64) string {
		if ratio < 1 {
			return percent(1-ratio) + " " + less
		}
		return percent(ratio-1) + " " + more
	}
	switch {
	case i.Upper < 1:
		return fmt.Sprintf("%s (%s to %s)", word(i.Estimate), percent(1-i.Upper), percent(1-i.Lower))
	case i.Lower >= 1:
		return fmt.Sprintf("%s (%s to %s)", word(i.Estimate), percent(i.Lower-1), percent(i.Upper-1))
	default:
		return fmt.Sprintf("%s (%s to %s)", word(i.Estimate), word(i.Lower), word(i.Upper))
	}
}

// meanInterval is Student's t-interval for the mean of x, of which there are at least two, and the spread of x: its standard
// deviation.
func meanInterval(x []float64, confidence float64) (interval Interval, spread float64) {
	mean, spread := stat.MeanStdDev(x, nil)
	n := float64(len(x))
	half := studentQuantile(confidence, n-1) * spread / math.Sqrt(n)
	return Interval{mean, mean - half, mean + half}, spread
}

// studentQuantile is what a two-sided interval multiplies its standard error by.
func studentQuantile(confidence, freedom float64) float64 {
	return distuv.StudentsT{Mu: 0, Sigma: 1, Nu: freedom}.Quantile((1 + confidence) / 2)
}

// percent writes a share or a ratio in percent.
func percent(share float64) string { return points(share) + " %" }

// points writes it without the sign, with two digits at least and none that is not needed.
func points(share float64) string {
	decimals := 2
	switch size := math.Abs(100 * share); {
	case size == 0 || size >= 9.95:
		decimals = 0
	case size >= 0.995:
		decimals = 1
	}
	return strings.Replace(strconv.FormatFloat(100*share, 'f', decimals, 64), "-", "−", 1)
}
