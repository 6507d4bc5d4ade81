package bench

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

func seeds() map[string]string {
	return map[string]string{
		`{"version":1,"searchTypes":["vector","bm25"],"limits":[5,200],"recall":0.1,"variables":{"USERS":"2"},"done":["1_Vector_limit5"]}`: "",
		`{"version":1,"searchTypes":["../../evil"],"limits":[5]}`:                                                                          `a search type "../../evil"`,
		`{"version":1,"searchTypes":["vector","vector"],"limits":[5]}`:                                                                     "there twice",
		`{"version":1,"searchTypes":["vector"],"limits":[-5]}`:                                                                             "a limit of -5",
		`{"version":1,"searchTypes":["vector"],"limits":[]}`:                                                                               "no tests",
		`{"version":2}`: "version 2",
		`null`:          "version 0",
		`[`:             "unexpected end",
		`{"version":1,"searchTypes":["vector"],"limits":[` + string(bytes.Repeat([]byte("1,"), maxLimits)) + `1]}`: "101 limits",
		string(bytes.Repeat([]byte(" "), maxManifest+1)):                                                           "longer than 1 MiB",
	}
}

func TestManifestsThatAreWrong(t *testing.T) {
	t.Parallel()
	for text, want := range seeds() {
		_, err := readManifest(bytes.NewReader([]byte(text)))
		if want == "" {
			require.NoError(t, err)
			continue
		}
		require.ErrorContains(t, err, want, text[:min(len(text), 100)])
	}
}

// FuzzManifest resumes what somebody made of a bench: an error, or tests whose files are in the results folder.
func FuzzManifest(f *testing.F) {
	for text := range seeds() {
		if len(text) < 1000 {
			f.Add([]byte(text))
		}
	}
	f.Add([]byte(`{"version":1,"searchTypes":["mixed"],"limits":[1],"scripts":"../..","variables":{"WEAVIATE_URL":"http://other","ROUNDS":"9999999999","PATH":"/x"},"done":["../x"]}`))
	folder := f.TempDir()
	f.Fuzz(func(t *testing.T, text []byte) {
		require.NoError(t, os.WriteFile(filepath.Join(folder, manifestName), text, 0o600))
		b, err := Resume(Options{Folder: folder, Env: map[string]string{"PATH": "/bin"}})
		if err != nil {
			return
		}
		require.NotEmpty(t, b.Tests())
		require.LessOrEqual(t, len(b.Tests()), maxLimits*len(fanout.SearchTypes()))
		require.Equal(t, "/bin", b.options.Env["PATH"], "only a bench's own variables come from the folder")
		for _, test := range b.Tests() {
			require.Equal(t, filepath.Clean(folder), filepath.Dir(test.path(&b.options, endingRun)))
		}
	})
}
