package weaviate

import (
	"testing"

	"github.com/grafana/sobek"
	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// evaluate is the value of a JavaScript expression.
func evaluate(t *testing.T, expression string) sobek.Value {
	t.Helper()
	value, err := sobek.New().RunString("(" + expression + ")")
	require.NoError(t, err)
	return value
}

func TestReadQuery(t *testing.T) {
	t.Parallel()
	number := func(x float64) *float64 { return &x }
	for script, want := range map[string]fanout.Query{
		`{ collection: 'A', nearVector: { vector: [1, 0.5] } }`: {
			Collection: "A", Type: fanout.Vector, Vector: []float32{1, 0.5}, Limit: 100,
		},
		`{ collection: 'A', nearVector: { vector: new Float32Array([1, 0.5]) }, limit: 7, targetVector: 'title', properties: ['p'] }`: {
			Collection: "A", Type: fanout.Vector, Vector: []float32{1, 0.5}, Limit: 7, TargetVector: "title", Properties: []string{"p"},
		},
		`{ collection: 'A', nearText: { concepts: ['x', 'y'] } }`: {
			Collection: "A", Type: fanout.Vector, NearText: []string{"x", "y"}, Limit: 100,
		},
		`{ collection: 'A', bm25: { query: 'x', properties: ['p'] }, tenant: 't', autocut: 1, consistencyLevel: 'ALL' }`: {
			Collection: "A", Type: fanout.BM25, Text: "x", SearchProperties: []string{"p"}, Limit: 100, Tenant: "t", Autocut: 1,
			ConsistencyLevel: fanout.ConsistencyAll,
		},
		`{ collection: 'A', nearVector: { vector: [1], distance: 0.5 }, offset: 3, additional: ['vector'] }`: {
			Collection: "A", Type: fanout.Vector, Vector: []float32{1}, Limit: 100, Distance: number(0.5), Offset: 3, Additional: []string{"vector"},
		},
		`{ collection: 'A', nearText: { concepts: ['x'], certainty: 1 } }`: {
			Collection: "A", Type: fanout.Vector, NearText: []string{"x"}, Limit: 100, Certainty: number(1),
		},
		`{ collection: 'A', bm25: { query: 'x', operator: 'or', minimumMatch: 2 } }`: {
			Collection: "A", Type: fanout.BM25, Text: "x", Limit: 100, Keywords: fanout.Keywords{Operator: fanout.OrWords, MinimumMatch: 2},
		},
		`{ collection: 'A', hybrid: { query: 'x', alpha: 0.5, fusionType: 'ranked', maxVectorDistance: 0.5, operator: 'and' } }`: {
			Collection: "A", Type: fanout.Hybrid, Text: "x", Alpha: 0.5, Limit: 100, Fusion: fanout.FusionRanked, MaxVectorDistance: number(0.5),
			Keywords: fanout.Keywords{Operator: fanout.AndWords},
		},
		`{ collection: 'A', hybrid: { query: 'x' } }`: {Collection: "A", Type: fanout.Hybrid, Text: "x", Alpha: 0.75, Limit: 100},
		`{ collection: 'A', hybrid: { query: 'x', vector: [1], alpha: 0 } }`: {
			Collection: "A", Type: fanout.Hybrid, Text: "x", Vector: []float32{1}, Limit: 100,
		},
		`{ collection: 'A', bm25: { query: 'x' }, where: { operator: 'And', operands: [
			{ path: ['year'], operator: 'GreaterThan', valueInt: 1990 },
			{ path: ['at'], operator: 'LessThan', valueDate: new Date(0) },
			{ path: ['genre'], operator: 'ContainsAny', valueString: ['a', 'b'] }, ] } }`: {
			Collection: "A", Type: fanout.BM25, Text: "x", Limit: 100,
			Where: &fanout.Filter{Operator: fanout.And, Operands: []fanout.Filter{
				{Operator: fanout.GreaterThan, Path: []string{"year"}, Value: int64(1990)},
				{Operator: fanout.LessThan, Path: []string{"at"}, Value: fanout.Date("1970-01-01T00:00:00.000Z")},
				{Operator: fanout.ContainsAny, Path: []string{"genre"}, Value: []string{"a", "b"}},
			}},
		},
	} {
		var got fanout.Query
		require.NoError(t, readQuery("query 1", evaluate(t, script), &got), script)
		require.Equal(t, want, got, script)
		require.NoError(t, got.Validate(), script)
	}
}

func TestReadQuerySaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	for script, want := range map[string]string{
		`undefined`:           `query 1 is missing`,
		`3`:                   `query 1 must be an object, not 3`,
		`{ collection: 'A' }`: `query 1 has 0 searches: give it exactly one of nearVector, nearText, bm25, hybrid`,
		`{ collection: 'A', bm25: { query: 'x' }, nearText: { concepts: ['x'] } }`: `has 2 searches`,
		`{ collection: 'A', bm25: { querry: 'x' } }`:                               `did you mean "query"?`,
		`{ collection: 'A', rerank: {} }`:                                          `query 1: rerank is not measured here, though Weaviate has it: see https://`,
		`{ collection: 'A', nearText: { concepts: ['x'], moveTo: {} } }`:           `query 1: nearText.moveTo is not measured here`,
		`{ collection: 'A', nearVector: { vektor: [1] } }`:                         `query 1: nearVector has no "vektor": did you mean "vector"?`,
		`{ collection: 'A', nearVector: { speed: 1 } }`:                            `query 1: nearVector has no "speed". It takes `,
		`{ collection: 'A', nearVector: { vector: 'x' } }`:                         `query 1: nearVector.vector must be an array of numbers`,
		`{ collection: 'A', nearVector: 3 }`:                                       `query 1: nearVector must be an object, not 3`,
		`{ collection: 'A', tenent: 't' }`:                                         `did you mean "tenant"?`,
		`{ collection: 'A', nearText: {} }`:                                        `nearText has no concepts: give it at least one text`,
		`{ collection: 'A', nearText: { concepts: 'x' } }`:                         `concepts must be an array of strings`,
		`{ collection: 'A', nearText: { concepts: [] } }`:                          `nearText has no concepts`,
		`{ collection: 'A', nearVector: { vector: [1], distance: 'x' } }`:          `nearVector.distance must be a number, not "x"`,
		`{ collection: 'A', bm25: { query: 'x', minimumMatch: 0 } }`:               `bm25.minimumMatch must be a whole number from 1 up, not 0`,
		`{ collection: 'A', bm25: { query: 'x', operator: 1 } }`:                   `bm25.operator must be a string, not 1`,
		`{ collection: 'A', offset: -1 }`:                                          `offset must be a whole number from 0 up, not -1`,
		`{ collection: 'A', autocut: 1.5 }`:                                        `autocut must be a whole number from 0 up, not 1.5`,
		`{ collection: 'A', consistencyLevel: 'one' }`:                             `consistencyLevel is wrong: unknown consistency level "one": did you mean "ONE"?`,
		`{ collection: 'A', where: 'x' }`:                                          `where must be an object, not "x"`,
		`{ collection: 'A', where: [] }`:                                           `where is wrong: a filter must be an object`,
		`{ collection: 'A', where: { path: ['a'], operator: 'Equal', valueint: 1 } }`: `where is wrong: a filter has no "valueint": ` +
			`did you mean "valueInt"?`,
		`{ collection: 'A', where: { path: ['a'], operator: 'Equal', valueNumber: NaN } }`: `valueNumber must be a number, or an array ` +
			`of numbers, not null`,
		`{ collection: 'A', where: { path: ['a'], operator: 'Equal', toJSON() { throw new Error('no') } } }`: `where cannot be read`,
	} {
		var q fanout.Query
		require.ErrorContains(t, readQuery("query 1", evaluate(t, script), &q), want, script)
	}
}
