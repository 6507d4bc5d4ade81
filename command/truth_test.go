package command_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
	"github.com/xk6-weaviate/xk6-weaviate/truth"
)

// makeTruth runs the command in a folder.
func makeTruth(t *testing.T, dir string, env []string, flags ...string) k6run.Result {
	t.Helper()
	return k6run.Run(t, k6run.Options{Dir: dir, Env: env}, append([]string{"x", "weaviate", "truth"}, flags...)...)
}

func readTruth(t *testing.T, path string) *truth.File {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	f, err := truth.Read(bytes.NewReader(text), path)
	require.NoError(t, err)
	return f
}

func TestTheTruthOfALibrary(t *testing.T) {
	t.Parallel()
	env := library(t)
	folder, result := makeQueries(t, env, "--collections", "Articles,Pages,Authors,Notes", "--target-vector", "body", "--tenant", "acme",
		"--search-types", "vector,mixed,bm25")
	require.Zero(t, result.ExitCode, result.Stderr)

	result = makeTruth(t, folder, env, "--queries", "vector.json")
	require.Zero(t, result.ExitCode, result.Stderr)
	require.Equal(t, "Articles: 60 objects compared\nPages: 60 objects compared\nAuthors: 7 objects compared\nNotes: 7 objects compared\n"+
		"vector.truth.json: 40 of 40 query sets, the nearest 200 of 134 objects\n", result.Stderr)
	f := readTruth(t, filepath.Join(folder, "vector.truth.json"))
	require.Equal(t, []truth.Collection{
		{Name: "Articles", Vector: "body", Distance: truth.Cosine, Objects: 60},
		{Name: "Pages", Vector: "content", Distance: truth.Cosine, Objects: 60},
		{Name: "Authors", Distance: truth.Cosine, Objects: 7},
		{Name: "Notes", Tenant: "acme", Distance: truth.Cosine, Objects: 7},
	}, f.Collections)
	for i := range 40 {
		require.Equal(t, 60, f.Set(i).Queries[0].Depth, "all there are")
	}

	result = makeTruth(t, folder, env, "--queries", "mixed.json", "--out", "new/t.json", "--sets", "6", "--depth", "5")
	require.Zero(t, result.ExitCode, result.Stderr)
	f = readTruth(t, filepath.Join(folder, "new", "t.json"))
	require.Equal(t, 6, f.Covers())
	require.Equal(t, 5, f.Depth)
	with := 0
	for _, set := range f.Sets {
		require.Len(t, set.Queries, 4)
		for _, q := range set.Queries {
			if q != nil {
				with++
			}
		}
	}
	require.Equal(t, 6, with, "in each set, one of the four kinds of query")

	result = makeTruth(t, folder, env, "--queries", "bm25.json")
	require.Equal(t, 2, result.ExitCode, result.Stderr)
	require.Contains(t, messageOf(t, result), "bm25.json: no query has a truth: only vector queries do")
	require.NoFileExists(t, filepath.Join(folder, "bm25.truth.json"))
}

func TestTruthUsedWrongly(t *testing.T) {
	t.Parallel()
	folder, result := makeQueries(t, nil, "--search-types", "vector")
	require.Zero(t, result.ExitCode, result.Stderr)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "broken.json"), []byte("{"), 0o600))
	nowhere := []string{"WEAVIATE_URL=http://" + closed, "WEAVIATE_GRPC=" + closed}
	for _, c := range []struct {
		flags  string
		status int
		want   string
	}{
		{"", 2, "--queries is missing: name a query file, like queries/vector.json"},
		{"--queries gone.json", 2, "cannot read the query file of --queries: open gone.json"},
		{"--queries broken.json", 1, "the query file broken.json is wrong: it ends in the middle"},
		{"--queries vector.json --sets 0", 2, "--sets is 0: use at least 1"},
		{"--queries vector.json --depth 10001", 2, "--depth is 10001: use 1 to 10000"},
		{"--queries vector.json --url localhost:8080", 2, `url "localhost:8080" is not an address`},
		{"--queries vector.json --grpc x", 2, `grpc address "x" is not host:port`},
		{"--queries vector.json --dept 5", 2, "unknown flag --dept: did you mean --depth? See --help"},
		{"vector.json", 2, `unexpected argument "vector.json": this command takes flags only`},
		{"--queries vector.json", 1, "nothing listens at http://" + closed},
	} {
		result := makeTruth(t, folder, nowhere, strings.Fields(c.flags)...)
		require.Equal(t, c.status, result.ExitCode, "%s\n%s", c.flags, result.Stderr)
		require.Contains(t, messageOf(t, result), c.want, c.flags)
	}
	require.NoFileExists(t, filepath.Join(folder, "vector.truth.json"))
}
