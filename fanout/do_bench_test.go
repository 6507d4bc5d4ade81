package fanout_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/stub"
)

// vectorQueries are vector queries, one per collection.
func vectorQueries(limit int, collections ...string) []fanout.Query {
	vector := make([]float32, 384)
	for i := range vector {
		vector[i] = float32(i) / 1000
	}
	list := make([]fanout.Query, len(collections))
	for i, name := range collections {
		list[i] = fanout.Query{
			Collection: name, Type: fanout.Vector, Vector: vector, Limit: limit, Properties: []string{"title", "artist"},
		}
	}
	return list
}

// perStrategy runs a benchmark with each strategy, on batches of nine to a stub in the same process.
func perStrategy(b *testing.B, run func(b *testing.B, do func(fanout.Options) *fanout.Result)) {
	b.Helper()
	for _, strategy := range fanout.Strategies() {
		b.Run(string(strategy), func(b *testing.B) {
			server, err := stub.New(stub.Config{Collections: stub.Nine(100, 0)})
			require.NoError(b, err)
			defer server.Close()
			client, err := fanout.NewClient(fanout.Config{URL: server.URL(), GRPC: server.GRPC()})
			require.NoError(b, err)
			defer func() { _ = client.Close() }()
			set, err := fanout.NewSet(vectorQueries(200, server.Collections()...))
			require.NoError(b, err)
			run(b, func(options fanout.Options) *fanout.Result {
				result, err := client.Do(b.Context(), set, strategy, options)
				if err != nil || result.Outcome() != fanout.Full {
					b.Fatal(err, result)
				}
				return result
			})
		})
	}
}

// BenchmarkDo sends batches: what it allocates is the stub's and the client's, so that only a difference between two commits says
// something of the client.
func BenchmarkDo(b *testing.B) {
	perStrategy(b, func(b *testing.B, do func(fanout.Options) *fanout.Result) {
		b.Helper()
		b.ReportAllocs()
		for b.Loop() {
			do(fanout.Options{})
		}
	})
}

// BenchmarkIDs compares batches whose ids are asked for with others, in turns: "longer" is the ratio of their durations, which a
// measured batch must not show, and "costlier" that of the time that Do took.
func BenchmarkIDs(b *testing.B) {
	perStrategy(b, func(b *testing.B, do func(fanout.Options) *fanout.Result) {
		b.Helper()
		var durations, took [2][]float64
		random := rand.New(rand.NewPCG(1, 1))
		for b.Loop() {
			for range 2 {
				k := random.IntN(2) // a batch with ids leaves more behind than one without, for the next to clear away
				start := time.Now()
				result := do(fanout.Options{IDs: k == 1})
				took[k] = append(took[k], float64(time.Since(start)))
				durations[k] = append(durations[k], float64(result.Duration))
			}
		}
		b.ReportMetric(median(durations[1])/median(durations[0]), "longer")
		b.ReportMetric(median(took[1])/median(took[0]), "costlier")
		b.ReportMetric(0, "ns/op") // of a busy machine
	})
}

func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}
