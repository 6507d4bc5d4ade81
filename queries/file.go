// Package queries reads, checks and makes query files: the query sets that a test sends. Five of them lie beside the code.
package queries

import (
	"embed"
	"fmt"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// Files are the five query files, by their names in this folder.
//
//go:embed *.json
var Files embed.FS

// Version is the version of the format.
const Version = 1

// File is a query file.
type File struct {
	Version    int               `json:"version"`
	SearchType fanout.SearchType `json:"searchType"`
	// Embedder says where the vectors come from, for the record.
	Embedder string `json:"embedder,omitempty"`
	// Dimensions is the length of the vectors; 0 in a file without any.
	Dimensions int `json:"dimensions,omitempty"`
	// Properties are returned with each object unless a query says otherwise.
	Properties []string `json:"properties,omitempty"`
	Sets       []Set    `json:"sets"`
}

// Set is one query set: what is searched for, once, and a query per collection.
type Set struct {
	// Text is what keyword and hybrid queries look for unless they say otherwise.
	Text string `json:"text,omitempty"`
	// Vector is what vector and hybrid queries look for unless they say otherwise.
	Vector  []float32 `json:"vector,omitempty"`
	Queries []Query   `json:"queries"`
}

// Query is one query, in the shape of the JavaScript API's query object.
type Query struct {
	Collection string      `json:"collection"`
	NearVector *NearVector `json:"nearVector,omitempty"`
	BM25       *BM25       `json:"bm25,omitempty"`
	Hybrid     *Hybrid     `json:"hybrid,omitempty"`
	// Limit, where it is given, wins over the limit of the run.
	Limit int `json:"limit,omitempty"`
	// Properties, where they are given, win over those of the file.
	Properties []string `json:"properties,omitempty"`
}

// NearVector is a vector search.
type NearVector struct {
	Vector []float32 `json:"vector,omitempty"`
}

// BM25 is a keyword search. Properties are searched; none means all text properties.
type BM25 struct {
	Query      string   `json:"query,omitempty"`
	Properties []string `json:"properties,omitempty"`
}

// Hybrid is both. Alpha, the vector's share, must be given: servers and clients differ in their defaults.
type Hybrid struct {
	Query      string    `json:"query,omitempty"`
	Alpha      *float64  `json:"alpha"`
	Vector     []float32 `json:"vector,omitempty"`
	Properties []string  `json:"properties,omitempty"`
}

// Collections are the collections that every set of the file searches, in the order of the first.
func (f *File) Collections() []string {
	if len(f.Sets) == 0 {
		return nil
	}
	names := make([]string, len(f.Sets[0].Queries))
	for i := range names {
		names[i] = f.Sets[0].Queries[i].Collection
	}
	return names
}

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
			return nil, fmt.Errorf("set %d: %w", i+1, err)
		}
		sets[i] = set
	}
	return sets, nil
}

// query fills in what a query takes from its set, its file and the run.
func (f *File) query(s *Set, q *Query, limit int) (fanout.Query, error) {
	full := fanout.Query{Collection: q.Collection, Limit: q.Limit, Properties: q.Properties}
	if full.Limit == 0 {
		full.Limit = limit
	}
	if full.Properties == nil {
		full.Properties = f.Properties
	}
	searches := 0
	if q.NearVector != nil {
		searches++
		full.Type, full.Vector = fanout.Vector, first(q.NearVector.Vector, s.Vector)
	}
	if q.BM25 != nil {
		searches++
		full.Type, full.SearchProperties = fanout.BM25, q.BM25.Properties
		full.Text = firstText(q.BM25.Query, s.Text)
	}
	if q.Hybrid != nil {
		searches++
		if q.Hybrid.Alpha == nil {
			return full, fmt.Errorf("the hybrid query has no alpha: give it 0 (keywords only) to 1 (vector only)")
		}
		full.Type, full.SearchProperties, full.Alpha = fanout.Hybrid, q.Hybrid.Properties, *q.Hybrid.Alpha
		full.Text, full.Vector = firstText(q.Hybrid.Query, s.Text), first(q.Hybrid.Vector, s.Vector)
	}
	if searches != 1 {
		return full, fmt.Errorf("it has %d searches: give it exactly one of nearVector, bm25, hybrid", searches)
	}
	if full.Type != fanout.BM25 && f.Dimensions != len(full.Vector) {
		return full, fmt.Errorf("its vector has %d numbers, and the file's dimensions are %d", len(full.Vector), f.Dimensions)
	}
	return full, nil
}

func first(own, sets []float32) []float32 {
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
