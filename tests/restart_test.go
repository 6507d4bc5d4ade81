package tests_test

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
	"github.com/xk6-weaviate/xk6-weaviate/internal/stub"
)

// outlives has users who see a server work, fail and work again, however long that takes.
const outlives = everyHow + `
	export const options = { scenarios: { all: {
		executor: 'per-vu-iterations', vus: users, iterations: 1, maxDuration: '150s', gracefulStop: '0s' } } };
	async function until(outcome, said) {
		for (let batch = {}; batch.outcome !== outcome; sleep(0.05)) {
			batch = await send();
		}
		console.log(said);
	}
	export default async function () {
		await until('full', 'it works');
		await until('failed', 'it is gone');
		await until('full', 'it is back');
	}`

// TestAServerIsKilledAndStartedAgain in the middle of a run: batches fail as long as it is gone, for want of a connection, and
// then succeed again for every user.
func TestAServerIsKilledAndStartedAgain(t *testing.T) {
	t.Parallel()
	row, users := rowOf(t, restarted), 2*len(hows())
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
		Env: at(server), Stdin: outlives,
		Signal: func(stderr string) os.Signal {
			if strings.Count(stderr, "it works") == users {
				kill()
			}
			if strings.Count(stderr, "it is gone") == users {
				start()
			}
			return nil
		},
	}, "run", "--quiet", "--out", "json="+out, "-")
	acting.Wait()
	require.Equal(t, users, strings.Count(result.Stderr, "it is back"), "a user is stuck\n%s", result.Stderr)
	byMetric := readSamples(t, out)
	require.Equal(t, users, byMetric["iterations"].sum())
	failures := byMetric["weaviate_query_failures"]
	for _, how := range hows() {
		require.Equal(t, byMetric["started"].sum("how", how), byMetric["weaviate_batches"].sum("how", how), how)
		require.GreaterOrEqual(t, failures.sum("how", how), 3*2, how)
	}
	require.Equal(t, failures.sum(), failures.sum("category", string(row.cases[0].category)), "%+v", failures)
}
