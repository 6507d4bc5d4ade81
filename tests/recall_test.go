package tests_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
	"github.com/xk6-weaviate/xk6-weaviate/internal/stub"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
	"github.com/xk6-weaviate/xk6-weaviate/queries"
	"github.com/xk6-weaviate/xk6-weaviate/truth"
)

// mixedQueries is a query file of two sets: a vector search of one collection and a keyword search of another.
const mixedQueries = `{
  "version": 1,
  "searchType": "mixed",
  "dimensions": 3,
  "sets": [
    {"text": "rain", "vector": [1, 0, 0], "queries": [
      {"collection":"SongLyrics","nearVector":{}}, {"collection":"SongLyrics_10k","bm25":{}}, {"collection":"SongLyrics_20k","nearVector":{}}
    ]},
    {"text": "sun", "vector": [0, 1, 0], "queries": [
      {"collection":"SongLyrics","nearVector":{}}, {"collection":"SongLyrics_10k","bm25":{}}, {"collection":"SongLyrics_20k","nearVector":{}}
    ]}
  ]
}
`

// startSmall starts a stub with the collections of the query file, each with some objects and vectors of three numbers.
func startSmall(t *testing.T, objects int) *stub.Server {
	t.Helper()
	var collections []stub.Collection
	for _, name := range []string{"SongLyrics", "SongLyrics_10k", "SongLyrics_20k"} {
		collections = append(collections, stub.Collection{Name: name, Objects: objects, Dimensions: 3})
	}
	return stub.Start(t, stub.With(stub.Config{Collections: collections}))
}

// missed is how many of the ten nearest objects of a query of the truth that writeTruth makes the server does not return.
func missed(collection string) int {
	return map[string]int{"SongLyrics": 3, "SongLyrics_20k": 0}[collection]
}

// writeTruth makes a truth of the query file's first set, as if a search found all but a few of the nearest.
func writeTruth(t *testing.T, server *stub.Server, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	hash := sha256.Sum256(text)
	file, err := queries.Read(bytes.NewReader(text), path)
	require.NoError(t, err)
	sets, err := file.QuerySets(10)
	require.NoError(t, err)
	client, err := fanout.NewClient(fanout.Config{URL: server.URL(), GRPC: server.GRPC()})
	require.NoError(t, err)
	result, err := client.Do(t.Context(), sets[0], fanout.Multi, fanout.Options{IDs: true})
	require.NoError(t, err)
	require.NoError(t, client.Close())
	require.Equal(t, fanout.Full, result.Outcome(), result.Members)

	f := truth.File{Queries: hex.EncodeToString(hash[:]), Depth: 10, Sets: []truth.Set{{Queries: make([]*truth.Query, sets[0].Len())}}}
	for i, q := range sets[0].Queries() {
		if q.Type != fanout.Vector {
			continue
		}
		f.Collections = append(f.Collections, truth.Collection{Name: q.Collection, Distance: truth.Cosine, Objects: 100})
		nearest := &truth.Query{Depth: 10}
		for k, id := range result.IDs[i] {
			if k < missed(q.Collection) {
				id = uuid.NewString()
			}
			nearest.IDs = append(nearest.IDs, uuid.MustParse(id))
			nearest.Distances = append(nearest.Distances, float32(k))
		}
		f.Sets[0].Queries[i] = nearest
	}
	out := filepath.Join(t.TempDir(), "truth.json")
	var b bytes.Buffer
	require.NoError(t, f.Write(&b))
	require.NoError(t, os.WriteFile(out, b.Bytes(), 0o600))
	return out
}

func writeQueries(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "queries.json")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// recallScript sends both sets by a strategy, and another batch that is not measured.
const recallScript = `
import { Client, loadQuerySets } from 'k6/x/weaviate';
const sets = loadQuerySets(__ENV.QUERIES, { limit: 10, truth: __ENV.TRUTH });
const client = new Client(JSON.parse(__ENV.OPTIONS));
const strategies = ['multi', 'bulk', 'parallel-graphql', 'parallel-grpc', 'sequential-grpc'];
export const options = { iterations: 10 };
export function setup() {
  client.announce({ sets });
}
export default async function () {
  for (const strategy of strategies) {
    const ids = __ITER % 2 === 0;
    if (client.run(sets.at(0), { strategy, ids }).results.some((result) => (result.ids !== null) !== ids)) {
      throw new Error('recall took the ids, or left them');
    }
    for (const batch of [client.run(sets.at(1), { strategy }), client.probe(sets.at(0), { strategy })]) {
      if (batch.results.some(({ ids }) => ids !== null)) {
        throw new Error('ids that nobody asked for');
      }
    }
  }
  await client.parallelQueryAsync(sets.at(0), { phase: 'warmup' });
}
`

func TestRecall(t *testing.T) {
	t.Parallel()
	server := startSmall(t, 100)
	path := writeQueries(t, mixedQueries)
	env := append(at(server), "QUERIES="+path, "TRUTH="+writeTruth(t, server, path))
	measured := func(t *testing.T, options string) (samples, string) {
		t.Helper()
		dir := t.TempDir()
		out := filepath.Join(dir, "out.json")
		result := run(t, 0, k6run.Options{Env: append(env, "OPTIONS="+options), Stdin: recallScript},
			"run", "--quiet", "--out", "json="+out, "--out", "weaviate="+filepath.Join(dir, "run.weaviate"), "-")
		require.NotContains(t, result.Stderr, "level=error", "an iteration threw")
		return readSamples(t, out)["weaviate_recall"], filepath.Join(dir, "run.weaviate")
	}

	t.Run("of all batches", func(t *testing.T) {
		t.Parallel()
		recall, path := measured(t, `{"recallRate":1}`)
		require.Len(t, recall, 2*10*(5+1), "two members of ten batches by each strategy, and of those sent aside")
		for i := range recall {
			s := &recall[i]
			require.InDelta(t, 1-float64(missed(s.Tags["collection"]))/10, s.Value, 1e-12, s.Tags)
			require.True(t, s.has([]string{"query_type", "vector", "search_type", "mixed"}), s.Tags)
		}
		for _, strategy := range fanout.Strategies() {
			require.Equal(t, 20, recall.count("strategy", string(strategy), "phase", "measure"))
		}
		require.Equal(t, 20, recall.count("strategy", "parallel-grpc", "phase", "warmup"))

		recorded := readRun(t, path)
		require.Equal(t, &measure.Truth{Depth: 10, Sets: 1, Rate: 1}, recorded.Info().Truth)
		total := recorded.Total(fanout.Multi, measure.Measured)
		require.InDelta(t, 0.7, total.Collection("SongLyrics").Recall.Share(), 1e-12)
		require.Nil(t, total.Collection("SongLyrics_10k").Recall, "a keyword search has no truth")
		require.EqualValues(t, 200, total.Recall().Wanted)
	})
	t.Run("of some", func(t *testing.T) {
		t.Parallel()
		recall, _ := measured(t, `{"recallRate":0.5}`)
		require.NotEmpty(t, recall)
		require.Less(t, len(recall), 2*10*(5+1))
	})
	t.Run("of none", func(t *testing.T) {
		t.Parallel()
		recall, _ := measured(t, `{"recallRate":0}`)
		require.Empty(t, recall)
	})
}

// TestFailedMembersHaveNoRecall: it is over those that answered.
func TestFailedMembersHaveNoRecall(t *testing.T) {
	t.Parallel()
	server := startSmall(t, 100)
	path := writeQueries(t, mixedQueries)
	env := append(at(server), "QUERIES="+path, "TRUTH="+writeTruth(t, server, path), `OPTIONS={"recallRate":1}`)
	server.Set("SongLyrics", stub.Behaviour{Fault: stub.FieldError("no")})
	out := filepath.Join(t.TempDir(), "out.json")
	run(t, 0, k6run.Options{Env: env, Stdin: recallScript}, "run", "--quiet", "--out", "json="+out, "-")
	recall := readSamples(t, out)["weaviate_recall"]
	require.Len(t, recall, 10*(5+1))
	require.Equal(t, len(recall), recall.sum("collection", "SongLyrics_20k"), "each is 1")
}

func TestWrongTruthsEndTheScript(t *testing.T) {
	t.Parallel()
	server := startSmall(t, 100)
	path := writeQueries(t, mixedQueries)
	made := writeTruth(t, server, path)
	for name, c := range map[string]struct{ queries, truth, options, want string }{
		"missing":       {path, made + "x", "{}", "loadQuerySets: no truth at " + made + "x: `k6 x weaviate truth` makes it"},
		"no truth":      {path, path, "{}", "the truth file " + path + " is wrong"},
		"of others":     {writeQueries(t, mixedQueries+"\n"), made, "{}", "the truth " + made + " is that of another query file"},
		"rate above 1":  {path, made, `{"recallRate":1.5}`, "recallRate must be a number from 0 to 1, not 1.5"},
		"rate below 0":  {path, made, `{"recallRate":-1}`, "recallRate must be a number from 0 to 1, not -1"},
		"rate is text":  {path, made, `{"recallRate":"all"}`, "recallRate must be a number from 0 to 1, not "},
		"is not a file": {path, "https://host/truth.json", "{}", "is not a file: use a path or a file:// URL"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			result := run(t, 107, k6run.Options{
				Env: append(at(server), "QUERIES="+c.queries, "TRUTH="+c.truth, "OPTIONS="+c.options), Stdin: recallScript,
			}, "run", "--quiet", "--log-format", "raw", "-")
			require.Contains(t, result.Stderr, c.want)
		})
	}
}

// TestScriptsMeasureRecall runs one of the five with a truth, out of an archive, and holds it to objects that were not there when the
// truth was made.
func TestScriptsMeasureRecall(t *testing.T) {
	t.Parallel()
	server := startSmall(t, 100)
	path := writeQueries(t, mixedQueries)
	made := writeTruth(t, server, path)
	env := briefly(at(server), "QUERIES="+path, "TRUTH="+made, "RECALL_RATE=1")
	dir := t.TempDir()
	archive, out := filepath.Join(dir, "mixed.tar"), filepath.Join(dir, "out.json")
	run(t, 0, k6run.Options{Env: env}, "archive", "--include-system-env-vars", "--archive-out", archive, script(t, "mixed"))
	require.NoError(t, os.Remove(made), "the archive carries it")
	result := run(t, 0, k6run.Options{Env: env}, "run", "--out", "json="+out, archive)
	require.Contains(t, result.Stdout, "{ phase:measure }")
	require.Contains(t, result.Stdout, "weaviate_recall")
	recall := readSamples(t, out)["weaviate_recall"]
	require.NotZero(t, recall.count("phase", "measure", "collection", "SongLyrics"))
	require.Equal(t, recall.count("collection", "SongLyrics"), recall.count("collection", "SongLyrics_20k"))

	grown := startSmall(t, 120)
	result = run(t, 108, k6run.Options{Env: briefly(at(grown), "QUERIES="+path, "TRUTH="+writeTruth(t, server, path))},
		"run", "--quiet", script(t, "mixed"))
	require.Contains(t, result.Stderr, "the truth was made of 100 objects of SongLyrics, and there are 120: make it anew, with `k6 x weaviate truth`")
}
