package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
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

// newGate holds the verdicts against the gate. A load without any of the verdicts that count is as bad as an INVALID one, and a gate
// that finds no verdict at all has not passed: a bench that recorded nothing must not look like one that went well.
func newGate(r *Report, o Options) Gate {
	g := Gate{FailOn: o.FailOn, Strategies: o.Strategies, Passed: true, Sentence: "No verdict was asked for."}
	if g.FailOn == "" || g.FailOn == FailOnNone {
		g.FailOn = FailOnNone
		return g
	}
	t := tally{counts: make(map[verdict.Status]int)}
	for i := range r.Tests {
		if len(r.Tests[i].Loads) == 0 {
			t.without++
		}
		for j := range r.Tests[i].Loads {
			t.add(r.Tests[i].Loads[j].Verdicts, o.Strategies)
		}
	}
	failed := 0
	for status, n := range t.counts {
		if o.FailOn.fails(status) {
			failed += n
		}
	}
	if o.FailOn.fails(verdict.Invalid) {
		failed += t.without
	}
	g.Passed = len(t.counts) > 0 && failed == 0
	switch {
	case len(t.counts) == 0:
		g.Sentence = "No verdict that was asked for could be given."
	case failed == 0:
		g.Sentence = "Nothing fails it: " + t.String() + "."
	default:
		g.Sentence = fmt.Sprintf("%d of %d fail it: %s.", failed, t.all(), &t)
	}
	return g
}

// tally counts verdicts.
type tally struct {
	counts  map[verdict.Status]int
	without int // loads without any that counts
}

func (t *tally) add(verdicts []Verdict, strategies []fanout.Strategy) {
	found := false
	for i := range verdicts {
		if len(strategies) == 0 || slices.Contains(strategies, verdicts[i].Strategy) {
			t.counts[verdicts[i].Status]++
			found = true
		}
	}
	if !found {
		t.without++
	}
}

func (t *tally) all() int {
	sum := t.without
	for _, n := range t.counts {
		sum += n
	}
	return sum
}

// String says it in words: "4 PASS, 1 INCONCLUSIVE".
func (t *tally) String() string {
	var parts []string
	for _, status := range []verdict.Status{verdict.Pass, verdict.Fail, verdict.Inconclusive, verdict.Invalid} {
		if t.counts[status] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", t.counts[status], status))
		}
	}
	if t.without > 0 {
		parts = append(parts, fmt.Sprintf("%d without a verdict", t.without))
	}
	return strings.Join(parts, ", ")
}
