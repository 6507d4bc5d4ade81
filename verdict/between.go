package verdict

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// Between is how a statistic of one strategy changed from one test to another that did not run interleaved with it. Whatever
// else changed from the one time to the other is in it too.
type Between struct {
	Statistic Statistic
	Strategy  fanout.Strategy
	// Unknown says why there is no change to tell. It is empty when there is one.
	Unknown string
	// Before and After are the numbers of blocks.
	Before, After int
	// Log is the difference of the mean logs, after less before, with Welch's t-interval: below 0 there is less of the statistic.
	Log Interval
}

// Known says whether there is a change to tell.
func (b Between) Known() bool { return b.Unknown == "" }

// Ratio is the change as a ratio of after to before: 0.7 is 30 % less.
func (b Between) Ratio() Interval { return b.Log.exp() }

// CompareBetween holds the blocks of a strategy in one test against those in another. As in Compare, a single block that lacks the
// statistic makes the change unknown.
func CompareBetween(before, after *Test, statistic Statistic, strategy fanout.Strategy, confidence float64) Between {
	b := Between{Statistic: statistic, Strategy: strategy}
	x, err := statistic.logs(before.of(strategy))
	if err != nil {
		b.Unknown = err.Error()
		return b
	}
	y, err := statistic.logs(after.of(strategy))
	if err != nil {
		b.Unknown = err.Error()
		return b
	}
	b.Before, b.After = len(x), len(y)
	if len(x) < 2 || len(y) < 2 {
		b.Unknown = fmt.Sprintf("%s has %s before and %s after, and an interval needs two or more of each",
			strategy, fanout.Count(len(x), "block", "blocks"), fanout.Count(len(y), "block", "blocks"))
		return b
	}
	b.Log = welch(x, y, confidence)
	return b
}

// welch is Welch's t-interval for the mean of y less the mean of x, of each of which there are at least two.
func welch(x, y []float64, confidence float64) Interval {
	meanX, varianceX := stat.MeanVariance(x, nil)
	meanY, varianceY := stat.MeanVariance(y, nil)
	ofX, ofY := varianceX/float64(len(x)), varianceY/float64(len(y))
	difference := meanY - meanX
	if ofX+ofY == 0 {
		return Interval{difference, difference, difference}
	}
	freedom := (ofX + ofY) * (ofX + ofY) / (ofX*ofX/float64(len(x)-1) + ofY*ofY/float64(len(y)-1))
	half := studentQuantile(confidence, freedom) * math.Sqrt(ofX+ofY)
	return Interval{difference, difference - half, difference + half}
}

// FailuresBetween is how the share of failed batches changed from one test to another, as a difference of shares; false when one
// of them has fewer than two blocks with batches.
func FailuresBetween(before, after *Test, strategy fanout.Strategy, confidence float64) (Interval, bool) {
	x, y := failures(before.of(strategy)), failures(after.of(strategy))
	if x.blocks < 2 || y.blocks < 2 {
		return Interval{}, false
	}
	interval, _ := y.minus(x, confidence)
	return interval, true
}
