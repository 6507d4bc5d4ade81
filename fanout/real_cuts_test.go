package fanout_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// testRealCuts: what decides how much of a search's objects comes back does the same over both protocols, and what it says.
func testRealCuts(t *testing.T, client *fanout.Client) {
	t.Helper()
	number := func(x float64) *float64 { return &x }
	vector := fanout.Query{Type: fanout.Vector, Vector: realVector(7, 0), Limit: 100}
	words := fanout.Query{Type: fanout.BM25, Text: "love river", SearchProperties: []string{"title"}, Limit: realObjects}
	hybrid := fanout.Query{Type: fanout.Hybrid, Text: "love river", Vector: realVector(3, 0), Alpha: 0.5, Limit: 50}
	ask := func(t *testing.T, q fanout.Query, change func(*fanout.Query)) [][]string {
		t.Helper()
		change(&q)
		return sameIDs(t, client, realSet(t, q))
	}
	asIs := func(*fanout.Query) {}

	t.Run("offset", func(t *testing.T) {
		t.Parallel()
		for _, q := range []fanout.Query{vector, hybrid} {
			all := ask(t, q, func(q *fanout.Query) { q.Limit = 15 })
			for i, ids := range ask(t, q, func(q *fanout.Query) { q.Offset, q.Limit = 5, 10 }) {
				require.Equal(t, all[i][5:], ids)
			}
		}
	})
	t.Run("distance and certainty", func(t *testing.T) {
		t.Parallel()
		all := ask(t, vector, asIs)
		near := ask(t, vector, func(q *fanout.Query) { q.Distance = number(0.2) })
		sure := ask(t, vector, func(q *fanout.Query) { q.Certainty = number(0.9) }) // 1 - distance/2
		for i := range all {
			if i < 3 { // the vectors of Texts are those of its vectorizer
				require.NotEmpty(t, near[i])
			}
			require.Less(t, len(near[i]), len(all[i]), "collection %d", i)
			require.Equal(t, all[i][:len(near[i])], append([]string{}, near[i]...))
			require.ElementsMatch(t, near[i], sure[i])
		}
		texts := fanout.Query{Collection: "Texts", Type: fanout.Vector, NearText: []string{"rain"}, Limit: 100}
		every := sameIDs(t, client, newSet(t, texts))[0]
		texts.Distance = number(0.4)
		some := sameIDs(t, client, newSet(t, texts))[0]
		require.NotEmpty(t, some)
		require.Less(t, len(some), len(every))
	})
	t.Run("operators of keywords", func(t *testing.T) {
		t.Parallel()
		var both, either []string
		for i := range realObjects {
			title := songOf(i).Title
			love, river := strings.Contains(title, "love"), strings.Contains(title, "river")
			if love && river {
				both = append(both, realID(i))
			}
			if love || river {
				either = append(either, realID(i))
			}
		}
		require.Less(t, len(both), len(either))
		for want, keywords := range map[*[]string]fanout.Keywords{
			&either: {Operator: fanout.OrWords}, &both: {Operator: fanout.AndWords},
		} {
			for i, ids := range ask(t, words, func(q *fanout.Query) { q.Keywords = keywords }) {
				slices.Sort(ids)
				require.Equal(t, *want, ids, "collection %d, %v", i, keywords)
			}
		}
		for i, ids := range ask(t, words, func(q *fanout.Query) { q.Keywords = fanout.Keywords{Operator: fanout.OrWords, MinimumMatch: 2} }) {
			slices.Sort(ids)
			require.Equal(t, both, ids, "collection %d", i)
		}
		keywordsOnly := func(q *fanout.Query) { q.Alpha, q.Limit, q.SearchProperties = 0, realObjects, []string{"title"} }
		for i, ids := range ask(t, hybrid, func(q *fanout.Query) { keywordsOnly(q); q.Keywords.Operator = fanout.AndWords }) {
			slices.Sort(ids)
			require.Equal(t, both, ids, "hybrid, collection %d", i)
		}
	})
	t.Run("what a hybrid takes", func(t *testing.T) {
		t.Parallel()
		ranked := ask(t, hybrid, func(q *fanout.Query) { q.Fusion = fanout.FusionRanked })
		relative := ask(t, hybrid, func(q *fanout.Query) { q.Fusion = fanout.FusionRelativeScore })
		require.NotEqual(t, ranked, relative)
		require.Equal(t, relative, ask(t, hybrid, asIs), "the server's default over both protocols")
		vectorOnly := func(q *fanout.Query) { q.Alpha = 1 }
		all := ask(t, hybrid, vectorOnly)
		near := ask(t, hybrid, func(q *fanout.Query) { vectorOnly(q); q.MaxVectorDistance = number(0.2) })
		require.NotEmpty(t, near[0])
		require.Less(t, len(near[0]), len(all[0]))
	})
}

// testRealAdditional: what else is returned comes over both protocols, and the objects are counted and their ids read all the same.
func testRealAdditional(t *testing.T, client *fanout.Client) {
	t.Helper()
	vector := fanout.Query{Type: fanout.Vector, Vector: realVector(7, 0)}
	everything := []string{"vector", "distance", "certainty", "score", "explainScore", "creationTimeUnix", "lastUpdateTimeUnix"}
	bare := sameIDs(t, client, realSet(t, vector))
	small := sizes(t, client, realSet(t, vector))
	for _, additional := range [][]string{{"vector"}, {"distance"}, {"creationTimeUnix"}, everything} {
		q := vector
		q.Additional = additional
		require.Equal(t, bare, sameIDs(t, client, realSet(t, q)), "%v", additional)
		for name, size := range sizes(t, client, realSet(t, q)) {
			least := small[name] + 4*realLimit // what the least of these takes of each object
			if additional[0] == "vector" {
				least = small[name] + 4*8*realLimit
			}
			require.GreaterOrEqual(t, size, least, "%s: %v", name, additional)
		}
	}
	q := fanout.Query{Collection: "Named", Type: fanout.BM25, Text: "love", Limit: realLimit}
	small = sizes(t, client, newSet(t, q))
	q.Additional = []string{"vectors.first", "vectors.second"}
	for name, size := range sizes(t, client, newSet(t, q)) {
		require.GreaterOrEqual(t, size, small[name]+2*4*8*realLimit, name)
	}
}

// testRealNestedProperties: a property that is no plain one is refused over GraphQL alone, as queries/README.md and docs/failures.md say.
func testRealNestedProperties(t *testing.T, client *fanout.Client) {
	t.Helper()
	set := realSet(t, fanout.Query{Type: fanout.BM25, Text: "love", Properties: []string{"place"}})
	for _, strategy := range fanout.Strategies() {
		result := do(t, client, set, strategy)
		if strategy.Protocol() == fanout.GRPC {
			require.Equal(t, fanout.Full, result.Outcome(), "%+v", result.Members)
			continue
		}
		require.Equal(t, fanout.Failed, result.Outcome())
		for i := range result.Members {
			require.Equal(t, fanout.CategoryGraphQL, result.Members[i].Category)
			require.Contains(t, result.Members[i].Error, "must have a sub selection")
		}
	}
}

// sizes are the lengths of the replies to a set, by strategy and collection.
func sizes(t *testing.T, client *fanout.Client, set *fanout.Set) map[string]int {
	t.Helper()
	found := make(map[string]int)
	for _, strategy := range []fanout.Strategy{fanout.ParallelGraphQL, fanout.ParallelGRPC} {
		result := do(t, client, set, strategy)
		for i := range result.Members {
			m := &result.Members[i]
			require.True(t, m.OK(), "%s %s: %s", strategy, set.Queries()[i].Collection, m.Error)
			require.Equal(t, realLimit, m.Objects)
			found[string(strategy)+" "+set.Queries()[i].Collection] = m.Bytes
		}
	}
	return found
}
