package report

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/recorded"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
	"github.com/xk6-weaviate/xk6-weaviate/record"
)

func write(t *testing.T, text string, path ...string) {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(path...), []byte(text), 0o644))
}

func TestTheNewestFolder(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	_, err := Newest(folder)
	require.ErrorIs(t, err, ErrNothing)
	require.ErrorContains(t, err, "there is no results folder here")
	for _, name := range []string{"results_20261124_120000", "results_20261201_090000", "results_20251231_235959", "zzz"} {
		require.NoError(t, os.Mkdir(filepath.Join(folder, name), 0o755))
	}
	write(t, "", folder, "results_20270101_000000") // no folder
	newest, err := Newest(folder)
	require.NoError(t, err)
	require.Equal(t, filepath.Join(folder, "results_20261201_090000"), newest)
}

// TestABrokenFileSpoilsNothingElse reads a results folder in which everything is wrong that can be, but for two tests.
func TestABrokenFileSpoilsNothingElse(t *testing.T) {
	t.Parallel()
	folder := folderOf(t, brief(recorded.Options{}, "ROUNDS", "1"), fanout.SearchVector, fanout.SearchMixed)
	whole, err := os.ReadFile(filepath.Join(folder, "1_Vector_limit200.weaviate"))
	require.NoError(t, err)
	write(t, string(whole[:len(whole)/2]), folder, "2_BM25_limit200.weaviate")
	write(t, "a text", folder, "3_Hybrid_01_limit200.weaviate")
	write(t, "", folder, "4_Hybrid_09_limit200.log")
	write(t, "", folder, "notes.txt")
	require.NoError(t, os.Mkdir(filepath.Join(folder, "5_Mixed_limit100.weaviate.d"), 0o755))
	require.NoError(t, os.Mkdir(filepath.Join(folder, "0.weaviate"), 0o755), "a folder with the name of a file")
	write(t, `{"version":1,"searchTypes":["vector","bm25","hybrid_01","hybrid_09","mixed"],"limits":[200],"done":["1_Vector_limit200"]}`,
		folder, "bench.json")

	r := open(t, options(), folder)
	require.Len(t, r.Tests, 2)
	require.Equal(t, "1_Vector_limit200", r.Tests[0].Name)
	require.Equal(t, "5_Mixed_limit200", r.Tests[1].Name)
	require.Equal(t, "results_20250601_120000", r.Name)
	texts := make(map[string]string)
	for _, problem := range r.Problems {
		texts[problem.File] = problem.Text
	}
	require.Len(t, texts, 4)
	require.Contains(t, texts["2_BM25_limit200.weaviate"], "2_BM25_limit200.weaviate is not a whole run file")
	require.Contains(t, texts["3_Hybrid_01_limit200.weaviate"], "3_Hybrid_01_limit200.weaviate is not a run file")
	require.Contains(t, texts["4_Hybrid_09_limit200.weaviate"], "the test recorded nothing: its log, 4_Hybrid_09_limit200.log, says why")
	require.Contains(t, texts["bench.json"], "1 of 5 tests came to their end: `k6 x weaviate bench --resume")

	write(t, "no JSON", folder, "bench.json")
	source, err := Open(folder)
	require.NoError(t, err)
	require.Contains(t, source.Problems[3].Text, "it cannot be read, so that tests may be missing: ")
}

func TestThereIsNothingToOpen(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for name, c := range map[string]struct {
		paths []string
		says  string
	}{
		"no such folder": {[]string{filepath.Join(folder, "no")}, "there is no " + folder},
		"empty folder":   {[]string{folder}, "holds no run files (*.weaviate): name the results folder of a bench"},
		"two folders":    {[]string{folder, folder}, "is a folder; name one results folder, or run files only"},
	} {
		_, err := Open(c.paths...)
		require.ErrorIs(t, err, ErrNothing, name)
		require.ErrorContains(t, err, c.says, name)
	}
}

// TestPartsOfARunArePutTogether reads a run that two processes shared, and two runs of one plan that are none.
func TestPartsOfARunArePutTogether(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	part := func(number int) recorded.Options {
		return brief(recorded.Options{Parts: 2, Part: number}, "ROUNDS", "1")
	}
	one, other := filepath.Join(folder, "vector.a.weaviate"), filepath.Join(folder, "vector.b.weaviate")
	recorded.Write(t, one, part(0))
	recorded.Write(t, other, part(1))
	both := open(t, options(), folder)
	require.Empty(t, both.Problems)
	require.Len(t, both.Tests, 1)
	require.Equal(t, "vector", both.Tests[0].Name)
	require.Equal(t, "vector.a.weaviate, vector.b.weaviate", both.Tests[0].Facts[0].Facts[0].Value)
	alone := open(t, options(), one)
	require.Less(t, alone.Tests[0].Loads[0].Results[0].Batches, both.Tests[0].Loads[0].Results[0].Batches)
	require.Equal(t, both.Tests[0].Loads, open(t, options(), other, one).Tests[0].Loads, "in whatever order they are named")

	twice := open(t, options(), one, one)
	require.Len(t, twice.Problems, 1)
	require.Contains(t, twice.Problems[0].Text, "it is no part of the run of vector.a.weaviate: two of the run files hold the same process")

	later := filepath.Join(folder, "vector.c.weaviate")
	o := part(1)
	o.Began = time.Date(2025, 6, 2, 12, 0, 0, 0, time.UTC)
	recorded.Write(t, later, o)
	r := open(t, options(), one, later)
	require.Len(t, r.Tests, 1)
	require.Contains(t, r.Problems[0].Text, "they did not run at the same time; give the files of different runs different names")
}

// TestAReportNobodyCanReadIsNotMade: a small file has a hundred search types in it, and a thousand collections, each of which a report would
// show for each of the others.
func TestAReportNobodyCanReadIsNotMade(t *testing.T) {
	t.Parallel()
	folder := folderOf(t, brief(recorded.Options{}, "ROUNDS", "1"), fanout.SearchVector, fanout.SearchMixed)
	path := filepath.Join(folder, "1_Vector_limit200.weaviate")
	file, err := os.Open(path)
	require.NoError(t, err)
	run, err := record.Read(file, path)
	require.NoError(t, err)
	require.NoError(t, file.Close())
	for i := range 1000 {
		run.Processes[0].Info.Collections = append(run.Processes[0].Info.Collections, measure.CollectionInfo{Name: fmt.Sprintf("C%d", i)})
	}
	series := run.Series
	run.Series = nil
	for _, s := range series {
		for i := range 90 {
			other := *s
			other.SearchType = fanout.SearchType(fmt.Sprintf("t%02d", i))
			other.Collections, other.Samples, other.Timeline = nil, nil, record.Timeline[record.BatchRow]{Step: 1}
			run.Series = append(run.Series, &other)
		}
	}
	var text bytes.Buffer
	require.NoError(t, run.Write(&text))
	require.Less(t, text.Len(), 1<<20)
	write(t, text.String(), path)

	r := open(t, options(), folder)
	require.Len(t, r.Tests, 1, "the other is reported on")
	require.Equal(t, fanout.SearchMixed, r.Tests[0].SearchType)
	require.Len(t, r.Problems, 1)
	require.Equal(t, filepath.Base(path), r.Problems[0].File)
	require.Regexp(t, `^its search types, numbers of users, strategies and collections make \d+ rows of a report, and there is room for 100000: `, r.Problems[0].Text)
}
