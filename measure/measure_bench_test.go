package measure_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.k6.io/k6/v2/metrics"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
)

// BenchmarkMeasure is what turning a batch of nine into samples costs the user who sent it.
func BenchmarkMeasure(b *testing.B) {
	registry := metrics.NewRegistry()
	registered, err := measure.Register(registry)
	require.NoError(b, err)
	queries := make([]fanout.Query, 9)
	members := make([]fanout.Member, len(queries))
	for i := range queries {
		queries[i] = fanout.Query{Collection: "Collection" + string(rune('A'+i)), Type: fanout.Vector, Vector: []float32{1}, Limit: 1}
		members[i] = fanout.Member{End: time.Duration(i) * time.Millisecond, Objects: 200, HasTook: true}
	}
	set, err := fanout.NewSet(queries)
	require.NoError(b, err)
	result := fanout.Finished(fanout.Result{
		Strategy: fanout.ParallelGRPC, Set: set, Start: time.Now(), Duration: time.Second, Requests: len(members), Members: members,
	})
	context := measure.Context{
		Base: metrics.TagsAndMeta{Tags: registry.RootTagSet().With("scenario", "default")}, Phase: measure.Measured, Block: -1,
	}
	var tagger measure.Tagger
	b.ReportAllocs()
	for b.Loop() {
		registered.Measure(&tagger, result, context)
	}
}
