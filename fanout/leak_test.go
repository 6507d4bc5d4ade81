package fanout_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/stub"
)

// closing is enough for a connection to be closed, and less than until it would be for being idle.
const closing = 6 * time.Second

// TestNothingIsLeftBehind ends batches in every way that there is. Afterwards no goroutine of the client runs, and no connection is
// open.
func TestNothingIsLeftBehind(t *testing.T) { //nolint:paralleltest // it counts goroutines
	for _, strategy := range fanout.Strategies() {
		for name, c := range map[string]struct {
			fault    stub.Fault
			timeout  time.Duration
			cancel   bool // once the fault's search is there
			category fanout.Category
			own      bool // connections
		}{
			"all is well":               {},
			"canceled":                  {fault: stub.Hang(), cancel: true, category: fanout.CategoryCanceled},
			"timed out":                 {fault: stub.Hang(), timeout: 300 * time.Millisecond, category: fanout.CategoryTimeout},
			"reset":                     {fault: stub.ResetMidReply(), category: fanout.CategoryConnection},
			"own connections":           {own: true},
			"own connections, canceled": {fault: stub.Hang(), cancel: true, category: fanout.CategoryCanceled, own: true},
		} {
			t.Run(string(strategy)+" "+name, func(t *testing.T) { //nolint:paralleltest // as above
				before := goleak.IgnoreCurrent()
				server, err := stub.New(stub.Config{})
				require.NoError(t, err)
				defer server.Close()
				names := server.Collections()
				client := newClient(t, server, func(config *fanout.Config) {
					if c.timeout > 0 {
						config.Timeout = c.timeout
					}
					config.NoConnectionReuse = c.own
				})
				set := newSet(t, vectorQueries(testLimit, names...)...)
				first := 0
				if c.timeout == 0 { // or it might be too short for this batch, too
					well := do(t, client, set, strategy)
					require.Equal(t, fanout.Full, well.Outcome(), "%+v", well.Members)
					first = well.Requests
				}
				server.Set(names[1], stub.Behaviour{Fault: c.fault})
				searched := func() int { graphql, grpc := server.Searches(names[1]); return graphql + grpc }
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if c.cancel {
					go func() {
						for searched() < 2 {
							time.Sleep(time.Millisecond)
						}
						cancel()
					}()
				}
				result, err := client.Do(ctx, set, strategy, fanout.Options{})
				require.NoError(t, err)
				require.Equal(t, c.category == "", result.Outcome() == fanout.Full, "%+v", result.Members)
				require.Equal(t, c.category, result.Members[1].Category)
				none := func() bool { s := server.Stats(); return s.HTTPOpen+s.GRPCOpen+s.InFlight == 0 }
				if c.own {
					require.Eventually(t, none, closing, time.Millisecond, "each is closed after its request")
					opened := server.Stats().HTTPOpened + server.Stats().GRPCOpened
					require.LessOrEqual(t, opened, first+result.Requests-unsent(result))
					if !c.cancel { // which may come before a connection is open
						require.Equal(t, first+result.Requests-unsent(result), opened)
					}
				}
				require.NoError(t, client.Close())
				require.Eventually(t, none, closing, time.Millisecond)
				server.Close()
				goleak.VerifyNone(t, before)
			})
		}
	}
}

func unsent(r *fanout.Result) int {
	n := 0
	for i := range r.Members {
		if r.Members[i].Unsent {
			n++
		}
	}
	return n
}
