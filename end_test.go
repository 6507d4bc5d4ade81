package weaviate

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.k6.io/k6/v2/js/modulestest"
	"go.k6.io/k6/v2/lib"
	"go.k6.io/k6/v2/lib/netext"
	"go.k6.io/k6/v2/lib/types"
	"go.k6.io/k6/v2/metrics"
	"go.uber.org/goleak"
	"gopkg.in/guregu/null.v3"

	"github.com/xk6-weaviate/xk6-weaviate/internal/stub"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
)

// TestABatchInTheBackgroundEndsWithItsIteration: what parallelQueryAsync has begun is measured and over when the iteration's context
// ends, and with noVUConnectionReuse the connections are gone, too.
func TestABatchInTheBackgroundEndsWithItsIteration(t *testing.T) { //nolint:paralleltest // it counts goroutines
	for _, strategy := range []string{"parallel-graphql", "parallel-grpc"} {
		t.Run(strategy, func(t *testing.T) { endInTheBackground(t, strategy) }) //nolint:paralleltest // as above
	}
}

func endInTheBackground(t *testing.T, strategy string) {
	t.Helper()
	before := goleak.IgnoreCurrent()
	server, err := stub.New(stub.Config{})
	require.NoError(t, err)
	server.SetAll(stub.Behaviour{Fault: stub.Hang()})

	runtime := modulestest.NewRuntime(t)
	face := newModule().NewModuleInstance(runtime.VU).Exports()
	require.NoError(t, runtime.VU.Runtime().Set("weaviate", face.Default))
	samples := make(chan metrics.SampleContainer, 10)
	resolver := netext.NewResolver(net.LookupIP, 0, types.DNSfirst, types.DNSpreferIPv4)
	runtime.MoveToVUContext(&lib.State{
		Dialer: netext.NewDialer(net.Dialer{}, resolver), Samples: samples, BuiltinMetrics: runtime.BuiltinMetrics,
		Tags:    lib.NewVUStateTags(runtime.VU.InitEnvField.Registry.RootTagSet()),
		Options: lib.Options{SystemTags: &metrics.DefaultSystemTagSet, NoVUConnectionReuse: null.BoolFrom(true)},
	})
	iteration, end := context.WithCancel(t.Context())
	runtime.VU.CtxField = iteration
	go func() {
		for server.Stats().InFlight < 2 {
			time.Sleep(time.Millisecond)
		}
		end()
	}()
	_, err = runtime.RunOnEventLoop(`
			const client = new weaviate.Client({ url: '` + server.URL() + `', grpc: '` + server.GRPC() + `', strategy: '` + strategy + `' });
			client.parallelQueryAsync(['SongLyrics', 'SongLyrics_10k'].map((collection) => ({ collection, bm25: { query: 'x' } })));`)
	require.NoError(t, err)
	require.Len(t, samples, 1)
	batch, ok := (<-samples).(*measure.Batch)
	require.True(t, ok)
	require.Equal(t, 2, batch.Result.Failed())
	require.Equal(t, "canceled", string(batch.Result.Members[0].Category))

	require.Eventually(t, func() bool { s := server.Stats(); return s.HTTPOpen+s.GRPCOpen+s.InFlight == 0 }, 6*time.Second, time.Millisecond)
	server.Close()
	goleak.VerifyNone(t, before)
}
