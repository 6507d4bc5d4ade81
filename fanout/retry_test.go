package fanout_test

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/http2"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/stub"
)

// TestNothingIsSentTwice: what fails on a connection that was used before is where HTTP clients like to try again.
func TestNothingIsSentTwice(t *testing.T) {
	t.Parallel()
	for _, strategy := range fanout.Strategies() {
		for name, fault := range map[string]stub.Fault{
			"reset before": stub.ResetBefore(), "reset in mid-reply": stub.ResetMidReply(), "cut": stub.CutMidReply(),
		} {
			t.Run(string(strategy)+" "+name, func(t *testing.T) {
				t.Parallel()
				server := stub.Start(t)
				client := newClient(t, server, func(c *fanout.Config) {
					c.Header = http.Header{"Idempotency-Key": {"net/http tries again what has one"}}
				})
				set := nine(t, server)
				require.Equal(t, fanout.Full, do(t, client, set, strategy).Outcome())
				server.Reset()
				server.SetAll(stub.Behaviour{Fault: fault})
				result := do(t, client, set, strategy)
				require.Equal(t, fanout.Failed, result.Outcome())
				for i := range result.Members {
					require.Equal(t, fanout.CategoryConnection, result.Members[i].Category, result.Members[i].Error)
				}
				if strategy.Protocol() == fanout.GraphQL {
					require.Equal(t, result.Requests, server.Requests())
				} else {
					require.LessOrEqual(t, server.Requests(), result.Requests, "the connection may be gone before all were seen")
				}
				server.SetAll(stub.Behaviour{})
				require.Equal(t, fanout.Full, do(t, client, set, strategy).Outcome(), "and then all is well again")
			})
		}
	}
}

// TestIdleConnectionsThatTheServerCloses sends at about the moment in which the server closes the idle connection. What meets
// the closing fails and is not sent again.
func TestIdleConnectionsThatTheServerCloses(t *testing.T) {
	t.Parallel()
	const idle, batches = 20 * time.Millisecond, 50
	for _, strategy := range []fanout.Strategy{fanout.Multi, fanout.Bulk, fanout.ParallelGraphQL} {
		t.Run(string(strategy), func(t *testing.T) {
			t.Parallel()
			server := stub.Start(t, stub.With(stub.Config{IdleTimeout: idle}))
			client, set := newClient(t, server), nine(t, server)
			sent, failed := 0, 0
			for i := range batches {
				result := do(t, client, set, strategy)
				sent += result.Requests
				for k := range result.Members {
					if m := &result.Members[k]; !m.OK() {
						require.Equal(t, fanout.CategoryConnection, m.Category, m.Error)
						if strategy.TimesMembers() || k == 0 {
							failed++
						}
					}
				}
				time.Sleep(idle + time.Duration(i%9-4)*time.Millisecond/2)
			}
			require.Equal(t, sent-failed, server.Requests())
		})
	}
}

// TestWhatGRPCSendsTwice: gRPC sends a call again on its own, once, when the server says that it did not look at it: by refusing
// its stream, or by saying goodbye before it. Nothing else is sent again, and nothing at all over HTTP/2 without gRPC.
func TestWhatGRPCSendsTwice(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer func(s *frameServer, w *frameWriter, stream uint32, n int64)
		grpc   int // how often a call is sent
		ok     bool
	}{
		"refused once": {func(_ *frameServer, w *frameWriter, stream uint32, n int64) {
			if n == 1 {
				w.reset(stream, http2.ErrCodeRefusedStream)
				return
			}
			w.searchReply(stream)
		}, 2, true},
		"refused always": {func(_ *frameServer, w *frameWriter, stream uint32, _ int64) {
			w.reset(stream, http2.ErrCodeRefusedStream)
		}, 2, false},
		"goodbye": {func(_ *frameServer, w *frameWriter, stream uint32, n int64) {
			if n == 1 {
				w.goodbye()
				return
			}
			w.searchReply(stream)
		}, 2, true},
		"reset":        {func(_ *frameServer, w *frameWriter, stream uint32, _ int64) { w.reset(stream, http2.ErrCodeInternal) }, 1, false},
		"ended":        {func(_ *frameServer, w *frameWriter, stream uint32, _ int64) { w.endedReply(stream) }, 1, false},
		"closed":       {func(_ *frameServer, w *frameWriter, _ uint32, _ int64) { w.close() }, 1, false},
		"half a reply": {func(_ *frameServer, w *frameWriter, stream uint32, _ int64) { w.halfReply(stream) }, 1, false},
	} {
		for _, strategy := range []fanout.Strategy{fanout.Multi, fanout.ParallelGraphQL, fanout.ParallelGRPC, fanout.SequentialGRPC} {
			t.Run(name+"/"+string(strategy), func(t *testing.T) {
				t.Parallel()
				server := serveFrames(t, c.answer)
				client, err := fanout.NewClient(fanout.Config{
					URL: "https://" + server.address, GRPC: server.address, GRPCSecure: true, TLS: server.trust, Timeout: testTimeout,
				})
				require.NoError(t, err)
				t.Cleanup(func() { _ = client.Close() })
				m := &do(t, client, newSet(t, vectorQueries(1, "A")...), strategy).Members[0]
				if strategy.Protocol() == fanout.GRPC {
					require.EqualValues(t, c.grpc, server.streams.Load())
					require.Equal(t, c.ok, m.OK(), m.Error)
				} else {
					require.EqualValues(t, 1, server.streams.Load(), "never sent again")
					require.False(t, m.OK())
				}
				if !m.OK() {
					require.Equal(t, fanout.CategoryConnection, m.Category, m.Error)
				}
			})
		}
	}
}

// TestRedirectsAreNotFollowed: a search that goes somewhere else would be timed as one.
func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		http.Redirect(w, r, "https://elsewhere.example/v1/graphql", http.StatusPermanentRedirect)
	}))
	t.Cleanup(server.Close)
	client, err := fanout.NewClient(fanout.Config{URL: server.URL})
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Close() })
	m := &do(t, client, newSet(t, vectorQueries(1, "A")...), fanout.Multi).Members[0]
	require.Equal(t, fanout.CategoryHTTP, m.Category)
	require.Equal(t, http.StatusPermanentRedirect, m.Status)
	require.Contains(t, m.Error, "HTTP 308 Permanent Redirect to https://elsewhere.example/v1/graphql")
	require.EqualValues(t, 1, asked.Load())
}
