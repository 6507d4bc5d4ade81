package fanout_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/realserver"
)

// realLimit is how many objects a query asks for unless it says so itself.
const realLimit = 25

// realSet is a set of one query for each of the four collections, from a query that says all but the collection.
func realSet(t *testing.T, q fanout.Query) *fanout.Set {
	t.Helper()
	var queries []fanout.Query
	for _, collection := range []string{"Plain", "Named", "Tenanted", "Texts"} {
		one := q
		one.Collection = collection
		if one.Limit == 0 {
			one.Limit = realLimit
		}
		switch collection {
		case "Named":
			if one.TargetVector == "" && one.Type != fanout.BM25 {
				one.TargetVector = "first"
			}
		default:
			one.TargetVector = ""
		}
		if collection != "Tenanted" {
			one.Tenant = ""
		} else if one.Tenant == "" {
			one.Tenant = "one"
		}
		queries = append(queries, one)
	}
	return newSet(t, queries...)
}

// sameIDs runs a set by all strategies and requires the same ids in the same order from each. It returns them.
func sameIDs(t *testing.T, client *fanout.Client, set *fanout.Set) [][]string {
	t.Helper()
	var want [][]string
	for _, strategy := range fanout.Strategies() {
		result, err := client.Do(t.Context(), set, strategy, fanout.Options{IDs: true})
		require.NoError(t, err)
		for i := range result.Members {
			m := &result.Members[i]
			require.True(t, m.OK(), "%s %s: %s %s", strategy, set.Queries()[i].Collection, m.Category, m.Error)
			require.Len(t, result.IDs[i], m.Objects, "%s %s", strategy, set.Queries()[i].Collection)
			require.NotContains(t, result.IDs[i], "")
		}
		if want == nil {
			want = result.IDs
		}
		require.Equal(t, want, result.IDs, "%s against %s", strategy, fanout.Strategies()[0])
	}
	return want
}

func TestRealServer(t *testing.T) {
	t.Parallel()
	server := realserver.Start(t, "ENABLE_MODULES=text2vec-transformers", "TRANSFORMERS_INFERENCE_API="+vectorizer(t))
	fill(t, server.URL)
	client, err := fanout.NewClient(fanout.Config{URL: server.URL, GRPC: server.GRPC, Timeout: testTimeout})
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Close() })

	vector := fanout.Query{Type: fanout.Vector, Vector: realVector(7, 0), Properties: []string{"title", "year"}}
	bm25 := fanout.Query{Type: fanout.BM25, Text: "love river", SearchProperties: []string{"title"}}
	hybrid := fanout.Query{Type: fanout.Hybrid, Text: "love", Vector: realVector(3, 0), Alpha: 0.5}
	year := &fanout.Filter{Operator: fanout.GreaterThan, Path: []string{"year"}, Value: int64(1990)}
	filtered := func(q fanout.Query) fanout.Query { q.Where = year; return q }

	t.Run("the strategies agree", func(t *testing.T) {
		t.Parallel()
		for name, q := range map[string]fanout.Query{
			"vector": vector, "bm25": bm25, "hybrid": hybrid,
			"filtered vector": filtered(vector), "filtered bm25": filtered(bm25), "filtered hybrid": filtered(hybrid),
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				for i, ids := range sameIDs(t, client, realSet(t, q)) {
					require.Len(t, ids, realLimit)
					if q.Where != nil {
						for _, id := range ids {
							require.Greater(t, songOf(numberOf(t, id)).Year, 1990, "collection %d", i)
						}
					}
				}
			})
		}
	})
	t.Run("cuts", func(t *testing.T) { t.Parallel(); testRealCuts(t, client) })
	t.Run("additional", func(t *testing.T) { t.Parallel(); testRealAdditional(t, client) })
	t.Run("nested properties", func(t *testing.T) { t.Parallel(); testRealNestedProperties(t, client) })
	t.Run("filters", func(t *testing.T) { t.Parallel(); testRealFilters(t, client) })
	t.Run("references", func(t *testing.T) { t.Parallel(); testRealReferences(t, client) })
	t.Run("named vectors and tenants", func(t *testing.T) {
		t.Parallel()
		plain := sameIDs(t, client, realSet(t, vector))
		other := vector
		other.TargetVector, other.Tenant = "second", "two"
		others := sameIDs(t, client, realSet(t, other))
		require.Equal(t, plain[0], others[0])
		require.NotEqual(t, plain[1], others[1], "another vector has other neighbours")
		require.NotEqual(t, plain[2], others[2], "another tenant has other objects")
		require.Equal(t, realID(7), plain[0][0], "the object whose vector it is")

		// A tenant that the client adds is as good as the query's own.
		of, err := fanout.NewClient(fanout.Config{URL: server.URL, GRPC: server.GRPC, Defaults: fanout.Defaults{Tenant: "two"}})
		require.NoError(t, err)
		t.Cleanup(func() { _ = of.Close() })
		tenanted := realSet(t, vector).Queries()[2]
		tenanted.Tenant = ""
		require.Equal(t, others[2], sameIDs(t, of, newSet(t, tenanted))[0])
	})
	t.Run("autocut", func(t *testing.T) {
		t.Parallel()
		q := vector
		q.Autocut, q.Limit = 1, 100
		all := sameIDs(t, client, realSet(t, q))
		require.Less(t, len(all[0]), 100, "it ends at the first jump")
	})
	t.Run("vectorizer", func(t *testing.T) {
		t.Parallel()
		near := fanout.Query{Collection: "Texts", Type: fanout.Vector, NearText: []string{"rain", "river"}, Limit: realLimit}
		mixed := fanout.Query{Collection: "Texts", Type: fanout.Hybrid, Text: "rain", Alpha: 0.75, Limit: realLimit}
		ids := sameIDs(t, client, newSet(t, near))[0]
		require.Len(t, ids, realLimit)
		require.Len(t, sameIDs(t, client, newSet(t, mixed))[0], realLimit)
		near.NearText = []string{"a text of another kind"}
		require.NotEqual(t, ids, sameIDs(t, client, newSet(t, near))[0])

		refused := realSet(t, fanout.Query{Type: fanout.Hybrid, Text: "x", Alpha: 0.5})
		for _, strategy := range fanout.Strategies() {
			result := do(t, client, refused, strategy)
			require.False(t, result.Members[0].OK(), "Plain has no vectorizer")
			require.True(t, result.Members[3].OK(), "%s", result.Members[3].Error)
		}
	})
	t.Run("consistency level", func(t *testing.T) { t.Parallel(); testRealConsistency(t, server) })
}

func numberOf(t *testing.T, id string) int {
	t.Helper()
	var i int
	_, err := fmt.Sscanf(id[strings.LastIndexByte(id, '-')+1:], "%d", &i)
	require.NoError(t, err)
	return i
}

// testRealFilters asks for every object that a filter lets pass, by all strategies, and compares with what it should let pass.
func testRealFilters(t *testing.T, client *fanout.Client) {
	t.Helper()
	is := func(operator fanout.FilterOperator, property string, value any) fanout.Filter {
		return fanout.Filter{Operator: operator, Path: []string{property}, Value: value}
	}
	all := func(operator fanout.FilterOperator, operands ...fanout.Filter) fanout.Filter {
		return fanout.Filter{Operator: operator, Operands: operands}
	}
	has := func(i int, genre string) bool { return slices.Contains(songOf(i).Genres, genre) }
	for name, c := range map[string]struct {
		filter fanout.Filter
		passes func(i int) bool
	}{
		"Equal":            {is(fanout.Equal, "year", int64(1950)), func(i int) bool { return songOf(i).Year == 1950 }},
		"NotEqual":         {is(fanout.NotEqual, "live", true), func(i int) bool { return !songOf(i).Live }},
		"GreaterThan":      {is(fanout.GreaterThan, "rating", 20.5), func(i int) bool { return songOf(i).Rating > 20.5 }},
		"GreaterThanEqual": {is(fanout.GreaterThanEqual, "rating", 20.5), func(i int) bool { return songOf(i).Rating >= 20.5 }},
		"LessThan":         {is(fanout.LessThan, "released", fanout.Date("1920-06-01T00:00:00+02:00")), func(i int) bool { return songOf(i).Year <= 1920 }},
		"LessThanEqual":    {is(fanout.LessThanEqual, "year", int64(1910)), func(i int) bool { return songOf(i).Year <= 1910 }},
		"Like":             {is(fanout.Like, "genres", "f?lk*"), func(i int) bool { return has(i, "folk") }},
		"IsNull":           {is(fanout.IsNull, "note", true), func(i int) bool { return songOf(i).Note == nil }},
		"ContainsAny":      {is(fanout.ContainsAny, "genres", []string{"rock", "folk"}), func(i int) bool { return !has(i, "pop") }},
		"ContainsAll":      {is(fanout.ContainsAll, "genres", []string{"rock", "slow"}), func(i int) bool { return has(i, "rock") && has(i, "slow") }},
		"ContainsNone":     {is(fanout.ContainsNone, "genres", []string{"rock", "slow"}), func(i int) bool { return !has(i, "rock") && !has(i, "slow") }},
		"ContainsAny of numbers": {is(fanout.ContainsAny, "year", []int64{1901, 1903}), func(i int) bool {
			return songOf(i).Year == 1901 || songOf(i).Year == 1903
		}},
		"WithinGeoRange": {is(fanout.WithinGeoRange, "place", fanout.GeoRange{
			Center: fanout.GeoCoordinates{Latitude: 10, Longitude: 8.5}, Distance: fanout.GeoDistance{Max: 120_000},
		}), func(i int) bool { return math.Abs(float64(i%90)/2-10) < 1.05 }},
		"id":  {is(fanout.Equal, "id", realID(42)), func(i int) bool { return i == 42 }},
		"_id": {is(fanout.NotEqual, "_id", realID(42)), func(i int) bool { return i != 42 }},
		"And, Or, Not": {
			all(fanout.And,
				all(fanout.Or, is(fanout.LessThan, "year", int64(1920)), is(fanout.GreaterThan, "year", int64(2000))),
				all(fanout.Not, is(fanout.Equal, "live", true))),
			func(i int) bool { return (songOf(i).Year < 1920 || songOf(i).Year > 2000) && !songOf(i).Live },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var want []string
			for i := range realObjects {
				if c.passes(i) {
					want = append(want, realID(i))
				}
			}
			require.NotEmpty(t, want)
			q := fanout.Query{Type: fanout.Vector, Vector: realVector(7, 0), Where: &c.filter, Limit: realObjects}
			for i, ids := range sameIDs(t, client, realSet(t, q)) {
				slices.Sort(ids)
				require.Equal(t, want, ids, "collection %d", i)
			}
		})
	}
}

// testRealReferences filters objects by a property of the object that they refer to.
func testRealReferences(t *testing.T, client *fanout.Client) {
	t.Helper()
	q := fanout.Query{Collection: "Track", Type: fanout.Vector, Vector: realVector(7, 0), Limit: realObjects, Where: &fanout.Filter{
		Operator: fanout.Equal, Path: []string{"by", "Band", "rating"}, Value: songOf(21).Rating,
	}}
	ids := sameIDs(t, client, newSet(t, q))[0]
	slices.Sort(ids)
	require.Equal(t, []string{realID(42), realID(43)}, ids)
}

// testRealConsistency: over gRPC the level is taken; over GraphQL, a server knows it only for collections with replicas.
func testRealConsistency(t *testing.T, server *realserver.Server) {
	t.Helper()
	for _, level := range []fanout.ConsistencyLevel{fanout.ConsistencyOne, fanout.ConsistencyQuorum, fanout.ConsistencyAll} {
		client, err := fanout.NewClient(fanout.Config{
			URL: server.URL, GRPC: server.GRPC, Defaults: fanout.Defaults{ConsistencyLevel: level},
		})
		require.NoError(t, err)
		set := realSet(t, fanout.Query{Type: fanout.BM25, Text: "love"})
		for _, strategy := range fanout.Strategies() {
			result := do(t, client, set, strategy)
			if strategy.Protocol() == fanout.GRPC {
				require.Equal(t, fanout.Full, result.Outcome(), "%+v", result.Members)
				continue
			}
			require.Equal(t, fanout.Failed, result.Outcome())
			for i := range result.Members {
				require.Equal(t, fanout.CategoryGraphQL, result.Members[i].Category)
				require.Contains(t, result.Members[i].Error, `Unknown argument "consistencyLevel"`)
			}
		}
		require.NoError(t, client.Close())
	}
}
