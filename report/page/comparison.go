package page

import (
	"fmt"
	"strings"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/report"
	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

// comparison is the page of two results folders side by side.
type comparison struct {
	*report.Comparison

	Confidence string
	Groups     []comparedGroup
	Panels     []effectPanel
	Differing  []differing
}

// differing is a fact that is not the same before and after.
type differing struct{ Name, Before, After string }

// comparedGroup are the strategies of one test under one load.
type comparedGroup struct {
	Title string
	Rows  []comparedRow
}

// comparedRow is one strategy.
type comparedRow struct {
	*report.ComparisonRow

	Cells []changedCell
	// Failures is how the share of failed batches changed, in words; empty when that is not known.
	Failures string
	// Finds is how the recall changed, of which the figures are text already.
	Finds changedCell
}

func newComparison(r *report.Report) *comparison {
	c := &comparison{Comparison: r.Comparison, Confidence: confidence(r)}
	for i := range c.Rows {
		row := newComparedRow(&c.Rows[i])
		title := report.Plain(row.Title)
		if n := len(c.Groups); n == 0 || c.Groups[n-1].Title != title {
			c.Groups = append(c.Groups, comparedGroup{Title: title})
		}
		last := &c.Groups[len(c.Groups)-1]
		last.Rows = append(last.Rows, row)
	}
	for i, f := range c.Before.Facts {
		if i < len(c.After.Facts) {
			c.Differing = append(c.Differing, differing{f.Name, f.Value, c.After.Facts[i].Value})
		}
	}
	for _, statistic := range verdict.Statistics() {
		if p := c.panel(statistic); len(p.Rows.Rows) > 0 {
			c.Panels = append(c.Panels, p)
		}
	}
	return c
}

// panel is the forest plot of the changes of a statistic; without rows when no change is known.
func (c *comparison) panel(statistic verdict.Statistic) effectPanel {
	p := effectPanel{Statistic: statistic, Title: statisticTitle(statistic)}
	least, most := 1.0, 1.0
	for i := range c.Rows {
		if change := c.Rows[i].Change(statistic); change != nil && change.Change != "" {
			least, most = min(least, value(change.Ratio.Lower)), max(most, value(change.Ratio.Upper))
		}
	}
	if least == 1 && most == 1 {
		return p
	}
	scale := ratioAxis(least, most, 0, "change of "+p.Title+" (ratio, log scale)")
	p.Rows = rows{Label: "Change of " + p.Title + " from before to after", Name: "strategy", Value: "change", Axis: *scale}
	for _, group := range c.Groups {
		p.Rows.Rows = append(p.Rows.Rows, row{Heading: group.Title})
		for i := range group.Rows {
			if change := group.Rows[i].Change(statistic); change != nil {
				p.Rows.Rows = append(p.Rows.Rows, changeRow(group.Rows[i].Strategy, change, scale))
			}
		}
	}
	return p
}

func changeRow(strategy fanout.Strategy, change *report.Change, scale *axis) row {
	r := row{Strategy: strategy, Unknown: change.Unknown, Class: tone(change.Direction)}
	r.Value, r.Detail = halves(change.Change)
	r.Strip.Rules = []rule{{At: place(scale.at(1)), Class: "same"}}
	if change.Change == "" {
		return r
	}
	r.Strip.Whiskers = []bar{scale.stretch(value(change.Ratio.Lower), value(change.Ratio.Upper), class(strategy))}
	r.Strip.Marks = []point{{X: place(clamp(scale.at(value(change.Ratio.Estimate)))), Class: class(strategy), Mark: mark(strategy)}}
	r.Strip.Title = fmt.Sprintf("%s, %s: %s", strategy, change.Statistic, change.Change)
	return r
}

// changedCell is a cell of the table: a figure before and after, and how it changed.
type changedCell struct {
	Label                   string
	Before, After           report.Number
	Estimate, Interval, Why string
	Direction               report.Direction
}

func newComparedRow(r *report.ComparisonRow) comparedRow {
	own := comparedRow{ComparisonRow: r}
	for _, one := range []struct {
		label         string
		statistic     verdict.Statistic
		before, after report.Number
	}{
		{"p50, ms", verdict.P50, r.Before.Duration.P50, r.After.Duration.P50},
		{"p95, ms", verdict.P95, r.Before.Duration.P95, r.After.Duration.P95},
		{"p99, ms", verdict.P99, r.Before.Duration.P99, r.After.Duration.P99},
		{"batches/s", verdict.Throughput, r.Before.Throughput, r.After.Throughput},
	} {
		c := changedCell{Label: one.label, Before: one.before, After: one.after}
		if change := r.Change(one.statistic); change != nil {
			c.Estimate, c.Interval = halves(change.Change)
			c.Why, c.Direction = change.Unknown, change.Direction
		}
		own.Cells = append(own.Cells, c)
	}
	if c := r.Recall; c != nil {
		own.Finds = changedCell{Label: c.Title(), Why: c.Unknown, Direction: c.Direction}
		own.Finds.Estimate, own.Finds.Interval = halves(c.Change)
	}
	if f := r.Failures; isKnown(f.Estimate) {
		points := func(n report.Number) string { return strings.ReplaceAll(decimal(100*value(n), 2), "-", "−") }
		own.Failures = fmt.Sprintf("%s percentage points (%s to %s)", points(f.Estimate), points(f.Lower), points(f.Upper))
	}
	return own
}
