package tests_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
	"github.com/xk6-weaviate/xk6-weaviate/internal/stub"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
	"github.com/xk6-weaviate/xk6-weaviate/record"
)

// counted counts each batch before it starts, by k6's own means.
const (
	users   = 6
	counted = `
	import { Counter } from 'k6/metrics';
	import { Client } from 'k6/x/weaviate';
	const started = new Counter('started');
	const client = new Client({ timeout: __ENV.TIMEOUT });
	const set = ['SongLyrics', 'SongLyrics_400k', 'SongLyrics_10k'].map((collection) => (
		{ collection, nearVector: { vector: [1, 2, 3] }, limit: 5 }));
	export const options = { scenarios: { all: {
		executor: 'constant-vus', vus: 6, duration: __ENV.DURATION, gracefulStop: __ENV.GRACEFUL_STOP } } };
	export default function () {
		if (__VU === 1 && __ITER === 0) console.log('the first batch starts');
		started.add(1);
		client.run(set, { strategy: __ENV.STRATEGY });
	}`
)

// requireApart holds a recorded run to keep the batches that its end cut short out of those that count.
func requireApart(t *testing.T, run *record.Run, strategy fanout.Strategy, failures samples) {
	t.Helper()
	canceled := run.Total(strategy, measure.Canceled)
	if failures.sum("category", "canceled") == 0 {
		require.Nil(t, canceled)
		return
	}
	require.NotNil(t, canceled)
	for _, c := range run.Total(strategy, measure.Measured).Collections {
		require.NotContains(t, c.Failures, fanout.CategoryCanceled)
	}
}

// TestEveryBatchIsCounted holds what was started against what was measured: when all goes well, when batches fail, and when the
// end of the run cuts them short.
func TestEveryBatchIsCounted(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault        stub.Fault
		timeout      string
		gracefulStop string
		interrupt    time.Duration
		exit         int
		category     string // of some failures; none if empty
	}{
		"all goes well":         {timeout: "30s", gracefulStop: "5s"},
		"batches time out":      {timeout: "1s", gracefulStop: "5s", fault: stub.Hang().When(stub.Every(7)), category: "timeout"},
		"cut short":             {timeout: "30s", gracefulStop: "0s", fault: stub.Hang().When(stub.Every(50)), category: "canceled"},
		"interrupted by Ctrl-C": {timeout: "30s", gracefulStop: "0s", fault: stub.Hang().When(stub.Every(50)), interrupt: 1500 * time.Millisecond, exit: 105, category: "canceled"},
	} {
		for _, strategy := range []string{"multi", "bulk", "parallel-graphql", "parallel-grpc", "sequential-grpc"} {
			t.Run(name+"/"+strategy, func(t *testing.T) {
				t.Parallel()
				server := stub.Start(t)
				server.SetAll(stub.Behaviour{Delay: time.Millisecond})
				server.Set("SongLyrics", stub.Behaviour{Delay: time.Millisecond, Fault: c.fault})
				out, recorded := filepath.Join(t.TempDir(), "out.json"), filepath.Join(t.TempDir(), "run.weaviate")
				result := run(t, c.exit, k6run.Options{
					Env:   append(at(server), "STRATEGY="+strategy, "DURATION=2500ms", "TIMEOUT="+c.timeout, "GRACEFUL_STOP="+c.gracefulStop),
					Stdin: counted, Interrupt: c.interrupt, After: "the first batch starts",
				}, "run", "--quiet", "--out", "json="+out, "--out", "weaviate="+recorded, "-")
				require.NotContains(t, result.Stderr, "panic")
				byMetric := readSamples(t, out)
				batches := byMetric["weaviate_batches"]
				require.NotEmpty(t, batches)
				found := readRun(t, recorded)
				require.EqualValues(t, found.Processes[0].Dispatched, batches.sum(), "batches dispatched and batches measured")
				require.EqualValues(t, found.Batches(), batches.sum(), "and batches recorded")
				requireApart(t, found, fanout.Strategy(strategy), byMetric["weaviate_query_failures"])
				// The end of a run may come between the two lines of an iteration: once for each user.
				require.InDelta(t, byMetric["started"].sum()-users/2, batches.sum(), users/2, "batches started and batches measured")
				require.Equal(t, 3*batches.sum(), len(byMetric["weaviate_query_failed"]), "and all their members")
				require.Equal(t, byMetric["weaviate_query_failed"].sum(), byMetric["weaviate_query_failures"].sum())
				if c.category != "" {
					require.NotZero(t, byMetric["weaviate_query_failures"].sum("category", c.category))
				} else {
					require.Zero(t, byMetric["weaviate_query_failures"].sum())
				}
			})
		}
	}
}
