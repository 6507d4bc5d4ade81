package docs_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.k6.io/k6/v2/ext"
	"go.yaml.in/yaml/v3"
)

// TestRegistryEntry holds the entry for k6's registry against what the module registers.
func TestRegistryEntry(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("releasing.md")
	require.NoError(t, err)
	_, text, found := strings.Cut(string(page), "```yaml\n")
	require.True(t, found)
	text, _, _ = strings.Cut(text, "```")
	var entries []struct {
		Module, Description, Tier               string
		Imports, Outputs, Subcommands, Versions []string
	}
	require.NoError(t, yaml.Unmarshal([]byte(text), &entries))
	require.Len(t, entries, 1)
	entry := entries[0]
	for kind, names := range map[ext.ExtensionType][]string{
		ext.JSExtension: entry.Imports, ext.OutputExtension: entry.Outputs, ext.SubcommandExtension: entry.Subcommands,
	} {
		require.NotEmpty(t, names)
		for _, name := range names {
			require.Contains(t, ext.Get(kind), name, "extensions of kind %v", kind)
		}
	}
	require.Contains(t, ext.Get(ext.JSExtension)[entry.Imports[0]].Path, entry.Module)
	require.NotEmpty(t, entry.Versions)
}
