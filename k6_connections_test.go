package weaviate_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
	"github.com/xk6-weaviate/xk6-weaviate/internal/stub"
)

// iterating sends two batches in each of three iterations of one user.
const iterating = `
	export const options = { ...JSON.parse(__ENV.OPTIONS), iterations: 3, vus: 1 };
	export default function () {
		for (let i = 0; i < 2; i++) {
			equal(client.run(set, { strategy: __ENV.STRATEGY }).outcome, 'full', 'outcome');
		}
	}`

// TestK6DecidesOnConnections holds both protocols to k6's options that say how long a connection is kept.
func TestK6DecidesOnConnections(t *testing.T) {
	t.Parallel()
	const batches, iterations = 6, 3
	for name, c := range map[string]struct {
		options string
		opened  func(requests int) int // of the requests of a batch that are in flight at once
	}{
		"by default":          {`{}`, func(atOnce int) int { return atOnce }},
		"noVUConnectionReuse": {`{"noVUConnectionReuse":true}`, func(atOnce int) int { return iterations * atOnce }},
		"noConnectionReuse":   {`{"noConnectionReuse":true}`, nil},
	} {
		for _, strategy := range fanout.Strategies() {
			t.Run(name+"/"+string(strategy), func(t *testing.T) {
				t.Parallel()
				server := stub.Start(t)
				requests, atOnce := 3, 1
				if strategy == fanout.Multi || strategy == fanout.Bulk {
					requests = 1
				}
				if strategy == fanout.ParallelGraphQL {
					server.Barrier(3) // or one connection might serve two of them
					atOnce = 3
				}
				result := run(t, 0, k6run.Options{
					Env: append(at(server), "OPTIONS="+c.options, "STRATEGY="+string(strategy)), Stdin: prelude + iterating,
				}, "run", "--quiet", "-")
				require.NotContains(t, result.Stderr, "level=error")
				want := batches * requests
				if c.opened != nil {
					want = c.opened(atOnce)
				}
				stats := server.Stats()
				require.Equal(t, want, stats.HTTPOpened+stats.GRPCOpened)
				require.Equal(t, batches*requests, server.Requests())
			})
		}
	}
}

// TestK6DoesNotLimitSearches: an option that would be ignored is refused.
func TestK6DoesNotLimitSearches(t *testing.T) {
	t.Parallel()
	server := stub.Start(t)
	runScript(t, server, `
		export const options = { rps: 10 };
		export default function () {
			equal(message(() => client.run(set)), 'run: k6\'s option rps does not hold searches back: take it out, and start batches at a ' +
				'rate by an arrival-rate scenario (RATE in the scripts)', 'rps');
		}`)
	require.Zero(t, server.Requests())
}

// TestConnectionsEndWithTheIteration: with noVUConnectionReuse, they are closed while the user goes on, not only left aside.
func TestConnectionsEndWithTheIteration(t *testing.T) {
	t.Parallel()
	server := stub.Start(t)
	watch := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		// Idle HTTP connections would be closed after 8 s anyway.
		for deadline := time.Now().Add(6 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
			if s := server.Stats(); s.HTTPOpen+s.GRPCOpen == 0 {
				return
			}
		}
		w.WriteHeader(http.StatusConflict)
	}))
	t.Cleanup(watch.Close)
	runScript(t, server, `
		import http from 'k6/http';
		export const options = { noVUConnectionReuse: true, iterations: 2 };
		export default function () {
			if (exec.vu.iterationInScenario === 0) {
				client.multiQuery(set);
				client.parallelQuery(set);
				return;
			}
			equal(http.get('`+watch.URL+`').status, 200, 'open connections');
		}`)
	require.Equal(t, [2]int{1, 1}, [2]int{server.Stats().HTTPOpened, server.Stats().GRPCOpened})
}
