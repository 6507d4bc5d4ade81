package queries_test

import (
	"bytes"
	"io/fs"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/dataset"
	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/queries"
)

// committed is one of the five files as it lies in this folder.
func committed(tb testing.TB, searchType fanout.SearchType) []byte {
	tb.Helper()
	text, err := fs.ReadFile(queries.Files, string(searchType)+".json")
	require.NoError(tb, err)
	return text
}

func read(tb testing.TB, text []byte) *queries.File {
	tb.Helper()
	file, err := queries.Read(bytes.NewReader(text), "test.json")
	require.NoError(tb, err)
	return file
}

func write(tb testing.TB, file *queries.File) []byte {
	tb.Helper()
	var text bytes.Buffer
	require.NoError(tb, file.Write(&text))
	return text.Bytes()
}

func TestTheCommittedFilesSearchTheSongs(t *testing.T) {
	t.Parallel()
	for _, searchType := range fanout.SearchTypes() {
		t.Run(string(searchType), func(t *testing.T) {
			t.Parallel()
			file := read(t, committed(t, searchType))
			require.Equal(t, searchType, file.SearchType)
			require.Equal(t, dataset.Names(), file.Collections())
			require.Len(t, file.Sets, 40)
			vectors := 0
			for i := range file.Sets {
				require.Equal(t, queries.SongTerms()[i], file.Sets[i].Text)
				vectors += len(file.Sets[i].Vector)
				for k := range file.Sets[i].Queries {
					q := &file.Sets[i].Queries[k]
					require.Nil(t, q.Limit, "the limit belongs to the run")
					require.True(t, q.NearVector == nil || q.NearVector.Vector == nil, "the vector belongs to the set, once")
					require.True(t, q.Hybrid == nil || q.Hybrid.Vector == nil, "the vector belongs to the set, once")
				}
			}
			if searchType == fanout.SearchBM25 {
				require.Zero(t, vectors)
				require.Zero(t, file.Dimensions)
			} else {
				require.Equal(t, 40*dataset.DefaultDimensions, vectors)
				require.Equal(t, dataset.DefaultDimensions, file.Dimensions)
			}
		})
	}
}

func TestMixedCoversEveryQueryTypeForEveryCollection(t *testing.T) {
	t.Parallel()
	sets, err := read(t, committed(t, fanout.SearchMixed)).QuerySets(10)
	require.NoError(t, err)
	seen := make(map[string]map[string]int)
	for _, set := range sets {
		require.Equal(t, fanout.SearchMixed, set.SearchType(), "every set holds several query types")
		for _, q := range set.Queries() {
			kinds := seen[q.Collection]
			if kinds == nil {
				kinds = make(map[string]int)
				seen[q.Collection] = kinds
			}
			kinds[string(fanout.SearchTypeOf([]fanout.Query{q}))]++
		}
	}
	require.Len(t, seen, 9)
	for collection, kinds := range seen {
		require.Equal(t, map[string]int{"vector": 10, "bm25": 10, "hybrid_01": 10, "hybrid_09": 10}, kinds, collection)
	}
}

func TestAnyLimitAtRunTime(t *testing.T) {
	t.Parallel()
	file := read(t, committed(t, fanout.SearchVector))
	for _, limit := range []int{1, 10, 200, 10_000} {
		sets, err := file.QuerySets(limit)
		require.NoError(t, err)
		for _, set := range sets {
			for _, q := range set.Queries() {
				require.Equal(t, limit, q.Limit)
			}
		}
	}
	_, err := file.QuerySets(0)
	require.ErrorContains(t, err, "set 1, query 1: collection SongLyrics: limit is 0: use a whole number from 1 up")

	own := 7
	file.Sets[1].Queries[2].Limit = &own
	sets, err := file.QuerySets(200)
	require.NoError(t, err)
	require.Equal(t, 7, sets[1].Queries()[2].Limit, "a query's own limit wins")
	require.Equal(t, 200, sets[1].Queries()[3].Limit)
}

func TestCollectionsThatDifferHaveTheirOwn(t *testing.T) {
	t.Parallel()
	file, err := queries.Make(queries.Options{
		SearchType: fanout.SearchHybrid09, Embedder: "sample",
		Targets: []queries.Target{
			{Collection: "Articles", Searched: []string{"body"}, Returned: []string{"headline"}},
			{Collection: "Images", Searched: []string{"caption"}},
			{Collection: "Authors", Searched: []string{"name"}, Returned: []string{"headline"}},
		},
		Terms: []queries.Term{
			{Text: "R&B <live>", Own: map[string]queries.Vector{"Articles": {1, 0}, "Images": {0, 1, 0}, "Authors": {0, 1}}},
			{Text: "jazz", Vector: queries.Vector{0.5, 0.5}, Own: map[string]queries.Vector{"Images": {0, 1, 0}}},
		},
	})
	require.NoError(t, err)
	text := write(t, file)
	require.Contains(t, string(text), `"text": "R&B <live>"`, "for people to read")
	require.Equal(t, file, read(t, text))

	sets, err := file.QuerySets(5)
	require.NoError(t, err)
	require.Zero(t, file.Dimensions, "no length is common to all")
	require.Equal(t, []fanout.Query{
		{
			Collection: "Articles", Type: fanout.Hybrid, Text: "jazz", Vector: []float32{0.5, 0.5}, Alpha: 0.9, Limit: 5,
			Properties: []string{"headline"}, SearchProperties: []string{"body"},
		},
		{
			Collection: "Images", Type: fanout.Hybrid, Text: "jazz", Vector: []float32{0, 1, 0}, Alpha: 0.9, Limit: 5,
			Properties: []string{}, SearchProperties: []string{"caption"},
		},
		{
			Collection: "Authors", Type: fanout.Hybrid, Text: "jazz", Vector: []float32{0.5, 0.5}, Alpha: 0.9, Limit: 5,
			Properties: []string{"headline"}, SearchProperties: []string{"name"},
		},
	}, sets[1].Queries())
}

func TestAFileOfNothingIsNotMade(t *testing.T) {
	t.Parallel()
	targets, terms := queries.SongTargets([]string{"SongLyrics"}), []queries.Term{{Text: "love"}}
	for _, c := range []struct {
		options queries.Options
		want    string
	}{
		{queries.Options{SearchType: fanout.SearchBM25, Targets: targets}, "at least one of each"},
		{queries.Options{SearchType: fanout.SearchBM25, Terms: terms}, "at least one of each"},
		{queries.Options{SearchType: "bm52", Targets: targets, Terms: terms}, `unknown search type "bm52"`},
		{queries.Options{SearchType: fanout.SearchVector, Targets: targets, Terms: terms}, "has no vector"},
	} {
		_, err := queries.Make(c.options)
		require.ErrorContains(t, err, c.want)
	}
}
