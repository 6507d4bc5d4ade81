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
	Vector QueryType = "vector" // nearVector, or nearText
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
	// Vector is what vector and hybrid queries look for. It is shared, never written to. A hybrid query without one has the
	// collection's vectorizer make it of the text.
	Vector []float32
	// NearText are the concepts that a vector query looks for instead of a Vector, on a collection with a vectorizer.
	NearText []string
	// TargetVector names the vector that is searched, in a collection with named vectors.
	TargetVector string
	// Alpha is the vector's share of a hybrid query, 0 (keywords only) to 1 (vector only).
	Alpha float64
	// Keywords say which objects BM25 and a hybrid query's keyword leg match.
	Keywords Keywords
	// Distance and Certainty end what a vector query finds at a distance, or at a certainty; at most one, nil for none.
	Distance, Certainty *float64
	// Fusion is how a hybrid query puts its legs together; the server's default if empty.
	Fusion FusionType
	// MaxVectorDistance ends what a hybrid query's vector leg finds; nil for none.
	MaxVectorDistance *float64
	// Limit is the number of objects asked for, at least 1.
	Limit int
	// Offset is how many objects are passed over first.
	Offset int
	// Autocut ends the objects before the limit, after that many jumps in their distance or score; 0 is off.
	Autocut int
	// Where says which objects are considered; nil for all.
	Where *Filter
	// Properties are returned with each object, besides its id.
	Properties []string
	// Additional is what else is returned with each object; names as in GraphQL's _additional, and vectors.NAME for a named vector.
	Additional []string
	// SearchProperties are searched by BM25 and by a hybrid query's keyword leg; none means all text properties.
	SearchProperties []string
	// Tenant is whose objects are searched, in a collection with tenants; the client's if empty.
	Tenant string
	// ConsistencyLevel is how many replicas must answer; the client's if empty. Over GraphQL, Weaviate knows it only for
	// collections with a replication factor above 1, and refuses it for others.
	ConsistencyLevel ConsistencyLevel
}

// Validate says what is wrong with a query, in a sentence that names the value and what to change.
func (q *Query) Validate() error {
	if err := checkName("collection", q.Collection, true); err != nil {
		return err
	}
	for _, validate := range []func() error{q.validateNames, q.validateSearch, q.validateVector, q.validateCuts, q.validateScope} {
		if err := validate(); err != nil {
			return fmt.Errorf("collection %s: %w", q.Collection, err)
		}
	}
	return nil
}

func (q *Query) validateNames() error {
	for _, p := range q.Properties {
		if err := checkName("property", p, false); err != nil {
			return err
		}
	}
	for _, p := range q.SearchProperties {
		if err := checkText("the name of a searched property", p); err != nil {
			return err
		}
	}
	for _, name := range q.Additional {
		if err := checkAdditional(name); err != nil {
			return err
		}
	}
	return nil
}

func (q *Query) validateSearch() error {
	if q.Limit < 1 || q.Limit > math.MaxInt32 {
		return fmt.Errorf("limit is %d: use a whole number from 1 up", q.Limit)
	}
	switch q.Type {
	case Vector:
		return nil
	case BM25, Hybrid:
		if q.Text == "" {
			return fmt.Errorf("the %s query has no text: give it what to search for", q.Type)
		}
		// Written so that NaN fails too.
		if q.Type == Hybrid && !(q.Alpha >= 0 && q.Alpha <= 1) {
			return fmt.Errorf("alpha is %v: use 0 (keywords only) to 1 (vector only)", q.Alpha)
		}
		return checkUTF8("the text", q.Text)
	default:
		return fmt.Errorf("unknown query type %q: use vector, bm25 or hybrid", q.Type)
	}
}

func (q *Query) validateVector() error {
	if q.Type == BM25 {
		if q.TargetVector != "" {
			return fmt.Errorf("a bm25 query searches no vector: leave targetVector %q out", q.TargetVector)
		}
		return nil
	}
	if q.TargetVector != "" {
		if err := checkName("target vector", q.TargetVector, false); err != nil {
			return err
		}
	}
	if len(q.NearText) > 0 {
		if q.Type != Vector || q.Vector != nil {
			return errors.New("nearText is a search of its own: give the query nothing else to look for")
		}
		for _, concept := range q.NearText {
			if err := checkText("a concept of nearText", concept); err != nil {
				return err
			}
		}
		return nil
	}
	if q.Type == Hybrid && q.Vector == nil {
		return nil
	}
	return checkVector(q.Vector)
}

// validateScope checks what narrows a search down.
func (q *Query) validateScope() error {
	if q.Offset < 0 || q.Offset > math.MaxInt32 {
		return fmt.Errorf("offset is %d: use a whole number from 1 up, or 0 for none", q.Offset)
	}
	if q.Autocut < 0 || q.Autocut > math.MaxInt32 {
		return fmt.Errorf("autocut is %d: use a whole number of jumps from 1 up, or 0 for none", q.Autocut)
	}
	if q.Where != nil {
		if err := q.Where.Validate(); err != nil {
			return fmt.Errorf("where: %w", err)
		}
	}
	return (&Defaults{q.Tenant, q.ConsistencyLevel}).Validate()
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
