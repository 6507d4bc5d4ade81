package truth_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/realserver"
	"github.com/xk6-weaviate/xk6-weaviate/queries"
	"github.com/xk6-weaviate/xk6-weaviate/queries/cluster"
	"github.com/xk6-weaviate/xk6-weaviate/truth"
)

func TestMain(m *testing.M) { os.Exit(realserver.Tests(m).Run()) }

// realServer is a real server and a way to search it.
type realServer struct {
	*realserver.Server

	client *fanout.Client
	source *cluster.Cluster
}

// define makes a collection.
func define(t *testing.T, s *realserver.Server, class map[string]any) {
	t.Helper()
	text, err := json.Marshal(class)
	require.NoError(t, err)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+"/v1/schema", bytes.NewReader(text))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/json")
	reply, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer func() { _ = reply.Body.Close() }()
	require.Equal(t, http.StatusOK, reply.StatusCode, class)
}

// open looks at the server once its collections are there.
func open(t *testing.T, s *realserver.Server) *realServer {
	t.Helper()
	r := &realServer{Server: s}
	var err error
	r.client, err = fanout.NewClient(fanout.Config{URL: s.URL, GRPC: s.GRPC})
	require.NoError(t, err)
	t.Cleanup(func() { _ = r.client.Close() })
	r.source, err = cluster.Open(t.Context(), cluster.Config{URL: s.URL, GRPC: s.GRPC})
	require.NoError(t, err)
	t.Cleanup(func() { _ = r.source.Close() })
	return r
}

func (r *realServer) fill(t *testing.T, objects []fanout.Object) {
	t.Helper()
	const batch = 1000
	for len(objects) > 0 {
		n := min(batch, len(objects))
		call, refusals, err := r.client.Create(t.Context(), objects[:n])
		require.NoError(t, err)
		require.Empty(t, call.Error)
		require.Empty(t, refusals)
		objects = objects[n:]
	}
}

// recall is how much of what there is to find the searches of a file find, by every strategy: wanted is the same for each.
func (r *realServer) recall(t *testing.T, f *truth.File, file *truth.Queries, limit int) (found, wanted int) {
	t.Helper()
	sets, err := file.QuerySets(limit)
	require.NoError(t, err)
	for _, strategy := range []fanout.Strategy{fanout.ParallelGRPC, fanout.Multi} {
		for i, set := range sets {
			result, err := r.client.Do(t.Context(), set, strategy, fanout.Options{IDs: true})
			require.NoError(t, err)
			for k := range result.Members {
				require.Empty(t, result.Members[k].Error)
				a, b := f.Set(i).Recall(k, limit, result.IDs[k])
				require.Equal(t, limit, b)
				found, wanted = found+a, wanted+b
			}
		}
	}
	return found, wanted
}

// randomVectors are unlike each other; whole makes small whole numbers, of which many are equal.
func randomVectors(random *rand.Rand, n, dimensions int, whole bool) [][]float32 {
	vectors := make([][]float32, n)
	for i := range vectors {
		vectors[i] = make([]float32, dimensions)
		for k := range vectors[i] {
			vectors[i][k] = float32(random.NormFloat64())
			if whole {
				vectors[i][k] = float32(random.IntN(3) - 1)
			}
		}
	}
	return vectors
}

// A flat index compares a query with all objects, as the truth does: it finds all of it, whatever the distance.
func TestAFlatIndexFindsAll(t *testing.T) {
	t.Parallel()
	const objects, dimensions, limit = 1500, 96, 40
	server := realserver.Shared(t)
	flat := func(d truth.Distance) map[string]any {
		return map[string]any{"vectorIndexType": "flat", "vectorIndexConfig": map[string]any{"distance": d}}
	}
	random := rand.New(rand.NewPCG(7, 7))
	var fill []fanout.Object
	var targets []queries.Target
	vectorsOf := make(map[truth.Distance][][]float32)
	for i, d := range truth.Distances() {
		vectors := randomVectors(random, objects, dimensions, d == truth.Hamming)
		vectorsOf[d] = vectors
		class := flat(d)
		class["class"], class["vectorizer"] = fmt.Sprintf("Flat%d", i), "none"
		define(t, server, class)
		named := flat(d)
		named["vectorizer"] = map[string]any{"none": map[string]any{}}
		other := map[string]any{"vectorIndexType": "flat", "vectorizer": named["vectorizer"]}
		define(t, server, map[string]any{
			"class": fmt.Sprintf("Named%d", i), "vectorConfig": map[string]any{"mine": named, "other": other},
			"multiTenancyConfig": map[string]any{"enabled": true, "autoTenantCreation": true},
		})
		for n, v := range vectors {
			fill = append(fill, fanout.Object{Collection: fmt.Sprintf("Flat%d", i), ID: id(n).String(), Vector: v})
			for _, tenant := range []string{"one", "two"} {
				o := fanout.Object{Collection: fmt.Sprintf("Named%d", i), ID: id(n).String(), Tenant: tenant, Vectors: map[string][]float32{"mine": v, "other": {1, 2}}}
				if tenant == "two" { // other objects
					o.Vectors["mine"] = vectors[0]
				}
				fill = append(fill, o)
			}
		}
		targets = append(targets, queries.Target{Collection: fmt.Sprintf("Flat%d", i)},
			queries.Target{Collection: fmt.Sprintf("Named%d", i), TargetVector: "mine", Tenant: "one"})
	}
	r := open(t, server)
	r.fill(t, fill)
	for i, d := range truth.Distances() {
		var terms []queries.Term
		for range 5 {
			terms = append(terms, queries.Term{Text: "x", Vector: randomVectors(random, 1, dimensions, d == truth.Hamming)[0]})
		}
		terms = append(terms, queries.Term{Text: "x", Vector: vectorsOf[d][3]}) // an object's own
		made, err := queries.Make(queries.Options{SearchType: fanout.SearchVector, Terms: terms, Targets: targets[2*i : 2*i+2]})
		require.NoError(t, err)
		file := &truth.Queries{File: made, SHA256: hash}
		f, err := truth.Make(t.Context(), r.source, file, truth.Options{Sets: 10, Depth: limit})
		require.NoError(t, err, d)
		require.Equal(t, []truth.Collection{
			{Name: targets[2*i].Collection, Distance: d, Objects: objects},
			{Name: targets[2*i+1].Collection, Tenant: "one", Vector: "mine", Distance: d, Objects: objects},
		}, f.Collections)
		found, wanted := r.recall(t, f, file, limit)
		require.Equal(t, 2*2*6*limit, wanted, d)
		require.Equal(t, wanted, found, d)
		if d != truth.Hamming {
			require.Less(t, len(f.Set(0).Queries[0].IDs), limit+3, "hardly any ties by %s", d)
		}
	}
}

// An HNSW index that looks at few objects misses some, and recall says so.
func TestAFastIndexMissesSome(t *testing.T) {
	t.Parallel()
	const objects, dimensions, limit = 4000, 64, 10
	server := realserver.Shared(t)
	define(t, server, map[string]any{
		"class": "Fast", "vectorizer": "none", "vectorIndexType": "hnsw",
		"vectorIndexConfig": map[string]any{"distance": "cosine", "ef": limit, "efConstruction": 32, "maxConnections": 16},
	})
	r := open(t, server)
	random := rand.New(rand.NewPCG(1, 9))
	var fill []fanout.Object
	for n, v := range randomVectors(random, objects, dimensions, false) {
		fill = append(fill, fanout.Object{Collection: "Fast", ID: id(n).String(), Vector: v})
	}
	r.fill(t, fill)
	file := asked(t, randomVectors(random, 20, dimensions, false), "Fast")
	f, err := truth.Make(t.Context(), r.source, file, truth.Options{Sets: 20, Depth: limit})
	require.NoError(t, err)
	found, wanted := r.recall(t, f, file, limit)
	require.Less(t, found, wanted*9/10)
	require.Positive(t, found)
	t.Logf("%d of %d", found, wanted)
}

// What cannot have a truth is said by the server's schema.
func TestWhatTheSchemaRefuses(t *testing.T) {
	t.Parallel()
	server := realserver.Shared(t)
	none := map[string]any{"none": map[string]any{}}
	define(t, server, map[string]any{"class": "Vectors", "vectorConfig": map[string]any{
		"a": map[string]any{"vectorIndexType": "hnsw", "vectorizer": none},
		"b": map[string]any{"vectorIndexType": "hnsw", "vectorizer": none},
		"many": map[string]any{
			"vectorIndexType": "hnsw", "vectorizer": none,
			"vectorIndexConfig": map[string]any{"multivector": map[string]any{"enabled": true}},
		},
	}})
	define(t, server, map[string]any{"class": "Tenants", "vectorizer": "none", "multiTenancyConfig": map[string]any{"enabled": true}})
	define(t, server, map[string]any{"class": "Plain", "vectorizer": "none"})
	r := open(t, server)
	for _, c := range []struct{ collection, tenant, target, want string }{
		{"Vectors", "", "many", "the vector many of collection Vectors has many vectors an object, which no query here searches"},
		{"Vectors", "", "c", "collection Vectors has no vector c: did you mean"},
		{"Vectors", "", "", "collection Vectors has 3 named vectors"},
		{"Vectors", "", "a", "collection Vectors is empty: fill it first"},
		{"Tenants", "", "", "collection Tenants has tenants, and the queries name none"},
		{"Plain", "t", "", "collection Plain has no tenants, and the queries name t"},
		{"Gone", "", "", "has no collection Gone"},
	} {
		file := asked(t, [][]float32{{1, 2}}, c.collection)
		q := &file.Sets[0].Queries[0]
		q.Tenant, q.TargetVector = c.tenant, c.target
		_, err := truth.Make(t.Context(), r.source, file, truth.Options{Sets: 1, Depth: 1})
		require.ErrorContains(t, err, c.want)
	}
}
