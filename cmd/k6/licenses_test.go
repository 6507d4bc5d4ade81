package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestEveryModuleIsListed holds docs/licenses.md to what is in the binary: what comes in has its licence looked at, and what goes leaves.
func TestEveryModuleIsListed(t *testing.T) {
	t.Parallel()
	list := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}{{end}}{{end}}", ".")
	list.Env = append(os.Environ(), "GOOS=linux", "GOARCH=amd64") // others have some more for their systems
	text, err := list.Output()
	require.NoError(t, err)
	used := make(map[string]bool)
	for _, module := range strings.Fields(string(text)) {
		used[module] = true
	}
	page, err := os.ReadFile("../../docs/licenses.md")
	require.NoError(t, err)
	_, table, found := strings.Cut(string(page), "|---|---|\n")
	require.True(t, found)
	listed := make(map[string]bool)
	for line := range strings.Lines(table) {
		if cells := strings.Split(line, "|"); len(cells) == 4 {
			require.NotEmpty(t, strings.TrimSpace(cells[2]), line)
			listed[strings.TrimSpace(cells[1])] = true
		}
	}
	require.NotEmpty(t, used)
	require.Equal(t, used, listed, "`make licenses` says which licence a new one has")
}
