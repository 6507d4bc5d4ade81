package record

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFileHoldsTheLastGoodState(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "run.weaviate")
	f, err := openFile(path)
	require.NoError(t, err)
	require.NoFileExists(t, path, "nothing is written yet")
	info, err := os.Stat(path + ".tmp")
	require.NoError(t, err)
	require.EqualValues(t, spare, info.Size(), "there is room for the first state")

	require.NoError(t, f.write([][]byte{[]byte("one "), []byte("state")}, false))
	require.Equal(t, "one state", string(must(os.ReadFile(path))))
	info, err = os.Stat(path + ".tmp")
	require.NoError(t, err)
	require.EqualValues(t, spare+len("one state"), info.Size(), "there is room for the next one")
	require.NoError(t, f.write([][]byte{[]byte("two")}, false))
	require.Equal(t, "two", string(must(os.ReadFile(path))), "nothing is left of the state before, nor of the room")

	// A write that fails on the way leaves the file as it is.
	require.NoError(t, f.next.Close())
	err = f.write([][]byte{[]byte("three")}, false)
	require.ErrorContains(t, err, "cannot record to "+path)
	require.ErrorContains(t, err, "it holds what was recorded until ")
	require.Equal(t, "two", string(must(os.ReadFile(path))))
}

// TestLastStateNeedsNoRoomForAnother fills the last file on a disk that has nothing left.
func TestLastStateNeedsNoRoomForAnother(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "run.weaviate")
	f, err := openFile(path)
	require.NoError(t, err)
	require.NoError(t, f.write([][]byte{[]byte("last")}, true))
	require.NoFileExists(t, path+".tmp")
	require.Equal(t, "last", string(must(os.ReadFile(path))))
	require.NoError(t, f.close())
}

func TestFileIsInNobodysWay(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "run.weaviate")
	require.NoError(t, os.WriteFile(path+".tmp", make([]byte, 2*spare), 0o600), "a killed run left it")
	f, err := openFile(path)
	require.NoError(t, err)
	require.NoError(t, f.write([][]byte{[]byte("state")}, false))
	require.Equal(t, "state", string(must(os.ReadFile(path))))
	require.NoError(t, f.close())
	require.NoFileExists(t, path+".tmp")
	require.NoError(t, f.close(), "twice does no harm")
}
