package tests_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/internal/stub"
)

// ofBatches are the metrics of every batch and member, k6's own included.
func ofBatches() []string {
	return []string{
		"weaviate_batches", "weaviate_batch_duration", "weaviate_batch_overhead", "weaviate_batch_failed", "weaviate_query_duration",
		"weaviate_query_server_duration", "weaviate_query_failed", "weaviate_query_failures", "weaviate_query_objects", "weaviate_query_slowest",
		"http_reqs", "http_req_duration", "http_req_failed", "grpc_req_duration",
	}
}

// TestTagsAndMetadata: all that k6 and a script say about a batch is on each of its samples.
func TestTagsAndMetadata(t *testing.T) {
	t.Parallel()
	server := stub.Start(t)
	server.Set("SongLyrics_10k", stub.Behaviour{Fault: stub.FieldError("no")})
	byMetric := runScript(t, server, `
		import { group } from 'k6';
		export const options = {
			tags: { run: 'one' }, systemTags: ['scenario', 'group', 'vu', 'iter', 'url', 'name', 'status', 'method', 'proto', 'service'],
			scenarios: { mine: { executor: 'per-vu-iterations', iterations: 1, tags: { team: 'search' } } },
		};
		const tagged = new Client({ tags: { client: 'second' } });
		export default function () {
			exec.vu.metrics.tags.part = 'middle';
			exec.vu.tags.older = 'yes';
			exec.vu.metrics.metadata.trace = 'abc';
			group('inner', () => {
				tagged.run(set, { strategy: 'parallel-graphql', tags: { call: 'third' } });
				tagged.run(set, { strategy: 'parallel-grpc', tags: { call: 'third' } });
			});
			delete exec.vu.metrics.tags.part;
			delete exec.vu.metrics.metadata.trace;
			client.run(set);
		}`)
	for _, name := range ofBatches() {
		require.NotEmpty(t, byMetric[name], name)
		for _, s := range byMetric[name] {
			want := map[string]string{"run": "one", "team": "search", "scenario": "mine", "older": "yes"}
			if s.Tags["client"] == "second" {
				want["part"], want["call"], want["group"] = "middle", "third", "::inner"
				require.Equal(t, "abc", s.Metadata["trace"], name)
			} else {
				require.NotContains(t, s.Tags, "part", name)
				require.NotContains(t, s.Metadata, "trace", name)
			}
			require.Subset(t, s.Tags, want, name)
			require.Subset(t, s.Metadata, map[string]string{"vu": "1", "iter": "0"}, name)
		}
	}
	require.Equal(t, 3, byMetric["weaviate_query_failures"].count("collection", "SongLyrics_10k"))
	require.Equal(t, 3, byMetric["http_reqs"].sum("client", "second", "status", "200", "method", "POST", "proto", "HTTP/1.1",
		"name", server.URL()+"/v1/graphql", "url", server.URL()+"/v1/graphql"))
	require.Equal(t, 2, byMetric["grpc_req_duration"].count("client", "second", "status", "0", "method", "Search", "service", "weaviate.v1.Weaviate"))
	require.Equal(t, 1, byMetric["grpc_req_duration"].count("client", "second", "status", "2"))
}

// TestSystemTagsThatAreOff are on no sample.
func TestSystemTagsThatAreOff(t *testing.T) {
	t.Parallel()
	byMetric := runScript(t, stub.Start(t), `
		export const options = { systemTags: ['method'] };
		export default function () {
			client.run(set, { strategy: 'parallel-graphql' });
			client.run(set);
		}`)
	for _, name := range ofBatches() {
		for _, s := range byMetric[name] {
			for _, off := range []string{
				"scenario", "group", "url", "name", "status", "proto", "expected_response", "service", "vu", "iter", "ip", "error", "error_code", "tls_version",
			} {
				require.NotContains(t, s.Tags, off, name)
				require.NotContains(t, s.Metadata, off, name)
			}
		}
	}
	require.Equal(t, 3, byMetric["http_reqs"].sum("method", "POST"))
}

// TestSetupAndTeardownSearch: their batches are measured, under k6's group of each.
func TestSetupAndTeardownSearch(t *testing.T) {
	t.Parallel()
	server := stub.Start(t)
	byMetric := runScript(t, server, `
		export const options = { noVUConnectionReuse: true };
		export function setup() { return [client.run(set), client.multiQuery(set)].map((batch) => batch.outcome); }
		export default function (data) {
			equal(data, ['full', 'full'], 'setup');
			equal(client.run(set).outcome, 'full', 'run');
		}
		export function teardown(data) {
			equal(data, ['full', 'full'], 'setup');
			equal([client.run(set), client.bulkQuery(set)].map((batch) => batch.outcome), ['full', 'full'], 'teardown');
		}`)
	batches := byMetric["weaviate_batches"]
	require.Equal(t, 2, batches.sum("group", "::setup"))
	require.Equal(t, 2, batches.sum("group", "::teardown"))
	require.Equal(t, 1, batches.sum("group", "", "scenario", "default"))
	require.Equal(t, 5, batches.sum())
	require.Equal(t, 3, server.Stats().GRPCOpened)
}

// TestRepliesAreReadThoughTheirBodiesAreDiscarded: a script never sees a body, and the objects are counted all the same.
func TestRepliesAreReadThoughTheirBodiesAreDiscarded(t *testing.T) {
	t.Parallel()
	server := stub.Start(t)
	list, byMetric := withOptions(t, map[string]any{"discardResponseBodies": true, "userAgent": "somebody/1"}, server.URL(), server.GRPC())
	requireFull(t, list)
	require.Equal(t, 5*3*5, byMetric["weaviate_query_objects"].sum())
	require.Equal(t, "somebody/1", server.LastHeader().Get("User-Agent"))
	require.Regexp(t, "^somebody/1 grpc-go/", server.LastMetadata().Get("user-agent")[0])
}

// TestThrow: with k6's option, a batch of which nothing succeeded throws, and is measured all the same; one of which something did
// does not.
func TestThrow(t *testing.T) {
	t.Parallel()
	server := stub.Start(t)
	server.Set("SongLyrics_10k", stub.Behaviour{Fault: stub.FieldError("no luck")})
	byMetric := runScript(t, server, `
		export const options = { throw: true };
		export default function () {
			for (const strategy of ['multi', 'bulk', 'parallel-graphql', 'parallel-grpc', 'sequential-grpc']) {
				equal(client.run(set, { strategy }).outcome, 'partial', strategy);
				equal(message(() => client.run(set.slice(2), { strategy })).slice(0, 57),
					'run: every member of the batch failed; the first with ' + (strategy.endsWith('grpc') ? 'grp' : 'gra'), strategy);
			}
		}`)
	require.Equal(t, 5, byMetric["weaviate_batches"].sum("outcome", "failed"))
	require.Equal(t, 5, byMetric["weaviate_batches"].sum("outcome", "partial"))
}
