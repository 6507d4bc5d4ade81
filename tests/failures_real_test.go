package tests_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
	"github.com/xk6-weaviate/xk6-weaviate/internal/realserver"
)

// jobsAt are a row's jobs at a real server, given by its variables.
func jobsAt(t *testing.T, env []string, row *failure) []*job {
	t.Helper()
	var jobs []*job
	for c := range row.cases {
		for _, strategy := range row.cases[c].strategies {
			j := newJob(row, &row.cases[c], strategy)
			j.at(strings.TrimPrefix(env[0], "WEAVIATE_URL="), strings.TrimPrefix(env[1], "WEAVIATE_GRPC="))
			if arrange := row.cases[c].arrange; arrange != nil {
				arrange(t, j)
			}
			jobs = append(jobs, j)
		}
	}
	return jobs
}

// TestFailuresOnARealServer holds a real Weaviate to the rows that the stub only plays.
func TestFailuresOnARealServer(t *testing.T) {
	t.Parallel()
	env := seeded(t)
	var jobs []*job
	for _, happens := range []string{noCollection, noProperty, wrongLength} {
		jobs = append(jobs, jobsAt(t, env, rowOf(t, happens))...)
	}
	runAll(t, jobs)
}

// TestARealServerWithRoles: a key that may read three collections of nine searches them over gRPC and not over GraphQL.
func TestARealServerWithRoles(t *testing.T) {
	t.Parallel()
	server := realserver.Start(t,
		"AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED=false", "AUTHENTICATION_APIKEY_ENABLED=true",
		"AUTHENTICATION_APIKEY_ALLOWED_KEYS=the-root-key,the-reader-key", "AUTHENTICATION_APIKEY_USERS=root,reader",
		"AUTHORIZATION_RBAC_ENABLED=true", "AUTHORIZATION_RBAC_ROOT_USERS=root")
	env := []string{"WEAVIATE_URL=" + server.URL, "WEAVIATE_GRPC=" + server.GRPC}
	run(t, 0, k6run.Options{Env: append(env, "WEAVIATE_API_KEY=the-root-key")}, "x", "weaviate", "seed", "--scale", "0.0005")
	jobs := append(jobsAt(t, env, rowOf(t, someCollections)), jobsAt(t, env, rowOf(t, bulkRefused))...)
	var permissions []map[string]any
	for _, query := range jobs[0].Set {
		permissions = append(permissions,
			map[string]any{"action": "read_collections", "collections": map[string]any{"collection": query["collection"]}},
			map[string]any{"action": "read_data", "data": map[string]any{"collection": query["collection"]}})
	}
	realserver.Post(t, server.URL+"/v1/authz/roles", "the-root-key", map[string]any{"name": "searcher", "permissions": permissions})
	realserver.Post(t, server.URL+"/v1/authz/users/reader/assign", "the-root-key", map[string]any{"roles": []string{"searcher"}, "userType": "db"})
	for _, j := range jobs {
		j.Options["apiKey"] = "the-reader-key"
		if j.Strategy == fanout.Bulk {
			j.Options["apiKey"] = "the-root-key"
		}
	}
	runAll(t, jobs)
	run(t, 0, k6run.Options{Env: append(env, "WEAVIATE_API_KEY=the-reader-key"), Stdin: prelude + fullOverGRPC}, "run", "--quiet", "-")
}

// fullOverGRPC goes on from the prelude: batches over gRPC find something in each collection.
const fullOverGRPC = `
	export default function () {
		const found = [...Array(384).keys()].map((i) => i % 7 + 1);
		for (const strategy of ['parallel-grpc', 'sequential-grpc']) {
			const batch = client.run(set.map((q) => ({ ...q, nearVector: { vector: found } })), { strategy });
			equal([batch.outcome, batch.results.map((r) => r.error)], ['full', [null, null, null]], strategy);
		}
	}`

// TestARealServerWithoutGraphQL: what goes over GraphQL fails and says why, and gRPC does not mind.
func TestARealServerWithoutGraphQL(t *testing.T) {
	t.Parallel()
	server := realserver.Start(t, "DISABLE_GRAPHQL=true")
	env := []string{"WEAVIATE_URL=" + server.URL, "WEAVIATE_GRPC=" + server.GRPC}
	run(t, 0, k6run.Options{Env: env}, "x", "weaviate", "seed", "--scale", "0.0005")
	runAll(t, jobsAt(t, env, rowOf(t, graphqlOff)))

	refused := run(t, 108, k6run.Options{Env: briefly(env, "STRATEGY=multi,parallel-grpc", "ROUNDS=1")}, "run", "--quiet", script(t, "vector"))
	const instead = "STRATEGY=sequential-grpc,parallel-grpc"
	require.Contains(t, refused.Stderr, instead)
	run(t, 0, k6run.Options{Env: briefly(env, instead, "ROUNDS=1", "BLOCK=1s", "WARMUP=100ms", "DRAIN=100ms")},
		"run", "--quiet", script(t, "vector"))
	result := run(t, 0, k6run.Options{Env: env, Stdin: prelude + fullOverGRPC}, "run", "--quiet", "-")
	require.NotContains(t, result.Stderr, string(fanout.CategoryGraphQL))
}
