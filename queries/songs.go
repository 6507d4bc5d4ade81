package queries

import (
	_ "embed" // for the search terms
	"strings"
)

//go:embed terms.txt
var songTerms string

// SongTerms are forty search terms for the made-up songs, as a person would type them.
func SongTerms() []string { return strings.Split(strings.TrimSpace(songTerms), "\n") }

// SongTargets are the given collections of made-up songs, with what is searched in songs and what is returned of them.
func SongTargets(collections []string) []Target {
	targets := make([]Target, len(collections))
	for i, name := range collections {
		targets[i] = Target{
			Collection: name,
			Searched:   []string{"title", "lyrics"},
			Returned:   []string{"title", "artist"},
		}
	}
	return targets
}
