package stub

import (
	"sync"
	"sync/atomic"
)

// Collection is one collection that the server pretends to hold.
type Collection struct {
	Name string
	// Objects is how many it holds: no search returns more. 1000 if 0; negative for an empty collection.
	Objects int
	// Dimensions is the length of its vectors; a search with another one fails. 0 takes every vector.
	Dimensions int
	// Properties are its text properties; asking for another one is an error. Every property exists if nil.
	Properties []string
	// ObjectSize is about how many bytes an object takes in a GraphQL reply, if it can be that small. 100 if 0, which makes
	// 20 KB of 200 objects.
	ObjectSize int
}

const (
	defaultObjects    = 1000
	defaultObjectSize = 100
)

// DefaultCollections are the nine collections of the project.
func DefaultCollections() []Collection {
	return []Collection{
		{Name: "SongLyrics", Objects: 1_000_000},
		{Name: "SongLyrics_400k", Objects: 400_000},
		{Name: "SongLyrics_200k", Objects: 200_000},
		{Name: "SongLyrics_50k", Objects: 50_000},
		{Name: "SongLyrics_30k", Objects: 30_000},
		{Name: "SongLyrics_20k", Objects: 20_000},
		{Name: "SongLyrics_15k", Objects: 15_000},
		{Name: "SongLyrics_12k", Objects: 12_000},
		{Name: "SongLyrics_10k", Objects: 10_000},
	}
}

// Nine are the default collections, with objects of the given size and vectors of the given length.
func Nine(objectSize, dimensions int) []Collection {
	list := DefaultCollections()
	for i := range list {
		list[i].ObjectSize, list[i].Dimensions = objectSize, dimensions
	}
	return list
}

// collection is a Collection in service.
type collection struct {
	Collection
	behaviour atomic.Pointer[Behaviour]
	graphql   atomic.Int64 // searches received
	grpc      atomic.Int64
	lastBody  atomic.Pointer[string]
	lastCall  atomic.Pointer[searchCall]
	lists     sync.Map // listKey to []byte: JSON arrays of objects
	messages  sync.Map // listKey to []byte: encoded results
}

func newCollection(c Collection) *collection {
	switch {
	case c.Objects == 0:
		c.Objects = defaultObjects
	case c.Objects < 0:
		c.Objects = 0
	}
	if c.ObjectSize == 0 {
		c.ObjectSize = defaultObjectSize
	}
	kept := &collection{Collection: c}
	kept.behaviour.Store(&Behaviour{})
	return kept
}

// has says whether the collection has a property.
func (c *collection) has(property string) bool {
	if c.Properties == nil {
		return true
	}
	for _, p := range c.Properties {
		if p == property {
			return true
		}
	}
	return false
}

// properties are those that a search which names none is answered with.
func (c *collection) properties() []string {
	if c.Properties == nil {
		return []string{"title", "artist"}
	}
	return c.Properties
}
