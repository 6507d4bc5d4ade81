package examples_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	_ "github.com/xk6-weaviate/xk6-weaviate" // registers the extension with the k6 that the tests run
	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
	"github.com/xk6-weaviate/xk6-weaviate/internal/realserver"
	"github.com/xk6-weaviate/xk6-weaviate/internal/stub"
)

func TestMain(m *testing.M) { k6run.Main(realserver.Tests(m)) }

// newStub starts a stub with the nine collections, whose vectors are as long as those of the query files.
func newStub(t *testing.T) (server *stub.Server, env []string) {
	t.Helper()
	server = stub.Start(t, stub.With(stub.Config{Collections: stub.Nine(100, 384)}))
	return server, []string{"WEAVIATE_URL=" + server.URL(), "WEAVIATE_GRPC=" + server.GRPC(), "SETTLE=0s"}
}

// run runs k6 and requires that it succeeds.
func run(t *testing.T, options k6run.Options, args ...string) k6run.Result {
	t.Helper()
	result := k6run.Run(t, options, args...)
	require.Zero(t, result.ExitCode, "k6 %v\n%s\n%s", args, result.Stdout, result.Stderr)
	return result
}

// script is the path of one of the five.
func script(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("..", "scripts", name))
	require.NoError(t, err)
	return path
}

// readYAML reads a file into a value, for which unknown fields are errors where it is a struct.
func readYAML(t *testing.T, path string, value any) {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(text, value), path)
}

// requireSchema holds a YAML file against one of the published schemas.
func requireSchema(t *testing.T, path, schema string) {
	t.Helper()
	var document any
	readYAML(t, path, &document)
	require.NoError(t, compile(t, schema).Validate(asJSON(t, document)), path)
}

func compile(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	schema, err := jsonschema.NewCompiler().Compile(filepath.Join("testdata", "schemas", name))
	require.NoError(t, err)
	return schema
}

// asJSON gives a value the types that JSON has.
func asJSON(t *testing.T, value any) any {
	t.Helper()
	text, err := json.Marshal(value)
	require.NoError(t, err)
	var document any
	require.NoError(t, json.Unmarshal(text, &document))
	return document
}
