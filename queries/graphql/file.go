package graphql

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/queries"
)

// File makes a query file of sets, whose search type follows from their queries, and checks all of it. from says where each set is from.
func File(sets []queries.Set, from []string) (*queries.File, error) {
	f := &queries.File{Version: queries.Version, SearchType: fanout.SearchMixed, Sets: sets}
	for i := range sets {
		if first, these := searched(sets[0]), searched(sets[i]); !slices.Equal(first, these) {
			return nil, fmt.Errorf("%s searches %v and %s searches %v: the sets of a file search the same collections, so make a file of each",
				from[0], first, from[i], these)
		}
	}
	ready, err := f.QuerySets(defaultLimit)
	if err != nil {
		return nil, fmt.Errorf("%w (the sets are of %v)", err, from)
	}
	if !slices.ContainsFunc(ready, func(s *fanout.Set) bool { return s.SearchType() != ready[0].SearchType() }) {
		f.SearchType = ready[0].SearchType()
	}
	var text bytes.Buffer
	if err = f.Write(&text); err == nil {
		_, err = queries.Read(&text, string(f.SearchType)+".json")
	}
	if err != nil {
		return nil, fmt.Errorf("%w (the sets are of %v)", err, from)
	}
	return f, nil
}

// searched are the collections of a set, by name.
func searched(s queries.Set) []string {
	names := make([]string, len(s.Queries))
	for i := range s.Queries {
		names[i] = s.Queries[i].Collection
	}
	slices.Sort(names)
	return names
}
