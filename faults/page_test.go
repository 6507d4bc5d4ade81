//go:build linux

package faults_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestFaultsPage holds the tables of docs/failures.md to the rows of the suite.
func TestFaultsPage(t *testing.T) {
	t.Parallel()
	path := filepath.Join("..", "docs", "failures.md")
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	begin := "<!-- The tables of faults are written by `go test ./faults -run TestFaultsPage -update`. -->\n"
	end := "<!-- The end of the tables of faults. -->\n"
	before, rest, found := strings.Cut(string(content), begin)
	require.True(t, found)
	_, after, found := strings.Cut(rest, end)
	require.True(t, found)
	want := before + begin + pageTables() + end + after
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(want), 0o600))
		return
	}
	require.Equal(t, want, string(content), "docs/failures.md is stale: run go test ./faults -run TestFaultsPage -update")
}

// TestRowsAreToldApart: a row that is there twice would count as held when one of both is.
func TestRowsAreToldApart(t *testing.T) {
	t.Parallel()
	seen := make(map[string]bool)
	for _, g := range groups() {
		for i := range g.rows {
			r := &g.rows[i]
			require.False(t, seen[r.name()], r.name())
			seen[r.name()] = true
			require.NotEmpty(t, r.recorded, r.name())
			require.NotEmpty(t, r.survives, r.name())
		}
	}
}

func pageTables() string {
	var page strings.Builder
	for _, g := range groups() {
		fmt.Fprintf(&page, "\n### %s\n\n| what happens | over | what is recorded | what survives |\n|---|---|---|---|\n", g.title)
		for i := range g.rows {
			r := &g.rows[i]
			fmt.Fprintf(&page, "| %s | %s | %s | %s |\n", r.happens, r.over, r.recorded, r.survives)
		}
	}
	page.WriteByte('\n')
	return page.String()
}
