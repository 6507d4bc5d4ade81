package cluster

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/weaviate/weaviate-go-client/v5/weaviate/fault"
	"github.com/weaviate/weaviate/entities/models"

	"github.com/xk6-weaviate/xk6-weaviate/queries"
)

func TestWhatASchemaOffers(t *testing.T) {
	t.Parallel()
	yes, no := true, false
	class := &models.Class{Properties: []*models.Property{
		{Name: "genre", DataType: []string{"text"}, Tokenization: "field", IndexSearchable: &yes},
		{Name: "title", DataType: []string{"text"}, Tokenization: "word"},
		{Name: "tags", DataType: []string{"text[]"}, Tokenization: "trigram", IndexSearchable: &yes},
		{Name: "secret", DataType: []string{"text"}, Tokenization: "word", IndexSearchable: &no},
		{Name: "old", DataType: []string{"string"}, Tokenization: "word"},
		{Name: "year", DataType: []string{"int"}},
		{Name: "scores", DataType: []string{"number[]"}},
		{Name: "place", DataType: []string{"geoCoordinates"}},
		{Name: "cover", DataType: []string{"blob"}},
		{Name: "maker", DataType: []string{"object"}},
		{Name: "band", DataType: []string{"Band"}},
		{Name: "any", DataType: []string{"Band", "Singer"}},
	}}
	require.Equal(t, []string{"genre", "title", "tags", "old"}, searchable(class))
	require.Equal(t, []string{"title", "tags", "old"}, keywordProperties(class))
	require.Equal(t, []string{"genre", "title", "tags", "secret", "old", "year", "scores"}, returnable(class))
	class.Properties = class.Properties[:1]
	require.Equal(t, []string{"genre"}, keywordProperties(class), "better than nothing")
}

func TestTheVectorToSearch(t *testing.T) {
	t.Parallel()
	named := func(names ...string) map[string]models.VectorConfig {
		config := make(map[string]models.VectorConfig)
		for _, name := range names {
			config[name] = models.VectorConfig{}
		}
		return config
	}
	for _, c := range []struct {
		what  string
		class models.Class
		asked []string
		want  string
		wrong string
	}{
		{"one without a name", models.Class{VectorIndexType: "hnsw"}, nil, "", ""},
		{"one with a name", models.Class{VectorConfig: named("a")}, nil, "a", ""},
		{"one of several", models.Class{VectorConfig: named("a", "b")}, []string{"c", "b"}, "b", ""},
		{"one without a name besides", models.Class{VectorIndexType: "hnsw", VectorConfig: named("a", "b")}, nil, "", ""},
		{"a named one besides", models.Class{VectorIndexType: "hnsw", VectorConfig: named("a", "b")}, []string{"a"}, "a", ""},
		{"another collection's", models.Class{VectorConfig: named("a")}, []string{"c"}, "a", ""},
		{"several", models.Class{VectorConfig: named("b", "a")}, nil, "", "collection X has 2 named vectors (a, b): choose one, like --target-vector a"},
		{"several asked for", models.Class{VectorConfig: named("a", "b")}, []string{"b", "a"}, "", "has 2 of the vectors of --target-vector (b, a)"},
	} {
		c.class.Class = "X"
		got, err := (&Choice{Vectors: c.asked}).vector(&c.class)
		if c.wrong != "" {
			require.ErrorContains(t, err, c.wrong, c.what)
			continue
		}
		require.NoError(t, err, c.what)
		require.Equal(t, c.want, got, c.what)
	}
}

func TestTextsOfObjects(t *testing.T) {
	t.Parallel()
	properties := []string{"title^2", "tags", "body"}
	for want, values := range map[string]map[string]any{
		"How it all goes on":    {"title": "“How it – all; goes on …and on”", "body": "other"},
		"first tag":             {"title": " ?! ", "tags": []any{"first tag", "second"}},
		"naïve café":            {"tags": []any{}, "body": "«naïve café»"},
		"":                      {"title": nil, "tags": []any{}, "body": 7.0, "unsearched": "text"},
		strings.Repeat("長", 60): {"body": strings.Repeat("長", 61)},
		"rock n roll 90s 2nd":   {"title": "rock 'n' roll, (90s) 2nd edition"},
		"https://example.org/a": {"title": "https://example.org/a"},
	} {
		require.Equal(t, want, textOf(&models.Object{Properties: values}, properties))
	}
	require.Empty(t, textOf(&models.Object{}, properties))
}

func TestTermsOfSamples(t *testing.T) {
	t.Parallel()
	one, two, three := queries.Vector{1, 0}, queries.Vector{0, 1}, queries.Vector{1, 1}
	s := &Samples{
		targets: []queries.Target{{Collection: "A"}, {Collection: "B"}},
		objects: [][]Object{{{"a", one}, {"b", nil}, {"", two}}, {{"a", two}, {"c", three}}},
	}
	require.Equal(t, []string{"a", "b", "c"}, s.Texts(), "each once, the collections in turn")
	length, err := s.Length()
	require.NoError(t, err)
	require.Equal(t, 2, length)

	terms, err := s.Terms([]string{"c", "typed", "b", "a"})
	require.NoError(t, err)
	require.Equal(t, []queries.Term{
		{Text: "c", Vector: three}, {Text: "typed", Vector: two}, {Text: "b", Vector: three}, {Text: "a", Vector: one},
	}, terms, "a text's own vector, any other for a text without")

	terms, err = s.Terms(nil)
	require.NoError(t, err)
	require.Equal(t, []queries.Term{{Vector: one}, {Vector: two}, {Vector: three}, {Vector: two}}, terms, "all there are")

	s.objects[1] = []Object{{"c", queries.Vector{1, 2, 3}}}
	_, err = s.Length()
	require.ErrorContains(t, err, "collection A has vectors of 2 numbers and B of 3")
	terms, err = s.Terms([]string{"x", "y", "z"})
	require.NoError(t, err)
	require.Nil(t, terms[0].Vector)
	require.Equal(t, map[string]queries.Vector{"A": two, "B": {1, 2, 3}}, terms[1].Own)
	require.Equal(t, map[string]queries.Vector{"A": one, "B": {1, 2, 3}}, terms[2].Own)

	s.objects[1] = []Object{{"c", nil}}
	_, err = s.Terms([]string{"x"})
	require.ErrorContains(t, err, "the objects of collection B have no vector")
}

func TestRefusalsAreExplained(t *testing.T) {
	t.Parallel()
	c := &Cluster{url: "http://host"}
	for want, err := range map[string]error{
		"cannot read it at http://host: it refuses the API key; set WEAVIATE_API_KEY to one of this server": &fault.WeaviateClientError{
			StatusCode: http.StatusUnauthorized, Msg: "{}"},
		"cannot read it at http://host: the API key may not; set WEAVIATE_API_KEY to one that may": &fault.WeaviateClientError{
			StatusCode: http.StatusForbidden, Msg: "{}"},
		"cannot read it at http://host: HTTP 500 (broken)": &fault.WeaviateClientError{StatusCode: 500, Msg: "broken\n"},
		"cannot read it at http://host: reset":             &fault.WeaviateClientError{DerivedFromError: errors.New("reset")},
		"cannot read it at http://host: odd":               errors.New("odd"),
	} {
		require.EqualError(t, c.explained("read it", err), want)
	}
}

func TestLongListsAreCut(t *testing.T) {
	t.Parallel()
	names := make([]string, 12)
	for i := range names {
		names[i] = fmt.Sprint("t", i)
	}
	require.Equal(t, "t0, t1, t2, t3, t4, t5, t6, t7, t8, t9 and 2 more", some(names))
}
