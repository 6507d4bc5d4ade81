package dataset

import (
	"fmt"

	"github.com/weaviate/weaviate/entities/models"
)

// DefaultDimensions is the length of the songs' vectors unless something else is asked for.
const DefaultDimensions = 384

// Collection is one of the nine, with its number of objects at full scale.
type Collection struct {
	Name    string
	Objects int
}

// Collections are the nine, the largest first.
func Collections() []Collection {
	return []Collection{
		{"SongLyrics", 1_000_000},
		{"SongLyrics_400k", 400_000},
		{"SongLyrics_200k", 200_000},
		{"SongLyrics_50k", 50_000},
		{"SongLyrics_30k", 30_000},
		{"SongLyrics_20k", 20_000},
		{"SongLyrics_15k", 15_000},
		{"SongLyrics_12k", 12_000},
		{"SongLyrics_10k", 10_000},
	}
}

// Names are the nine names.
func Names() []string {
	names := make([]string, 0, len(Collections()))
	for _, c := range Collections() {
		names = append(names, c.Name)
	}
	return names
}

// generation changes when the songs do, so that a collection of older ones is not topped up with newer ones.
const generation = 1

// marker is the description of a collection that seed made: only such a collection is ever written to.
func marker(dimensions int) string {
	return fmt.Sprintf("made by k6 x weaviate seed: songs, generation %d, %d dimensions", generation, dimensions)
}

// class is the schema of a collection.
func class(name string, dimensions int) *models.Class {
	text := func(name, tokenization string) *models.Property {
		return &models.Property{Name: name, DataType: []string{"text"}, Tokenization: tokenization}
	}
	return &models.Class{
		Class:       name,
		Description: marker(dimensions),
		Vectorizer:  "none",
		Properties: []*models.Property{
			text("title", models.PropertyTokenizationWord),
			text("artist", models.PropertyTokenizationWord),
			{Name: "year", DataType: []string{"int"}},
			text("genre", models.PropertyTokenizationField),
			text("lyrics", models.PropertyTokenizationWord),
		},
	}
}
