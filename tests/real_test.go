package tests_test

import (
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
	"github.com/xk6-weaviate/xk6-weaviate/internal/realserver"
)

//nolint:gochecknoglobals // the tests of this package share one seeded server
var seeding sync.Once

// seeded is a real Weaviate with the nine collections at a small scale: 2,000 down to 20 objects.
func seeded(t *testing.T) []string {
	t.Helper()
	server := realserver.Shared(t)
	env := []string{"WEAVIATE_URL=" + server.URL, "WEAVIATE_GRPC=" + server.GRPC}
	seeding.Do(func() { run(t, 0, k6run.Options{Env: env}, "x", "weaviate", "seed", "--scale", "0.002") })
	return env
}

// TestEveryScriptOnARealServer runs each of the five with all strategies on a real Weaviate: nothing fails, and every strategy
// gets the same number of objects from every collection for the same queries.
func TestEveryScriptOnARealServer(t *testing.T) {
	t.Parallel()
	for _, searchType := range fanout.SearchTypes() {
		t.Run(string(searchType), func(t *testing.T) {
			t.Parallel()
			out := filepath.Join(t.TempDir(), "out.json")
			run(t, 0, k6run.Options{Env: append(seeded(t), "STRATEGY="+everyStrategy(), "SETTLE=1s", "USERS=2", "LIMIT=20",
				"ROUNDS=1", "BLOCK=2s", "WARMUP=500ms", "DRAIN=500ms")},
				"run", "--quiet", "--out", "json="+out, script(t, string(searchType)))
			byMetric := readSamples(t, out)
			batches := byMetric["weaviate_batches"]
			for _, strategy := range fanout.Strategies() {
				require.NotZero(t, batches.sum("strategy", string(strategy)), "batches by %s", strategy)
			}
			require.Equal(t, batches.sum(), batches.sum("outcome", "full"))
			require.Empty(t, byMetric["weaviate_query_failures"])
			if searchType == fanout.SearchVector { // a vector search always finds as many as were asked for
				require.Equal(t, 9*20*batches.sum(), byMetric["weaviate_query_objects"].sum())
			}
			require.NotZero(t, byMetric["data_received"].sum())
		})
	}
}

// everyStrategy is all of them, as STRATEGY takes them.
func everyStrategy() string {
	list := ""
	for _, strategy := range fanout.Strategies() {
		list += "," + string(strategy)
	}
	return list[1:]
}
