package verdict

import (
	"fmt"

	"gonum.org/v1/gonum/stat"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// demand says of an open loop whether it was one: whether the batches of its rate started. One that does not, because no user was free for it, is
// in no time, so that the times of those that did are shorter than what a demand that does not wait would have met. (Gil Tene calls it
// coordinated omission.)
type demand struct {
	// own and base say how far the strategy and the baseline fell short; each is empty when it did not, and in a closed loop.
	own, base string
}

func newDemand(test *Test, strategy fanout.Strategy, t Thresholds) demand {
	return demand{own: test.short(strategy, t), base: test.short(test.Baseline, t)}
}

// short says how far a strategy fell short of the rate; empty when it did not.
func (t *Test) short(strategy fanout.Strategy, limits Thresholds) string {
	blocks := t.of(strategy)
	if t.Rate <= 0 || len(blocks) == 0 {
		return ""
	}
	shares := make([]float64, len(blocks))
	for i, b := range blocks {
		shares[i] = t.share(b, b.Batches)
	}
	started := stat.Mean(shares, nil)
	if started >= limits.Carried {
		return ""
	}
	return fmt.Sprintf("With %s, %s of %g batches a second started, and no user was free for the others", strategy, percent(started), t.Rate)
}

// share is the share that some batches are of those that were to start in a block. One more or less may fall on either side of its edges, so that
// one is added and no share is above 1.
func (t *Test) share(b *Block, batches int64) float64 {
	return min(1, float64(batches+1)/(t.Rate*b.Measured.Seconds()))
}

// holds keeps of a criterion on durations what the batches that did not start cannot change. They only make times look shorter: what passes
// against a baseline that looks too fast passes, and what fails though it looks too fast itself fails. All else is unknown.
func (d demand) holds(c Criterion) Criterion {
	switch {
	case d.own == "" && d.base == "",
		d.own == "" && c.Status == Pass,
		d.base == "" && c.Status == Fail,
		c.Status == Unknown:
		return c
	}
	short := d.own
	if d.base != "" {
		short = d.base
	}
	return c.unknown(short + ", so that its times are not those of this rate: raise USERS, or lower RATE")
}
