package tests_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
)

// oneQuery is a whole query file.
const oneQuery = `{
  "version": 1,
  "searchType": "bm25",
  "sets": [
    {
      "text": "love in the rain",
      "queries": [
        {"collection":"SongLyrics","bm25":{}}
      ]
    }
  ]
}
`

func TestWrongQueryFilesEndTheScript(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "one.json"), []byte(oneQuery), 0o600))
	for name, c := range map[string]struct{ text, want string }{
		"missing": {"", "loadQuerySets: no query file at FILE: `k6 x weaviate queries` makes query files, and a relative path is " +
			"relative to the script"},
		"one.json/below":  {"", "loadQuerySets: cannot open the query file: stat FILE: not a directory"},
		"folder":          {"", "loadQuerySets: cannot read the query file FILE: read FILE: is a directory"},
		"empty":           {" \n", "the query file FILE is wrong: it is empty: make one with `k6 x weaviate queries`"},
		"UTF-16":          {"\xff\xfe{\x00", "the query file FILE is wrong: it is not UTF-8 text"},
		"truncated":       {oneQuery[:100], "the query file FILE is wrong: it ends in the middle: it was cut short"},
		"another version": {strings.Replace(oneQuery, `"version": 1`, `"version": 9`, 1), "its version is 9, and this binary reads version 1"},
		"unknown key":     {strings.Replace(oneQuery, "bm25\":{", "bm25\":{\"alpha\":1", 1), `set 1: line 8: unknown key \"alpha\". The keys are minimumMatch, operator, properties, query`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(dir, strings.ReplaceAll(name, " ", "-")+".json")
			switch {
			case name == "folder":
				require.NoError(t, os.Mkdir(path, 0o700))
			case c.text != "":
				require.NoError(t, os.WriteFile(path, []byte(c.text), 0o600))
			}
			const script = `
import { loadQuerySets } from 'k6/x/weaviate';
loadQuerySets(__ENV.QUERIES);
export default function () {}
`
			result := k6run.Run(t, k6run.Options{Stdin: script, Env: []string{"QUERIES=" + path}}, "run", "--quiet", "-")
			require.Equal(t, 107, result.ExitCode, result.Stderr)
			require.Contains(t, result.Stderr, strings.ReplaceAll(c.want, "FILE", path))
		})
	}
}

func TestWrongCallsForQueryFilesEndTheScript(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "one.json")
	require.NoError(t, os.WriteFile(path, []byte(oneQuery), 0o600))
	for call, want := range map[string]string{
		`loadQuerySets()`:                                      `loadQuerySets: the path of a query file is missing: got undefined`,
		`loadQuerySets('https://host/file.json')`:              `\"https://host/file.json\" is not a file: use a path or a file:// URL`,
		`loadQuerySets(__ENV.QUERIES, 5)`:                      `the options must be an object, not 5`,
		`loadQuerySets(__ENV.QUERIES, { limits: 5 })`:          `the options has no \"limits\": did you mean \"limit\"?`,
		`loadQuerySets(__ENV.QUERIES, { limit: 0 })`:           `limit must be a whole number from 1 up, not 0`,
		`loadQuerySets(__ENV.QUERIES, { limit: -1 })`:          `limit must be a whole number from 1 up, not -1`,
		`loadQuerySets(__ENV.QUERIES, { limit: 1.5 })`:         `limit must be a whole number from 1 up, not 1.5`,
		`loadQuerySets(__ENV.QUERIES).at(1)`:                   `query set 1 does not exist: there are 1, from 0 to 0`,
		`console.log(loadQuerySets(__ENV.QUERIES).at(-1).set)`: `query set -1 does not exist`,
		`loadQuerySets(__ENV.QUERIES).at()`:                    `at: the number of a query set must be a whole number from 0 up, not undefined`,
		`loadQuerySets(__ENV.QUERIES).at(NaN)`:                 `at: the number of a query set must be a whole number from 0 up, not NaN`,
		`loadQuerySets(__ENV.QUERIES).at(0.7)`:                 `at: the number of a query set must be a whole number from 0 up, not 0.7`,
		`loadQuerySets(__ENV.QUERIES).at('0')`:                 `at: the number of a query set must be a whole number from 0 up, not \"0\"`,
	} {
		t.Run(call, func(t *testing.T) {
			t.Parallel()
			script := "import { loadQuerySets } from 'k6/x/weaviate';\n" + call + ";\nexport default function () {}\n"
			result := k6run.Run(t, k6run.Options{Stdin: script, Env: []string{"QUERIES=" + path}}, "run", "--quiet", "-")
			require.Equal(t, 107, result.ExitCode, result.Stderr)
			require.Contains(t, result.Stderr, want)
		})
	}
}

func TestAFileServesAllUsersAndLimits(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "one.json")
	require.NoError(t, os.WriteFile(path, []byte(oneQuery), 0o600))
	script := `
import { loadQuerySets } from 'k6/x/weaviate';
const few = loadQuerySets('` + path + `', { limit: 1 });
const many = loadQuerySets('file://` + path + `');
export const options = { vus: 3, iterations: 3 };
export default function () {
  console.log(JSON.stringify([few.length, many.length, few.collections, few.searchType, few.dimensions, few.at(0).length]));
}
`
	result := k6run.Run(t, k6run.Options{Stdin: script}, "run", "--quiet", "--log-format", "raw", "-")
	require.Zero(t, result.ExitCode, result.Stdout+result.Stderr)
	require.Equal(t, strings.Repeat(`[1,1,["SongLyrics"],"bm25",0,1]`+"\n", 3), result.Stderr)
}
