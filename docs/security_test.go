package docs_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestWhatSecurityPromisesIsTested: every test that SECURITY.md names is there, and it names every fuzz target.
func TestWhatSecurityPromisesIsTested(t *testing.T) {
	t.Parallel()
	declared := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
	there := make(map[string]bool)
	require.NoError(t, filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == "node_modules" || entry.Name() == "build"):
			return filepath.SkipDir
		case !strings.HasSuffix(path, "_test.go"):
			return nil
		}
		text, err := os.ReadFile(path)
		for _, found := range declared.FindAllStringSubmatch(string(text), -1) {
			there[found[1]] = true
		}
		return err
	}))
	page, err := os.ReadFile("../SECURITY.md")
	require.NoError(t, err)
	named := make(map[string]bool)
	for _, found := range regexp.MustCompile("`((?:Test|Fuzz)\\w+)`").FindAllStringSubmatch(string(page), -1) {
		named[found[1]] = true
		require.True(t, there[found[1]], "there is no %s", found[1])
	}
	for name := range there {
		require.True(t, named[name] || !strings.HasPrefix(name, "Fuzz"), "SECURITY.md says nothing of %s", name)
	}
}

// TestActionsArePinned: what runs in a workflow is a commit that was looked at, and each job has the permissions that it names.
func TestActionsArePinned(t *testing.T) {
	t.Parallel()
	workflows, err := filepath.Glob("../.github/workflows/*.yml")
	require.NoError(t, err)
	require.NotEmpty(t, workflows)
	for _, path := range workflows {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		for _, found := range regexp.MustCompile(`uses: (\S+)`).FindAllStringSubmatch(string(text), -1) {
			require.Regexp(t, `^[\w-]+/[\w-]+@[0-9a-f]{40}$`, found[1], path)
		}
		require.Contains(t, string(text), "\npermissions: {}\n", path)
		require.Equal(t, strings.Count(string(text), "\n    runs-on: "), strings.Count(string(text), "\n    permissions:\n"), path)
	}
}
