package docs_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestTypesInAnEditor does what the README says for an editor: index.d.ts and the tsconfig.json beside scripts, and @types/k6. TypeScript then
// passes the README's scripts and an example, and sees what is wrong with a method that there is not.
func TestTypesInAnEditor(t *testing.T) {
	t.Parallel()
	modules, err := filepath.Abs("../tools/types/node_modules")
	require.NoError(t, err)
	compiler := filepath.Join(modules, ".bin", "tsc")
	if _, err := os.Stat(compiler); err != nil {
		require.FailNow(t, "TypeScript's compiler is not there: run `make types` once", "%v", err)
	}
	readme, err := os.ReadFile("../README.md")
	require.NoError(t, err)
	configs := blocks(string(readme), "json")
	require.Len(t, configs, 1)
	scripts := blocks(string(readme), "js")
	require.NotEmpty(t, scripts)
	example, err := os.ReadFile("../examples/own_collections.ts")
	require.NoError(t, err)
	declarations, err := os.ReadFile("../index.d.ts")
	require.NoError(t, err)

	folder := t.TempDir()
	write := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600))
	}
	check := func() (string, error) {
		c := exec.CommandContext(t.Context(), compiler, "-p", folder)
		c.Dir = folder
		out, err := c.CombinedOutput()
		return string(out), err
	}
	require.NoError(t, os.Symlink(modules, filepath.Join(folder, "node_modules")))
	write("index.d.ts", string(declarations))
	write("tsconfig.json", configs[0])
	write("first.js", scripts[0])
	write("own_collections.ts", string(example))
	for i, script := range scripts[1:] {
		write("script"+string(rune('0'+i))+".js", script)
	}
	out, err := check()
	require.NoError(t, err, out)

	require.Contains(t, scripts[0], "client.parallelQuery(")
	write("first.js", strings.Replace(scripts[0], "client.parallelQuery(", "client.paralelQuery(", 1))
	out, err = check()
	require.Error(t, err)
	require.Contains(t, out, "Did you mean 'parallelQuery'?")
	write("first.js", scripts[0])

	require.NoError(t, os.Remove(filepath.Join(folder, "index.d.ts")))
	out, err = check()
	require.Error(t, err, "it is index.d.ts that gives the types")
	require.Contains(t, out, "Cannot find module 'k6/x/weaviate'")
}

// blocks are the blocks of a page that are marked as a language.
func blocks(text, language string) []string {
	var found []string
	for _, block := range strings.Split(text, "```"+language+"\n")[1:] {
		block, _, _ := strings.Cut(block, "```")
		found = append(found, block)
	}
	return found
}
