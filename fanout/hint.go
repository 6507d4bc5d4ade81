package fanout

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// Nearest is the candidate that a word was most likely meant to be, for suggestions in error messages: the fewest edits away
// from the whole of it or, one edit worse, from its beginning. It is empty where none is near: a far-fetched suggestion misleads.
func Nearest(word string, candidates []string) string {
	word = strings.ToLower(word)
	best, distance := "", 0
	for _, c := range candidates {
		lower := strings.ToLower(c)
		d := levenshtein.ComputeDistance(word, lower)
		d = min(d, 1+levenshtein.ComputeDistance(word, lower[:min(len(word), len(lower))]))
		if len(word) >= shortestPart && strings.Contains(lower, word) {
			d = min(d, 1)
		}
		if best == "" || d < distance {
			best, distance = c, d
		}
	}
	if word == "" || distance > max(1, min(2, len(word)/2), (len(word)+1)/3) {
		return ""
	}
	return best
}

// shortestPart is how long a word must be to stand for what it is a part of, as grpc does for parallel-grpc.
const shortestPart = 3

// DidYouMean is what an error says right after a word that is none of the known ones: it asks for the nearest, or ends the sentence where
// none is near.
func DidYouMean(word string, known []string) string {
	if nearest := Nearest(word, known); nearest != "" {
		return fmt.Sprintf(": did you mean %q?", nearest)
	}
	return "."
}

// elsewhere are the keys of Weaviate's own searches that a query does not take, in the order of docs/leaving-graphql.md.
//
//nolint:gochecknoglobals // a table
var elsewhere = []string{
	"nearObject", "nearImage", "nearAudio", "nearVideo", "nearDepth", "nearThermal", "nearIMU", "ask", "moveTo", "moveAwayFrom", "autocorrect",
	"targetVectors", "targets", "searches", "sort", "after", "groupBy", "group", "rerank", "generate", "generative", "selection",
}

// NotMeasured says of a key, after its name, that Weaviate's searches have it and a query here has not; nil for others.
func NotMeasured(key string) error {
	if !slices.Contains(elsewhere, key) {
		return nil
	}
	return errors.New("is not measured here, though Weaviate has it: see " + leavingGraphQL)
}

// leavingGraphQL is the page that says what to write instead.
const leavingGraphQL = "https://github.com/xk6-weaviate/xk6-weaviate/blob/main/docs/leaving-graphql.md#what-can-be-measured"
