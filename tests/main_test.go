// Package tests_test drives the extension from outside, as a person does: scripts, examples and commands, in a k6 that is this test
// binary. What can be seen from inside only is tested beside its code.
package tests_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	_ "github.com/xk6-weaviate/xk6-weaviate" // registers the extension with the k6 that the tests run
	"github.com/xk6-weaviate/xk6-weaviate/internal/falseclock"
	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
	"github.com/xk6-weaviate/xk6-weaviate/internal/realserver"
	"github.com/xk6-weaviate/xk6-weaviate/internal/stub"
)

func TestMain(m *testing.M) {
	falseclock.Main()
	k6run.Main(realserver.Tests(m))
}

// newStub starts a stub with the nine collections, whose vectors are as long as those of the query files.
func newStub(t *testing.T) *stub.Server {
	t.Helper()
	return stub.Start(t, stub.With(stub.Config{Collections: stub.Nine(100, 384)}))
}

// at is the environment that tells a script where a server is.
func at(s *stub.Server) []string {
	return []string{"WEAVIATE_URL=" + s.URL(), "WEAVIATE_GRPC=" + s.GRPC()}
}

// samples is what k6's JSON output wrote of one metric.
type samples []sample

type sample struct {
	Value    float64           `json:"value"`
	Tags     map[string]string `json:"tags"`
	Metadata map[string]string `json:"metadata"`
}

// readSamples reads a file of k6's JSON output, by metric.
func readSamples(t *testing.T, path string) map[string]samples {
	t.Helper()
	file, err := os.Open(path)
	require.NoError(t, err)
	defer func() { _ = file.Close() }()
	byMetric := make(map[string]samples)
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		var line struct {
			Type   string `json:"type"`
			Metric string `json:"metric"`
			Data   sample `json:"data"`
		}
		require.NoError(t, json.Unmarshal(lines.Bytes(), &line))
		if line.Type == "Point" {
			byMetric[line.Metric] = append(byMetric[line.Metric], line.Data)
		}
	}
	require.NoError(t, lines.Err())
	return byMetric
}

// sum adds up the values of the samples that have all of the tags, given as name, value, ….
func (s samples) sum(tags ...string) int {
	sum := 0.0
	for i := range s {
		if s[i].has(tags) {
			sum += s[i].Value
		}
	}
	return int(sum)
}

// count is how many samples have all of the tags.
func (s samples) count(tags ...string) int {
	n := 0
	for i := range s {
		if s[i].has(tags) {
			n++
		}
	}
	return n
}

func (s *sample) has(tags []string) bool {
	for i := 0; i < len(tags); i += 2 {
		if s.Tags[tags[i]] != tags[i+1] {
			return false
		}
	}
	return true
}

// run runs k6 and requires an exit status.
func run(t *testing.T, exitCode int, options k6run.Options, args ...string) k6run.Result {
	t.Helper()
	result := k6run.Run(t, options, args...)
	require.Equal(t, exitCode, result.ExitCode, "k6 %v\n%s\n%s", args, result.Stdout, result.Stderr)
	return result
}

// script is the path of one of the five.
func script(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("..", "scripts", name+".js"))
	require.NoError(t, err)
	return path
}
