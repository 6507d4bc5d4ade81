package page

import (
	"fmt"

	"github.com/xk6-weaviate/xk6-weaviate/report"
	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

// load is a test under one of its loads: what one verdict for each strategy is about.
type load struct {
	*report.Load

	Test *report.Test
	// Title tells it from all others of the report.
	Title string
	// Key is the same for a load in all sections.
	Key string
}

// loadsOf are all loads of all tests.
func loadsOf(r *report.Report) []load {
	var list []load
	for i := range r.Tests {
		t := &r.Tests[i]
		for j := range t.Loads {
			l := load{Load: &t.Loads[j], Test: t, Title: name(r.Title(t)), Key: fmt.Sprintf("%d-%d", i, j)}
			if len(t.Loads) > 1 || l.Rate > 0 {
				l.Title += ", " + l.Load.Title()
			}
			list = append(list, l)
		}
	}
	return list
}

// collection is a collection as the page shows it.
func (l *load) collection(name string) report.CollectionInfo {
	for _, c := range l.Test.Collections {
		if c.Name == name {
			return c
		}
	}
	return report.CollectionInfo{Name: name}
}

// void says whether every verdict of the load is INVALID, so that none of its effects says anything.
func (l *load) void() bool {
	for i := range l.Verdicts {
		if l.Verdicts[i].Status != verdict.Invalid {
			return false
		}
	}
	return len(l.Verdicts) > 0
}
