package fanout

import (
	"fmt"
	"slices"
	"strings"

	protocol "github.com/weaviate/weaviate/grpc/generated/protocol/v1"
)

// namedVector begins what stands for a vector by its name, like vectors.title.
const namedVector = "vectors."

// additionalNames are what may be returned with each object besides its properties, by the names of GraphQL's _additional, with what asks
// for it over gRPC.
//
//nolint:gochecknoglobals // a table
var additionalNames = []struct {
	name string
	ask  func(*protocol.MetadataRequest)
}{
	{"id", func(*protocol.MetadataRequest) {}}, // always told
	{"vector", func(m *protocol.MetadataRequest) { m.Vector = true }},
	{"distance", func(m *protocol.MetadataRequest) { m.Distance = true }},
	{"certainty", func(m *protocol.MetadataRequest) { m.Certainty = true }},
	{"score", func(m *protocol.MetadataRequest) { m.Score = true }},
	{"explainScore", func(m *protocol.MetadataRequest) { m.ExplainScore = true }},
	{"creationTimeUnix", func(m *protocol.MetadataRequest) { m.CreationTimeUnix = true }},
	{"lastUpdateTimeUnix", func(m *protocol.MetadataRequest) { m.LastUpdateTimeUnix = true }},
	{"isConsistent", func(m *protocol.MetadataRequest) { m.IsConsistent = true }},
}

func checkAdditional(name string) error {
	if vector, ok := strings.CutPrefix(name, namedVector); ok {
		return checkName("vector", vector, false)
	}
	if IsAdditional(name) {
		return nil
	}
	known := make([]string, len(additionalNames))
	for i := range additionalNames {
		known[i] = additionalNames[i].name
	}
	return fmt.Errorf("additional has an unknown %q%s It takes %s, and %sNAME for a named vector",
		name, DidYouMean(name, known), strings.Join(known, ", "), namedVector)
}

// IsAdditional says whether a query's Additional may hold the name, which is none of a named vector.
func IsAdditional(name string) bool {
	for i := range additionalNames {
		if additionalNames[i].name == name {
			return true
		}
	}
	return false
}

// additional is what the query asks for besides the id, each once: names, and the names of vectors. The vector of a query that searches
// a named one is that one: what has no name is another.
func (q *Query) additional() (names, vectors []string) {
	for _, name := range q.Additional {
		vector, named := strings.CutPrefix(name, namedVector)
		if name == "vector" && q.TargetVector != "" {
			vector, named = q.TargetVector, true
		}
		switch {
		case named && !slices.Contains(vectors, vector):
			vectors = append(vectors, vector)
		case !named && name != "id" && !slices.Contains(names, name):
			names = append(names, name)
		}
	}
	return names, vectors
}

// appendAdditional writes what comes back with each object besides its properties.
func appendAdditional(b []byte, q *Query) []byte {
	names, vectors := q.additional()
	b = append(b, "_additional{id"...)
	for _, name := range names {
		b = append(b, ' ')
		b = append(b, name...)
	}
	if len(vectors) > 0 {
		b = append(b, " vectors{"...)
		b = append(b, strings.Join(vectors, " ")...)
		b = append(b, '}')
	}
	return append(b, '}')
}

// metadataRequest is the same over gRPC.
func metadataRequest(q *Query) *protocol.MetadataRequest {
	names, vectors := q.additional()
	m := &protocol.MetadataRequest{Uuid: true, Vectors: vectors}
	for _, known := range additionalNames {
		if slices.Contains(names, known.name) {
			known.ask(m)
		}
	}
	return m
}
