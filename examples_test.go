package weaviate_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
)

// TestTypeScriptExample runs a script in TypeScript as it is.
func TestTypeScriptExample(t *testing.T) {
	t.Parallel()
	server := newStub(t)
	example, err := filepath.Abs(filepath.Join("examples", "own_collections.ts"))
	require.NoError(t, err)
	result := run(t, 0, k6run.Options{Env: append(at(server), "K6_DURATION=1s")}, "run", "--quiet", example)
	require.Contains(t, result.Stdout, "every collection answered")
	require.Regexp(t, `checks_succeeded\.*: 100\.00%`, result.Stdout)
	require.Contains(t, result.Stdout, "{ collection:SongLyrics_400k }")
	require.Contains(t, result.Stdout, "'p(95)<500' p(95)=")
	require.Equal(t, 0, server.Stats().Documents, "everything goes over gRPC")
	require.Positive(t, server.Stats().Calls)

	result = run(t, 99, k6run.Options{Env: append(at(server), "K6_DURATION=1s")},
		"run", "--quiet", "-e", "COLLECTIONS=SongLyrics,Nowhere", example)
	require.Contains(t, result.Stdout, "'rate<0.01' rate=100.00%", "a collection that is not there fails the threshold")
}
