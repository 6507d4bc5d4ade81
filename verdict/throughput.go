package verdict

import (
	"fmt"
	"math"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// throughput asks for more batches a second than the baseline's in a closed loop, and for carrying the rate in an open one.
// Batches with a failed member do not count: else failing fast would be rewarded.
func throughput(test *Test, e Effect, t Thresholds) Criterion {
	if test.Rate > 0 {
		return capacity(test, e, t)
	}
	c := Criterion{Name: "throughput", Limit: t.Throughput}
	return c.ofEffect(e, e.Log.above(math.Log(t.Throughput)), t, fmt.Sprintf(
		"%s carries %s a second than %s; in a closed loop that follows from the batch durations (users ÷ mean batch duration) and "+
			"is no evidence of its own.", e.Strategy, e.moreBatches(), e.Against))
}

// capacity asks whether a strategy carries the rate of an open loop. One that does not is held against the baseline: it passes
// if it carries more, and fails if it carries less.
func capacity(test *Test, e Effect, t Thresholds) Criterion {
	shares := carried(test, e.Strategy)
	c := Criterion{Name: "throughput", Limit: t.Carried, Rounds: len(shares)}
	if len(shares) < 2 {
		return c.unknown(fmt.Sprintf("%s has fewer than two blocks", e.Strategy))
	}
	var spread float64
	c.Interval, spread = meanInterval(shares, t.Confidence)
	c.Sentence = fmt.Sprintf("%s carries %s of %g batches a second (%s to %s), where %s is carrying the rate.", e.Strategy,
		percent(c.Interval.Estimate), test.Rate, percent(c.Interval.Lower), percent(c.Interval.Upper), percent(t.Carried))
	if c.Interval.Lower >= t.Carried {
		c.Status = Pass
		c.Sentence += " This rate cannot show which strategy could carry more: raise RATE to find out."
		return c
	}
	if !e.Known() {
		return c.unknown(e.Unknown)
	}
	against := e.Log.above(math.Log(t.Throughput))
	if against != Pass && c.Interval.Upper >= t.Carried {
		c.Status = Inconclusive
		return c.need(c.Interval.Estimate-t.Carried, spread, t)
	}
	c.Status = against
	c.Sentence += fmt.Sprintf(" It carries %s than %s.", e.moreBatches(), e.Against)
	if against == Inconclusive {
		c.Needed = needed(e.Log.Estimate-math.Log(t.Throughput), e.Spread, e.Rounds(), t)
		c.Sentence += " Which of them carries more is open: " + c.Needed.String() + "."
	}
	return c
}

func (e Effect) moreBatches() string { return e.Ratio().change("fewer batches", "more batches") }

// carried is, for each block of a strategy, the share of the batches that were to start and succeeded.
func carried(test *Test, strategy fanout.Strategy) []float64 {
	blocks := test.of(strategy)
	shares := make([]float64, len(blocks))
	for i, b := range blocks {
		shares[i] = test.share(b, b.Batches-b.Failed)
	}
	return shares
}
