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

// TestARealServerWithoutGraphQL: what goes over GraphQL fails and says why, and gRPC does not mind.
func TestARealServerWithoutGraphQL(t *testing.T) {
	t.Parallel()
	server := realserver.Start(t, "DISABLE_GRAPHQL=true")
	env := []string{"WEAVIATE_URL=" + server.URL, "WEAVIATE_GRPC=" + server.GRPC}
	run(t, 0, k6run.Options{Env: env}, "x", "weaviate", "seed", "--scale", "0.0005")
	runAll(t, jobsAt(t, env, rowOf(t, graphqlOff)))

	result := run(t, 0, k6run.Options{Env: env, Stdin: prelude + `
		export default function () {
			const found = [...Array(384).keys()].map((i) => i % 7 + 1);
			for (const strategy of ['parallel-grpc', 'sequential-grpc']) {
				const batch = client.run(set.map((q) => ({ ...q, nearVector: { vector: found } })), { strategy });
				equal([batch.outcome, batch.results.map((r) => r.error)], ['full', [null, null, null]], strategy);
			}
		}`}, "run", "--quiet", "-")
	require.NotContains(t, result.Stderr, string(fanout.CategoryGraphQL))
}
