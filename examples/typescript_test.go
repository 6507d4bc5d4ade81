package examples_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
)

// TestTypeScriptExample runs a script in TypeScript as it is.
func TestTypeScriptExample(t *testing.T) {
	t.Parallel()
	server, env := newStub(t)
	env = append(env, "K6_DURATION=1s")
	result := run(t, k6run.Options{Env: env}, "run", "--quiet", "own_collections.ts")
	require.Contains(t, result.Stdout, "every collection answered")
	require.Regexp(t, `checks_succeeded\.*: 100\.00%`, result.Stdout)
	require.Contains(t, result.Stdout, "{ collection:SongLyrics_400k }")
	require.Contains(t, result.Stdout, "'p(95)<500' p(95)=")
	require.Equal(t, 0, server.Stats().Documents, "everything goes over gRPC")
	require.Positive(t, server.Stats().Calls)

	result = k6run.Run(t, k6run.Options{Env: env}, "run", "--quiet", "-e", "COLLECTIONS=SongLyrics,Nowhere", "own_collections.ts")
	require.Equal(t, 99, result.ExitCode, result.Stderr)
	require.Contains(t, result.Stdout, "'rate<0.01' rate=100.00%", "a collection that is not there fails the threshold")
}
