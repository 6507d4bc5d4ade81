// Package truth knows what vector searches should find. The truth of a query file are, for its query sets, the objects that are
// nearest to each query's vector, found by comparing it with every object there is. Recall is the share of them that a search found.
package truth

import (
	"slices"

	"github.com/google/uuid"
)

const (
	// Version is the version of the format.
	Version = 1

	// MaxDepth is the largest depth: what Weaviate, unless it is told otherwise, returns at most.
	MaxDepth = 10_000

	// DefaultDepth is the depth for the default limit of a test.
	DefaultDepth = 200

	// Ending ends the names of truth files.
	Ending = ".truth.json"
)

// File is the truth of a query file.
type File struct {
	// Queries is the SHA-256 of the query file's bytes, in hexadecimal digits, small ones.
	Queries string
	// Depth is how many of the nearest objects were looked for, per query: recall is known for limits up to it.
	Depth int
	// Collections are those with a truth, as they were searched.
	Collections []Collection
	// Sets are those query sets that have a truth, in the order of the query file.
	Sets []Set
}

// Collection is a collection, or one tenant of it, by one of its vectors, as it was when the truth was made.
type Collection struct {
	Name string
	// Tenant and Vector are empty in a collection without tenants or named vectors.
	Tenant, Vector string
	// Distance is the metric of the vector's index.
	Distance Distance
	// Objects is how many objects there were.
	Objects int64
}

// Set is the truth of one query set.
type Set struct {
	// Index is the query set's in the query file, from 0.
	Index int
	// Queries are its queries, in their order; nil for one without a truth (a keyword search, a filter, …).
	Queries []*Query
}

// Query is the truth of one query.
type Query struct {
	// Depth is up to which limit recall is known. It is less than the file's where there were fewer objects, or where more objects
	// tie than are kept.
	Depth int
	// Tolerance is how much further away than the last that was to be found an object may be and still tie with it: what
	// rounding to float32, in which servers reckon, makes of equal distances.
	Tolerance float64
	// IDs and Distances are the nearest objects, nearest first: at least Depth of them, and all that tie with the last of these.
	IDs       []uuid.UUID
	Distances []float32

	byID []int32 // indexes of IDs, in the order of these
}

// Covers is how many query sets have a truth.
func (f *File) Covers() int { return len(f.Sets) }

// Set is the truth of query set i, from 0; nil if it has none.
func (f *File) Set(i int) *Set {
	at, found := slices.BinarySearchFunc(f.Sets, i, func(s Set, i int) int { return s.Index - i })
	if !found {
		return nil
	}
	return &f.Sets[at]
}
