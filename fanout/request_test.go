package fanout

import (
	"encoding/json"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	protocol "github.com/weaviate/weaviate/grpc/generated/protocol/v1"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// TestRequestsAskForTheSame holds a query's GraphQL sub-query and its gRPC message against each other, side by side.
func TestRequestsAskForTheSame(t *testing.T) {
	t.Parallel()
	const (
		fixed    = `,"uses123Api":true,"uses125Api":true,"uses127Api":true`
		metadata = `,"metadata":{"uuid":true}`
	)
	number := func(x float64) *float64 { return &x }
	for name, c := range map[string]struct {
		query         Query
		graphql, grpc string
		metadata      string
	}{
		"nearVector": {
			query: Query{
				Collection: "Songs", Type: Vector, Vector: []float32{1, -0.5, 2e-8}, Limit: 200, Properties: []string{"title", "artist"},
			},
			graphql: `m0:Songs(limit:200,nearVector:{vector:[1,-0.5,2e-08]}){title artist _additional{id}}`,
			grpc: `{"collection":"Songs","limit":200,"properties":{"nonRefProperties":["title","artist"]},` +
				`"nearVector":{"vectorBytes":"AACAPwAAAL93zKsy"}`,
		},
		"a named vector": {
			query:   Query{Collection: "Songs", Type: Vector, Vector: []float32{1}, TargetVector: "title", Limit: 1},
			graphql: `m0:Songs(limit:1,nearVector:{vector:[1],targetVectors:["title"]}){_additional{id}}`,
			grpc: `{"collection":"Songs","limit":1,"properties":{},"nearVector":{"vectorBytes":"AACAPw==",` +
				`"targets":{"targetVectors":["title"]}}`,
		},
		"nearText": {
			query:   Query{Collection: "Songs", Type: Vector, NearText: []string{"rain", `"sun"`}, TargetVector: "title", Limit: 1},
			graphql: `m0:Songs(limit:1,nearText:{concepts:["rain","\"sun\""],targetVectors:["title"]}){_additional{id}}`,
			grpc: `{"collection":"Songs","limit":1,"properties":{},"nearText":{"query":["rain","\"sun\""],` +
				`"targets":{"targetVectors":["title"]}}`,
		},
		"bm25": {
			query:   Query{Collection: "Songs", Type: BM25, Text: "a \"b\"\n", SearchProperties: []string{"title^2"}, Limit: 1},
			graphql: `m0:Songs(limit:1,bm25:{query:"a \"b\"\n",properties:["title^2"]}){_additional{id}}`,
			grpc:    `{"collection":"Songs","limit":1,"properties":{},"bm25Search":{"query":"a \"b\"\n","properties":["title^2"]}`,
		},
		"hybrid": {
			query: Query{
				Collection: "Songs", Type: Hybrid, Text: "x", Vector: []float32{1}, Alpha: 0.25, TargetVector: "title",
				SearchProperties: []string{"title"}, Limit: 1,
			},
			graphql: `m0:Songs(limit:1,hybrid:{query:"x",alpha:0.25,vector:[1],targetVectors:["title"],properties:["title"]}){_additional{id}}`,
			grpc: `{"collection":"Songs","limit":1,"properties":{},"hybridSearch":{"query":"x","properties":["title"],"alpha":0.25,` +
				`"alphaParam":0.25,"useAlphaParam":true,"vectorBytes":"AACAPw==","targets":{"targetVectors":["title"]}}`,
		},
		"hybrid without a vector": {
			query:   Query{Collection: "Songs", Type: Hybrid, Text: "x", Alpha: 0, Limit: 1},
			graphql: `m0:Songs(limit:1,hybrid:{query:"x",alpha:0}){_additional{id}}`,
			grpc: `{"collection":"Songs","limit":1,"properties":{},"hybridSearch":{"query":"x","alphaParam":0,` +
				`"useAlphaParam":true}`,
		},
		"scope": {
			query: Query{
				Collection: "Songs", Type: BM25, Text: "x", Limit: 1, Tenant: "t-1", ConsistencyLevel: ConsistencyAll, Autocut: 2,
				Where: &Filter{Operator: GreaterThan, Path: []string{"year"}, Value: int64(1990)},
			},
			graphql: `m0:Songs(limit:1,tenant:"t-1",consistencyLevel:ALL,autocut:2,` +
				`where:{operator:GreaterThan,path:["year"],valueInt:1990},bm25:{query:"x"}){_additional{id}}`,
			grpc: `{"collection":"Songs","limit":1,"tenant":"t-1","consistencyLevel":"CONSISTENCY_LEVEL_ALL","autocut":2,"properties":{},` +
				`"filters":{"operator":"OPERATOR_GREATER_THAN","valueInt":"1990","target":{"property":"year"}},"bm25Search":{"query":"x"}`,
		},
		"cut-offs of a vector search": {
			query:   Query{Collection: "Songs", Type: Vector, Vector: []float32{1}, TargetVector: "title", Distance: number(-0.25), Limit: 1, Offset: 20},
			graphql: `m0:Songs(limit:1,offset:20,nearVector:{vector:[1],distance:-0.25,targetVectors:["title"]}){_additional{id}}`,
			grpc: `{"collection":"Songs","limit":1,"offset":20,"properties":{},"nearVector":{"vectorBytes":"AACAPw==","distance":-0.25,` +
				`"targets":{"targetVectors":["title"]}}`,
		},
		"cut-offs of nearText": {
			query:   Query{Collection: "Songs", Type: Vector, NearText: []string{"x"}, Certainty: number(0.9), Limit: 1},
			graphql: `m0:Songs(limit:1,nearText:{concepts:["x"],certainty:0.9}){_additional{id}}`,
			grpc:    `{"collection":"Songs","limit":1,"properties":{},"nearText":{"query":["x"],"certainty":0.9}`,
		},
		"a distance of 0": {
			query:   Query{Collection: "Songs", Type: Vector, NearText: []string{"x"}, Distance: number(0), Limit: 1},
			graphql: `m0:Songs(limit:1,nearText:{concepts:["x"],distance:0}){_additional{id}}`,
			grpc:    `{"collection":"Songs","limit":1,"properties":{},"nearText":{"query":["x"],"distance":0}`,
		},
		"all words": {
			query:   Query{Collection: "Songs", Type: BM25, Text: "x y", Keywords: Keywords{Operator: AndWords}, SearchProperties: []string{"title"}, Limit: 1},
			graphql: `m0:Songs(limit:1,bm25:{query:"x y",searchOperator:{operator:And},properties:["title"]}){_additional{id}}`,
			grpc: `{"collection":"Songs","limit":1,"properties":{},"bm25Search":{"query":"x y","properties":["title"],` +
				`"searchOperator":{"operator":"OPERATOR_AND"}}`,
		},
		"some words": {
			query:   Query{Collection: "Songs", Type: BM25, Text: "x y", Keywords: Keywords{OrWords, 2}, Limit: 1},
			graphql: `m0:Songs(limit:1,bm25:{query:"x y",searchOperator:{operator:Or,minimumOrTokensMatch:2}}){_additional{id}}`,
			grpc: `{"collection":"Songs","limit":1,"properties":{},"bm25Search":{"query":"x y",` +
				`"searchOperator":{"operator":"OPERATOR_OR","minimumOrTokensMatch":2}}`,
		},
		"what a hybrid takes": {
			query: Query{
				Collection: "Songs", Type: Hybrid, Text: "x", Alpha: 0.5, Fusion: FusionRanked, MaxVectorDistance: number(0.5),
				Keywords: Keywords{OrWords, 1}, Limit: 1,
			},
			graphql: `m0:Songs(limit:1,hybrid:{query:"x",alpha:0.5,fusionType:rankedFusion,maxVectorDistance:0.5,` +
				`bm25SearchOperator:{operator:Or,minimumOrTokensMatch:1}}){_additional{id}}`,
			grpc: `{"collection":"Songs","limit":1,"properties":{},"hybridSearch":{"query":"x","alpha":0.5,"alphaParam":0.5,"useAlphaParam":true,` +
				`"fusionType":"FUSION_TYPE_RANKED","vectorDistance":0.5,` +
				`"bm25SearchOperator":{"operator":"OPERATOR_OR","minimumOrTokensMatch":1}}`,
		},
		"relative scores": {
			query:   Query{Collection: "Songs", Type: Hybrid, Text: "x", Alpha: 0.5, Fusion: FusionRelativeScore, Limit: 1},
			graphql: `m0:Songs(limit:1,hybrid:{query:"x",alpha:0.5,fusionType:relativeScoreFusion}){_additional{id}}`,
			grpc: `{"collection":"Songs","limit":1,"properties":{},"hybridSearch":{"query":"x","alpha":0.5,"alphaParam":0.5,"useAlphaParam":true,` +
				`"fusionType":"FUSION_TYPE_RELATIVE_SCORE"}`,
		},
		"what else comes back": {
			query: Query{
				Collection: "Songs", Type: BM25, Text: "x", Limit: 1, Properties: []string{"title"},
				Additional: []string{
					"id", "vector", "vectors.b", "vectors.a", "distance", "certainty", "score", "explainScore", "creationTimeUnix", "lastUpdateTimeUnix",
					"isConsistent", "score", "vectors.a",
				},
			},
			graphql: `m0:Songs(limit:1,bm25:{query:"x"}){title _additional{id vector distance certainty score explainScore creationTimeUnix ` +
				`lastUpdateTimeUnix isConsistent vectors{b a}}}`,
			grpc: `{"collection":"Songs","limit":1,"properties":{"nonRefProperties":["title"]},"bm25Search":{"query":"x"}`,
			metadata: `,"metadata":{"uuid":true,"vector":true,"distance":true,"certainty":true,"score":true,"explainScore":true,` +
				`"creationTimeUnix":true,"lastUpdateTimeUnix":true,"isConsistent":true,"vectors":["b","a"]}`,
		},
		"the vector of a named search": {
			query:    Query{Collection: "Songs", Type: Vector, NearText: []string{"x"}, TargetVector: "title", Limit: 1, Additional: []string{"vector", "vectors.title"}},
			graphql:  `m0:Songs(limit:1,nearText:{concepts:["x"],targetVectors:["title"]}){_additional{id vectors{title}}}`,
			grpc:     `{"collection":"Songs","limit":1,"properties":{},"nearText":{"query":["x"],"targets":{"targetVectors":["title"]}}`,
			metadata: `,"metadata":{"uuid":true,"vectors":["title"]}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.metadata == "" {
				c.metadata = metadata
			}
			require.NoError(t, c.query.Validate())
			require.Equal(t, c.graphql, string(appendSubQuery(nil, 0, &c.query)))
			encoded, err := searchRequest(&c.query)
			require.NoError(t, err)
			got, want := &protocol.SearchRequest{}, &protocol.SearchRequest{}
			require.NoError(t, proto.Unmarshal(encoded, got))
			require.NoError(t, protojson.Unmarshal([]byte(c.grpc+c.metadata+fixed+"}"), want))
			require.True(t, proto.Equal(want, got), "%s", protojson.Format(got))
			require.NotNil(t, got.GetProperties(), "without it, Weaviate returns every property")
		})
	}
}

func TestConsistencyLevelsOverGRPC(t *testing.T) {
	t.Parallel()
	for level, want := range map[ConsistencyLevel]protocol.ConsistencyLevel{
		ConsistencyOne:    protocol.ConsistencyLevel_CONSISTENCY_LEVEL_ONE,
		ConsistencyQuorum: protocol.ConsistencyLevel_CONSISTENCY_LEVEL_QUORUM,
		ConsistencyAll:    protocol.ConsistencyLevel_CONSISTENCY_LEVEL_ALL,
	} {
		require.Equal(t, want, level.grpc())
	}
}

func TestADocumentHasOneSubQueryALine(t *testing.T) {
	t.Parallel()
	text := "two\nlines"
	body, err := document([]Query{
		{Collection: "A", Type: BM25, Text: text, Limit: 1}, {Collection: "B", Type: BM25, Text: text, Limit: 1},
	})
	require.NoError(t, err)
	var request struct{ Query string }
	require.NoError(t, json.Unmarshal(body, &request))
	require.Equal(t, `{Get{
m0:A(limit:1,bm25:{query:"two\nlines"}){_additional{id}}
m1:B(limit:1,bm25:{query:"two\nlines"}){_additional{id}}
}}`, request.Query)
}

// TestRequestsAreEncodedOncePerDefaults: all clients with the same defaults share the same bytes, and no others.
func TestRequestsAreEncodedOncePerDefaults(t *testing.T) {
	t.Parallel()
	set, err := NewSet([]Query{
		{Collection: "A", Type: BM25, Text: "x", Limit: 1},
		{Collection: "B", Type: BM25, Text: "x", Limit: 1, Tenant: "own", ConsistencyLevel: ConsistencyOne},
	})
	require.NoError(t, err)
	client := func(d Defaults) *Client {
		c, err := NewClient(Config{URL: "http://127.0.0.1:1", Defaults: d})
		require.NoError(t, err)
		t.Cleanup(func() { _ = c.Close() })
		return c
	}
	get := func(d Defaults) [][]byte {
		documents, err := set.requestsWith(client(d).defaults).documents()
		require.NoError(t, err)
		return documents
	}
	defaults := Defaults{Tenant: "t1", ConsistencyLevel: ConsistencyQuorum}
	var all sync.WaitGroup
	seen := make([]*byte, 8)
	for i := range seen {
		all.Go(func() { seen[i] = &get(defaults)[0][0] })
	}
	all.Wait()
	for _, first := range seen {
		require.Same(t, seen[0], first)
	}
	require.NotSame(t, seen[0], &get(Defaults{})[0][0])
	require.Same(t, &get(Defaults{})[0][0], &get(Defaults{})[0][0])
	require.NotContains(t, string(get(Defaults{})[0]), "tenant")

	require.Contains(t, string(get(defaults)[0]), `tenant:\"t1\",consistencyLevel:QUORUM`)
	require.Contains(t, string(get(defaults)[1]), `tenant:\"own\",consistencyLevel:ONE`, "a query's own win")
	require.Contains(t, string(get(Defaults{Tenant: "t2"})[0]), `tenant:\"t2\"`)
	require.Empty(t, set.Queries()[0].Tenant, "the set's own queries stay as they are")
}

func TestLookingUpRequestsAllocatesNothing(t *testing.T) { //nolint:paralleltest // it counts allocations
	set, err := NewSet([]Query{{Collection: "A", Type: BM25, Text: "x", Limit: 1}})
	require.NoError(t, err)
	for _, d := range []Defaults{{}, {Tenant: "t"}} {
		c, err := NewClient(Config{URL: "http://127.0.0.1:1", Defaults: d})
		require.NoError(t, err)
		look := func() {
			if _, err := set.requestsWith(c.defaults).documents(); err != nil {
				t.Error(err)
			}
		}
		look()
		require.Zero(t, testing.AllocsPerRun(100, look))
		require.NoError(t, c.Close())
	}
}

func TestAClientRefusesWrongDefaults(t *testing.T) {
	t.Parallel()
	_, err := NewClient(Config{URL: "http://127.0.0.1:1", Defaults: Defaults{Tenant: `"`}})
	require.ErrorContains(t, err, "is not a Weaviate name")
	_, err = NewClient(Config{URL: "http://127.0.0.1:1", Defaults: Defaults{ConsistencyLevel: "MOST"}})
	require.ErrorContains(t, err, `unknown consistency level "MOST"`)
}
