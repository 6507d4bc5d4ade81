//go:build linux

package faults_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/internal/tables"
)

// TestFaultsPage holds the tables of docs/failures.md to the rows of the suite.
func TestFaultsPage(t *testing.T) {
	t.Parallel()
	const command = "go test ./faults -run TestFaultsPage -update"
	place := tables.Place{
		Page:  filepath.Join("..", "docs", "failures.md"),
		Begin: "<!-- The tables of faults are written by `" + command + "`. -->\n", End: "<!-- The end of the tables of faults. -->\n",
	}
	place.Require(t, pageTables(), *update, command)
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
