package queries

import (
	"errors"
	"fmt"
	"io"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/jsonfile"
)

// MaxSize bounds a query file in bytes: far beyond any real one, and short of what hurts.
const MaxSize = 256 << 20

// maxQueries bounds the queries of a file, all sets together: one that says nothing takes fifty times its length of memory.
const maxQueries = 500_000

var errTooMany = fmt.Errorf("it has more than %d queries: split it", maxQueries)

// anyLimit stands for the limit of the run while a file is checked.
const anyLimit = 1

// Read reads a query file and checks all of it; name is what errors call it.
func Read(r io.Reader, name string) (*File, error) {
	kind := jsonfile.Kind{
		Name: "query file", Command: "k6 x weaviate queries", Version: Version, MaxSize: MaxSize, TooLong: "split it",
		Unknown: fanout.NotMeasured,
	}
	f := &File{}
	if err := kind.Read(r, name, f.read, f.check); err != nil {
		return nil, err
	}
	return f, nil
}

// read reads the file's keys.
func (f *File) read(w *jsonfile.Walker) error {
	queries := 0
	_, err := w.Object(jsonfile.Fields{
		"version":    w.Value(&f.Version),
		"searchType": w.Value(&f.SearchType),
		"embedder":   w.Value(&f.Embedder),
		"dimensions": w.Value(&f.Dimensions),
		"properties": w.Value(&f.Properties),
		"additional": w.Value(&f.Additional),
		"sets": func() error {
			return w.List(func() error {
				f.Sets = append(f.Sets, Set{})
				if err := f.Sets[len(f.Sets)-1].read(w, &queries); err != nil {
					return fmt.Errorf("set %d: %w", len(f.Sets), err)
				}
				return nil
			})
		},
	})
	return err
}

// read reads the set's keys, and counts its queries with those of the sets before.
func (s *Set) read(w *jsonfile.Walker, count *int) error {
	_, err := w.Object(jsonfile.Fields{
		"text":   w.Value(&s.Text),
		"vector": w.Value(&s.Vector),
		"queries": jsonfile.Each(w, &s.Queries, func(q *Query) error {
			*count++
			if *count > maxQueries {
				return errTooMany
			}
			return q.read(w)
		}),
	})
	if err == nil && len(s.Queries) == 0 {
		err = errors.New("it has no queries: give it one per collection")
	}
	return err
}

func (q *Query) read(w *jsonfile.Walker) error {
	_, err := w.Object(jsonfile.Fields{
		"collection":   w.Value(&q.Collection),
		"tenant":       w.Value(&q.Tenant),
		"targetVector": w.Value(&q.TargetVector),
		"where":        w.Value(&q.Where),
		"autocut":      w.Value(&q.Autocut),
		"limit":        w.Value(&q.Limit),
		"offset":       w.Value(&q.Offset),
		"properties":   w.Value(&q.Properties),
		"additional":   w.Value(&q.Additional),
		"nearVector": search(w, &q.NearVector, func(n *NearVector) jsonfile.Fields {
			return n.fields(w, jsonfile.Fields{"vector": w.Value(&n.Vector)})
		}),
		"nearText": search(w, &q.NearText, func(n *NearText) jsonfile.Fields {
			return n.fields(w, jsonfile.Fields{"concepts": w.Value(&n.Concepts)})
		}),
		"bm25": search(w, &q.BM25, func(b *BM25) jsonfile.Fields {
			return b.fields(w, jsonfile.Fields{"query": w.Value(&b.Query), "properties": w.Value(&b.Properties)})
		}),
		"hybrid": search(w, &q.Hybrid, func(h *Hybrid) jsonfile.Fields {
			return h.fields(w, jsonfile.Fields{
				"query": w.Value(&h.Query), "alpha": w.Value(&h.Alpha), "vector": w.Value(&h.Vector),
				"properties": w.Value(&h.Properties), "fusionType": w.Value(&h.FusionType), "maxVectorDistance": w.Value(&h.MaxVectorDistance),
			})
		}),
	})
	if err != nil {
		return err
	}
	return q.checkSearches()
}

// fields adds what reads the cut.
func (c *Cut) fields(w *jsonfile.Walker, others jsonfile.Fields) jsonfile.Fields {
	others["distance"], others["certainty"] = w.Value(&c.Distance), w.Value(&c.Certainty)
	return others
}

// fields adds what reads the keys of keyword searches.
func (k *Keywords) fields(w *jsonfile.Walker, others jsonfile.Fields) jsonfile.Fields {
	others["operator"], others["minimumMatch"] = w.Value(&k.Operator), w.Value(&k.MinimumMatch)
	return others
}

// search reads one of a query's searches.
func search[T any](w *jsonfile.Walker, to **T, keys func(*T) jsonfile.Fields) func() error {
	return func() error {
		value := new(T)
		found, err := w.Object(keys(value))
		if found {
			*to = value
		}
		return err
	}
}

// check holds the file to what a test relies on: every set searches the same collections, once each, and every query can be
// sent.
func (f *File) check() error {
	if len(f.Sets) == 0 {
		return errors.New("it has no query sets: give it at least one")
	}
	sets, err := f.QuerySets(anyLimit)
	if err != nil {
		return err
	}
	want := make(map[string]bool)
	for _, name := range f.Collections() {
		want[name] = true
	}
	for i, set := range sets {
		for _, q := range set.Queries() {
			if !want[q.Collection] {
				return fmt.Errorf("set %d searches %s, which set 1 does not: every set needs the same collections", i+1, q.Collection)
			}
		}
		if set.Len() != len(want) {
			return fmt.Errorf("set %d searches %d collections and set 1 %d: every set needs the same collections",
				i+1, set.Len(), len(want))
		}
		if t := set.SearchType(); f.SearchType != fanout.SearchMixed && t != f.SearchType {
			return fmt.Errorf("set %d is of search type %s, and the file says %q: correct searchType, or call it mixed", i+1, t, f.SearchType)
		}
	}
	return checkDimensions(f, sets)
}
