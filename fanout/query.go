package fanout

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// QueryType is what one query does: the tag query_type of a member.
type QueryType string

// The query types.
const (
	Vector QueryType = "vector" // nearVector
	BM25   QueryType = "bm25"   // keyword search
	Hybrid QueryType = "hybrid" // both, weighted by alpha
)

// SearchType is what a whole batch does: the tag search_type of a batch.
type SearchType string

// The search types that have query files of their own. A set whose members differ is Mixed; a set of hybrid
// queries with another alpha is named by the same rule ("hybrid_05" for 0.5).
const (
	SearchVector   SearchType = "vector"
	SearchBM25     SearchType = "bm25"
	SearchHybrid01 SearchType = "hybrid_01"
	SearchHybrid09 SearchType = "hybrid_09"
	SearchMixed    SearchType = "mixed"
)

// SearchTypes lists the five search types in the order in which they are tested and shown.
func SearchTypes() []SearchType {
	return []SearchType{SearchVector, SearchBM25, SearchHybrid01, SearchHybrid09, SearchMixed}
}

// MaxVectorLength is the longest vector that Weaviate indexes (its own limit is 65,535 dimensions).
const MaxVectorLength = 65535

// Query is one search on one collection.
type Query struct {
	Collection string
	Type       QueryType
	// Text is what BM25 and hybrid queries look for.
	Text string
	// Vector is what vector and hybrid queries look for. It is shared, never written to.
	Vector []float32
	// Alpha is the vector's share of a hybrid query, 0 (keywords only) to 1 (vector only).
	Alpha float64
	// Limit is the number of objects asked for, at least 1.
	Limit int
	// Properties are returned with each object, besides its id.
	Properties []string
	// SearchProperties are searched by BM25 and by a hybrid query's keyword leg; none means all text properties.
	SearchProperties []string
}

// Validate says what is wrong with a query, in a sentence that names the value and what to change.
func (q *Query) Validate() error {
	if err := checkName("collection", q.Collection, true); err != nil {
		return err
	}
	for _, p := range q.Properties {
		if err := checkName("property", p, false); err != nil {
			return fmt.Errorf("collection %s: %w", q.Collection, err)
		}
	}
	if err := q.validateSearch(); err != nil {
		return fmt.Errorf("collection %s: %w", q.Collection, err)
	}
	return nil
}

func (q *Query) validateSearch() error {
	if q.Limit < 1 || q.Limit > math.MaxInt32 {
		return fmt.Errorf("limit is %d: use a whole number from 1 up", q.Limit)
	}
	if q.Type == Vector || q.Type == Hybrid {
		if err := checkVector(q.Vector); err != nil {
			return err
		}
	}
	if (q.Type == BM25 || q.Type == Hybrid) && q.Text == "" {
		return fmt.Errorf("the %s query has no text: give it what to search for", q.Type)
	}
	switch q.Type {
	case Vector, BM25:
		return nil
	case Hybrid:
		// Written so that NaN fails too.
		if !(q.Alpha >= 0 && q.Alpha <= 1) {
			return fmt.Errorf("alpha is %v: use 0 (keywords only) to 1 (vector only)", q.Alpha)
		}
		return nil
	default:
		return fmt.Errorf("unknown query type %q: use vector, bm25 or hybrid", q.Type)
	}
}

// checkVector refuses what Weaviate would misread: it answers an empty vector with a plain listing, which would be
// measured as a very fast search.
func checkVector(v []float32) error {
	if len(v) == 0 {
		return errors.New("the vector is empty: give one number per dimension")
	}
	if len(v) > MaxVectorLength {
		return fmt.Errorf("the vector has %d numbers: Weaviate takes at most %d", len(v), MaxVectorLength)
	}
	for i, x := range v {
		if math.IsNaN(float64(x)) || math.IsInf(float64(x), 0) {
			return fmt.Errorf("element %d of the vector is %v: use finite numbers that fit a float32", i, x)
		}
	}
	return nil
}

// checkName holds names to Weaviate's own grammar: they are written into GraphQL documents, where anything else
// would be an injection.
func checkName(what, name string, upper bool) error {
	ok := name != ""
	for i, r := range name {
		letter := r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r == '_'
		if !letter && (i == 0 || r < '0' || r > '9') {
			ok = false
		}
	}
	if ok && upper && (name[0] < 'A' || name[0] > 'Z') {
		return fmt.Errorf("%s name %q: collection names start with a capital letter, so write %q", what, name,
			strings.ToUpper(name[:1])+name[1:])
	}
	if !ok {
		return fmt.Errorf("%s name %q is not a Weaviate name: use letters, digits and _, and no digit first", what, name)
	}
	return nil
}

// SearchTypeOf names what a set does as a whole.
func SearchTypeOf(set []Query) SearchType {
	var first SearchType
	for i := range set {
		t := set[i].searchType()
		if i > 0 && t != first {
			return SearchMixed
		}
		first = t
	}
	return first
}

func (q *Query) searchType() SearchType {
	if q.Type != Hybrid {
		return SearchType(q.Type)
	}
	alpha := strconv.FormatFloat(q.Alpha, 'f', -1, 64)
	return SearchType("hybrid_" + strings.ReplaceAll(alpha, ".", ""))
}
