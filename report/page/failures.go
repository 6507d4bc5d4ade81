package page

import (
	"cmp"
	"slices"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/report"
)

// failures is the section on what failed.
type failures struct {
	// Batches and Queries are all that were sent, and those of them that failed.
	Batches, FailedBatches, Queries, FailedQueries int64
	Strategies                                     []fanout.Strategy
	// Categories count the failed members of each strategy.
	Categories []categoryRow
	Panels     []failurePanel
}

type categoryRow struct {
	Category fanout.Category
	// Counts are in the order of Strategies.
	Counts []int64
	Sum    int64
}

// failurePanel is one load in which something failed.
type failurePanel struct {
	Load  *load
	Lines []failureLine
}

type failureLine struct {
	report.Failure

	Strategy fanout.Strategy
}

func newFailures(loads []load) failures {
	f := failures{Strategies: strategiesOf(loads)}
	for i := range loads {
		l := &loads[i]
		p := failurePanel{Load: l}
		for j := range l.Results {
			r := &l.Results[j]
			f.Batches, f.FailedBatches = f.Batches+r.Batches, f.FailedBatches+r.Failed
			f.Queries, f.FailedQueries = f.Queries+r.Queries, f.FailedQueries+r.FailedQueries
			for _, failure := range r.Failures {
				p.Lines = append(p.Lines, failureLine{failure, r.Strategy})
				f.count(failure, r.Strategy)
			}
		}
		if len(p.Lines) > 0 {
			f.Panels = append(f.Panels, p)
		}
	}
	slices.SortStableFunc(f.Categories, func(a, b categoryRow) int { return cmp.Compare(b.Sum, a.Sum) })
	return f
}

func (f *failures) count(failure report.Failure, s fanout.Strategy) {
	i := slices.IndexFunc(f.Categories, func(c categoryRow) bool { return c.Category == failure.Category })
	if i < 0 {
		i = len(f.Categories)
		f.Categories = append(f.Categories, categoryRow{Category: failure.Category, Counts: make([]int64, len(f.Strategies))})
	}
	row := &f.Categories[i]
	row.Sum += failure.Count
	if at := slices.Index(f.Strategies, s); at >= 0 {
		row.Counts[at] += failure.Count
	}
}
