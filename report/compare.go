package report

import (
	"fmt"
	"time"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

// caution is what every comparison of two folders has to say of itself.
const caution = "The two did not run interleaved. What changed between them besides what you changed (the server's caches and compactions, its " +
	"neighbours, the data, the client) is in every change here, and no interval shows it: the intervals are over blocks (Welch's, on " +
	"logarithms) and say only how far blocks vary within each. To rule drift out, run before, after and before again: what the two befores " +
	"differ by is what the others may owe to time alone."

// Compare sets two sources side by side.
func Compare(before, after *Source, o Options) *Report {
	r := &Report{
		Version: Version, Created: o.Now.UTC().Truncate(time.Second), Name: before.Name + " → " + after.Name,
		Thresholds: thresholds(o.Thresholds), Percentiles: percentiles(), Tests: []Test{}, Guide: guideToComparison(),
		Gate: Gate{FailOn: FailOnNone, Passed: true, Sentence: "A comparison has no verdicts."},
	}
	for _, side := range []*Source{before, after} {
		for _, problem := range side.problems() {
			problem.File = side.Name + ": " + problem.File
			r.Problems = append(r.Problems, problem)
		}
	}
	c := &Comparison{
		Before: Side{Name: before.Name}, After: Side{Name: after.Name}, Caution: caution, Rows: []ComparisonRow{},
	}
	one, other := testsOf(before, o), testsOf(after, o)
	c.Before.Start, c.After.Start = begin(one), begin(other)
	c.Before.Facts, c.After.Facts = differing(one, other)
	c.compare(one, other, o.Thresholds)
	if c.RecallTitle() != "" {
		r.Guide = append(r.Guide, recallTerm())
	}
	if len(c.Found()) > 0 {
		c.Advice = advice
	}
	r.Comparison = c
	return r
}

// side is a test of one of the sources, with what its loads are judged by.
type side struct {
	Test

	loads []*verdict.Test
}

func testsOf(source *Source, o Options) []*side {
	var list []*side
	for _, run := range source.Runs {
		for _, searchType := range searchTypes(run.Run) {
			test := &side{Test: newTest(run.Name, run, searchType, o)}
			p := newPart(run.Run, searchType, o.Baseline)
			for _, users := range p.users() {
				test.loads = append(test.loads, p.under(users).test(searchType))
			}
			list = append(list, test)
		}
	}
	return list
}

func begin(tests []*side) time.Time {
	var first time.Time
	for _, test := range tests {
		if first.IsZero() || test.Timeline.Start.Before(first) {
			first = test.Timeline.Start
		}
	}
	return first
}

// same says whether two tests are of the same search type and limit.
func (t *side) same(other *side) bool {
	return t.SearchType == other.SearchType && t.Limit == other.Limit
}

// label tells a test from others.
func (t *side) label() string {
	if t.Limit == 0 {
		return string(t.SearchType)
	}
	return fmt.Sprintf("%s, limit %d", t.SearchType, t.Limit)
}

// title tells a load of the test from others.
func (t *side) title(load *Load) string {
	if len(t.Loads) > 1 || load.Rate > 0 {
		return t.label() + ", " + load.Title()
	}
	return t.label()
}

// compare holds all that both have against one another, and says what only one has.
func (c *Comparison) compare(before, after []*side, t verdict.Thresholds) {
	met := make(map[*side]bool)
	for _, one := range before {
		var other *side
		for _, candidate := range after {
			if one.same(candidate) && !met[candidate] {
				other = candidate
				break
			}
		}
		if other == nil {
			c.Only = append(c.Only, fmt.Sprintf("Only %s has the test %s.", c.Before.Name, one.label()))
			continue
		}
		met[other] = true
		c.compareTests(one, other, t)
	}
	for _, other := range after {
		if !met[other] {
			c.Only = append(c.Only, fmt.Sprintf("Only %s has the test %s.", c.After.Name, other.label()))
		}
	}
}

// short says where one of the two fell short of a rate, so that its times are not those of it.
func (c *Comparison) short(name, title string, load *Load, strategy fanout.Strategy, t verdict.Thresholds) {
	if short := load.Result(strategy).short(load, t); short != "" {
		c.Only = append(c.Only, fmt.Sprintf("%s, %s: %s", name, title, short))
	}
}

func (c *Comparison) compareTests(one, other *side, t verdict.Thresholds) {
	found := false
	for i := range one.Loads {
		for j := range other.Loads {
			a, b := &one.Loads[i], &other.Loads[j]
			if a.Users != b.Users || a.Rate != b.Rate {
				continue
			}
			found = true
			for _, strategy := range fanout.Strategies() {
				if a.Result(strategy) != nil && b.Result(strategy) != nil {
					c.Rows = append(c.Rows, compareRow(one, other, a, b, one.loads[i], other.loads[j], strategy, t.Confidence))
					c.short(c.Before.Name, one.title(a), a, strategy, t)
					c.short(c.After.Name, other.title(b), b, strategy, t)
				} else if a.Result(strategy) != nil || b.Result(strategy) != nil {
					c.Only = append(c.Only, fmt.Sprintf("Only one of the two ran %s by %s with %s.", one.label(), strategy, a.Title()))
				}
			}
		}
	}
	if !found {
		c.Only = append(c.Only, fmt.Sprintf("The test %s ran with other users or at another rate: nothing of it can be compared.", one.label()))
	}
}

func compareRow(test, other *side, a, b *Load, before, after *verdict.Test, strategy fanout.Strategy, confidence float64) ComparisonRow {
	row := ComparisonRow{
		Title: test.title(a), Test: test.Name, SearchType: test.SearchType, Limit: test.Limit, Users: a.Users, Rate: a.Rate,
		Strategy: strategy, Before: compared(a.Result(strategy), before), After: compared(b.Result(strategy), after),
	}
	for _, statistic := range verdict.Statistics() {
		change := newChange(verdict.CompareBetween(before, after, statistic, strategy, confidence))
		row.Changes = append(row.Changes, change)
	}
	if interval, known := verdict.FailuresBetween(before, after, strategy, confidence); known {
		row.Failures = newInterval(interval)
	}
	row.Recall = newRecallChange(&row, test, other, before, after, strategy, confidence)
	return row
}

func compared(r *Result, test *verdict.Test) Compared {
	c := Compared{Batches: r.Batches, Failed: r.Failed, Duration: r.Duration, Throughput: r.Throughput, Recall: r.Recall}
	for i := range test.Blocks {
		if test.Blocks[i].Strategy == r.Strategy {
			c.Blocks++
		}
	}
	return c
}

func newChange(b verdict.Between) Change {
	own := Change{Statistic: b.Statistic, Direction: None, Unknown: b.Unknown}
	if b.Known() {
		ratio := b.Ratio()
		own.Ratio, own.Change, own.Direction = newInterval(ratio), change(ratio), direction(b.Statistic, ratio)
	}
	return own
}

// differing are the facts of the first tests that are not the same on both sides. What always differs is left out.
func differing(before, after []*side) (one, other []Fact) {
	one, other = []Fact{}, []Fact{}
	if len(before) == 0 || len(after) == 0 {
		return one, other
	}
	a, b := before[0].values(), after[0].values()
	for _, fact := range a.list {
		if value := b.byName[fact.Name]; value != fact.Value {
			one = append(one, fact)
			other = append(other, Fact{fact.Name, orUnknown(value)})
		}
	}
	for _, fact := range b.list {
		if _, known := a.byName[fact.Name]; !known {
			one = append(one, Fact{fact.Name, Unknown})
			other = append(other, fact)
		}
	}
	return one, other
}

func orUnknown(value string) string {
	if value == "" {
		return Unknown
	}
	return value
}

type facts struct {
	list   []Fact
	byName map[string]string
}

// values are the facts of a test by their full names.
func (t *Test) values() facts {
	f := facts{byName: make(map[string]string)}
	for _, group := range t.Facts {
		if group.Name == groupRun || group.Name == groupBefore {
			continue // when it ran, and what was found then
		}
		for _, fact := range group.Facts {
			name := group.Name + ": " + fact.Name
			f.list = append(f.list, Fact{name, fact.Value})
			f.byName[name] = fact.Value
		}
	}
	return f
}

// Change is a row's change of a statistic; nil when there is none of it.
func (r *ComparisonRow) Change(statistic verdict.Statistic) *Change {
	for i := range r.Changes {
		if r.Changes[i].Statistic == statistic {
			return &r.Changes[i]
		}
	}
	return nil
}
