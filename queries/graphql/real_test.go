package graphql_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/realserver"
	"github.com/xk6-weaviate/xk6-weaviate/queries/graphql"
)

// documents search the collections A and B, whose objects fill writes.
const documents = `
query Vector { Get {
  A(nearVector: {vector: [1, 0.5, -0.25], distance: 0.3}) { title year _additional { id distance vector } }
  B(nearVector: {vector: [1, 0.5, -0.25], certainty: 0.5}, limit: 7, offset: 3) { _additional { id } }
} }
query NoLimit { Get {
  A(nearVector: {vector: [1, 0.5, -0.25]}) { _additional { id } }
  B(bm25: {query: "rain river"}) { _additional { id } }
} }
query Keywords { Get {
  A(bm25: {query: "rain river", properties: "title", searchOperator: {operator: And}}, limit: 20) { title _additional { id score } }
  B(bm25: {query: "rain love night", searchOperator: {operator: Or, minimumOrTokensMatch: 2}}, limit: 20,
    where: {operator: And, operands: [{path: "year", operator: LessThan, valueInt: 80} {path: ["title"], operator: Like, valueString: "*rain*"}]}) {
      _additional { id } }
} }
query Hybrid { Get {
  A(hybrid: {query: "rain", vector: [1, 0, 0.5]}, limit: 20) { _additional { id } }
  B(hybrid: {query: "rain", alpha: 0.3, vector: [1, 0, 0.5], fusionType: rankedFusion, maxVectorDistance: 0.4}, autocut: 3, limit: 20) { _additional { id } }
} }`

// fill makes the two collections, of 200 objects each, no two of which score alike.
func fill(t *testing.T, url string) {
	t.Helper()
	words := []string{"rain", "love", "night", "river"}
	for salt, name := range []string{"A", "B"} {
		realserver.Post(t, url+"/v1/schema", "", map[string]any{"class": name, "vectorizer": "none", "properties": []map[string]any{
			{"name": "title", "dataType": []string{"text"}}, {"name": "year", "dataType": []string{"int"}},
		}})
		list := make([]map[string]any, 200)
		for i := range list {
			vector := make([]float64, 3)
			for k := range vector {
				vector[k] = math.Sin(float64((i + 1) * (k + 2 + salt)))
			}
			list[i] = map[string]any{"class": name, "id": fmt.Sprintf("00000000-0000-4000-8000-%012d", i), "vector": vector, "properties": map[string]any{
				"title": strings.Repeat(words[i%4]+" ", 1+i/4) + strings.Repeat(words[(i+1)%4]+" ", 1+i%7), "year": i,
			}}
		}
		realserver.Post(t, url+"/v1/batch/objects", "", map[string]any{"objects": list})
	}
}

// TestADocumentAndItsSetFindTheSame sends documents as they are, and what becomes of them by both protocols.
func TestADocumentAndItsSetFindTheSame(t *testing.T) {
	t.Parallel()
	server := realserver.Start(t)
	fill(t, server.URL)
	sets, _, err := graphql.Read(documents, "d", false)
	require.NoError(t, err)
	file, err := graphql.File(sets, make([]string, len(sets)))
	require.NoError(t, err)
	ready, err := file.QuerySets(1)
	require.NoError(t, err)
	client, err := fanout.NewClient(fanout.Config{URL: server.URL, GRPC: server.GRPC, Timeout: time.Minute})
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Close() })

	operations := strings.Split(strings.TrimSpace(documents), "\nquery ")
	require.Len(t, operations, len(ready))
	for i, operation := range operations {
		text := "query " + strings.TrimPrefix(operation, "query ")
		var reply struct {
			Data struct {
				Get map[string][]struct {
					Additional struct {
						ID string `json:"id"`
					} `json:"_additional"`
				}
			}
		}
		require.NoError(t, json.Unmarshal(realserver.Post(t, server.URL+"/v1/graphql", "", map[string]any{"query": text}), &reply))
		var want [][]string
		for _, name := range []string{"A", "B"} {
			ids := []string{}
			for _, object := range reply.Data.Get[name] {
				ids = append(ids, object.Additional.ID)
			}
			require.NotEmpty(t, ids, "%s: %s", name, text)
			want = append(want, ids)
		}
		for _, strategy := range fanout.Strategies() {
			result, err := client.Do(t.Context(), ready[i], strategy, fanout.Options{IDs: true})
			require.NoError(t, err)
			require.Equal(t, fanout.Full, result.Outcome(), "%+v", result.Members)
			require.Equal(t, want, result.IDs, "%s: %s", strategy, text)
		}
	}
}
