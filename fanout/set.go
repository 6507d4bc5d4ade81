package fanout

import (
	"errors"
	"fmt"
	"sync"
)

// Set is a query set made ready to be sent: its requests are encoded once for each protocol, on first use, and shared by
// all clients that send it. It is safe for concurrent use.
type Set struct {
	queries    []Query
	searchType SearchType

	multi  encoded[[]byte]
	single encoded[[][]byte]
	grpc   encoded[[][]byte]
}

// encoded is a value that is made on first use.
type encoded[T any] struct {
	once  sync.Once
	value T
	err   error
}

func (e *encoded[T]) get(encode func() (T, error)) (T, error) {
	e.once.Do(func() { e.value, e.err = encode() })
	return e.value, e.err
}

// NewSet checks the queries and makes a set of them. The set keeps the slice: do not change it afterwards.
func NewSet(queries []Query) (*Set, error) {
	if len(queries) == 0 {
		return nil, errors.New("the query set is empty: give it one query per collection")
	}
	seen := make(map[string]bool, len(queries))
	for i := range queries {
		if err := queries[i].Validate(); err != nil {
			return nil, fmt.Errorf("query %d: %w", i+1, err)
		}
		if seen[queries[i].Collection] {
			return nil, fmt.Errorf("query %d: collection %s is in the query set twice: a set has one query per collection",
				i+1, queries[i].Collection)
		}
		seen[queries[i].Collection] = true
	}
	return &Set{queries: queries, searchType: SearchTypeOf(queries)}, nil
}

// Queries are the set's queries, one per member, in the order of the results. They must not be changed.
func (s *Set) Queries() []Query { return s.queries }

// SearchType is what the set does as a whole.
func (s *Set) SearchType() SearchType { return s.searchType }

// Len is the number of members.
func (s *Set) Len() int { return len(s.queries) }
