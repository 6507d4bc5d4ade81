package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

// FailOn is the least bad verdict that fails a gate.
type FailOn string

// The gates, each stricter than the one before.
const (
	// FailOnNone never fails: the report is there to be looked at.
	FailOnNone FailOn = "none"
	// FailOnFail fails on FAIL.
	FailOnFail FailOn = "fail"
	// FailOnInvalid fails on FAIL and INVALID.
	FailOnInvalid FailOn = "invalid"
	// FailOnInconclusive fails on everything but PASS.
	FailOnInconclusive FailOn = "inconclusive"
)

// Gates lists all gates.
func Gates() []FailOn { return []FailOn{FailOnNone, FailOnFail, FailOnInvalid, FailOnInconclusive} }

// fails says whether a verdict fails the gate.
func (f FailOn) fails(status verdict.Status) bool {
	switch status {
	case verdict.Fail:
		return f != FailOnNone
	case verdict.Invalid:
		return f == FailOnInvalid || f == FailOnInconclusive
	case verdict.Inconclusive:
		return f == FailOnInconclusive
	default:
		return false
	}
}

// newGate holds the verdicts against the gate. A gate that is asked for and finds nothing to judge has not passed: a bench
// that recorded nothing must not look like one that went well.
func newGate(r *Report, o Options) Gate {
	g := Gate{FailOn: o.FailOn, Strategies: o.Strategies, Passed: true, Sentence: "No verdict was asked for."}
	if g.FailOn == "" || g.FailOn == FailOnNone {
		g.FailOn = FailOnNone
		return g
	}
	counts := make(map[verdict.Status]int)
	judged, failed := 0, 0
	for i := range r.Tests {
		for j := range r.Tests[i].Loads {
			for _, v := range r.Tests[i].Loads[j].Verdicts {
				if len(o.Strategies) > 0 && !slices.Contains(o.Strategies, v.Strategy) {
					continue
				}
				judged++
				counts[v.Status]++
				if o.FailOn.fails(v.Status) {
					failed++
				}
			}
		}
	}
	g.Passed = judged > 0 && failed == 0
	switch {
	case judged == 0:
		g.Sentence = "No verdict that was asked for could be given."
	case failed == 0:
		g.Sentence = fmt.Sprintf("None of %d verdicts fails (%s).", judged, tally(counts))
	default:
		g.Sentence = fmt.Sprintf("%d of %d verdicts fail (%s).", failed, judged, tally(counts))
	}
	return g
}

// tally counts verdicts in words: "4 PASS, 1 INCONCLUSIVE".
func tally(counts map[verdict.Status]int) string {
	var parts []string
	for _, status := range []verdict.Status{verdict.Pass, verdict.Fail, verdict.Inconclusive, verdict.Invalid} {
		if counts[status] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", counts[status], status))
		}
	}
	return strings.Join(parts, ", ")
}
