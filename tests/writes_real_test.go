package tests_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
	"github.com/xk6-weaviate/xk6-weaviate/internal/realserver"
)

// TestAScriptForTheOlderExtensionRunsUnchanged runs one with its addresses in it: k6's hosts lead them to the server of the tests.
func TestAScriptForTheOlderExtensionRunsUnchanged(t *testing.T) {
	t.Parallel()
	server := realserver.Shared(t)
	config, err := json.Marshal(map[string]any{"hosts": map[string]string{
		"localhost:8080": strings.TrimPrefix(server.URL, "http://"), "localhost:50051": server.GRPC,
	}})
	require.NoError(t, err)
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "config.json"), config, 0o600))
	text, err := os.ReadFile("testdata/older_extension.js")
	require.NoError(t, err)
	out := filepath.Join(folder, "out.json")
	result := run(t, 0, k6run.Options{Stdin: string(text)},
		"run", "--quiet", "--config", filepath.Join(folder, "config.json"), "--out", "json="+out, "-")
	require.NotContains(t, result.Stderr, "level=error", "an iteration threw")
	byMetric := readSamples(t, out)
	durations := byMetric["weaviate_write_duration"]
	for operation, want := range map[string]int{
		"createCollection": 4, "deleteCollection": 3, "objectInsert": 4, "batchCreate": 3, "batchDelete": 2,
		"createTenant": 1, "updateTenant": 1, "deleteTenant": 1,
	} {
		require.Equal(t, want, durations.count("operation", operation), operation)
	}
	require.Len(t, byMetric["weaviate_fetch_duration"], 5)
	objects := byMetric["weaviate_write_objects"]
	require.Equal(t, 20+1+1, objects.sum("operation", "batchCreate"))
	require.Equal(t, 3, objects.sum("operation", "objectInsert"))
	require.Equal(t, 20, objects.sum("operation", "batchDelete"), "a dry run deletes nothing")
	require.Equal(t, 1, byMetric["weaviate_write_refused"].sum())
	failures := byMetric["weaviate_write_failures"]
	require.Equal(t, 1, failures.sum("operation", "createCollection", "category", "http"))
	require.Equal(t, 1, failures.sum("operation", "objectInsert", "category", "http"), "a call that is wrong in itself was not made")
	require.Equal(t, 1, failures.sum("operation", "batchCreate", "category", "grpc"))
}

// TestExamplesOfWrites runs the examples as they are: their thresholds and checks say whether they do what they say.
func TestExamplesOfWrites(t *testing.T) {
	t.Parallel()
	for name, calls := range map[string]map[string]int{
		"writes":  {"createCollection": 1, "batchCreate": 20, "objectInsert": 40, "batchDelete": 2, "deleteCollection": 2},
		"tenants": {"createCollection": 1, "createTenant": 1, "batchCreate": 15, "updateTenant": 1, "deleteTenant": 1, "deleteCollection": 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := realserver.Shared(t)
			out := filepath.Join(t.TempDir(), "out.json")
			result := run(t, 0, k6run.Options{Env: []string{"WEAVIATE_URL=" + server.URL, "WEAVIATE_GRPC=" + server.GRPC}},
				"run", "--quiet", "--out", "json="+out, example(t, name))
			require.NotContains(t, result.Stderr, "level=error", "an iteration threw")
			byMetric := readSamples(t, out)
			require.NotEmpty(t, byMetric["checks"])
			require.Equal(t, len(byMetric["checks"]), byMetric["checks"].sum(), result.Stdout)
			for operation, want := range calls {
				require.Equal(t, want, byMetric["weaviate_write_duration"].count("operation", operation), operation)
			}
		})
	}
}

// TestSearchesWhileObjectsAreWritten runs the mixed scenario without and with writes, and sets the two side by side.
func TestSearchesWhileObjectsAreWritten(t *testing.T) {
	t.Parallel()
	env := briefly(seeded(t))
	folder := t.TempDir()
	mixed := func(writes string, more ...string) map[string]samples {
		name := "writes_" + writes
		require.NoError(t, os.MkdirAll(filepath.Join(folder, name), 0o750))
		out := filepath.Join(folder, name+".json")
		result := run(t, 0, k6run.Options{Env: append(append(env, "WRITES="+writes), more...)},
			"run", "--quiet", "--out", "json="+out, "--out", "weaviate="+filepath.Join(folder, name, "vector.weaviate"),
			example(t, "reads_and_writes"))
		require.NotContains(t, result.Stderr, "level=error", "an iteration threw")
		return readSamples(t, out)
	}
	without := mixed("0")
	require.NotEmpty(t, without["weaviate_batches"])
	require.Empty(t, without["weaviate_write_duration"])
	with := mixed("3")
	require.NotEmpty(t, with["weaviate_batches"])
	require.NotZero(t, with["weaviate_write_objects"].sum("operation", "batchCreate", "collection", "WrittenBeside"))
	require.Zero(t, with["weaviate_write_refused"].sum())
	run(t, 0, k6run.Options{Env: env, Stdin: `
		import { Client } from 'k6/x/weaviate';
		export default () => new Client().createCollection('WrittenInto', { properties: [{ name: 'title', dataType: ['text'] }] });`},
		"run", "--quiet", "-")
	into := mixed("2", "WRITE_INTO=WrittenInto", "WRITE_OBJECTS=10")
	taken := into["weaviate_write_objects"]
	require.NotZero(t, taken.sum("operation", "batchCreate", "collection", "WrittenInto"))
	require.Equal(t, taken.sum("operation", "batchCreate"), taken.sum("operation", "batchDelete"), "it leaves nothing behind")
	result := run(t, 0, k6run.Options{Dir: folder}, "x", "weaviate", "report", "--compare", "writes_0", "writes_3")
	require.Contains(t, result.Stdout, "writes_0 → writes_3")
	require.Contains(t, result.Stdout, "vector")
}

// example is the path of an example.
func example(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("..", "examples", name+".js"))
	require.NoError(t, err)
	return path
}
