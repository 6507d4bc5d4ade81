package page

import (
	"fmt"

	"github.com/xk6-weaviate/xk6-weaviate/report"
	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

// comparison is the page of two results folders side by side.
type comparison struct {
	*report.Comparison

	Confidence string
	Groups     []comparedGroup
	Panels     []effectPanel
}

// comparedGroup are the strategies of one test under one load.
type comparedGroup struct {
	Title string
	Rows  []report.ComparisonRow
}

func newComparison(r *report.Report) *comparison {
	c := &comparison{Comparison: r.Comparison, Confidence: confidence(r)}
	for _, row := range r.Comparison.Rows {
		if n := len(c.Groups); n == 0 || c.Groups[n-1].Title != row.Title {
			c.Groups = append(c.Groups, comparedGroup{Title: row.Title})
		}
		last := &c.Groups[len(c.Groups)-1]
		last.Rows = append(last.Rows, row)
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
				p.Rows.Rows = append(p.Rows.Rows, changeRow(&group.Rows[i], change, scale))
			}
		}
	}
	return p
}

func changeRow(compared *report.ComparisonRow, change *report.Change, scale *axis) row {
	r := row{Strategy: compared.Strategy, Unknown: change.Unknown, Class: tone(change.Direction)}
	r.Value, r.Detail = halves(change.Change)
	r.Strip.Rules = []rule{{At: place(scale.at(1)), Class: "same"}}
	if change.Change == "" {
		return r
	}
	r.Strip.Whiskers = []bar{scale.stretch(value(change.Ratio.Lower), value(change.Ratio.Upper), class(compared.Strategy))}
	r.Strip.Marks = []point{{X: place(clamp(scale.at(value(change.Ratio.Estimate)))), Class: class(compared.Strategy), Mark: mark(compared.Strategy)}}
	r.Strip.Title = fmt.Sprintf("%s, %s: %s", compared.Strategy, change.Statistic, change.Change)
	return r
}

// changedCell is a cell of the table: a figure before and after, and how it changed.
type changedCell struct {
	Label                   string
	Before, After           report.Number
	Estimate, Interval, Why string
	Direction               report.Direction
}

// changed is the cell of a statistic.
func changed(r report.ComparisonRow, statistic verdict.Statistic, before, after report.Number) changedCell {
	c := changedCell{Label: string(statistic), Before: before, After: after}
	if statistic != verdict.Throughput {
		c.Label += ", ms"
	}
	if change := r.Change(statistic); change != nil {
		c.Estimate, c.Interval = halves(change.Change)
		c.Why, c.Direction = change.Unknown, change.Direction
	}
	return c
}
