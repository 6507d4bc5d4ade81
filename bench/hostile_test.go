//go:build unix

package bench

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/slo"
)

// spy makes a k6 that measures nothing and writes down how it was called.
func spy(t *testing.T, says string) (binary, notes string) {
	t.Helper()
	folder := t.TempDir()
	binary, notes = filepath.Join(folder, "k6"), filepath.Join(folder, "notes")
	script := "#!/bin/sh\necho \"arguments: $*\" >>'" + notes + "'\nenv >>'" + notes + "'\nprintf '" + says + "'\nexit 1\n"
	require.NoError(t, os.WriteFile(binary, []byte(script), 0o700))
	return binary, notes
}

func options(folder, binary string) Options {
	return Options{
		Binary: binary, Folder: folder, SearchTypes: []fanout.SearchType{fanout.SearchVector}, Limits: []int{5}, Progress: io.Discard,
		Env: map[string]string{"STRATEGY": "multi", "USERS": "1", "RUN_TIME": "1s", "WEAVIATE_API_KEY": "marked-secret", "PATH": os.Getenv("PATH")},
	}
}

// TestTheKeyIsInNoCommandLine: the k6 of a test gets the key by its environment, which other users of the machine cannot see, and
// bench.json does not have it.
func TestTheKeyIsInNoCommandLine(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	binary, notes := spy(t, "")
	b, err := New(options(folder, binary))
	require.NoError(t, err)
	require.NoError(t, b.Run(t.Context()))
	require.Len(t, b.Failed(), 1)
	text, err := os.ReadFile(notes)
	require.NoError(t, err)
	require.Contains(t, string(text), "\nWEAVIATE_API_KEY=marked-secret\n")
	arguments, _, _ := strings.Cut(string(text), "\n")
	require.Contains(t, arguments, "arguments: run ")
	require.NotContains(t, arguments, "marked-secret")
	saved, err := os.ReadFile(filepath.Join(folder, manifestName))
	require.NoError(t, err)
	require.NotContains(t, string(saved), "marked-secret")
}

// TestTheEndOfALogIsFitForATerminal: what k6 wrote last is shown, without what a terminal would obey.
func TestTheEndOfALogIsFitForATerminal(t *testing.T) {
	t.Parallel()
	binary, _ := spy(t, `first\n%0100000d\n\033[31mred\033]0;owned\007\nlast\n`)
	o := options(t.TempDir(), binary)
	var progress bytes.Buffer
	o.Progress = &progress
	b, err := New(o)
	require.NoError(t, err)
	require.NoError(t, b.Run(t.Context()))
	require.ErrorContains(t, b.Failed()[0].Err, "\n\uFFFD[31mred\uFFFD]0;owned\uFFFD\nlast")
	require.Contains(t, progress.String(), "red\uFFFD]0;owned\uFFFD\nlast")
	require.NotContains(t, progress.String(), "\x1b")
	require.Less(t, progress.Len(), 2*keptLog, "a long log is not read as a whole")
}

// TestNothingIsWrittenThroughLinks: who prepares a results folder cannot have a bench overwrite files elsewhere.
func TestNothingIsWrittenThroughLinks(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"1_Vector_limit5.log", "1_Vector_limit5.weaviate", "1_Vector_limit5_summary.json", "1_Vector_limit5_report.html", "1_Vector_limit5_stats.csv",
		manifestName + ".new",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder, mine := t.TempDir(), filepath.Join(t.TempDir(), "mine")
			require.NoError(t, os.WriteFile(mine, []byte("precious"), 0o600))
			require.NoError(t, os.Symlink(mine, filepath.Join(folder, name)))
			binary, notes := spy(t, "")
			b, err := New(options(folder, binary))
			require.NoError(t, err)
			err = b.Run(t.Context())
			if err == nil {
				err = b.Failed()[0].Err
			}
			require.ErrorContains(t, err, name+" is a link or no file, and a bench writes to files of its own folder only: remove it")
			require.NoFileExists(t, notes, "no k6 was run")
			text, err := os.ReadFile(mine)
			require.NoError(t, err)
			require.Equal(t, "precious", string(text))
		})
	}
}

// TestNoTrialIsWrittenThroughALink: nor does who prepares the folder of trials.
func TestNoTrialIsWrittenThroughALink(t *testing.T) {
	t.Parallel()
	folder, mine := t.TempDir(), t.TempDir()
	require.NoError(t, os.Symlink(mine, filepath.Join(folder, limitsFolder)))
	binary, notes := spy(t, "")
	b, err := New(options(folder, binary))
	require.NoError(t, err)
	objective, err := slo.Parse(slo.DefaultObjective)
	require.NoError(t, err)
	require.ErrorContains(t, b.FindLimits(t.Context(), LimitOptions{Objective: objective}), "limits is a link, and a bench writes to its own folder only: remove it")
	require.NoFileExists(t, notes, "no k6 was run")
	left, err := os.ReadDir(mine)
	require.NoError(t, err)
	require.Empty(t, left)
}

// TestAResumedBenchSaysWhomItTrusts: the server and the scripts are those that the folder names.
func TestAResumedBenchSaysWhomItTrusts(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, manifestName), []byte(
		`{"version":1,"searchTypes":["vector"],"limits":[5],"scripts":"/theirs","variables":{"WEAVIATE_URL":"https://theirs.example"}}`), 0o600))
	described := func() string {
		b, err := Resume(Options{Folder: folder, Env: map[string]string{"WEAVIATE_URL": "https://mine.example"}})
		require.NoError(t, err)
		var text bytes.Buffer
		b.Describe(&text)
		return text.String()
	}
	require.Contains(t, described(), "has it that the scripts in /theirs search the server at https://theirs.example: go on only with a folder that you trust")
	require.NoError(t, os.WriteFile(filepath.Join(folder, manifestName), []byte(`{"version":1,"searchTypes":["vector"],"limits":[5],
		"variables":{"WEAVIATE_URL":"https://mine.example","WEAVIATE_GRPC":"theirs.example:443"}}`), 0o600))
	require.Contains(t, described(), "search the server at https://mine.example and, over gRPC, at theirs.example:443: go on only", "it gets the key, too")
}
