package page

import (
	"math"
	"slices"
	"strconv"

	"github.com/xk6-weaviate/xk6-weaviate/report"
	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

// validity is the section on whether the measurement answers the question.
type validity struct {
	Passed, Failed, Unknown int
	// Names are the columns of the matrix, and Loads its rows.
	Names []checkName
	Loads []checkRow
	// Odd are the checks that failed or are not known, in words.
	Odd []oddCheck
}

// checkName is what checks are called, and their limits.
type checkName struct{ Name, Limits string }

// checkRow are the checks of one load.
type checkRow struct {
	Load *load
	// Worst is for each name the check that is worst; nil where there is none.
	Worst []*checkLine
	All   []checkLine
}

type oddCheck struct {
	report.Check

	Titles []string
}

// checkLine is one check in words.
type checkLine struct {
	report.Check

	Measured, Limits string
	// Excused says that it passes beyond its limit, because noise explains that.
	Excused bool
}

func newValidity(loads []load) validity {
	var v validity
	for i := range loads {
		l := &loads[i]
		row := checkRow{Load: l}
		for _, c := range l.Checks() {
			switch c.Status {
			case verdict.Pass:
				v.Passed++
			case verdict.Fail:
				v.Failed++
				v.odd(l.Title, c)
			default:
				v.Unknown++
				v.odd(l.Title, c)
			}
			line := checkLine{c, measured(c), limits(c), c.Status == verdict.Pass && margin(c) < 0}
			row.All = append(row.All, line)
			row.put(v.column(line), &line)
		}
		if len(row.All) > 0 {
			v.Loads = append(v.Loads, row)
		}
	}
	for i := range v.Loads {
		v.Loads[i].reach(len(v.Names))
	}
	return v
}

// column is the column of a check.
func (v *validity) column(c checkLine) int {
	i := slices.IndexFunc(v.Names, func(n checkName) bool { return n.Name == c.Name })
	if i < 0 {
		i = len(v.Names)
		v.Names = append(v.Names, checkName{c.Name, c.Limits})
	}
	return i
}

// odd adds a check in words, once for all loads that have it.
func (v *validity) odd(title string, c report.Check) {
	i := slices.IndexFunc(v.Odd, func(o oddCheck) bool { return o.Name == c.Name && o.Sentence == c.Sentence && o.Status == c.Status })
	if i >= 0 {
		if !slices.Contains(v.Odd[i].Titles, title) {
			v.Odd[i].Titles = append(v.Odd[i].Titles, title)
		}
		return
	}
	v.Odd = append(v.Odd, oddCheck{c, []string{title}})
	slices.SortStableFunc(v.Odd, func(a, b oddCheck) int { return severity(b.Status) - severity(a.Status) })
}

func severity(s verdict.Status) int {
	switch s {
	case verdict.Fail:
		return 2
	case verdict.Pass:
		return 0
	default:
		return 1
	}
}

// put puts a check into the matrix, unless a worse one is there.
func (r *checkRow) put(column int, c *checkLine) {
	r.reach(column + 1)
	kept := r.Worst[column]
	if kept == nil || severity(c.Status) > severity(kept.Status) || c.Status == kept.Status && margin(c.Check) < margin(kept.Check) {
		r.Worst[column] = c
	}
}

// reach makes a row as long as that.
func (r *checkRow) reach(columns int) {
	for len(r.Worst) < columns {
		r.Worst = append(r.Worst, nil)
	}
}

// margin is how far what was measured is from the nearer limit.
func margin(c report.Check) float64 {
	distance := math.Inf(1)
	measured, ok := c.Measured.Get()
	if limit, has := c.AtLeast.Get(); ok && has {
		distance = min(distance, measured-limit)
	}
	if limit, has := c.AtMost.Get(); ok && has {
		distance = min(distance, limit-measured)
	}
	return distance
}

// measured writes what a check measured in its unit.
func measured(c report.Check) string {
	value, ok := c.Measured.Get()
	if !ok {
		return ""
	}
	return inUnit(c.Name, value)
}

// limits writes the limits of a check in its unit.
func limits(c report.Check) string {
	least, hasLeast := c.AtLeast.Get()
	most, hasMost := c.AtMost.Get()
	switch {
	case hasLeast && hasMost:
		return inUnit(c.Name, least) + " to " + inUnit(c.Name, most)
	case hasLeast:
		return "at least " + inUnit(c.Name, least)
	case hasMost:
		return "at most " + inUnit(c.Name, most)
	default:
		return ""
	}
}

// inUnit writes what a check of a name measures: counts, ratios, or shares.
func inUnit(name string, value float64) string {
	switch name {
	case "counts", "rounds", "batches":
		return report.Count(int64(math.Round(value)))
	case "drift":
		return report.Known(value - 1).Percent()
	case "recall":
		return strconv.FormatFloat(value, 'f', 3, 64)
	case "Little's law":
		return strconv.FormatFloat(value, 'f', 2, 64)
	default:
		return report.Known(value).Percent()
	}
}
