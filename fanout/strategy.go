package fanout

import (
	"fmt"
	"strings"

	"github.com/agnivade/levenshtein"
)

// Strategy is how a batch is sent.
type Strategy string

// The strategies.
const (
	// Multi is one GraphQL document with one sub-query a line. Weaviate runs them one after another.
	Multi Strategy = "multi"
	// ParallelGraphQL is one GraphQL request per collection, all at once.
	ParallelGraphQL Strategy = "parallel-graphql"
	// ParallelGRPC is one gRPC call per collection, all at once.
	ParallelGRPC Strategy = "parallel-grpc"
)

// Strategies lists all strategies, the baseline first.
func Strategies() []Strategy { return []Strategy{Multi, ParallelGraphQL, ParallelGRPC} }

// Baseline is the strategy that the others are compared with.
const Baseline = Multi

// DefaultStrategy is the one used where none is named.
const DefaultStrategy = ParallelGRPC

// Protocol is what carries a strategy's requests.
type Protocol string

// The protocols.
const (
	GraphQL Protocol = "graphql" // over HTTP
	GRPC    Protocol = "grpc"
)

// Protocol says what carries the strategy's requests.
func (s Strategy) Protocol() Protocol {
	if s == ParallelGRPC {
		return GRPC
	}
	return GraphQL
}

// FansOut says whether each member is a request of its own, with a duration of its own.
func (s Strategy) FansOut() bool { return s != Multi }

// ParseStrategy reads a strategy's name; the error suggests the nearest one.
func ParseStrategy(name string) (Strategy, error) {
	all := Strategies()
	names := make([]string, len(all))
	for i, s := range all {
		if string(s) == name {
			return s, nil
		}
		names[i] = string(s)
	}
	return "", fmt.Errorf("unknown strategy %q: did you mean %q? The strategies are %s",
		name, Nearest(name, names), strings.Join(names, ", "))
}

// Nearest is the candidate that a word was most likely meant to be, for suggestions in error messages: the fewest edits away
// from the whole of it or, one edit worse, from its beginning.
func Nearest(word string, candidates []string) string {
	word = strings.ToLower(word)
	best, distance := "", 0
	for _, c := range candidates {
		lower := strings.ToLower(c)
		d := levenshtein.ComputeDistance(word, lower)
		d = min(d, 1+levenshtein.ComputeDistance(word, lower[:min(len(word), len(lower))]))
		if best == "" || d < distance {
			best, distance = c, d
		}
	}
	return best
}
