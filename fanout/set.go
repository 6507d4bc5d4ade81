package fanout

import (
	"bytes"
	"errors"
	"fmt"
	"sync"
)

// Set is a query set made ready to be sent: its requests are encoded once for each protocol and for the Defaults of the clients
// that send it, on first use, and shared by all of these. It is safe for concurrent use.
type Set struct {
	queries    []Query
	searchType SearchType

	plain  requests // for clients without defaults
	others sync.Map // Defaults to *requests
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
			return nil, fmt.Errorf("query %d: collection %s is in the query set twice: a set has one query per collection, so send them as separate sets",
				i+1, queries[i].Collection)
		}
		seen[queries[i].Collection] = true
	}
	return &Set{queries: queries, searchType: SearchTypeOf(queries), plain: requests{queries: queries}}, nil
}

// Queries are the set's queries, one per member, in the order of the results. They must not be changed.
func (s *Set) Queries() []Query { return s.queries }

// SearchType is what the set does as a whole.
func (s *Set) SearchType() SearchType { return s.searchType }

// Len is the number of members.
func (s *Set) Len() int { return len(s.queries) }

// requestsWith are the set's requests for clients with these defaults, which come as an interface so that looking them up
// allocates nothing; nil for none.
func (s *Set) requestsWith(defaults any) *requests {
	if defaults == nil {
		return &s.plain
	}
	if known, ok := s.others.Load(defaults); ok {
		return known.(*requests)
	}
	d := defaults.(Defaults)
	known, _ := s.others.LoadOrStore(defaults, &requests{queries: d.applyTo(s.queries)})
	return known.(*requests)
}

// requests are the queries of a set as they are sent, encoded on first use.
type requests struct {
	queries []Query

	multi  encoded[[]byte]
	bulk   encoded[[]byte]
	single encoded[[][]byte]
	grpc   encoded[[][]byte]
}

// encoded is a value that is made on first use.
type encoded[T any] struct {
	once  sync.Once
	value T
	err   error
}

func (e *encoded[T]) get(queries []Query, encode func([]Query) (T, error)) (T, error) {
	e.once.Do(func() { e.value, e.err = encode(queries) })
	return e.value, e.err
}

// document is one GraphQL document for the whole set.
func (r *requests) document() ([]byte, error) { return r.multi.get(r.queries, document) }

// bulkDocuments are one list of one GraphQL document per query.
func (r *requests) bulkDocuments() ([]byte, error) {
	return r.bulk.get(r.queries, func(queries []Query) ([]byte, error) {
		documents, err := encodeEach(queries, document)
		return append(append([]byte{'['}, bytes.Join(documents, []byte{','})...), ']'), err
	})
}

// documents are one GraphQL document per query.
func (r *requests) documents() ([][]byte, error) {
	return r.single.get(r.queries, func(queries []Query) ([][]byte, error) { return encodeEach(queries, document) })
}

// searches are one gRPC message per query.
func (r *requests) searches() ([][]byte, error) {
	return r.grpc.get(r.queries, func(queries []Query) ([][]byte, error) {
		return encodeEach(queries, func(q []Query) ([]byte, error) { return searchRequest(&q[0]) })
	})
}
