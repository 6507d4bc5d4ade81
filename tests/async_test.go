package tests_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
	"github.com/xk6-weaviate/xk6-weaviate/internal/stub"
)

func TestAsyncBatches(t *testing.T) {
	t.Parallel()
	server := stub.Start(t)
	server.Barrier(6) // answers only once two batches of three are in flight
	byMetric := runScript(t, server, `
		const graphql = new Client({ strategy: 'parallel-graphql' });
		let early;
		try { early = client.parallelQueryAsync(set); } catch (error) { throw new Error('it must be rejected, not thrown'); }
		early.catch(() => {});
		export function setup() {
			return Promise.all([client.parallelQueryAsync(set), client.parallelQueryAsync(set)]).then((batches) => batches.length);
		}
		export default async function (data) {
			equal(data, 2, 'setup');
			const batches = await Promise.all([
				client.parallelQueryAsync(set, { tags: { which: 'first' } }), graphql.parallelQueryAsync(set, { phase: 'warmup' }),
			]);
			equal(batches.map((b) => [b.strategy, b.outcome, b.results.length]),
				[['parallel-grpc', 'full', 3], ['parallel-graphql', 'full', 3]], 'two at once');
			const order = [];
			const promise = Promise.all([client.parallelQueryAsync(set), client.parallelQueryAsync(set)]).then(() => order.push('batch'));
			order.push('script');
			await promise;
			equal(order, ['script', 'batch'], 'the script goes on');

			equal(await rejection(early), 'parallelQueryAsync: searches and writes need a running VU: call this inside the default function, setup() ' +
				'or teardown(), not at the top of the script', 'at the top');
			equal(await rejection(client.parallelQueryAsync([])),
				'parallelQueryAsync: the query set is empty: give it one query per collection', 'an empty set');
			equal((await rejection(client.parallelQueryAsync(set, { strategy: 'multi' }))).slice(0, 46),
				'parallelQueryAsync: the params has no "strateg', 'a param');
			client.parallelQueryAsync(set); // nobody awaits these two
			client.parallelQueryAsync(set);
		}
		export async function teardown() {
			await Promise.all([client.parallelQueryAsync(set), client.parallelQueryAsync(set)]);
		}`)
	batches := byMetric["weaviate_batches"]
	require.Equal(t, 10, batches.sum("outcome", "full"))
	require.Equal(t, 10, batches.sum())
	require.Equal(t, 1, batches.sum("which", "first"))
	require.Equal(t, 1, batches.sum("phase", "warmup", "strategy", "parallel-graphql"))
	require.Equal(t, 6, server.Stats().MostInFlight)
	require.Len(t, byMetric["http_req_duration"], 3)
}

func TestAsyncBatchesAreRejectedWhereOthersThrow(t *testing.T) {
	t.Parallel()
	server := stub.Start(t)
	server.SetAll(stub.Behaviour{Fault: stub.RateLimit()})
	byMetric := runScript(t, server, `
		export const options = { throw: true };
		export default async function () {
			equal(await rejection(client.parallelQueryAsync(set)), 'parallelQueryAsync: every member of the batch failed; the first with ' +
				'rate_limited: Unknown: 429 Too many requests', 'throw');
		}`)
	require.Equal(t, 1, byMetric["weaviate_batches"].sum("outcome", "failed"))
}

// TestAnUnhandledRejectionEndsTheIteration as k6's own promises do.
func TestAnUnhandledRejectionEndsTheIteration(t *testing.T) {
	t.Parallel()
	server := stub.Start(t)
	result := run(t, 0, k6run.Options{Env: at(server), Stdin: prelude + `
		export default function () { client.parallelQueryAsync([]); }`}, "run", "-")
	require.Contains(t, result.Stderr, "Uncaught (in promise)")
	require.Contains(t, result.Stderr, "the query set is empty")
}

// TestEveryAsyncBatchIsCounted sends a known number of batches and requires as many to be measured, whatever ends them: their
// replies, the iteration's own throw, gracefulStop, an abort, Ctrl-C.
func TestEveryAsyncBatchIsCounted(t *testing.T) {
	t.Parallel()
	const users = 4
	for name, c := range map[string]struct {
		body       string // after three batches were sent
		iterations string
		hangs      bool // no batch ends by itself
		abort      string
		interrupt  time.Duration
		exit       int
		batches    int
	}{
		"nobody awaits":        {body: ``, iterations: "10", batches: 3 * 10 * users},
		"awaited":              {body: `await Promise.all(all);`, iterations: "10", batches: 3 * 10 * users},
		"the iteration throws": {body: `throw new Error('on purpose');`, iterations: "10", hangs: true, batches: 3 * 10 * users},
		"gracefulStop is over": {body: `await Promise.all(all);`, iterations: "1", hangs: true, batches: 3 * users},
		"aborted":              {body: `await Promise.all(all);`, iterations: "1", hangs: true, abort: "3s", exit: 108, batches: 3 * users},
		"Ctrl-C":               {body: `await Promise.all(all);`, iterations: "1", hangs: true, interrupt: 4 * time.Second, exit: 105, batches: 3 * users},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := stub.Start(t)
			maxDuration, category := "1m", ""
			if c.hangs {
				server.Set("SongLyrics", stub.Behaviour{Fault: stub.Hang()})
				category = "canceled"
			}
			if name == "gracefulStop is over" {
				maxDuration = "3s"
			}
			out := filepath.Join(t.TempDir(), "out.json")
			env := append(at(server), "ITERATIONS="+c.iterations, "MAX_DURATION="+maxDuration, "ABORT="+c.abort)
			result := run(t, c.exit, k6run.Options{Env: env, Interrupt: c.interrupt, Stdin: prelude + `
				const graphql = new Client({ strategy: 'parallel-graphql' });
				export const options = { scenarios: { all: { executor: 'per-vu-iterations', vus: 4, iterations: Number(__ENV.ITERATIONS),
					maxDuration: __ENV.MAX_DURATION, gracefulStop: '0s' } } };
				if (__ENV.ABORT) {
					options.scenarios.abort = { executor: 'per-vu-iterations', startTime: __ENV.ABORT, exec: 'abort' };
				}
				export function abort() { exec.test.abort('enough'); }
				export default async function () {
					const all = [client, graphql, client].map((c) => c.parallelQueryAsync(set));
					` + c.body + `
				}`}, "run", "--quiet", "--out", "json="+out, "-")
			require.NotContains(t, result.Stderr, "panic")
			byMetric := readSamples(t, out)
			require.Equal(t, c.batches, byMetric["weaviate_batches"].sum())
			require.Len(t, byMetric["weaviate_query_failed"], 3*c.batches, "and all their members")
			failures := byMetric["weaviate_query_failures"]
			require.Equal(t, failures.sum(), failures.sum("category", category))
			if c.hangs {
				require.GreaterOrEqual(t, failures.sum(), c.batches, "at least the one that hangs")
			}
			require.Eventually(t, func() bool { return server.Stats().InFlight == 0 }, testWait, 10*time.Millisecond)
		})
	}
}

// testWait is a generous limit for what happens soon.
const testWait = time.Minute
