package weaviate_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
	"github.com/xk6-weaviate/xk6-weaviate/internal/stub"
)

// endings is a run of users whose batches hang, and of one who ends it.
const endings = `
	import { Client } from 'k6/x/weaviate';
	import { Counter, Gauge } from 'k6/metrics';
	import { sleep } from 'k6';
	import exec from 'k6/execution';
	const started = new Counter('started');
	const over = new Gauge('over');
	const client = new Client({ timeout: '100s' });
	const set = ['SongLyrics', 'SongLyrics_400k', 'SongLyrics_10k'].map((collection) => (
		{ collection, nearVector: { vector: [1, 2, 3] }, limit: 5 }));
	const users = { executor: 'per-vu-iterations', vus: 4, iterations: 1, gracefulStop: '1s', exec: 'search' };
	export const options = {
		scenarios: { searching: users, ending: { ...users, vus: 1, exec: 'end', gracefulStop: '0s' } },
		thresholds: { over: [{ threshold: 'value<1', abortOnFail: true }] },
	};
	if (__ENV.ENDING === 'time') {
		users.maxDuration = options.scenarios.searching.maxDuration = '2s';
	}
	export function search() {
		started.add(1);
		if (__ENV.ASYNC) {
			return client.parallelQueryAsync(set);
		}
		client.run(set, { strategy: __ENV.STRATEGY });
	}
	export function end() {
		sleep(1);
		switch (__ENV.ENDING) {
			case 'abort': return exec.test.abort('enough');
			case 'threshold': return over.add(1);
		}
	}`

// TestTheEndOfARunInMidBatch ends a run while every batch waits for a reply: each is counted, as canceled, and nothing panics.
func TestTheEndOfARunInMidBatch(t *testing.T) {
	t.Parallel()
	row := rowOf(t, ended)
	for ending, exit := range map[string]int{"time": 0, "abort": 108, "threshold": 99} {
		for _, strategy := range append(fanout.Strategies(), "async") {
			t.Run(ending+"/"+string(strategy), func(t *testing.T) {
				t.Parallel()
				server := stub.Start(t)
				server.Set("SongLyrics_400k", stub.Behaviour{Fault: stub.Hang()})
				env := append(at(server), "ENDING="+ending, "STRATEGY="+string(strategy))
				if strategy == "async" {
					env = append(env, "ASYNC=1")
				}
				out := filepath.Join(t.TempDir(), "out.json")
				result := run(t, exit, k6run.Options{Env: env, Stdin: endings}, "run", "--quiet", "--out", "json="+out, "-")
				require.NotContains(t, result.Stderr, "panic")
				byMetric := readSamples(t, out)
				batches := byMetric["weaviate_batches"].sum()
				require.NotZero(t, batches)
				require.Equal(t, byMetric["started"].sum(), batches)
				require.Len(t, byMetric["weaviate_query_failed"], 3*batches)
				failures := byMetric["weaviate_query_failures"]
				require.Equal(t, byMetric["weaviate_query_failed"].sum(), failures.sum("category", string(row.cases[0].category)))
				for i := range failures {
					require.Contains(t, failures[i].Metadata["error"], row.cases[0].text)
				}
				require.Equal(t, batches, failures.sum("collection", "SongLyrics_400k"))
			})
		}
	}
}
