package docs_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
)

// TestScriptsOfThePages runs each script of the pages once, against a real server: nothing fails, and nothing is warned of.
func TestScriptsOfThePages(t *testing.T) {
	t.Parallel()
	ran := make(map[string]int)
	for _, page := range pages(t) {
		text, err := os.ReadFile(page)
		require.NoError(t, err)
		for i, script := range blocks(string(text), "js") {
			if !strings.Contains(script, "export default function") {
				continue // a part of one
			}
			ran[page]++
			t.Run(fmt.Sprint(page, " ", i+1), func(t *testing.T) {
				t.Parallel()
				w := prepared(t)
				// Each has a collection of its own, or the pages would write into one another's.
				script := strings.ReplaceAll(script, "'Articles'", fmt.Sprintf("'Page%d%s'", i, strings.Map(letters, page)))
				for _, host := range []string{"127.0.0.1", "localhost"} {
					script = strings.ReplaceAll(script, "'http://"+host+":8080'", "'"+w.server.URL+"'")
					script = strings.ReplaceAll(script, "'"+host+":8080'", "'"+w.server.URL+"'")
					script = strings.ReplaceAll(script, "'"+host+":50051'", "'"+w.server.GRPC+"'")
				}
				require.NotContains(t, script, ":8080", "an address that this test does not know")
				folder := t.TempDir()
				require.NoError(t, os.CopyFS(filepath.Join(folder, "queries"), os.DirFS("../queries")))
				require.NoError(t, os.Mkdir(filepath.Join(folder, "scripts"), 0o700))
				require.NoError(t, os.WriteFile(filepath.Join(folder, "scripts", "script.js"), []byte(script), 0o600))
				result := k6run.Run(t, k6run.Options{Dir: folder, Env: w.env}, "run", "--quiet", "--throw", "scripts/script.js")
				require.Zero(t, result.ExitCode, result.Stderr)
				require.NotContains(t, result.Stderr, "level=", script)
				require.Regexp(t, `weaviate_(batches|write_objects)\.*: `, result.Stdout, "it searched or wrote")
			})
		}
	}
	require.Equal(t, 2, ran["../README.md"], "a script that searches, and one that writes")
	require.Positive(t, ran["writes.md"])
}

// letters keeps what a collection's name may have.
func letters(r rune) rune {
	if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
		return r
	}
	return -1
}
