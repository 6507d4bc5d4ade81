package command_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
	"github.com/xk6-weaviate/xk6-weaviate/queries"
)

const rainDocument = `{ Get {
  Articles(bm25: {query: "rain"}, limit: 5) { title }
  Authors(bm25: {query: "rain"}) { name born { city } }
} }`

func TestQueriesFromGraphQL(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(folder, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	write("documents/a.graphql", rainDocument)
	write("documents/b.gql", strings.ReplaceAll(rainDocument, "rain", "sun"))
	write("documents/notes.txt", "no document")
	write("empty/notes.txt", "no document")
	write("links/notes.txt", "no document")
	require.NoError(t, os.Symlink("../documents/b.gql", filepath.Join(folder, "links", "b.gql")))
	vars := write("vars.graphql", `query Q($q: String) { Get { A(bm25: {query: $q}) { a } } }`)
	queriesOf := func(args ...string) k6run.Result {
		return k6run.Run(t, k6run.Options{Dir: folder}, append([]string{"x", "weaviate", "queries"}, args...)...)
	}

	made := queriesOf("--from-graphql", "documents", "--leave-out", "--out", "made")
	require.Zero(t, made.ExitCode, made.Stderr)
	require.Contains(t, made.Stderr, "left out: documents/a.graphql:3:41: the fields of born: only plain properties are returned here\n")
	require.Contains(t, made.Stderr, "made/bm25.json: 2 query sets of 2 queries")
	text, err := os.Open(filepath.Join(folder, "made", "bm25.json"))
	require.NoError(t, err)
	defer func() { _ = text.Close() }()
	file, err := queries.Read(text, "bm25.json")
	require.NoError(t, err)
	require.Equal(t, []string{"Articles", "Authors"}, file.Collections())
	require.Equal(t, "sun", file.Sets[1].Queries[0].BM25.Query, "in the order of the files' names")

	for _, c := range []struct {
		args []string
		exit int
		says string
	}{
		{[]string{"--from-graphql", "documents"}, 1, "documents/a.graphql:3:41: the fields of born: only plain properties are returned here. --leave-out leaves that out"},
		{[]string{"--from-graphql", vars, "--leave-out"}, 1, "the variable $q: write its value where it is used"},
		{[]string{"--from-graphql", "empty"}, 1, "the folder of --from-graphql has no file that ends in .graphql or .gql"},
		{[]string{"--from-graphql", "links"}, 1, "b.gql in the folder of --from-graphql is no file of that folder: take it away"},
		{[]string{"--from-graphql", "nowhere"}, 1, "cannot read the documents of --from-graphql"},
		{[]string{"--from-graphql", "documents", "--terms", "x"}, 2, "--terms does not go with --from-graphql"},
		{[]string{"--leave-out"}, 2, "--leave-out is for --from-graphql"},
	} {
		result := queriesOf(append(c.args, "--out", "none")...)
		require.Equal(t, c.exit, result.ExitCode, "%v: %s", c.args, result.Stderr)
		require.Contains(t, result.Stderr, c.says, "%v", c.args)
		require.NoDirExists(t, filepath.Join(folder, "none"))
	}
}
