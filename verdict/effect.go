package verdict

import (
	"fmt"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// Effect is how a statistic of one strategy compares with another's: the mean over rounds of the log ratio of their blocks.
type Effect struct {
	Statistic Statistic
	// Strategy is held against Against. They are the same in the noise floor.
	Strategy, Against fanout.Strategy
	// Unknown says why there is no effect to tell. It is empty when there is one.
	Unknown string
	// LogRatios has one log ratio per round, in the order of the rounds. Spread is their standard deviation.
	LogRatios []float64
	Spread    float64
	// Log is the mean of the log ratios with its t-interval: below 0 the strategy has less of the statistic.
	Log Interval
}

// Rounds is the number of rounds behind the effect.
func (e Effect) Rounds() int { return len(e.LogRatios) }

// Known says whether there is an effect to tell.
func (e Effect) Known() bool { return e.Unknown == "" }

// Ratio is the effect as a ratio of the strategy to the other: 0.7 is 30 % less. It is 0 when there is no effect to tell.
func (e Effect) Ratio() Interval {
	if !e.Known() {
		return Interval{}
	}
	return e.Log.exp()
}

// Compare holds a strategy against another. In each round the log ratio is the mean log of the strategy's blocks minus the mean
// log of the other's. The effect is unknown when a single block of a round lacks the statistic: blocks with few batches are the
// slow ones, and leaving out the slow ones would flatter.
func Compare(test *Test, statistic Statistic, strategy, against fanout.Strategy, confidence float64) Effect {
	e := Effect{Statistic: statistic, Strategy: strategy, Against: against}
	rounds := test.rounds(strategy, against)
	var blocks []*Block
	for _, round := range rounds {
		blocks = append(append(blocks, round[strategy]...), round[against]...)
	}
	if len(blocks) > 0 {
		if err := statistic.enough(blocks...); err != nil {
			return e.unknown(err)
		}
	}
	for _, round := range rounds {
		one, err := statistic.meanLog(round[strategy])
		if err != nil {
			return e.unknown(err)
		}
		other, err := statistic.meanLog(round[against])
		if err != nil {
			return e.unknown(err)
		}
		e.LogRatios = append(e.LogRatios, one-other)
	}
	if e.Rounds() < 2 {
		return e.unknown(fmt.Errorf("%s and %s have %s in common, and an interval needs two or more",
			strategy, against, fanout.Count(e.Rounds(), "round", "rounds")))
	}
	return e.estimate(confidence)
}

// NoiseFloor holds the baseline against itself: its first block of a round against its second. Every other round it is the
// second against the first, so that a slow drift cancels and only the noise is left.
func NoiseFloor(test *Test, statistic Statistic, confidence float64) Effect {
	e := Effect{Statistic: statistic, Strategy: test.Baseline, Against: test.Baseline}
	sign := 1.0
	for _, round := range test.rounds(test.Baseline) {
		blocks := round[test.Baseline]
		if len(blocks) < 2 {
			continue
		}
		first, err := statistic.meanLog(blocks[:1])
		if err != nil {
			return e.unknown(err)
		}
		second, err := statistic.meanLog(blocks[1:2])
		if err != nil {
			return e.unknown(err)
		}
		e.LogRatios = append(e.LogRatios, sign*(first-second))
		sign = -sign
	}
	if e.Rounds() < 2 {
		return e.unknown(fmt.Errorf("%s ran twice in %s, and an interval needs two or more",
			test.Baseline, fanout.Count(e.Rounds(), "round", "rounds")))
	}
	return e.estimate(confidence)
}

func (e Effect) estimate(confidence float64) Effect {
	e.Log, e.Spread = meanInterval(e.LogRatios, confidence)
	return e
}

func (e Effect) unknown(why error) Effect {
	return Effect{Statistic: e.Statistic, Strategy: e.Strategy, Against: e.Against, Unknown: why.Error()}
}
