package fanout

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestValidateSaysWhatIsWrongAndWhatToDo(t *testing.T) {
	t.Parallel()
	vector := []float32{1, 2}
	good := map[string]Query{
		"vector":   {Collection: "A", Type: Vector, Vector: vector, Limit: 1},
		"bm25":     {Collection: "A", Type: BM25, Text: "x", Limit: 1},
		"hybrid":   {Collection: "A", Type: Hybrid, Text: "x", Vector: vector, Alpha: 0.5, Limit: 1},
		"nearText": {Collection: "A", Type: Vector, NearText: []string{"x"}, Limit: 1},
		"no vector": {
			Collection: "A", Type: Hybrid, Text: "x", Limit: 1, TargetVector: "title_vector", Tenant: "tenant-1_A", Autocut: 2,
			ConsistencyLevel: ConsistencyQuorum, Properties: []string{"title"}, SearchProperties: []string{"title^2"},
			Where: &Filter{Operator: Equal, Path: []string{"a"}, Value: "x"},
		},
	}
	for name, q := range good {
		require.NoError(t, q.Validate(), name)
	}
	for name, c := range map[string]struct {
		of     string
		change func(*Query)
		want   string
	}{
		"no collection":           {"bm25", func(q *Query) { q.Collection = "" }, `collection name "" is not a Weaviate name`},
		"small collection":        {"bm25", func(q *Query) { q.Collection = "songs" }, `so write "Songs"`},
		"injected collection":     {"bm25", func(q *Query) { q.Collection = "A(limit:1){b}}#" }, `is not a Weaviate name`},
		"injected property":       {"bm25", func(q *Query) { q.Properties = []string{"a} B{c"} }, `property name "a} B{c" is not a Weaviate name`},
		"empty searched property": {"bm25", func(q *Query) { q.SearchProperties = []string{""} }, `the name of a searched property is empty`},
		"no type":                 {"bm25", func(q *Query) { q.Type = "" }, `unknown query type ""`},
		"no limit":                {"bm25", func(q *Query) { q.Limit = 0 }, `limit is 0: use a whole number from 1 up`},
		"no text":                 {"bm25", func(q *Query) { q.Text = "" }, `the bm25 query has no text`},
		"broken text":             {"hybrid", func(q *Query) { q.Text = "\xc3" }, `the text "\xc3" is not UTF-8`},
		"alpha":                   {"hybrid", func(q *Query) { q.Alpha = 1.1 }, `alpha is 1.1: use 0`},
		"alpha is no number":      {"hybrid", func(q *Query) { q.Alpha = math.NaN() }, `alpha is NaN`},
		"no vector":               {"vector", func(q *Query) { q.Vector = nil }, `the vector is empty`},
		"empty vector":            {"hybrid", func(q *Query) { q.Vector = []float32{} }, `the vector is empty`},
		"vector not finite":       {"vector", func(q *Query) { q.Vector = []float32{0, float32(math.Inf(1))} }, `element 1 of the vector is +Inf`},
		"vector too long":         {"vector", func(q *Query) { q.Vector = make([]float32, 65536) }, `the vector has 65536 numbers`},
		"two searches":            {"nearText", func(q *Query) { q.Vector = vector }, `nearText is a search of its own`},
		"nearText of a hybrid":    {"hybrid", func(q *Query) { q.NearText = []string{"x"} }, `nearText is a search of its own`},
		"empty concept":           {"nearText", func(q *Query) { q.NearText = []string{""} }, `a concept of nearText is empty`},
		"target without vector":   {"bm25", func(q *Query) { q.TargetVector = "t" }, `a bm25 query searches no vector: leave targetVector "t" out`},
		"target name":             {"vector", func(q *Query) { q.TargetVector = `t"` }, `target vector name "t\"" is not a Weaviate name`},
		"autocut":                 {"bm25", func(q *Query) { q.Autocut = -1 }, `autocut is -1: use a whole number`},
		"tenant":                  {"bm25", func(q *Query) { q.Tenant = "a b" }, `tenant "a b" is not a Weaviate name: use 1 to 64`},
		"consistency level":       {"bm25", func(q *Query) { q.ConsistencyLevel = "quorum" }, `unknown consistency level "quorum": did you mean "QUORUM"?`},
		"filter":                  {"bm25", func(q *Query) { q.Where = &Filter{Operator: And} }, `where: And has no operands`},
	} {
		q := good[c.of]
		c.change(&q)
		require.ErrorContains(t, q.Validate(), c.want, name)
		if name != "no collection" && name != "small collection" && name != "injected collection" {
			require.ErrorContains(t, q.Validate(), "collection A: ", name)
		}
	}
}

func TestACollectionIsInASetOnce(t *testing.T) {
	t.Parallel()
	q := Query{Collection: "A", Type: BM25, Text: "x", Limit: 1}
	_, err := NewSet([]Query{q, q})
	require.EqualError(t, err, "query 2: collection A is in the query set twice: a set has one query per collection, so send them as separate sets")
}

func TestNearTextIsAVectorSearch(t *testing.T) {
	t.Parallel()
	set := []Query{{Collection: "A", Type: Vector, NearText: []string{"x"}}, {Collection: "B", Type: Vector, Vector: []float32{1}}}
	require.Equal(t, SearchVector, SearchTypeOf(set))
	require.Equal(t, SearchMixed, SearchTypeOf(append(set, Query{Type: BM25})))
	require.Equal(t, SearchHybrid01, SearchTypeOf([]Query{{Type: Hybrid, Alpha: 0.1}}))
}
