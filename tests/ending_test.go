package tests_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
	"github.com/xk6-weaviate/xk6-weaviate/internal/stub"
)

// everyHow is a script's beginning: its users send by every strategy, and in the background, each in turn. It tags what it counts.
const everyHow = `
	import { Client } from 'k6/x/weaviate';
	import { Counter, Gauge } from 'k6/metrics';
	import { sleep } from 'k6';
	import exec from 'k6/execution';
	const started = new Counter('started');
	const hows = ['multi', 'bulk', 'parallel-graphql', 'parallel-grpc', 'sequential-grpc', 'async'];
	const users = 2 * hows.length;
	const clients = {};
	for (const how of hows) {
		clients[how] = new Client({ timeout: '100s', strategy: how === 'async' ? 'parallel-graphql' : how, tags: { how } });
	}
	const set = ['SongLyrics', 'SongLyrics_400k', 'SongLyrics_10k'].map((collection) => (
		{ collection, nearVector: { vector: [1, 2, 3] }, limit: 5 }));
	function send() {
		const how = hows[exec.vu.idInTest % hows.length];
		started.add(1, { how });
		return how === 'async' ? clients[how].parallelQueryAsync(set) : clients[how].run(set);
	}
`

// hows are the tags of everyHow.
func hows() []string {
	list := []string{"async"}
	for _, strategy := range fanout.Strategies() {
		list = append(list, string(strategy))
	}
	return list
}

// endings is a run of users whose batches hang, and of one who ends it.
const endings = everyHow + `
	const over = new Gauge('over');
	const searching = {
		executor: 'per-vu-iterations', vus: users, iterations: 1, exec: 'search', gracefulStop: '1s',
		maxDuration: __ENV.ENDING === 'time' ? '2s' : '100s',
	};
	export const options = {
		scenarios: { searching, ending: { executor: 'per-vu-iterations', vus: 1, exec: 'end' } },
		thresholds: { over: [{ threshold: 'value<1', abortOnFail: true }] },
	};
	export const search = send;
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
		t.Run(ending, func(t *testing.T) {
			t.Parallel()
			server := stub.Start(t)
			server.Set("SongLyrics_400k", stub.Behaviour{Fault: stub.Hang()})
			out := filepath.Join(t.TempDir(), "out.json")
			result := run(t, exit, k6run.Options{Env: append(at(server), "ENDING="+ending), Stdin: endings},
				"run", "--quiet", "--out", "json="+out, "-")
			require.NotContains(t, result.Stderr, "panic")
			byMetric := readSamples(t, out)
			failures := byMetric["weaviate_query_failures"]
			for _, how := range hows() {
				batches := byMetric["weaviate_batches"].sum("how", how)
				require.NotZero(t, batches, how)
				require.Equal(t, byMetric["started"].sum("how", how), batches, how)
				require.Equal(t, 3*batches, byMetric["weaviate_query_failed"].count("how", how), how)
				require.Equal(t, batches, failures.sum("how", how, "collection", "SongLyrics_400k"), how)
			}
			require.Equal(t, byMetric["weaviate_query_failed"].sum(), failures.sum("category", string(row.cases[0].category)))
			for i := range failures {
				require.Contains(t, failures[i].Metadata["error"], row.cases[0].text)
			}
		})
	}
}
