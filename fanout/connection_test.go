package fanout_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/relay"
	"github.com/xk6-weaviate/xk6-weaviate/internal/stub"
)

// TestADeadConnectionIsReplaced: a batch on it times out, and the next one succeeds.
func TestADeadConnectionIsReplaced(t *testing.T) {
	t.Parallel()
	for _, strategy := range fanout.Strategies() {
		t.Run(string(strategy), func(t *testing.T) {
			t.Parallel()
			server := stub.Start(t)
			http, grpc := relay.Start(t, server.URL()[len("http://"):]), relay.Start(t, server.GRPC())
			client := newClient(t, server, func(config *fanout.Config) {
				config.URL, config.GRPC, config.Timeout = "http://"+http.Address, grpc.Address, 2*time.Second
			})
			set := nine(t, server)
			require.Equal(t, fanout.Full, do(t, client, set, strategy).Outcome())
			http.Die()
			grpc.Die()
			lost := do(t, client, set, strategy)
			require.NotEqual(t, fanout.Full, lost.Outcome())
			for _, m := range lost.Members {
				require.True(t, m.OK() || m.Category == fanout.CategoryTimeout, m.Error) // over HTTP, some may have found a new connection
			}
			next := do(t, client, set, strategy)
			if next.Outcome() != fanout.Full && strategy == fanout.ParallelGraphQL {
				// One that was opened for the first batch, came too late for it, and died unused.
				next = do(t, client, set, strategy)
			}
			require.Equal(t, fanout.Full, next.Outcome())
		})
	}
}

// TestADeadConnectionIsReplacedForWrites: a write on it times out, and the next one succeeds.
func TestADeadConnectionIsReplacedForWrites(t *testing.T) {
	t.Parallel()
	server := stub.Start(t)
	grpc := relay.Start(t, server.GRPC())
	client := newClient(t, server, func(config *fanout.Config) { config.GRPC, config.Timeout = grpc.Address, 2*time.Second })
	write := func() *fanout.Call {
		call, _, err := client.Create(t.Context(), []fanout.Object{{Collection: "A"}})
		require.NoError(t, err)
		return call
	}
	require.True(t, write().OK())
	grpc.Die()
	require.Equal(t, fanout.CategoryTimeout, write().Category)
	call := write()
	require.True(t, call.OK(), call.Error)
}

// TestASlowServerKeepsItsConnection: as long as something comes over it, a connection is alive, and other batches may be on it.
func TestASlowServerKeepsItsConnection(t *testing.T) {
	t.Parallel()
	server := stub.Start(t)
	client := newClient(t, server, func(config *fanout.Config) { config.Timeout = time.Second })
	set := nine(t, server)
	server.Set(set.Queries()[0].Collection, stub.Behaviour{Fault: stub.Hang()})
	for range 2 {
		require.Equal(t, 1, do(t, client, set, fanout.ParallelGRPC).Failed())
	}
	require.Equal(t, 1, server.Stats().GRPCOpened)
}
