package command

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWhenOneFileCannotBeWrittenNoneIs(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "a", "b")
	files := []outputFile{
		{name: "one.json", text: []byte("1")}, {name: "two.json", text: []byte("2")},
		{name: strings.Repeat("x", 300), text: []byte("3")}, {name: "four.json", text: []byte("4")},
	}
	err := writeAll(folder, files)
	require.ErrorContains(t, err, "cannot write to the folder of --out, and nothing was: open ")
	left, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Empty(t, left)

	require.NoError(t, writeAll(folder, files[:2]))
	left, err = os.ReadDir(folder)
	require.NoError(t, err)
	require.Len(t, left, 2)
	info, err := left[1].Info()
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o644), info.Mode(), "for all to read")
}
