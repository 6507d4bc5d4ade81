package queries

import (
	"errors"
	"fmt"
	"slices"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// Target is a collection that a file is to search, and how.
type Target struct {
	Collection string
	// Tenant is whose objects are searched, in a collection with tenants.
	Tenant string
	// TargetVector names the vector that is searched, in a collection with named vectors.
	TargetVector string
	// Searched are the properties that keyword searches look in; none means all text properties.
	Searched []string
	// Returned are the properties that each object comes with.
	Returned []string
}

// Term is what one query set looks for.
type Term struct {
	Text string
	// Vector is what all collections are searched for.
	Vector Vector
	// Own are the vectors that single collections are searched for instead, by their names.
	Own map[string]Vector
}

// Options say what file to make.
type Options struct {
	SearchType fanout.SearchType
	// Embedder is written into the file.
	Embedder string
	Targets  []Target
	Terms    []Term
}

// Make makes a query file: one set per term, one query per target.
func Make(o Options) (*File, error) {
	if len(o.Terms) == 0 || len(o.Targets) == 0 {
		return nil, errors.New("a query file needs search terms and collections: give at least one of each")
	}
	if len(o.Terms) > maxQueries/len(o.Targets) {
		return nil, fmt.Errorf("a file of %d search terms for %d collections: %w", len(o.Terms), len(o.Targets), errTooMany)
	}
	f := &File{Version: Version, SearchType: o.SearchType, Properties: o.Targets[0].Returned}
	for i := range o.Terms {
		set, err := o.set(i)
		if err != nil {
			return nil, err
		}
		f.Sets = append(f.Sets, set)
	}
	f.Dimensions = f.commonLength()
	if o.SearchType != fanout.SearchBM25 {
		f.Embedder = o.Embedder
	}
	if err := f.check(); err != nil {
		return nil, err
	}
	return f, nil
}

// set makes the query set of term i.
func (o *Options) set(i int) (Set, error) {
	term := &o.Terms[i]
	set := Set{Text: term.Text}
	for k := range o.Targets {
		target := &o.Targets[k]
		q := Query{Collection: target.Collection, Tenant: target.Tenant}
		if !slices.Equal(target.Returned, o.Targets[0].Returned) {
			q.Properties = append([]string{}, target.Returned...) // never nil, which would mean those of the file
		}
		if err := o.search(&q, target, term, i+k); err != nil {
			return set, err
		}
		set.Queries = append(set.Queries, q)
	}
	if o.SearchType != fanout.SearchBM25 {
		set.Vector = term.Vector
	}
	return set, nil
}

// search sets the query's kind. In a mixed file, all kinds take turns over sets and collections: every collection sees every
// kind, and every set holds each.
func (o *Options) search(q *Query, target *Target, term *Term, turn int) error {
	kind := o.SearchType
	if kind == fanout.SearchMixed {
		kinds := fanout.SearchTypes()[:4]
		kind = kinds[turn%len(kinds)]
	}
	own := term.Own[target.Collection]
	if kind != fanout.SearchBM25 {
		q.TargetVector = target.TargetVector
	}
	hybrid := func(alpha float64) *Hybrid { return &Hybrid{Alpha: &alpha, Vector: own, Properties: target.Searched} }
	switch kind {
	case fanout.SearchVector:
		q.NearVector = &NearVector{Vector: own}
	case fanout.SearchBM25:
		q.BM25 = &BM25{Properties: target.Searched}
	case fanout.SearchHybrid01:
		q.Hybrid = hybrid(0.1)
	case fanout.SearchHybrid09:
		q.Hybrid = hybrid(0.9)
	default:
		return fmt.Errorf("unknown search type %q: use one of %v", kind, fanout.SearchTypes())
	}
	return nil
}

// commonLength is the length of all vectors; 0 if there are none, or if they differ.
func (f *File) commonLength() int {
	length := 0
	for i := range f.Sets {
		for k := -1; k < len(f.Sets[i].Queries); k++ {
			v := f.Sets[i].Vector
			if k >= 0 {
				v = f.Sets[i].Queries[k].own()
			}
			if length == 0 {
				length = len(v)
			}
			if len(v) != 0 && len(v) != length {
				return 0
			}
		}
	}
	return length
}

// own is the vector that the query has for itself.
func (q *Query) own() Vector {
	switch {
	case q.NearVector != nil:
		return q.NearVector.Vector
	case q.Hybrid != nil:
		return q.Hybrid.Vector
	default:
		return nil
	}
}
