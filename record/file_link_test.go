//go:build unix

package record

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestTheNextStateIsANewFile: a link where the next state is prepared does not have another file overwritten.
func TestTheNextStateIsANewFile(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	mine, path := filepath.Join(folder, "mine"), filepath.Join(folder, "run.weaviate")
	require.NoError(t, os.WriteFile(mine, []byte("precious"), 0o600))
	for _, target := range []string{mine, filepath.Join(folder, "not-there")} {
		require.NoError(t, os.Symlink(target, path+".tmp"))
		f, err := openFile(path)
		require.NoError(t, err)
		require.NoError(t, f.write([][]byte{[]byte("state")}, true))
		require.NoError(t, f.close())
		text, err := os.ReadFile(mine)
		require.NoError(t, err)
		require.Equal(t, "precious", string(text))
		require.NoFileExists(t, filepath.Join(folder, "not-there"))
		require.NoError(t, os.Remove(path))
	}
}
