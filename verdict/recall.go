package verdict

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// Recall is what the queries of one block found of the objects that are truly nearest. Members that failed are not in it: they count as
// failed.
type Recall struct {
	// Queries is the number of members of which recall was measured. They were to find Wanted objects, of which they Found so many.
	Queries, Found, Wanted int64
}

// Recalls are those of a strategy's blocks, or of one collection's part of them.
type Recalls []Recall

// HasRecall says whether batches of a search type have vector queries, of which recall can be measured: keyword search is exact by itself,
// and what a hybrid search should find depends on its fusion.
func HasRecall(searchType fanout.SearchType) bool {
	return searchType == fanout.SearchVector || searchType == fanout.SearchMixed
}

// Sum is the recall of all of them together.
func (r Recalls) Sum() Recall {
	var sum Recall
	for _, one := range r {
		sum.Queries += one.Queries
		sum.Found += one.Found
		sum.Wanted += one.Wanted
	}
	return sum
}

// Share is the share of the objects that were to be found that were found; unknown when there were none.
func (r Recall) Share() Number {
	if r.Wanted == 0 {
		return Number{}
	}
	return Known(float64(r.Found) / float64(r.Wanted))
}

// Interval is the share of all of them together, with its interval over blocks. The error says why there is none.
func (r Recalls) Interval(confidence float64) (Interval, error) {
	interval, _, err := r.interval(confidence)
	return interval, err
}

// interval is Wilson's score interval for the share of objects that were missed, on counts divided by the design effect (Rao and Scott):
// one query misses many objects together, and one query vector is sent to many collections. As in arm.minus, Student's quantile, which is
// returned too, stands for the normal one.
func (r Recalls) interval(confidence float64) (interval Interval, quantile float64, err error) {
	missed, err := r.missed()
	if err != nil {
		return Interval{}, 0, err
	}
	quantile = distuv.UnitNormal.Quantile((1 + confidence) / 2)
	if missed.failed == 0 {
		return Interval{Estimate: 1, Lower: 1 - min(1, ruleOfThree(confidence)/float64(r.Sum().Queries)), Upper: 1}, quantile, nil
	}
	design := 1.0
	if missed.between > 0 {
		design = max(1, missed.between/missed.binomial)
		quantile = studentQuantile(confidence, float64(missed.blocks-1))
	}
	lower, upper := wilson(missed.share(), missed.batches/design, quantile)
	return Interval{1 - missed.share(), 1 - upper, 1 - lower}, quantile, nil
}

// Minus is how much more of the objects were found by these than by others: a difference of shares with its interval. The error says why
// there is none.
func (r Recalls) Minus(other Recalls, confidence float64) (Interval, error) {
	mine, err := r.missed()
	if err != nil {
		return Interval{}, err
	}
	others, err := other.missed()
	if err != nil {
		return Interval{}, err
	}
	if mine.failed == 0 && others.failed == 0 {
		// The rule of three counts what is independent, which the objects of one query are not.
		mine.batches, others.batches = float64(r.Sum().Queries), float64(other.Sum().Queries)
	}
	interval, _ := others.minus(mine, confidence)
	return interval, nil
}

// missed are the objects that were not found, as failures of all that were to be found.
func (r Recalls) missed() (arm, error) {
	counts := make([]trials, len(r))
	for i, one := range r {
		counts[i] = trials{float64(one.Wanted - one.Found), float64(one.Wanted)}
	}
	a := arm{}.of(counts)
	if a.blocks < 2 {
		return a, fmt.Errorf("it was measured in %s, and an interval needs two or more", fanout.Count(a.blocks, "block", "blocks"))
	}
	return a, nil
}

// recalls are those of a strategy's blocks.
func (t *Test) recalls(strategy fanout.Strategy) Recalls {
	blocks := t.of(strategy)
	recalls := make(Recalls, len(blocks))
	for i, b := range blocks {
		recalls[i] = b.Recall
	}
	return recalls
}

// RecallAgainst is how much more a strategy found than another: a difference of shares with its interval. It is sure when noise would make
// one like it in less than DriftAlarm of the benches in which both find the same. It is not known when recall was not measured of both in
// two blocks or more.
func RecallAgainst(test *Test, strategy, against fanout.Strategy, t Thresholds) (difference Interval, sure, known bool) {
	mine, others := test.recalls(strategy), test.recalls(against)
	difference, err := mine.Minus(others, t.Confidence)
	if err != nil {
		return Interval{}, false, false
	}
	wide, err := mine.Minus(others, max(t.Confidence, 1-t.DriftAlarm))
	return difference, err == nil && !wide.holds(0), true
}

// RecallBetween is how much more a strategy found in one test than in another, as a difference of shares. The error says why that is not
// known.
func RecallBetween(before, after *Test, strategy fanout.Strategy, confidence float64) (Interval, error) {
	return after.recalls(strategy).Minus(before.recalls(strategy), confidence)
}

// minRecall asks for a recall of at least so much.
func minRecall(test *Test, strategy fanout.Strategy, t Thresholds) Criterion {
	c := Criterion{Name: "recall", Limit: t.MinRecall, Rounds: len(test.rounds(strategy, test.Baseline))}
	recalls := test.recalls(strategy)
	queries := recalls.Sum().Queries
	if queries == 0 {
		return c.unknown(fmt.Sprintf("the recall of %s was not measured: run bench with --recall 0.1, or a script with TRUTH", strategy))
	}
	interval, quantile, err := recalls.interval(t.Confidence)
	if err != nil {
		return c.unknown(fmt.Sprintf("the recall of %s has no interval: %v", strategy, err))
	}
	c.Interval, c.Status = interval, interval.atLeast(t.MinRecall)
	c.Sentence = fmt.Sprintf("The recall of %s is %s, by %s; at least %g is asked for.",
		strategy, interval.recall(), fanout.Count(queries, "query", "queries"), t.MinRecall)
	if sum := recalls.Sum(); sum.Found == sum.Wanted {
		return c.needWithout((1-interval.Lower)/(1-t.MinRecall), "Too few queries rule out less than that", t)
	}
	half := interval.Estimate - interval.Lower
	if interval.Estimate < t.MinRecall {
		half = interval.Upper - interval.Estimate
	}
	return c.need(interval.Estimate-t.MinRecall, half/quantile*math.Sqrt(float64(c.Rounds)), t)
}

// checkRecall sees that a strategy finds as much of what is there as the baseline. Nothing is checked where recall was not measured.
func checkRecall(test *Test, strategy fanout.Strategy, t Thresholds) []Check {
	difference, sure, known := RecallAgainst(test, strategy, test.Baseline, t)
	if !known {
		return nil
	}
	c := Check{Name: "recall", Strategy: strategy, Measured: Known(math.Abs(difference.Estimate)), AtMost: Known(t.Different)}
	mine, _ := test.recalls(strategy).Interval(t.Confidence)
	base, _ := test.recalls(test.Baseline).Interval(t.Confidence)
	c.Sentence = fmt.Sprintf("The recall of %s is %s and that of %s %s, a difference of %s",
		strategy, mine.recall(), test.Baseline, base.recall(), difference.recallChange())
	if sure && math.Abs(difference.Estimate) > t.Different {
		return []Check{c.fail("strategies that do not find the same cannot be compared by their times: all search the same index, so see that " +
			"nothing is written to it while they run")}
	}
	return []Check{c.pass()}
}
