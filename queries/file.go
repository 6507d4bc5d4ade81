// Package queries reads, checks and makes query files: the query sets that a test sends. Five of them lie beside the code.
package queries

import (
	"embed"

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
	Version    int
	SearchType fanout.SearchType
	// Embedder says where the vectors come from, for the record.
	Embedder string
	// Dimensions is the length of the vectors; 0 in a file without any, or where collections differ in it.
	Dimensions int
	// Properties are returned with each object unless a query says otherwise.
	Properties []string
	// Additional is what else is returned with each object unless a query says otherwise; see fanout.Query.
	Additional []string
	Sets       []Set
}

// Set is one query set: what is searched for, once, and a query per collection.
type Set struct {
	// Text is what keyword, hybrid and nearText queries look for unless they say otherwise.
	Text string
	// Vector is what nearVector and hybrid queries look for unless they say otherwise.
	Vector  Vector
	Queries []Query
}

// Query is one query, in the shape of the JavaScript API's query object.
type Query struct {
	Collection string `json:"collection"`
	// Tenant is whose objects are searched, in a collection with tenants; the client's if empty.
	Tenant string `json:"tenant,omitempty"`
	// TargetVector names the vector that is searched, in a collection with named vectors.
	TargetVector string      `json:"targetVector,omitempty"`
	NearVector   *NearVector `json:"nearVector,omitempty"`
	NearText     *NearText   `json:"nearText,omitempty"`
	BM25         *BM25       `json:"bm25,omitempty"`
	Hybrid       *Hybrid     `json:"hybrid,omitempty"`
	// Where says which objects are considered; nil for all.
	Where *fanout.Filter `json:"where,omitempty"`
	// Autocut ends the objects before the limit, after that many jumps in their distance or score; 0 is off.
	Autocut int `json:"autocut,omitempty"`
	// Limit, where it is given, wins over the limit of the run.
	Limit *int `json:"limit,omitempty"`
	// Offset is how many objects are passed over first.
	Offset int `json:"offset,omitempty"`
	// Properties, where they are given, win over those of the file.
	Properties []string `json:"properties,omitzero"`
	// Additional, where it is given, wins over that of the file.
	Additional []string `json:"additional,omitzero"`
}

// NearVector is a vector search.
type NearVector struct {
	Vector Vector `json:"vector,omitzero"`
	Cut
}

// Cut ends what a vector search finds: at a distance, or at a certainty.
type Cut struct {
	Distance  *float64 `json:"distance,omitempty"`
	Certainty *float64 `json:"certainty,omitempty"`
}

// Keywords say whether an object must have all words of a keyword search, or how many.
type Keywords struct {
	Operator     fanout.KeywordOperator `json:"operator,omitempty"`
	MinimumMatch int                    `json:"minimumMatch,omitempty"`
}

// NearText is a vector search whose vector the collection's vectorizer makes of the concepts.
type NearText struct {
	Concepts []string `json:"concepts,omitzero"`
	Cut
}

// BM25 is a keyword search. Properties are searched; none means all text properties.
type BM25 struct {
	Query      string   `json:"query,omitempty"`
	Properties []string `json:"properties,omitzero"`
	Keywords
}

// Hybrid is both. Alpha, the vector's share, must be given: servers and clients differ in their defaults. Where neither the
// query nor its set has a vector, the collection's vectorizer makes it of the text.
type Hybrid struct {
	Query             string            `json:"query,omitempty"`
	Alpha             *float64          `json:"alpha"`
	Vector            Vector            `json:"vector,omitzero"`
	Properties        []string          `json:"properties,omitzero"`
	FusionType        fanout.FusionType `json:"fusionType,omitempty"`
	MaxVectorDistance *float64          `json:"maxVectorDistance,omitempty"`
	Keywords
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
