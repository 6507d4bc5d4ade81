package tests_test

import (
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/internal/falseclock"
	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
	"github.com/xk6-weaviate/xk6-weaviate/internal/stub"
)

// TestTimesAreTrueWhenTheClockIsSet sets the clock of the day while each request is in flight, forward and back by turns: whatever was
// measured of it took as long as it took.
func TestTimesAreTrueWhenTheClockIsSet(t *testing.T) {
	t.Parallel()
	server, clock := stub.Start(t), falseclock.New(t)
	through, err := clock.Through()
	require.NoError(t, err)
	var searches atomic.Int64
	server.SetAll(stub.Behaviour{Delays: func() time.Duration {
		clock.Set(time.Duration(searches.Add(1)%2) * time.Hour)
		return 0
	}})
	out := filepath.Join(t.TempDir(), "out.json")
	began := time.Now()
	result := run(t, 0, k6run.Options{Env: at(server), Through: through, Stdin: prelude + `
		export const options = { iterations: 20 };
		export default function () {
			for (const strategy of ['multi', 'bulk', 'parallel-graphql', 'parallel-grpc', 'sequential-grpc']) {
				client.run(set, { strategy });
			}
			client.query(one, { strategy: 'parallel-graphql' });
		}`}, "run", "--quiet", "--out", "json="+out, "-")
	require.NotContains(t, result.Stderr, "level=error", "an iteration threw")
	length := float64(time.Since(began).Milliseconds())
	require.NotZero(t, clock.Told())
	durations := 0
	for metric, all := range readSamples(t, out) {
		if !strings.HasSuffix(metric, "_duration") && !strings.HasSuffix(metric, "_overhead") &&
			(!strings.HasPrefix(metric, "http_req_") || metric == "http_req_failed") {
			continue
		}
		durations++
		for _, s := range all {
			require.GreaterOrEqual(t, s.Value, 0.0, metric)
			require.LessOrEqual(t, s.Value, length, metric)
		}
	}
	require.Greater(t, durations, 10)
}
