package tests_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
	"github.com/xk6-weaviate/xk6-weaviate/internal/stub"
)

// iterating sends two batches by every strategy in each of three iterations of one user, each strategy to a server of its own.
const iterating = `
	const servers = JSON.parse(__ENV.SERVERS);
	const clients = servers.map((options) => new Client(options));
	export const options = { ...JSON.parse(__ENV.OPTIONS), iterations: 3, vus: 1 };
	export default function () {
		for (const client of [...clients, ...clients]) {
			equal(client.run(set).outcome, 'full', 'outcome');
		}
	}`

// TestK6DecidesOnConnections holds both protocols to k6's options that say how long a connection is kept.
func TestK6DecidesOnConnections(t *testing.T) {
	t.Parallel()
	const batches, iterations = 6, 3
	for name, c := range map[string]struct {
		options string
		opened  func(requests, atOnce int) int // of a batch
	}{
		"by default":          {`{}`, func(_, atOnce int) int { return atOnce }},
		"noVUConnectionReuse": {`{"noVUConnectionReuse":true}`, func(_, atOnce int) int { return iterations * atOnce }},
		"noConnectionReuse":   {`{"noConnectionReuse":true}`, func(requests, _ int) int { return batches * requests }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			servers := make(map[fanout.Strategy]*stub.Server)
			var list []map[string]string
			for _, strategy := range fanout.Strategies() {
				server := stub.Start(t)
				servers[strategy] = server
				list = append(list, map[string]string{"strategy": string(strategy), "url": server.URL(), "grpc": server.GRPC()})
			}
			servers[fanout.ParallelGraphQL].Barrier(3) // or one connection might serve two of its requests
			text, err := json.Marshal(list)
			require.NoError(t, err)
			result := run(t, 0, k6run.Options{
				Env: []string{"OPTIONS=" + c.options, "SERVERS=" + string(text)}, Stdin: prelude + iterating,
			}, "run", "--quiet", "-")
			require.NotContains(t, result.Stderr, "level=error")
			for strategy, server := range servers {
				requests, atOnce := 3, 1
				if strategy == fanout.Multi || strategy == fanout.Bulk {
					requests = 1
				}
				if strategy == fanout.ParallelGraphQL {
					atOnce = 3
				}
				stats := server.Stats()
				require.Equal(t, c.opened(requests, atOnce), stats.HTTPOpened+stats.GRPCOpened, strategy)
				require.Equal(t, batches*requests, server.Requests(), strategy)
			}
		})
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
