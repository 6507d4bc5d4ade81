package report

import (
	"slices"
	"strings"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/record"
)

const (
	// maxShown is how much the reports of all runs of a source show. It makes a page of some 60 MB, and takes some 500 MB of memory.
	maxShown = 100_000

	// What shows as much as a collection of a result counts as one.
	weightResult  = 10
	weightProcess = 20
)

// bound leaves out runs whose report would be larger than anybody can read, and than the machine can make, maybe: a small file can have
// every search type in it with every number of users and every collection, and a report shows each of these for each of the others.
func (s *Source) bound() {
	left := maxShown
	s.Runs = slices.DeleteFunc(s.Runs, func(r *Run) bool {
		n := shown(r.Run)
		if n <= left {
			left -= n
			return false
		}
		s.problem(strings.Join(r.Files, ", "), "its search types, numbers of users, strategies and collections make %d rows of a report, "+
			"and there is room for %d: report on fewer of them at a time", n, left)
		return true
	})
}

// shown is about how much the report of a run shows.
func shown(run *record.Run) int {
	types, collections, strategies := make(map[fanout.SearchType]bool), make(map[string]bool), make(map[fanout.Strategy]bool)
	users := make(map[int]bool)
	if info := run.Info(); info != nil {
		for i := range info.Collections {
			collections[info.Collections[i].Name] = true
		}
		if info.Plan != nil {
			for _, b := range info.Plan.Blocks {
				users[b.Users] = true
			}
		}
	}
	for _, series := range run.Series {
		types[series.SearchType], strategies[series.Strategy] = true, true
		for _, c := range series.Collections {
			collections[c.Name] = true
		}
	}
	loads := max(1, len(users))
	return len(types) * (loads*len(strategies)*(weightResult+len(collections)) + weightProcess*len(run.Processes))
}
