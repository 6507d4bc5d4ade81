package fanout_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/stub"
)

const (
	testTimeout = 30 * time.Second
	testLimit   = 20
)

// newClient makes a client of the stub. Each option changes its configuration.
func newClient(tb testing.TB, server *stub.Server, options ...func(*fanout.Config)) *fanout.Client {
	tb.Helper()
	config := fanout.Config{URL: server.URL(), GRPC: server.GRPC(), Timeout: testTimeout}
	for _, option := range options {
		option(&config)
	}
	client, err := fanout.NewClient(config)
	require.NoError(tb, err)
	tb.Cleanup(func() { _ = client.Close() })
	return client
}

func newSet(tb testing.TB, queries ...fanout.Query) *fanout.Set {
	tb.Helper()
	set, err := fanout.NewSet(queries)
	require.NoError(tb, err)
	return set
}

// nine is a set of nine vector queries on the stub's collections.
func nine(tb testing.TB, server *stub.Server) *fanout.Set {
	tb.Helper()
	return newSet(tb, vectorQueries(testLimit, server.Collections()...)...)
}

func do(tb testing.TB, client *fanout.Client, set *fanout.Set, strategy fanout.Strategy) *fanout.Result {
	tb.Helper()
	result, err := client.Do(tb.Context(), set, strategy, fanout.Options{})
	require.NoError(tb, err)
	return result
}

// TestStrategies sends a batch by each strategy and holds what the server saw and what the result says to what the strategy
// is.
func TestStrategies(t *testing.T) {
	t.Parallel()
	for strategy, want := range map[fanout.Strategy]struct {
		requests, http, documents, calls int
		timesMembers, fansOut            bool
	}{
		fanout.Multi:           {requests: 1, http: 1, documents: 1},
		fanout.Bulk:            {requests: 1, http: 1, documents: 9},
		fanout.ParallelGraphQL: {requests: 9, http: 9, documents: 9, timesMembers: true, fansOut: true},
		fanout.ParallelGRPC:    {requests: 9, calls: 9, timesMembers: true, fansOut: true},
		fanout.SequentialGRPC:  {requests: 9, calls: 9, timesMembers: true},
	} {
		t.Run(string(strategy), func(t *testing.T) {
			t.Parallel()
			server := stub.Start(t)
			set := nine(t, server)
			result := do(t, newClient(t, server), set, strategy)

			stats := server.Stats()
			require.Equal(t, want.http, stats.HTTPRequests)
			require.Equal(t, want.documents, stats.Documents)
			require.Equal(t, want.calls, stats.Calls)

			require.Equal(t, fanout.Full, result.Outcome(), "%+v", result.Members)
			require.Equal(t, strategy, result.Strategy)
			require.Same(t, set, result.Set)
			require.Equal(t, want.requests, result.Requests)
			require.Nil(t, result.IDs, "nobody asked")
			require.Equal(t, want.fansOut, strategy.FansOut())
			require.Equal(t, want.fansOut, result.Slowest() >= 0)
			for i := range result.Members {
				m := &result.Members[i]
				graphql, grpc := server.Searches(set.Queries()[i].Collection)
				require.Equal(t, 1, graphql+grpc)
				require.Equal(t, want.calls > 0, grpc > 0)
				require.True(t, m.OK())
				require.Equal(t, testLimit, m.Objects)
				require.Equal(t, want.calls > 0, m.HasTook)
				require.Equal(t, want.timesMembers, result.TimesMember(i))
				require.Equal(t, want.timesMembers || i == 0, m.Bytes > 0, "the first has the bytes of a reply for all")
				require.LessOrEqual(t, m.Duration(), result.Duration)
				if !want.timesMembers {
					require.Equal(t, result.Members[0].Start, m.Start)
					require.Equal(t, result.Members[0].End, m.End)
				}
				if strategy == fanout.SequentialGRPC && i > 0 {
					require.GreaterOrEqual(t, m.Start, result.Members[i-1].End, "one after the other")
				}
			}
			if want.fansOut {
				slowest := &result.Members[result.Slowest()]
				require.Equal(t, result.Duration-slowest.Duration(), result.Overhead())
				require.GreaterOrEqual(t, result.Margin(), time.Duration(0))
			} else {
				require.Zero(t, result.Overhead())
				require.Zero(t, result.Margin())
			}
		})
	}
}

// TestAllNineAreInFlight: the stub answers only once nine requests wait at the same time, so a batch that succeeds had nine in
// flight. It bounds the wait, so that a fan-out that sends fewer fails and does not hang.
func TestAllNineAreInFlight(t *testing.T) {
	t.Parallel()
	for _, strategy := range fanout.Strategies() {
		t.Run(string(strategy), func(t *testing.T) {
			t.Parallel()
			server := stub.Start(t)
			client, set := newClient(t, server), nine(t, server)
			want := 1
			if strategy.FansOut() {
				want = 9
			}
			server.Barrier(want)
			for range 3 { // the first on new connections
				result := do(t, client, set, strategy)
				require.Equal(t, fanout.Full, result.Outcome(), "%+v", result.Members)
			}
			require.Equal(t, want, server.Stats().MostInFlight)
		})
	}
}

// TestConcurrencyBoundsWhatIsInFlight: with three allowed, a barrier of three lets all pass in threes, and there are never
// four.
func TestConcurrencyBoundsWhatIsInFlight(t *testing.T) {
	t.Parallel()
	for _, strategy := range fanout.Strategies() {
		for concurrency, want := range map[int]int{1: 1, 3: 3, 9: 9, 100: 9} {
			if !strategy.FansOut() {
				want = 1
			}
			t.Run(string(strategy), func(t *testing.T) {
				t.Parallel()
				server := stub.Start(t)
				client := newClient(t, server, func(c *fanout.Config) { c.Concurrency = concurrency })
				server.Barrier(want)
				for range 2 {
					result := do(t, client, nine(t, server), strategy)
					require.Equal(t, fanout.Full, result.Outcome(), "%+v", result.Members)
				}
				require.Equal(t, want, server.Stats().MostInFlight)
			})
		}
	}
}

// TestConnectionsAreKept: a client opens as many HTTP connections as a batch has requests, or one for gRPC, and keeps them.
func TestConnectionsAreKept(t *testing.T) {
	t.Parallel()
	for strategy, want := range map[fanout.Strategy][2]int{
		fanout.Multi: {1, 0}, fanout.Bulk: {1, 0}, fanout.ParallelGraphQL: {9, 0}, fanout.ParallelGRPC: {0, 1}, fanout.SequentialGRPC: {0, 1},
	} {
		t.Run(string(strategy), func(t *testing.T) {
			t.Parallel()
			server := stub.Start(t)
			client, set := newClient(t, server), nine(t, server)
			if strategy.FansOut() {
				server.Barrier(9)
			}
			for range 5 {
				require.Equal(t, fanout.Full, do(t, client, set, strategy).Outcome())
			}
			stats := server.Stats()
			require.Equal(t, want, [2]int{stats.HTTPOpened, stats.GRPCOpened})
		})
	}
}

// TestWhatWaitsForItsTurnIsNotSentAfterTheEnd: the first of nine hangs, and those behind it are not sent any more.
func TestWhatWaitsForItsTurnIsNotSentAfterTheEnd(t *testing.T) {
	t.Parallel()
	for _, strategy := range []fanout.Strategy{fanout.ParallelGraphQL, fanout.ParallelGRPC, fanout.SequentialGRPC} {
		for category, text := range map[fanout.Category]string{
			fanout.CategoryTimeout:  "it was not sent: no complete reply within the batch limit",
			fanout.CategoryCanceled: "it was not sent: the run ended",
		} {
			t.Run(string(strategy)+" "+string(category), func(t *testing.T) {
				t.Parallel()
				server := stub.Start(t)
				set := nine(t, server)
				names := server.Collections()
				server.Set(names[1], stub.Behaviour{Fault: stub.Hang()})
				client := newClient(t, server, func(c *fanout.Config) { c.Concurrency = 1 })
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if category == fanout.CategoryTimeout {
					client = newClient(t, server, func(c *fanout.Config) { c.Concurrency, c.Timeout = 1, 200*time.Millisecond })
				} else {
					go func() {
						for graphql, grpc := 0, 0; graphql+grpc == 0; graphql, grpc = server.Searches(names[1]) {
							time.Sleep(time.Millisecond)
						}
						cancel()
					}()
				}
				result, err := client.Do(ctx, set, strategy, fanout.Options{})
				require.NoError(t, err)
				require.Equal(t, fanout.Partial, result.Outcome())
				require.Equal(t, 8, result.Failed())
				require.True(t, result.Members[0].OK())
				require.True(t, result.TimesMember(1), "it was sent")
				require.Equal(t, category, result.Members[1].Category)
				for i := 2; i < 9; i++ {
					m := &result.Members[i]
					require.Equal(t, category, m.Category)
					require.Contains(t, m.Error, text)
					require.True(t, m.Unsent)
					require.False(t, result.TimesMember(i))
					graphql, grpc := server.Searches(names[i])
					require.Zero(t, graphql+grpc)
				}
				if strategy.FansOut() {
					require.Equal(t, 1, result.Slowest(), "not one that was never sent")
				}
			})
		}
	}
}

// TestABatchThatIsOverBeforeItBegins: a caller whose context has ended gets every member back, as canceled.
func TestABatchThatIsOverBeforeItBegins(t *testing.T) {
	t.Parallel()
	server := stub.Start(t)
	client, set := newClient(t, server), nine(t, server)
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	// k6 ends a scenario whose gracefulStop has passed by a deadline: that is no timeout of the batch.
	expired, cancel := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
	defer cancel()
	for _, strategy := range fanout.Strategies() {
		for _, ctx := range []context.Context{canceled, expired} {
			result, err := client.Do(ctx, set, strategy, fanout.Options{})
			require.NoError(t, err)
			require.Equal(t, fanout.Failed, result.Outcome())
			require.Equal(t, -1, result.Slowest())
			require.Zero(t, result.Margin())
			for i := range result.Members {
				require.Equal(t, fanout.CategoryCanceled, result.Members[i].Category)
				require.True(t, result.Members[i].Unsent)
			}
		}
	}
	require.Zero(t, server.Requests())
}

func TestIDsComeWhenAskedFor(t *testing.T) {
	t.Parallel()
	server := stub.Start(t)
	client, set := newClient(t, server), nine(t, server)
	server.Set(server.Collections()[1], stub.Behaviour{Fault: stub.FieldError("no")})
	var want [][]string
	for _, strategy := range fanout.Strategies() {
		result, err := client.Do(t.Context(), set, strategy, fanout.Options{IDs: true})
		require.NoError(t, err)
		require.Len(t, result.IDs, 9)
		for i, ids := range result.IDs {
			require.Len(t, ids, result.Members[i].Objects)
			require.NotContains(t, ids, "")
			require.Equal(t, i == 1, len(ids) == 0, "the second failed")
		}
		if want == nil {
			want = result.IDs
		}
		for i := range want {
			require.ElementsMatch(t, want[i], result.IDs[i])
		}
	}
}

func TestStrategiesAreNamed(t *testing.T) {
	t.Parallel()
	for _, strategy := range fanout.Strategies() {
		parsed, err := fanout.ParseStrategy(string(strategy))
		require.NoError(t, err)
		require.Equal(t, strategy, parsed)
		require.Equal(t, strategy.Protocol() == fanout.GRPC, strategy.Path() == "")
		require.False(t, strategy.FansOut() && !strategy.TimesMembers())
	}
	require.Equal(t, fanout.Baseline, fanout.Strategies()[0])
	_, err := fanout.ParseStrategy("sequential")
	require.ErrorContains(t, err, `did you mean "sequential-grpc"?`)
	client, err := fanout.NewClient(fanout.Config{URL: "http://127.0.0.1:1"})
	require.NoError(t, err)
	set := newSet(t, vectorQueries(1, "A")...)
	for _, strategy := range []fanout.Strategy{fanout.ParallelGRPC, fanout.SequentialGRPC} {
		_, err = client.Do(t.Context(), set, strategy, fanout.Options{})
		require.ErrorContains(t, err, "no gRPC address is set")
	}
	_, err = client.Do(t.Context(), set, "x", fanout.Options{})
	require.ErrorContains(t, err, `unknown strategy "x"`)
}
