package tests_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
	"github.com/xk6-weaviate/xk6-weaviate/internal/stub"
)

// prelude is the beginning of scripts that check for themselves: an iteration that throws fails the run.
const prelude = `
	import { Client, loadQuerySets } from 'k6/x/weaviate';
	import { fail } from 'k6';
	import exec from 'k6/execution';
	const names = ['SongLyrics', 'SongLyrics_400k', 'SongLyrics_10k'];
	const set = names.map((collection) => ({ collection, nearVector: { vector: [1, 2, 3] }, limit: 5 }));
	const one = { collection: 'SongLyrics', bm25: { query: 'rain' }, limit: 3 };
	const client = new Client({ concurrency: 3 });
	function equal(got, want, what) {
		if (JSON.stringify(got) !== JSON.stringify(want)) {
			exec.test.abort(what + ': ' + JSON.stringify(got) + ' instead of ' + JSON.stringify(want));
		}
	}
	function message(f) {
		try { f(); } catch (error) { return error instanceof Error ? error.message : 'no Error: ' + error; }
		return 'nothing was thrown';
	}
	async function rejection(promise) {
		try { await promise; } catch (error) { return error instanceof Error ? error.message : 'no Error: ' + error; }
		return 'nothing was thrown';
	}
`

// runScript runs a script against the server, requires that it ends well, and returns its samples.
func runScript(t *testing.T, server *stub.Server, text string, args ...string) map[string]samples {
	t.Helper()
	out := filepath.Join(t.TempDir(), "out.json")
	result := run(t, 0, k6run.Options{Env: at(server), Stdin: prelude + text},
		append(append([]string{"run", "--quiet", "--out", "json=" + out}, args...), "-")...)
	require.NotContains(t, result.Stderr, "level=error", "an iteration threw")
	return readSamples(t, out)
}

func TestMethodsSendByTheirStrategies(t *testing.T) {
	t.Parallel()
	server := stub.Start(t)
	byMetric := runScript(t, server, `
		export default function () {
			const whole = { outcome: 'full', total: 3, objects: [5, 5, 5] };
			const shown = (batch) => ({ outcome: batch.outcome, total: batch.total, objects: batch.results.map((r) => r.objects) });
			const together = ['multi', 'bulk'];
			for (const [strategy, send] of [
				['multi', () => client.multiQuery(set)],
				['bulk', () => client.bulkQuery(set)],
				['parallel-grpc', () => client.parallelQuery(set)],
				['parallel-graphql', () => new Client({ strategy: 'parallel-graphql' }).parallelQuery(set)],
				['parallel-grpc', () => client.run(set)],
				['sequential-grpc', () => new Client({ strategy: 'sequential-grpc' }).run(set)],
				['sequential-grpc', () => client.run(set, { strategy: 'sequential-grpc' })],
			]) {
				const batch = send();
				equal(shown(batch), whole, strategy);
				equal(batch.strategy, strategy, 'strategy');
				const fansOut = strategy.startsWith('parallel');
				equal(batch.slowest === null, !fansOut, strategy + ' slowest');
				equal(batch.overhead === null, !fansOut, strategy + ' overhead');
				equal(batch.results.map((r) => r.ids), [null, null, null], strategy + ' ids');
				if (together.includes(strategy)) {
					equal(batch.results[1].duration, batch.results[0].duration, strategy + ' durations');
				}
			}
		}`)
	batches := byMetric["weaviate_batches"]
	for strategy, want := range map[fanout.Strategy]int{
		fanout.Multi: 1, fanout.Bulk: 1, fanout.ParallelGraphQL: 1, fanout.ParallelGRPC: 2, fanout.SequentialGRPC: 2,
	} {
		tag := []string{"strategy", string(strategy)}
		require.Equal(t, want, batches.sum(tag...), "%s", strategy)
		require.Equal(t, strategy.TimesMembers(), byMetric["weaviate_query_duration"].count(tag...) == 3*want, "%s", strategy)
		require.Equal(t, strategy.FansOut(), byMetric["weaviate_batch_overhead"].count(tag...) == want, "%s", strategy)
		require.Equal(t, strategy.FansOut(), byMetric["weaviate_query_slowest"].sum(tag...) == want, "%s", strategy)
	}
	urls := make(map[string]int)
	for _, s := range byMetric["http_reqs"] {
		urls[s.Tags["url"]]++
	}
	require.Equal(t, map[string]int{server.URL() + "/v1/graphql": 4, server.URL() + "/v1/graphql/batch": 1}, urls)
	require.Len(t, byMetric["grpc_req_duration"], 4*3)
}

func TestQuerySendsOne(t *testing.T) {
	t.Parallel()
	server := stub.Start(t)
	server.Set("SongLyrics_10k", stub.Behaviour{Fault: stub.FieldError("no such thing")})
	byMetric := runScript(t, server, `
		export default function () {
			const shown = (r) => ({ collection: r.collection, queryType: r.queryType, ok: r.ok, objects: r.objects });
			const good = { collection: 'SongLyrics', queryType: 'bm25', ok: true, objects: 3 };
			equal(shown(client.query(one)), good, 'an object');
			equal(shown(client.query([one])), good, 'a set of one');
			equal(shown(client.query(one, { strategy: 'multi' })), good, 'by multi');
			equal(shown(client.query(one, { strategy: 'bulk', tags: { a: 'b' } })), good, 'by bulk');
			const bad = client.query({ ...one, collection: 'SongLyrics_10k' });
			equal([bad.ok, bad.category, bad.error], [false, 'grpc', 'Unknown: no such thing'], 'a failed one');
			equal(message(() => client.query(set)), 'query: the query set has 3 queries: use run for all of them, or pass one', 'three');
			equal(message(() => client.query({ collection: 'A' })),
				'query: the query has 0 searches: give it exactly one of nearVector, nearText, bm25, hybrid', 'none');
			equal(client.query(one, { ids: true }).ids.length, 3, 'with ids');
		}`)
	batches := byMetric["weaviate_batches"]
	require.Equal(t, 6, batches.sum("search_type", "bm25"))
	require.Equal(t, 4, batches.sum("strategy", "parallel-grpc"))
	require.Equal(t, 1, batches.sum("strategy", "bulk", "a", "b"))
	require.Equal(t, 1, batches.sum("outcome", "failed"))
	require.Len(t, byMetric["weaviate_query_failed"], 6)
}

// TestEveryBatchTellsIDsWhenAsked: also those that are measured, which are measured like all others.
func TestEveryBatchTellsIDsWhenAsked(t *testing.T) {
	t.Parallel()
	byMetric := runScript(t, stub.Start(t), `
		export default async function () {
			const batches = ['parallelQuery', 'multiQuery', 'bulkQuery', 'run', 'probe'].map((name) => client[name](set, { ids: true }));
			for (const batch of [...batches, await client.parallelQueryAsync(set, { ids: true })]) {
				equal(batch.results.map((r) => r.ids), batches[0].results.map((r) => r.ids), batch.strategy);
				equal(batch.results.map((r) => r.ids.length), [5, 5, 5], batch.strategy);
			}
			equal(client.run(set, { ids: false }).results[0].ids, null, 'not asked for');
		}`)
	require.Equal(t, 6, byMetric["weaviate_batches"].sum("outcome", "full"))
}

func TestProbeIsNotMeasuredAndTellsIDs(t *testing.T) {
	t.Parallel()
	server := stub.Start(t)
	server.Set("SongLyrics_10k", stub.Behaviour{Fault: stub.FieldError("no")})
	byMetric := runScript(t, server, `
		export default function () {
			let first;
			for (const strategy of ['multi', 'bulk', 'parallel-graphql', 'parallel-grpc', 'sequential-grpc']) {
				equal(client.probe(set, { strategy }).results[0].ids, null, strategy + ' without');
				const ids = client.probe(set, { strategy, ids: true }).results.map((r) => r.ids);
				equal(ids.map((list) => list.length), [5, 5, 0], strategy);
				equal(ids[0].every((id) => /^[0-9a-f]{8}-/.test(id)), true, strategy + ' ' + ids[0]);
				first = first || ids;
				equal(ids, first, strategy);
			}
		}`)
	require.Empty(t, byMetric["weaviate_batches"])
	require.Empty(t, byMetric["http_reqs"])
	require.NotZero(t, byMetric["data_received"].sum())
}

func TestQueriesReachTheServerAsTheyWereWritten(t *testing.T) {
	t.Parallel()
	server := stub.Start(t)
	runScript(t, server, `
		export default function () {
			const rich = [{
				collection: 'SongLyrics', hybrid: { query: 'rain', alpha: 0.5 }, limit: 2, tenant: 'own', targetVector: 'title', autocut: 1,
				where: { operator: 'And', operands: [
					{ path: ['year'], operator: 'GreaterThan', valueInt: 1990 }, { path: ['genre'], operator: 'Equal', valueText: 'a"}' }] },
			}, { collection: 'SongLyrics_10k', nearText: { concepts: ['rain'] } }];
			const client = new Client({ tenant: 'default', consistencyLevel: 'QUORUM' });
			client.bulkQuery(rich);
			client.parallelQuery(rich);
		}`)
	body := string(server.LastBody("SongLyrics"))
	require.Contains(t, body, `(limit:2,tenant:\"own\",consistencyLevel:QUORUM,autocut:1,where:{operator:And,operands:[`+
		`{operator:GreaterThan,path:[\"year\"],valueInt:1990},{operator:Equal,path:[\"genre\"],valueText:\"a\\\"}\"}]},`+
		`hybrid:{query:\"rain\",alpha:0.5,targetVectors:[\"title\"]})`)
	require.Contains(t, body, `(limit:100,tenant:\"default\",consistencyLevel:QUORUM,nearText:{concepts:[\"rain\"]})`)
	search := server.LastSearch("SongLyrics")
	require.Equal(t, "own", search.GetTenant())
	require.Equal(t, int64(1990), search.GetFilters().GetFilters()[0].GetValueInt())
	require.Equal(t, []string{"title"}, search.GetHybridSearch().GetTargets().GetTargetVectors())
	require.Equal(t, "default", server.LastSearch("SongLyrics_10k").GetTenant())
	require.Equal(t, "CONSISTENCY_LEVEL_QUORUM", server.LastSearch("SongLyrics_10k").GetConsistencyLevel().String())
}

func TestTheOptionConcurrency(t *testing.T) {
	t.Parallel()
	for _, strategy := range []string{"parallel-graphql", "parallel-grpc"} {
		server := stub.Start(t)
		server.Barrier(2) // answers only once two wait
		runScript(t, server, `
			export default function () {
				const four = [...set, { ...set[0], collection: 'SongLyrics_12k' }];
				equal(new Client({ concurrency: 2 }).run(four, { strategy: __ENV.STRATEGY }).outcome, 'full', __ENV.STRATEGY);
			}`, "-e", "STRATEGY="+strategy)
		require.Equal(t, 2, server.Stats().MostInFlight)
	}
}

func TestKeysAndHeadersReachBothSides(t *testing.T) {
	t.Parallel()
	server := stub.Start(t, func(c *stub.Config) { c.APIKey = "secret" })
	out := filepath.Join(t.TempDir(), "out.json")
	result := run(t, 0, k6run.Options{Env: append(at(server), "WEAVIATE_API_KEY=secret"), Stdin: prelude + `
		export default function () {
			const headers = { 'X-OpenAI-Api-Key': 'other' };
			for (const strategy of ['multi', 'parallel-grpc']) {
				equal(new Client({ headers }).run(set, { strategy }).outcome, 'full', 'the key of the environment');
				equal(new Client({ headers, apiKey: 'secret' }).run(set, { strategy }).outcome, 'full', 'the key of the script');
				equal(new Client({ headers: { Authorization: 'Bearer secret' }, apiKey: 'x' }).run(set, { strategy }).outcome, 'full', 'a header');
				const refused = new Client({ apiKey: 'wrong' }).run(set, { strategy }).results[0];
				equal([refused.ok, refused.category], [false, 'auth'], 'a wrong key');
				new Client({ headers }).run(set, { strategy });
			}
		}`}, "run", "--quiet", "--out", "json="+out, "-")
	require.NotContains(t, result.Stdout+result.Stderr, "secret")
	require.Equal(t, "other", server.LastHeader().Get("X-Openai-Api-Key"))
	require.Equal(t, []string{"other"}, server.LastMetadata().Get("x-openai-api-key"))
}
