package command_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
	"github.com/xk6-weaviate/xk6-weaviate/queries"
)

// make makes query files in a folder and returns it.
func makeQueries(t *testing.T, env []string, args ...string) (folder string, result k6run.Result) {
	t.Helper()
	folder = filepath.Join(t.TempDir(), "out")
	args = append([]string{"x", "weaviate", "queries", "--out", folder}, args...)
	return folder, k6run.Run(t, k6run.Options{Dir: t.TempDir(), Env: env}, args...)
}

// made makes query files, which must work, and reads them.
func made(t *testing.T, env []string, args ...string) map[string]*queries.File {
	t.Helper()
	folder, result := makeQueries(t, env, args...)
	require.Zero(t, result.ExitCode, result.Stderr)
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	files := make(map[string]*queries.File)
	for _, entry := range entries {
		text, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		require.NoError(t, err)
		files[entry.Name()], err = queries.Read(bytes.NewReader(text), entry.Name())
		require.NoError(t, err)
		require.Contains(t, result.Stderr, filepath.Join(folder, entry.Name())+": ")
	}
	return files
}

// TestOneQuerySetOfOneQuery: what there is one of is not called by its plural.
func TestOneQuerySetOfOneQuery(t *testing.T) {
	t.Parallel()
	terms := filepath.Join(t.TempDir(), "terms.txt")
	require.NoError(t, os.WriteFile(terms, []byte("love in the rain\n"), 0o600))
	_, result := makeQueries(t, nil, "--collections", "SongLyrics", "--search-types", "bm25", "--terms", terms)
	require.Zero(t, result.ExitCode, result.Stderr)
	require.Regexp(t, `bm25\.json: 1 query set of 1 query\n$`, result.Stderr)
}

func TestTheCommittedFilesAreWhatTheCommandMakes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	// Nothing listens there: the songs' files need no server.
	env := []string{"WEAVIATE_URL=http://127.0.0.1:1", "WEAVIATE_GRPC=127.0.0.1:1"}
	result := k6run.Run(t, k6run.Options{Dir: dir, Env: env}, "x", "weaviate", "queries")
	require.Zero(t, result.ExitCode, result.Stderr)
	require.Contains(t, result.Stderr, "vector.json: 40 query sets of 9 queries, ")
	for _, searchType := range fanout.SearchTypes() {
		name := string(searchType) + ".json"
		want, err := fs.ReadFile(queries.Files, name)
		require.NoError(t, err)
		got, err := os.ReadFile(filepath.Join(dir, "queries", name))
		require.NoError(t, err)
		require.True(t, bytes.Equal(want, got), "%s has changed: run `k6 x weaviate queries` and see what", name)
	}
}

func TestSongFilesOfOnesOwn(t *testing.T) {
	t.Parallel()
	terms := filepath.Join(t.TempDir(), "terms.txt")
	require.NoError(t, os.WriteFile(terms, []byte("\ufeffR&B\r\n\r\n  rain on me \r\nlast"), 0o600))
	files := made(t, nil, "--terms", terms, "--collections", "SongLyrics_10k,SongLyrics", "--search-types", "hybrid_01,vector",
		"--dimensions", "16")
	require.Len(t, files, 2)
	file := files["hybrid_01.json"]
	require.Equal(t, []string{"SongLyrics_10k", "SongLyrics"}, file.Collections())
	require.Equal(t, []string{"R&B", "rain on me", "last"}, []string{file.Sets[0].Text, file.Sets[1].Text, file.Sets[2].Text})
	require.Equal(t, 16, file.Dimensions)
	require.Equal(t, "hash", file.Embedder)
}

func TestSampleMakesFilesForNamedVectors(t *testing.T) {
	t.Parallel()
	env := library(t)
	args := []string{"--collections", "Articles,Authors,Pages", "--target-vector", "body"}
	files := made(t, env, args...)
	require.Len(t, files, 5)
	file := files["mixed.json"]
	require.Equal(t, "sample", file.Embedder)
	require.Equal(t, 8, file.Dimensions)
	require.Len(t, file.Sets, 40)
	sets, err := file.QuerySets(10)
	require.NoError(t, err)
	own := map[string]fanout.Query{
		"Articles": {
			TargetVector: "body", SearchProperties: []string{"title", "body", "tags"},
			Properties: []string{"address", "title", "body", "tags", "words", "printed"},
		},
		"Authors": {SearchProperties: []string{"name"}, Properties: []string{"name", "born"}},
		"Pages":   {TargetVector: "content", SearchProperties: []string{"content"}, Properties: []string{"content"}},
	}
	texts := make(map[string]bool)
	for i, set := range sets {
		texts[file.Sets[i].Text] = true
		require.Len(t, file.Sets[i].Vector, 8, "one vector for all: theirs have one length")
		for _, q := range set.Queries() {
			want := own[q.Collection]
			require.Equal(t, want.Properties, q.Properties)
			if q.Type != fanout.BM25 {
				require.Equal(t, want.TargetVector, q.TargetVector)
			}
			if q.Type != fanout.Vector {
				require.Equal(t, want.SearchProperties, q.SearchProperties)
			}
		}
	}
	require.Len(t, texts, 40, "each text once")
	require.True(t, texts["first Author"])
	require.Equal(t, files, made(t, env, args...), "the same data make the same files")
}

func TestSampleGivesEachCollectionVectorsOfItsOwnWhereTheyDiffer(t *testing.T) {
	t.Parallel()
	files := made(t, library(t), "--collections", "Articles,Authors", "--target-vector", "title", "--search-types", "vector,bm25")
	file := files["vector.json"]
	require.Zero(t, file.Dimensions)
	for i := range file.Sets {
		require.Nil(t, file.Sets[i].Vector)
		require.Len(t, file.Sets[i].Queries[0].NearVector.Vector, 3)
		require.Len(t, file.Sets[i].Queries[1].NearVector.Vector, 8)
	}
	require.Empty(t, files["bm25.json"].Embedder)
}

func TestATenantsFiles(t *testing.T) {
	t.Parallel()
	files := made(t, library(t), "--collections", "Notes,Pages", "--tenant", "acme", "--properties", "note",
		"--search-properties", "note^2,content")
	for name, file := range files {
		for i := range file.Sets {
			require.Equal(t, "acme", file.Sets[i].Queries[0].Tenant, name)
			require.Empty(t, file.Sets[i].Queries[1].Tenant, name)
		}
	}
	sets, err := files["hybrid_09.json"].QuerySets(1)
	require.NoError(t, err)
	notes, pages := sets[0].Queries()[0], sets[0].Queries()[1]
	require.Equal(t, []string{"note"}, notes.Properties)
	require.Equal(t, []string{}, pages.Properties, "it has no note")
	require.Equal(t, []string{"note^2"}, notes.SearchProperties)
	require.Equal(t, []string{"content"}, pages.SearchProperties)
}

func TestVectorFilesNeedNoText(t *testing.T) {
	t.Parallel()
	env := library(t)
	files := made(t, env, "--collections", "Authors", "--search-types", "vector", "--properties", "born")
	require.Len(t, files["vector.json"].Sets, 7, "as many as there are authors")
	files = made(t, env, "--collections", "Authors", "--search-types", "bm25")
	require.Len(t, files["bm25.json"].Sets, 7)
}

// embeddings is an OpenAI-compatible endpoint whose vectors have a length of 8.
func embeddings(t *testing.T, key string) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if key != "" && r.Header.Get("Authorization") != "Bearer "+key {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		var request struct {
			Input []string
			Model string
		}
		_ = json.NewDecoder(r.Body).Decode(&request)
		data := make([]map[string]any, len(request.Input))
		for i := range data {
			data[i] = map[string]any{"index": i, "embedding": direction(len(request.Input[i]), 8)}
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"data": data, "model": request.Model})
	}))
	t.Cleanup(server.Close)
	return server
}

func TestOpenAIMakesTheVectors(t *testing.T) {
	t.Parallel()
	const key = "sk-marked-secret"
	endpoint := embeddings(t, key)
	terms := filepath.Join(t.TempDir(), "terms.txt")
	require.NoError(t, os.WriteFile(terms, []byte("deep sea\nhigh tide\n"), 0o600))
	env := append(library(t), "OPENAI_API_KEY="+key, "OPENAI_BASE_URL="+endpoint.URL+"/v1", "OPENAI_MODEL=small")
	files := made(t, env, "--collections", "Authors,Pages", "--embedder", "openai", "--terms", terms)
	for name, file := range files {
		require.Len(t, file.Sets, 2)
		if name != "bm25.json" {
			require.Equal(t, "openai small", file.Embedder)
			require.Equal(t, queries.Vector(direction(len("high tide"), 8)), file.Sets[1].Vector)
		}
	}
}

// everyStrategy is a script that sends each set of a file once by each strategy, and says what failed.
const everyStrategy = `
import { Client, loadQuerySets } from 'k6/x/weaviate';

const sets = loadQuerySets(__ENV.QUERIES, { limit: 3 });
const client = new Client();

export const options = { thresholds: { weaviate_batch_failed: ['rate==0'], weaviate_query_objects: ['count>0'] } };

export default function () {
  for (let i = 0; i < sets.length; i++) {
    for (const strategy of ['multi', 'parallel-graphql', 'parallel-grpc']) {
      const batch = client.run(sets.at(i), { strategy });
      batch.results.filter((result) => !result.ok).forEach(({ collection, error }) => console.error(strategy, collection, error));
    }
  }
}
`

func TestEveryStrategyCanSendWhatIsMade(t *testing.T) {
	t.Parallel()
	env := library(t)
	for name, args := range map[string][]string{
		"named vectors and tenants": {"--collections", "Articles,Authors,Notes,Pages", "--target-vector", "body", "--tenant", "acme"},
		"vectors of their own":      {"--collections", "Articles,Pages", "--target-vector", "title"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder, result := makeQueries(t, env, args...)
			require.Zero(t, result.ExitCode, result.Stderr)
			for _, searchType := range fanout.SearchTypes() {
				path := filepath.Join(folder, string(searchType)+".json")
				result := k6run.Run(t, k6run.Options{Env: append([]string{"QUERIES=" + path}, env...), Stdin: everyStrategy}, "run", "-")
				require.Zero(t, result.ExitCode, result.Stdout+result.Stderr)
				require.NotContains(t, result.Stderr, "level=error")
			}
		})
	}
}

func TestTheScriptsRunOnWhatIsMade(t *testing.T) {
	t.Parallel()
	env := library(t)
	folder, result := makeQueries(t, env, "--collections", "Articles,Authors,Pages", "--target-vector", "body", "--search-types", "vector")
	require.Zero(t, result.ExitCode, result.Stderr)
	result = k6run.Run(t, k6run.Options{Env: append([]string{
		"QUERIES=" + filepath.Join(folder, "vector.json"), "USERS=2", "SPAWN_RATE=2", "RUN_TIME=3s", "SETTLE=0s", "LIMIT=5",
	}, env...)}, "run", "../scripts/vector.js")
	require.Zero(t, result.ExitCode, result.Stdout+result.Stderr)
	require.Regexp(t, `collection:Articles,phase:measure \}[ .]*: *0\.00% +0 out of [1-9]`, result.Stdout)
}
