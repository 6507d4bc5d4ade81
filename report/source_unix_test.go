//go:build unix

package report

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/recorded"
)

// TestNothingOutsideOfTheFolderIsRead: a results folder from somebody else has links that lead out of it, and what never ends.
func TestNothingOutsideOfTheFolderIsRead(t *testing.T) {
	t.Parallel()
	folder := folderOf(t, brief(recorded.Options{}, "ROUNDS", "1"), fanout.SearchVector)
	outside := filepath.Join(t.TempDir(), "other.weaviate")
	whole, err := os.ReadFile(filepath.Join(folder, "1_Vector_limit200.weaviate"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(outside, whole, 0o600))
	require.NoError(t, os.Symlink(outside, filepath.Join(folder, "2_BM25_limit200.weaviate")))
	require.NoError(t, os.Symlink("1_Vector_limit200.weaviate", filepath.Join(folder, "3_Hybrid_01_limit200.weaviate")))
	require.NoError(t, syscall.Mkfifo(filepath.Join(folder, "4_Hybrid_09_limit200.weaviate"), 0o600))
	require.NoError(t, os.Symlink("/etc/passwd", filepath.Join(folder, "bench.json")))

	s, err := Open(folder)
	require.NoError(t, err)
	require.Len(t, s.Runs, 2, "a link within the folder is none out of it")
	require.Equal(t, []Problem{
		{File: "2_BM25_limit200.weaviate", Text: "it is no file of this folder, and was not looked at"},
		{File: "4_Hybrid_09_limit200.weaviate", Text: "it is no file of this folder, and was not looked at"},
		{File: "bench.json", Text: "it cannot be read, so that tests may be missing: it is no file of this folder"},
	}, s.Problems)
}
