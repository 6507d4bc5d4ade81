package fanout

import (
	"fmt"
	"strings"
)

// Strategy is how a batch is sent.
type Strategy string

// The strategies.
const (
	// Multi is one GraphQL document with one sub-query a line. Weaviate runs them one after another.
	Multi Strategy = "multi"
	// Bulk is one HTTP request with one GraphQL document per collection. Weaviate runs these at once and answers when the last
	// is done.
	Bulk Strategy = "bulk"
	// ParallelGraphQL is one GraphQL request per collection, all at once.
	ParallelGraphQL Strategy = "parallel-graphql"
	// ParallelGRPC is one gRPC call per collection, all at once.
	ParallelGRPC Strategy = "parallel-grpc"
	// SequentialGRPC is one gRPC call per collection, one after the other: the control, which says how much of a fan-out's gain
	// is the protocol's and not its own.
	SequentialGRPC Strategy = "sequential-grpc"
)

// Strategies lists all strategies, the baseline first.
func Strategies() []Strategy {
	return []Strategy{Multi, Bulk, ParallelGraphQL, ParallelGRPC, SequentialGRPC}
}

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
	REST    Protocol = "rest" // over HTTP, for calls
)

// Protocol says what carries the strategy's requests.
func (s Strategy) Protocol() Protocol {
	if s == ParallelGRPC || s == SequentialGRPC {
		return GRPC
	}
	return GraphQL
}

// Path is the path of the strategy's HTTP requests; empty over gRPC.
func (s Strategy) Path() string {
	switch {
	case s.Protocol() == GRPC:
		return ""
	case s == Bulk:
		return "/v1/graphql/batch"
	default:
		return "/v1/graphql"
	}
}

// TimesMembers says whether each member is a request of its own, with a duration of its own.
func (s Strategy) TimesMembers() bool { return s != Multi && s != Bulk }

// FansOut says whether the members' requests are sent at once, so that one of them is the slowest, which the batch waits for.
func (s Strategy) FansOut() bool { return s == ParallelGraphQL || s == ParallelGRPC }

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
	return "", fmt.Errorf("unknown strategy %q%s The strategies are %s", name, DidYouMean(name, names), strings.Join(names, ", "))
}
