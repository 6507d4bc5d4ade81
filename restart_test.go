package weaviate_test

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
	"github.com/xk6-weaviate/xk6-weaviate/internal/stub"
)

// outlives has users who see a server work, fail and work again, however long that takes.
const outlives = `
	import { Client } from 'k6/x/weaviate';
	import { Counter } from 'k6/metrics';
	import { sleep } from 'k6';
	const started = new Counter('started');
	const client = new Client({ timeout: '20s' });
	const set = ['SongLyrics', 'SongLyrics_400k', 'SongLyrics_10k'].map((collection) => (
		{ collection, nearVector: { vector: [1, 2, 3] }, limit: 5 }));
	export const options = { scenarios: { all: {
		executor: 'per-vu-iterations', vus: 3, iterations: 1, maxDuration: '150s', gracefulStop: '0s' } } };
	function until(outcome, said) {
		for (let batch = {}; batch.outcome !== outcome; sleep(0.02)) {
			started.add(1);
			batch = client.run(set, { strategy: __ENV.STRATEGY });
		}
		console.log(said);
	}
	export default function () {
		until('full', 'it works');
		until('failed', 'it is gone');
		until('full', 'it is back');
	}`

// TestAServerIsKilledAndStartedAgain in the middle of a run: batches fail as long as it is gone, for want of a connection, and
// then succeed again for every user.
func TestAServerIsKilledAndStartedAgain(t *testing.T) {
	t.Parallel()
	row := rowOf(t, restarted)
	for _, strategy := range fanout.Strategies() {
		t.Run(string(strategy), func(t *testing.T) {
			t.Parallel()
			server, err := stub.New(stub.Config{})
			require.NoError(t, err)
			ports := stub.Config{HTTPAddress: strings.TrimPrefix(server.URL(), "http://"), GRPCAddress: server.GRPC()}
			var acting sync.WaitGroup
			kill := sync.OnceFunc(func() { acting.Go(server.Close) })
			start := sync.OnceFunc(func() {
				acting.Go(func() {
					assert.Eventually(t, func() bool { // the ports may be lent out for a moment
						again, err := stub.New(ports)
						if err != nil {
							return false
						}
						t.Cleanup(again.Close)
						return true
					}, time.Minute, 100*time.Millisecond)
				})
			})
			out := filepath.Join(t.TempDir(), "out.json")
			result := run(t, 0, k6run.Options{
				Env: append(at(server), "STRATEGY="+string(strategy)), Stdin: outlives,
				Signal: func(stderr string) os.Signal {
					if strings.Count(stderr, "it works") == 3 {
						kill()
					}
					if strings.Count(stderr, "it is gone") == 3 {
						start()
					}
					return nil
				},
			}, "run", "--quiet", "--out", "json="+out, "-")
			acting.Wait()
			require.Equal(t, 3, strings.Count(result.Stderr, "it is back"), "no user is stuck\n%s", result.Stderr)
			byMetric := readSamples(t, out)
			require.Equal(t, 3, byMetric["iterations"].sum())
			require.Equal(t, byMetric["started"].sum(), byMetric["weaviate_batches"].sum())
			failures := byMetric["weaviate_query_failures"]
			require.GreaterOrEqual(t, failures.sum(), 9)
			require.Equal(t, failures.sum(), failures.sum("category", string(row.cases[0].category)), "%+v", failures)
		})
	}
}
