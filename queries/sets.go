package queries

import (
	"errors"
	"fmt"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// QuerySets makes the file's sets ready to be sent. Each query asks for limit objects unless it has a limit of its own.
func (f *File) QuerySets(limit int) ([]*fanout.Set, error) {
	sets := make([]*fanout.Set, len(f.Sets))
	for i := range f.Sets {
		queries := make([]fanout.Query, len(f.Sets[i].Queries))
		for k := range queries {
			q, err := f.query(&f.Sets[i], &f.Sets[i].Queries[k], limit)
			if err != nil {
				return nil, fmt.Errorf("set %d, collection %s: %w", i+1, f.Sets[i].Queries[k].Collection, err)
			}
			queries[k] = q
		}
		set, err := fanout.NewSet(queries)
		if err != nil {
			return nil, fmt.Errorf("set %d, %w", i+1, err)
		}
		sets[i] = set
	}
	return sets, nil
}

// query fills in what a query takes from its set, its file and the run.
func (f *File) query(s *Set, q *Query, limit int) (fanout.Query, error) {
	full := fanout.Query{
		Collection: q.Collection, Tenant: q.Tenant, TargetVector: q.TargetVector, Where: q.Where, Autocut: q.Autocut,
		Limit: limit, Offset: q.Offset, Properties: q.Properties, Additional: q.Additional,
	}
	if q.Limit != nil {
		full.Limit = *q.Limit
	}
	if full.Properties == nil {
		full.Properties = f.Properties
	}
	if full.Additional == nil {
		full.Additional = f.Additional
	}
	if err := q.checkSearches(); err != nil {
		return full, err
	}
	switch {
	case q.NearVector != nil:
		full.Type, full.Vector = fanout.Vector, first(q.NearVector.Vector, s.Vector)
		full.Distance, full.Certainty = q.NearVector.Distance, q.NearVector.Certainty
		if full.Vector == nil {
			return full, errors.New("the query has no vector: give it or its set one")
		}
	case q.NearText != nil:
		full.Type, full.NearText = fanout.Vector, q.NearText.Concepts
		full.Distance, full.Certainty = q.NearText.Distance, q.NearText.Certainty
		if full.NearText == nil {
			full.NearText = []string{s.Text}
		}
		if len(full.NearText) == 0 {
			return full, errors.New("the nearText query has no concepts: give it at least one text")
		}
	case q.BM25 != nil:
		full.Type, full.SearchProperties = fanout.BM25, q.BM25.Properties
		full.Text, full.Keywords = firstText(q.BM25.Query, s.Text), fanout.Keywords(q.BM25.Keywords)
	case q.Hybrid != nil:
		if q.Hybrid.Alpha == nil {
			return full, errors.New("the hybrid query has no alpha: give it 0 (keywords only) to 1 (vector only)")
		}
		full.Type, full.SearchProperties, full.Alpha = fanout.Hybrid, q.Hybrid.Properties, *q.Hybrid.Alpha
		full.Text, full.Vector = firstText(q.Hybrid.Query, s.Text), first(q.Hybrid.Vector, s.Vector)
		full.Fusion, full.MaxVectorDistance, full.Keywords = q.Hybrid.FusionType, q.Hybrid.MaxVectorDistance, fanout.Keywords(q.Hybrid.Keywords)
	}
	return full, nil
}

// checkSearches holds a query to one search.
func (q *Query) checkSearches() error {
	searches := 0
	for _, given := range []bool{q.NearVector != nil, q.NearText != nil, q.BM25 != nil, q.Hybrid != nil} {
		if given {
			searches++
		}
	}
	if searches != 1 {
		return fmt.Errorf("the query has %d searches: give it exactly one of nearVector, nearText, bm25, hybrid", searches)
	}
	return nil
}

func first(own, sets Vector) []float32 {
	if own != nil {
		return own
	}
	return sets
}

func firstText(own, sets string) string {
	if own != "" {
		return own
	}
	return sets
}

// checkDimensions holds the vectors to the length that the file tells or, where it tells none, those of one collection to
// one length.
func checkDimensions(f *File, sets []*fanout.Set) error {
	lengths := make(map[string]int)
	for i, set := range sets {
		for _, q := range set.Queries() {
			if len(q.Vector) == 0 && (q.Type != fanout.Hybrid || f.Dimensions == 0) {
				continue
			}
			known := lengths[q.Collection]
			switch {
			case f.Dimensions != 0 && len(q.Vector) != f.Dimensions:
				return fmt.Errorf("set %d, collection %s: the vector has %d numbers, and the file's dimensions are %d",
					i+1, q.Collection, len(q.Vector), f.Dimensions)
			case known != 0 && known != len(q.Vector):
				return fmt.Errorf("set %d, collection %s: the vector has %d numbers, and that of an earlier set has %d",
					i+1, q.Collection, len(q.Vector), known)
			}
			lengths[q.Collection] = len(q.Vector)
		}
	}
	if f.Dimensions != 0 && len(lengths) == 0 {
		return fmt.Errorf("its dimensions are %d, and no query has a vector: leave dimensions out", f.Dimensions)
	}
	return nil
}
