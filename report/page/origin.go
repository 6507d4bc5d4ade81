package page

import (
	"slices"

	"github.com/xk6-weaviate/xk6-weaviate/report"
)

// origin is the section on what was run where against what.
type origin struct {
	// Common are the facts that all tests have in common, Tests those that differ.
	Common []report.FactGroup
	Tests  []testFacts
}

type testFacts struct {
	Title  string
	Groups []report.FactGroup
}

func newOrigin(r *report.Report) origin {
	var o origin
	if len(r.Tests) == 0 {
		return o
	}
	common := func(group string, f report.Fact) bool {
		for i := range r.Tests {
			if !has(&r.Tests[i], group, f) {
				return false
			}
		}
		return true
	}
	o.Common = keep(r.Tests[0].Facts, common)
	for i := range r.Tests {
		own := keep(r.Tests[i].Facts, func(group string, f report.Fact) bool { return !common(group, f) })
		if len(own) > 0 {
			o.Tests = append(o.Tests, testFacts{name(r.Title(&r.Tests[i])), own})
		}
	}
	return o
}

// keep keeps some facts of some groups, and the groups that have any.
func keep(groups []report.FactGroup, wanted func(group string, f report.Fact) bool) []report.FactGroup {
	var kept []report.FactGroup
	for _, g := range groups {
		own := report.FactGroup{Name: g.Name}
		for _, f := range g.Facts {
			if wanted(g.Name, f) {
				own.Facts = append(own.Facts, f)
			}
		}
		if len(own.Facts) > 0 {
			kept = append(kept, own)
		}
	}
	return kept
}

func has(t *report.Test, group string, f report.Fact) bool {
	return slices.ContainsFunc(t.Facts, func(g report.FactGroup) bool { return g.Name == group && slices.Contains(g.Facts, f) })
}
