package dataset

import (
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// inUse is what the process holds in memory, in bytes. The tests that ask run alone.
func inUse() uint64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}

// The batches of the full million are there without the songs.
func TestMemoryDoesNotGrowWithTheScale(t *testing.T) { //nolint:paralleltest // it looks at the memory of the process
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	batches, songs := 0, 0
	for b, err := range (madeUp{1}).batches(t.Context(), make([]int, len(Collections())), DefaultBatchSize) {
		require.NoError(t, err)
		batches++
		songs += b.count
	}
	runtime.ReadMemStats(&after)
	require.Equal(t, FullSize(), songs)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(1000*batches), "bytes for %d batches", batches)
}

func TestMemoryDoesNotGrowWithTheFile(t *testing.T) { //nolint:paralleltest // it looks at the memory of the process
	const songs, size, inBatch = 20_000, 1000, 20
	path := filepath.Join(t.TempDir(), "songs.csv.gz")
	file, err := os.Create(path)
	require.NoError(t, err)
	zipped := gzip.NewWriter(file)
	_, err = fmt.Fprintln(zipped, "title,lyrics")
	require.NoError(t, err)
	for i := range songs {
		_, err := fmt.Fprintf(zipped, "%d,%s\n", i, strings.Repeat("la la ", size/6))
		require.NoError(t, err)
	}
	require.NoError(t, zipped.Close())
	require.NoError(t, file.Close())

	f, err := checkSongFile(t.Context(), path)
	require.NoError(t, err)
	require.Equal(t, songs, f.songs)
	before, most := inUse(), uint64(0)
	batches := 0
	for b, err := range dealFile(f, 1).batches(t.Context(), make([]int, len(Collections())), inBatch) {
		require.NoError(t, err)
		batches++
		if batches%100 == 0 {
			most = max(most, inUse())
		}
		runtime.KeepAlive(b)
	}
	require.Less(t, int(most)-int(before), songs*size/5, "of %d bytes", songs*size)
}
