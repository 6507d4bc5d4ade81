package queries

import (
	_ "embed" // for the search terms
	"errors"
	"fmt"
	"strings"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

//go:embed terms.txt
var terms string

// Terms are forty search terms for the made-up songs, as a person would type them.
func Terms() []string { return strings.Split(strings.TrimSpace(terms), "\n") }

// SongProperties are the properties of the songs that keyword searches look in, and those that queries return.
var (
	SongSearched = []string{"title", "lyrics"} //nolint:gochecknoglobals // a constant in all but name
	SongReturned = []string{"title", "artist"} //nolint:gochecknoglobals // the same
)

// Embedder makes the vector of a search term.
type Embedder interface {
	Embed(text string) ([]float32, error)
}

// Options say what file to make.
type Options struct {
	SearchType  fanout.SearchType
	Terms       []string
	Collections []string
	// Searched are the properties that keyword searches look in; none means all text properties.
	Searched []string
	// Returned are the properties that each object comes with.
	Returned []string
	// EmbedderName is written into the file.
	EmbedderName string
	Embedder     Embedder
}

// Make makes a query file: one set per term, one query per collection.
func Make(o Options) (*File, error) {
	if len(o.Terms) == 0 || len(o.Collections) == 0 {
		return nil, errors.New("a query file needs search terms and collections: give at least one of each")
	}
	f := &File{Version: Version, SearchType: o.SearchType, Properties: o.Returned}
	for i, term := range o.Terms {
		set := Set{Text: term}
		for k, collection := range o.Collections {
			q := Query{Collection: collection}
			if err := o.search(&q, i+k); err != nil {
				return nil, err
			}
			set.Queries = append(set.Queries, q)
		}
		if o.SearchType != fanout.SearchBM25 {
			vector, err := o.Embedder.Embed(term)
			if err != nil {
				return nil, err
			}
			set.Vector, f.Dimensions, f.Embedder = vector, len(vector), o.EmbedderName
		}
		f.Sets = append(f.Sets, set)
	}
	return f, f.check()
}

// search sets the query's kind. In a mixed file, all kinds take turns over sets and collections: every collection sees every
// kind, and every set holds each.
func (o *Options) search(q *Query, turn int) error {
	kind := o.SearchType
	if kind == fanout.SearchMixed {
		kinds := fanout.SearchTypes()[:4]
		kind = kinds[turn%len(kinds)]
	}
	hybrid := func(alpha float64) *Hybrid { return &Hybrid{Alpha: &alpha, Properties: o.Searched} }
	switch kind {
	case fanout.SearchVector:
		q.NearVector = &NearVector{}
	case fanout.SearchBM25:
		q.BM25 = &BM25{Properties: o.Searched}
	case fanout.SearchHybrid01:
		q.Hybrid = hybrid(0.1)
	case fanout.SearchHybrid09:
		q.Hybrid = hybrid(0.9)
	default:
		return fmt.Errorf("unknown search type %q: use one of %v", kind, fanout.SearchTypes())
	}
	return nil
}
