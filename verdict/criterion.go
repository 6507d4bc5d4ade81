package verdict

import (
	"fmt"
	"math"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// Criterion is one condition of a PASS.
type Criterion struct {
	// Name is "faster", "error rate", "throughput", "mean" (in an open loop), "tail", "client CPU", "server CPU", "server memory" or, where it
	// is asked for, "recall".
	Name   string
	Status Status
	// Optional criteria do not stand in the way of a PASS when they are unknown.
	Optional bool
	// Interval is what was measured and Limit what it is held against: ratios to the baseline, but for "error rate" a
	// difference of shares, for "client CPU" a share of the cores, for "throughput" in an open loop the share of the rate
	// that was carried, and for "recall" the share of what was to be found. An unknown criterion has none.
	Interval Interval
	Limit    float64
	// Rounds is the number of rounds behind the interval.
	Rounds int
	// Needed is how many rounds would decide an inconclusive criterion.
	Needed Needed
	// Sentence says what was measured and what is asked for.
	Sentence string
}

// criteria are all criteria, in the order of docs/method.md, from the effects of a strategy against the baseline.
func criteria(test *Test, strategy fanout.Strategy, effect map[Statistic]Effect, t Thresholds) []Criterion {
	d := newDemand(test, strategy, t)
	all := make([]Criterion, 0, 9)
	all = append(all, d.holds(faster(effect[P50], t)), errorRate(test, strategy, t), throughput(test, effect[Throughput], t))
	if test.Rate > 0 {
		all = append(all, d.holds(mean(effect[Mean], t)))
	}
	all = append(all,
		d.holds(tail(effect, t)),
		clientCPU(test, strategy, t),
		ratioAtMost("server CPU", effect[ServerCPU], t.ServerCPU, t),
		ratioAtMost("server memory", effect[ServerMemory], t.ServerMemory, t),
	)
	if t.MinRecall > 0 && HasRecall(test.SearchType) {
		all = append(all, minRecall(test, strategy, t))
	}
	return all
}

// faster asks for a median batch duration of at most a share of the baseline's.
func faster(e Effect, t Thresholds) Criterion {
	c := Criterion{Name: "faster", Limit: t.Faster}
	asked := fmt.Sprintf("at least %s less is asked for", percent(1-t.Faster))
	if t.Faster >= 1 {
		asked = fmt.Sprintf("at most %s more is allowed", percent(t.Faster-1))
	}
	return c.ofEffect(e, e.Log.atMost(math.Log(t.Faster)), t, fmt.Sprintf(
		"The median batch of %s takes %s than that of %s; %s.",
		e.Strategy, e.Ratio().change("less time", "more time"), e.Against, asked))
}

// ratioAtMost asks for at most so many times the baseline's server CPU, say. It is optional.
func ratioAtMost(name string, e Effect, limit float64, t Thresholds) Criterion {
	c := Criterion{Name: name, Optional: true, Limit: limit}
	ratio := e.Ratio()
	return c.ofEffect(e, e.Log.atMost(math.Log(limit)), t, fmt.Sprintf(
		"The %s of %s is %.2f times that of %s (%.2f to %.2f); at most %.4g times is allowed.",
		e.Statistic.noun(), e.Strategy, ratio.Estimate, e.Against, ratio.Lower, ratio.Upper, limit))
}

// ofEffect fills a criterion whose interval is an effect's ratio.
func (c Criterion) ofEffect(e Effect, status Status, t Thresholds, sentence string) Criterion {
	if !e.Known() {
		return c.unknown(e.Unknown)
	}
	c.Status, c.Interval, c.Rounds, c.Sentence = status, e.Ratio(), e.Rounds(), sentence
	return c.need(e.Log.Estimate-math.Log(c.Limit), e.Spread, t)
}

// need says how many rounds would decide the criterion, if it is inconclusive.
func (c Criterion) need(distance, spread float64, t Thresholds) Criterion {
	if c.Status == Inconclusive {
		c.Needed = needed(distance, spread, c.Rounds, t)
		c.Sentence += " The interval holds the limit: " + c.Needed.String() + "."
	}
	return c
}

func (c Criterion) unknown(why string) Criterion {
	return Criterion{Name: c.Name, Status: Unknown, Optional: c.Optional, Limit: c.Limit, Sentence: "Unknown: " + why + "."}
}
