//go:build linux

package faults_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/internal/tables"
)

// timesPath is the file of how long each row took until all was normal again, when `make faults FAULTS_FLAGS=-keep` was run last.
const timesPath = "testdata/normal_again.json"

const updatePage = "go test ./faults -run TestFaultsPage -update"

func faultsPlace() *tables.Place {
	return &tables.Place{
		Page:  filepath.Join("..", "docs", "failures.md"),
		Begin: "<!-- The tables of faults are written by `" + updatePage + "`. -->\n", End: "<!-- The end of the tables of faults. -->\n",
	}
}

// TestFaultsPage holds the tables of docs/failures.md to the rows of the suite, and to how long they took when they were measured.
func TestFaultsPage(t *testing.T) {
	t.Parallel()
	if *keep {
		return // both are written anew after the tests
	}
	text, err := os.ReadFile(timesPath)
	require.NoError(t, err)
	var times map[string]string
	require.NoError(t, json.Unmarshal(text, &times))
	faultsPlace().Require(t, pageTables(times), *update, updatePage)
}

// keepTimes writes what was measured into the file and onto the page.
func keepTimes() error {
	times := make(map[string]string)
	for name, came := range outcomes.of {
		times[name] = seconds(came.took)
	}
	text, err := json.MarshalIndent(times, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(timesPath, append(text, '\n'), 0o600); err != nil {
		return err
	}
	return faultsPlace().Write(pageTables(times))
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

// pageTables are the tables of the page. A row that was not measured has no time.
func pageTables(times map[string]string) string {
	var page strings.Builder
	for _, g := range groups() {
		fmt.Fprintf(&page, "\n### %s\n\nNormal again: %s.\n\n"+
			"| what happens | over | what is recorded | what survives | normal again after |\n|---|---|---|---|---|\n", g.title, g.normal)
		for i := range g.rows {
			r := &g.rows[i]
			after, measured := times[r.name()]
			if !measured {
				after = "not measured yet"
			}
			fmt.Fprintf(&page, "| %s | %s | %s | %s | %s |\n", r.happens, r.over, r.recorded, r.survives, after)
		}
	}
	page.WriteByte('\n')
	return page.String()
}
