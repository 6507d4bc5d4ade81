package page

import (
	"fmt"
	"slices"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/report"
	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

// verdicts is the first section: what a person reads in ten seconds.
type verdicts struct {
	// Asked says what a PASS takes.
	Asked   string
	Tallies []tally
	Groups  []cards
	// Many says that there are so many groups that they are shown one at a time, below a table of all.
	Many bool
	// Lacks are the tests without verdicts, and why.
	Lacks []note
}

// tally counts the verdicts on a strategy.
type tally struct {
	Strategy fanout.Strategy
	Counts   []statusCount
	// Range are its smallest and largest effects on the median, of verdicts that are not INVALID.
	Range string
	// Excluded says that some of them are INVALID.
	Excluded bool

	least, most *report.Effect
}

type statusCount struct {
	Status verdict.Status
	Count  int
	// Of are the tests.
	Of []string
}

// cards are the verdicts of one load.
type cards struct {
	Load  *load
	Cards []card
	// Cells are its cards in the order of the tallies; nil where a strategy has none.
	Cells []*card
}

// manyGroups are more groups than are shown one below the other.
const manyGroups = 6

// card is one verdict.
type card struct {
	*report.Verdict

	Against fanout.Strategy
	// Confidence is that of Interval, in percent.
	Confidence string
	// Estimate and Interval are the effect on the median; Direction says whether it is good.
	Estimate, Interval string
	Direction          report.Direction
	Strip              *strip
	// Why says why there is no effect.
	Why string
}

func newVerdicts(r *report.Report, loads []load) verdicts {
	var v verdicts
	scale := newEffectAxis(loads, verdict.P50)
	for i := range loads {
		l := &loads[i]
		group := cards{Load: l}
		for j := range l.Verdicts {
			c := newCard(l, &l.Verdicts[j], scale)
			c.Confidence = confidence(r)
			group.Cards = append(group.Cards, c)
			v.count(l.Title, &l.Verdicts[j])
		}
		if len(group.Cards) > 0 {
			v.Groups = append(v.Groups, group)
		}
	}
	if len(v.Groups) > 0 {
		v.Asked = asked(r)
	}
	v.Many = len(v.Groups) >= manyGroups
	for i := range v.Groups {
		v.Groups[i].align(v.Tallies)
	}
	for i := range r.Tests {
		if lacks := r.Tests[i].Lacks; lacks != "" {
			v.Lacks = append(v.Lacks, note{report.Note{Text: lacks}, name(r.Title(&r.Tests[i]))})
		}
	}
	return v
}

// align puts the cards in the order of the tallies.
func (c *cards) align(tallies []tally) {
	c.Cells = make([]*card, len(tallies))
	for i := range c.Cards {
		at := slices.IndexFunc(tallies, func(t tally) bool { return t.Strategy == c.Cards[i].Strategy })
		c.Cells[at] = &c.Cards[i]
	}
}

// reach widens the range of effects.
func (t *tally) reach(e *report.Effect) {
	if e == nil || e.Change == "" {
		return
	}
	if t.least == nil || value(e.Ratio.Estimate) < value(t.least.Ratio.Estimate) {
		t.least = e
	}
	if t.most == nil || value(e.Ratio.Estimate) > value(t.most.Ratio.Estimate) {
		t.most = e
	}
	least, _ := halves(t.least.Change)
	most, _ := halves(t.most.Change)
	t.Range = least
	if most != least {
		t.Range += " to " + most
	}
}

// asked says in one sentence what a PASS takes.
func asked(r *report.Report) string {
	baselines := make([]string, 0, len(r.Tests))
	for i := range r.Tests {
		baselines = append(baselines, string(r.Tests[i].Baseline))
	}
	than := "the baseline"
	if baselines = distinct(baselines); len(baselines) == 1 {
		than = baselines[0]
	}
	least := threshold(r, "faster")
	time := fmt.Sprintf("at least %s less time than", decimal(100*least, 3)+"\u00a0%")
	if least <= 0 {
		time = fmt.Sprintf("at most %s more time than", decimal(-100*least, 3)+"\u00a0%")
	}
	recall := ""
	if least := threshold(r, "min-recall"); least > 0 {
		recall = fmt.Sprintf(", recall is at least %g", least)
	}
	return fmt.Sprintf("PASS: the median batch takes %s that of %s, p95 and p99 are at most %g times as long%s, and failures, throughput, CPU and "+
		"memory are within their limits; each with its whole %s interval.", time, than, threshold(r, "max-tail"), recall, confidence(r))
}

// count adds a verdict to its strategy's.
func (v *verdicts) count(title string, one *report.Verdict) {
	i := slices.IndexFunc(v.Tallies, func(t tally) bool { return t.Strategy == one.Strategy })
	if i < 0 {
		i = len(v.Tallies)
		t := tally{Strategy: one.Strategy}
		for _, status := range []verdict.Status{verdict.Pass, verdict.Inconclusive, verdict.Fail, verdict.Invalid} {
			t.Counts = append(t.Counts, statusCount{Status: status})
		}
		v.Tallies = append(v.Tallies, t)
	}
	if one.Status == verdict.Invalid {
		v.Tallies[i].Excluded = true
	} else {
		v.Tallies[i].reach(one.Effect(verdict.P50))
	}
	for j := range v.Tallies[i].Counts {
		if c := &v.Tallies[i].Counts[j]; c.Status == one.Status {
			c.Count++
			c.Of = append(c.Of, title)
		}
	}
}

func newCard(l *load, v *report.Verdict, scale *axis) card {
	c := card{Verdict: v, Against: l.Test.Baseline}
	e := v.Effect(verdict.P50)
	if e == nil || e.Change == "" {
		c.Why = "the effect is not known"
		if e != nil && e.Unknown != "" {
			c.Why = e.Unknown
		}
		return c
	}
	c.Direction = e.Direction
	c.Estimate, c.Interval = halves(e.Change)
	picture := effectStrip(l, e, scale)
	picture.Dots = nil
	c.Strip = &picture
	return c
}

// confidence is that of the intervals.
func confidence(r *report.Report) string {
	if share := threshold(r, "confidence"); share > 0 {
		return decimal(100*share, 3) + "\u00a0%"
	}
	return report.Unknown
}

// threshold is one of the report's by its name, or 0.
func threshold(r *report.Report, name string) float64 {
	for _, t := range r.Thresholds {
		if t.Name == name {
			return t.Value
		}
	}
	return 0
}
