package report

import (
	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

// Verdict is verdict.Verdict as the report holds it: the answer for one strategy.
type Verdict struct {
	Strategy fanout.Strategy `json:"strategy"`
	Status   verdict.Status  `json:"status"`
	// Sentence says why, in words.
	Sentence string `json:"sentence"`
	// Caveats are those of the Sentence's parts that do not follow from the status: what speaks against a PASS, a baseline that did not carry the rate.
	Caveats []string `json:"caveats,omitempty"`
	// Rounds is the number of rounds in which both the strategy and the baseline ran.
	Rounds int `json:"rounds"`
	// Needed says how many rounds would decide an inconclusive verdict; empty for others.
	Needed string `json:"needed,omitempty"`
	// Criteria and Checks are all that were asked, in the order of docs/method.md.
	Criteria []Criterion `json:"criteria"`
	Checks   []Check     `json:"checks"`
	// Effects are those of all statistics against the baseline, in the order of verdict.Statistics.
	Effects []Effect `json:"effects"`
}

// Criterion is one condition of a PASS.
type Criterion struct {
	Name     string         `json:"name"`
	Status   verdict.Status `json:"status"`
	Optional bool           `json:"optional,omitempty"`
	// Interval is what was measured and Limit what it is held against, in whatever the criterion is about.
	Interval Interval `json:"interval"`
	Limit    float64  `json:"limit"`
	Sentence string   `json:"sentence"`
}

// Check is one condition of a measurement that answers the question. One that fails makes the verdict INVALID.
type Check struct {
	Name   string         `json:"name"`
	Status verdict.Status `json:"status"`
	// Strategy is whose blocks were looked at; empty for all.
	Strategy fanout.Strategy `json:"strategy,omitempty"`
	// Measured is what was found, AtLeast and AtMost its limits.
	Measured Number `json:"measured"`
	AtLeast  Number `json:"atLeast"`
	AtMost   Number `json:"atMost"`
	Sentence string `json:"sentence"`
}

// Interval is an estimate with its confidence interval; all three are unknown, or none is.
type Interval struct {
	Estimate Number `json:"estimate"`
	Lower    Number `json:"lower"`
	Upper    Number `json:"upper"`
}

// Direction says what an effect's interval says.
type Direction string

// The directions.
const (
	// Better and Worse: the whole interval is on one side of 1, and that side is the good one, or the bad one.
	Better Direction = "better"
	Worse  Direction = "worse"
	// Same: the interval holds 1.
	Same Direction = "same"
	// None: the effect is not known.
	None Direction = "unknown"
)

// Effect is how a statistic of one strategy compares with another's.
type Effect struct {
	Statistic verdict.Statistic `json:"statistic"`
	// Strategy is held against Against. They are the same in the noise floor.
	Strategy fanout.Strategy `json:"strategy"`
	Against  fanout.Strategy `json:"against"`
	Rounds   int             `json:"rounds"`
	// Ratio is the strategy's statistic as a multiple of the other's: 0.7 is 30 % less. Those of single rounds are in Ratios, in their
	// order; a hundred at most, evenly spread.
	Ratio  Interval `json:"ratio"`
	Ratios []Number `json:"ratios,omitempty"`
	// Direction is Better when a lower ratio is and it is lower, or a higher is (batches/s) and it is higher.
	Direction Direction `json:"direction"`
	// Change says it in percent with its interval; empty when it is unknown.
	Change string `json:"change,omitempty"`
	// Unknown says why there is no effect to tell; empty when there is one.
	Unknown string `json:"unknown,omitempty"`
}

// Effect is the effect on a statistic; nil when there is none of it.
func (v *Verdict) Effect(statistic verdict.Statistic) *Effect {
	for i := range v.Effects {
		if v.Effects[i].Statistic == statistic {
			return &v.Effects[i]
		}
	}
	return nil
}
