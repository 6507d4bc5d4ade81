package fanout_test

import (
	"testing"

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

// BenchmarkDo sends batches of nine to a stub in the same process: what it allocates is the stub's and the client's, so
// that only a difference between two commits says something of the client.
func BenchmarkDo(b *testing.B) {
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
			b.ReportAllocs()
			for b.Loop() {
				result, err := client.Do(b.Context(), set, strategy, fanout.Options{})
				if err != nil || result.Outcome() != fanout.Full {
					b.Fatal(err, result)
				}
			}
		})
	}
}
