package weaviate

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.k6.io/k6/v2/js/common"
	"go.k6.io/k6/v2/lib/fsext"
)

func TestAQueryFileIsReadOnceAProcess(t *testing.T) {
	t.Parallel()
	disk := fsext.NewMemMapFs()
	const text = `{"version":1,"searchType":"bm25","sets":[{"text":"rain","queries":[{"collection":"A","bm25":{}}]}]}`
	require.NoError(t, fsext.WriteFile(disk, "/a.json", []byte(text), 0o600))
	env := &common.InitEnvironment{FileSystems: map[string]fsext.Fs{"file": disk}}

	var files queryFiles
	first, sets, err := files.load(env, fileKey{"/a.json", 10})
	require.NoError(t, err)
	require.Equal(t, 10, sets[0].Queries()[0].Limit)
	require.NoError(t, disk.Remove("/a.json"))

	again, same, err := files.load(env, fileKey{"/a.json", 10})
	require.NoError(t, err)
	require.Same(t, first, again)
	require.Same(t, sets[0], same[0], "encoded once for all users")
	again, sets, err = files.load(env, fileKey{"/a.json", 20})
	require.NoError(t, err)
	require.Same(t, first, again, "another limit is no other file")
	require.Equal(t, 20, sets[0].Queries()[0].Limit)
}
