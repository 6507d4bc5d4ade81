package fanout

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestValidateSaysWhatIsWrongAndWhatToDo(t *testing.T) {
	t.Parallel()
	vector := []float32{1, 2}
	number := func(x float64) *float64 { return &x }
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
		"offset":                  {"bm25", func(q *Query) { q.Offset = -1 }, `offset is -1: use a whole number`},
		"additional":              {"bm25", func(q *Query) { q.Additional = []string{"scores"} }, `additional has an unknown "scores": did you mean "score"? It takes id, vector,`},
		"additional vector":       {"bm25", func(q *Query) { q.Additional = []string{"vectors.a}"} }, `vector name "a}" is not a Weaviate name`},
		"operator":                {"bm25", func(q *Query) { q.Keywords.Operator = "AND" }, `unknown operator "AND": use and (all words) or or (any of them)`},
		"operator of a vector":    {"vector", func(q *Query) { q.Keywords.Operator = "and" }, `operator and minimumMatch are for bm25 and hybrid`},
		"minimum without or":      {"hybrid", func(q *Query) { q.Keywords.MinimumMatch = 2 }, `minimumMatch is for operator or`},
		"minimum of all words":    {"bm25", func(q *Query) { q.Keywords = Keywords{AndWords, 2} }, `minimumMatch is for operator or`},
		"negative minimum":        {"bm25", func(q *Query) { q.Keywords = Keywords{OrWords, -2} }, `minimumMatch is -2: use a whole number`},
		"distance of keywords":    {"bm25", func(q *Query) { q.Distance = number(1) }, `distance is for nearVector and nearText: leave it out of a bm25 query`},
		"certainty of a hybrid":   {"hybrid", func(q *Query) { q.Certainty = number(1) }, `certainty is for nearVector and nearText`},
		"both cut-offs":           {"vector", func(q *Query) { q.Certainty, q.Distance = number(1), number(1) }, `has both distance and certainty: give it one`},
		"distance not finite":     {"vector", func(q *Query) { q.Distance = number(math.NaN()) }, `distance is NaN: use a finite number`},
		"distance too large":      {"vector", func(q *Query) { q.Distance = number(1e300) }, `distance is 1e+300: use a finite number`},
		"certainty above 1":       {"nearText", func(q *Query) { q.Certainty = number(1.5) }, `certainty is 1.5: use 0 to 1`},
		"fusion of keywords":      {"bm25", func(q *Query) { q.Fusion = FusionRanked }, `fusionType is for hybrid`},
		"fusion":                  {"hybrid", func(q *Query) { q.Fusion = "rankedFusion" }, `unknown fusionType "rankedFusion": use ranked or relativeScore`},
		"vector distance":         {"vector", func(q *Query) { q.MaxVectorDistance = number(1) }, `maxVectorDistance is for hybrid`},
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
