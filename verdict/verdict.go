// Package verdict says whether a strategy is better than the baseline, with intervals, from the statistics of blocks. It knows
// no k6, no files and no pages. docs/method.md describes the method under the same names.
package verdict

import (
	"strings"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// Status is the answer to a question: a verdict's, a criterion's or a check's.
type Status string

// The answers. A criterion is never Invalid, and a check only ever Pass, Fail or Unknown.
const (
	Pass Status = "PASS"
	Fail Status = "FAIL"
	// Inconclusive: the interval holds the limit, so that either answer may be the true one.
	Inconclusive Status = "INCONCLUSIVE"
	// Invalid: a check failed, so that the measurement does not answer the question.
	Invalid Status = "INVALID"
	// Unknown: what it takes was not measured.
	Unknown Status = "UNKNOWN"
)

// Judgement is what one test says.
type Judgement struct {
	SearchType fanout.SearchType
	Baseline   fanout.Strategy
	// Verdicts holds one per strategy other than the baseline, in the order of fanout.Strategies.
	Verdicts []Verdict
	// NoiseFloor is the baseline against itself.
	NoiseFloor Effect
	// FanOut is parallel-graphql against multi, and Protocol parallel-grpc against parallel-graphql: the two effects that
	// parallel-grpc against multi mixes. Both are of the median, and not known when a strategy did not run.
	FanOut, Protocol Effect
}

// Verdict is the answer for one strategy of one search type.
type Verdict struct {
	Strategy fanout.Strategy
	Status   Status
	// Sentence says why, in words.
	Sentence string
	// Caveats are what has to be known beside a Sentence that does not say it, and are part of it: the baseline did not carry the rate, or
	// a strategy that passes has some of its batches surely later.
	Caveats []string
	// Criteria and Checks are all that were asked, in the order of docs/method.md, whatever came of them.
	Criteria []Criterion
	Checks   []Check
	// Effects are those of all Statistics, in their order, against the baseline.
	Effects []Effect
	// Rounds is the number of rounds in which both the strategy and the baseline ran.
	Rounds int
	// Needed is how many rounds would decide an inconclusive verdict.
	Needed Needed
}

// Judge judges a test. It always has an answer: what cannot be judged is Invalid.
func Judge(test *Test, t Thresholds) Judgement {
	j := Judgement{
		SearchType: test.SearchType,
		Baseline:   test.Baseline,
		NoiseFloor: NoiseFloor(test, P50, t.Confidence),
		FanOut:     Compare(test, P50, fanout.ParallelGraphQL, fanout.Multi, t.Confidence),
		Protocol:   Compare(test, P50, fanout.ParallelGRPC, fanout.ParallelGraphQL, t.Confidence),
	}
	for _, strategy := range test.strategies() {
		if strategy != test.Baseline {
			j.Verdicts = append(j.Verdicts, judge(test, strategy, t))
		}
	}
	return j
}

func judge(test *Test, strategy fanout.Strategy, t Thresholds) Verdict {
	v := Verdict{Strategy: strategy, Rounds: len(test.rounds(strategy, test.Baseline))}
	effect := make(map[Statistic]Effect)
	for _, statistic := range Statistics() {
		effect[statistic] = Compare(test, statistic, strategy, test.Baseline, t.Confidence)
		v.Effects = append(v.Effects, effect[statistic])
	}
	v.Criteria = criteria(test, strategy, effect, t)
	v.Checks = checks(test, strategy, t)
	v.conclude()
	v.addCaveats(newDemand(test, strategy, t))
	return v
}

// addCaveats adds what a reader of the verdict's sentence alone would miss.
func (v *Verdict) addCaveats(d demand) {
	if v.Status != Invalid && d.base != "" {
		v.Caveats = append(v.Caveats, d.base+": its times are of that load, which its USERS limit, and would be longer at the whole rate.")
	}
	if v.Status == Pass && d.base == "" { // else the baseline's times are too short to say so
		if later := surelyLater(v.Effects); later != "" {
			v.Caveats = append(v.Caveats, later)
		}
	}
	v.Sentence = strings.Join(append([]string{v.Sentence}, v.Caveats...), " ")
}

// conclude draws the verdict. A failed check comes before everything. Then one failed criterion is enough for FAIL, and only
// when every criterion that is not optional passes, and none is inconclusive, is it PASS.
func (v *Verdict) conclude() {
	for _, c := range v.Checks {
		if c.Status == Fail {
			v.Status, v.Sentence = Invalid, c.Sentence
			return
		}
	}
	for _, c := range v.Criteria {
		if c.Status == Fail {
			v.Status, v.Sentence = Fail, c.Sentence
			return
		}
	}
	for _, c := range v.Criteria {
		if c.Status == Unknown && !c.Optional {
			v.Status, v.Sentence = Invalid, "The criterion "+c.Name+" cannot be judged. "+c.Sentence
			return
		}
	}
	for _, c := range v.Criteria {
		if c.Status == Inconclusive {
			if v.Status == "" {
				v.Status, v.Sentence = Inconclusive, c.Sentence
			}
			v.Needed = v.Needed.and(c.Needed)
		}
	}
	if v.Status == "" {
		v.Status, v.Sentence = Pass, v.Criteria[0].Sentence
	}
}
