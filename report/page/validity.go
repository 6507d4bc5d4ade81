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
	Loads                   []*load
	// Checks are the rows of the matrix: one for each name, with a cell for each of Loads.
	Checks []checkRow
	// Odd are the checks that failed or are not known, in words.
	Odd []oddCheck
	// All are the checks of each load.
	All []loadChecks
}

// checkRow is, for each load, the check of a name that is worst; nil where there is none.
type checkRow struct {
	Name, Limits string

	Cells []*checkLine
}

type oddCheck struct {
	report.Check

	Titles []string
}

type loadChecks struct {
	Load   *load
	Checks []checkLine
}

// checkLine is one check in words.
type checkLine struct {
	report.Check

	Measured, Limits string
}

func newValidity(loads []load) validity {
	var v validity
	for i := range loads {
		l := &loads[i]
		checks := l.Checks()
		if len(checks) == 0 {
			continue
		}
		all := loadChecks{Load: l}
		for _, c := range checks {
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
			line := checkLine{c, measured(c), limits(c)}
			all.Checks = append(all.Checks, line)
			v.cell(len(v.Loads), line)
		}
		v.Loads = append(v.Loads, l)
		v.All = append(v.All, all)
	}
	for i := range v.Checks {
		v.Checks[i].reach(len(v.Loads))
	}
	return v
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

// cell puts a check into the matrix, unless a worse one is there.
func (v *validity) cell(column int, c checkLine) {
	i := slices.IndexFunc(v.Checks, func(r checkRow) bool { return r.Name == c.Name })
	if i < 0 {
		i = len(v.Checks)
		v.Checks = append(v.Checks, checkRow{Name: c.Name, Limits: c.Limits})
	}
	row := &v.Checks[i]
	row.reach(column + 1)
	kept := row.Cells[column]
	if kept == nil || severity(c.Status) > severity(kept.Status) || c.Status == kept.Status && margin(c.Check) < margin(kept.Check) {
		row.Cells[column] = &c
	}
}

// reach makes a row as long as that.
func (r *checkRow) reach(columns int) {
	for len(r.Cells) < columns {
		r.Cells = append(r.Cells, nil)
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
	switch {
	case !ok:
		return ""
	default:
		return inUnit(c.Name, value)
	}
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
	case "rounds", "batches":
		return report.Count(int64(math.Round(value)))
	case "drift":
		return report.Known(value - 1).Percent()
	case "Little's law":
		return strconv.FormatFloat(value, 'f', 2, 64)
	default:
		return report.Known(value).Percent()
	}
}
