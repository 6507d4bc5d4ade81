package tests_test

import (
	"flag"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/tables"
)

//nolint:gochecknoglobals // a flag of the tests
var update = flag.Bool("update", false, "write the tables of docs/failures.md anew")

// TestFailuresPage holds the tables of docs/failures.md to the rows that the tests make happen.
func TestFailuresPage(t *testing.T) {
	t.Parallel()
	const command = "go test ./tests -run TestFailuresPage -update"
	place := tables.Place{
		Page:  filepath.Join("..", "docs", "failures.md"),
		Begin: "<!-- The tables are written by `" + command + "`. -->\n", End: "<!-- The end of the tables. -->\n",
	}
	place.Require(t, failureTables(), *update, command)
}

// TestEveryCategoryHasARow, and every row says what to do.
func TestEveryCategoryHasARow(t *testing.T) {
	t.Parallel()
	seen, names := make(map[fanout.Category]bool), make(map[string]bool)
	for _, row := range failures() {
		require.False(t, names[row.happens], row.happens)
		names[row.happens] = true
		require.NotEmpty(t, row.advice, row.happens)
		for i := range row.cases {
			seen[row.cases[i].category] = true
		}
	}
	for _, category := range fanout.Categories() {
		require.True(t, seen[category], category)
	}
	require.Len(t, seen, len(fanout.Categories()))
}

// failureTables are the rows as the page shows them.
func failureTables() string {
	var page strings.Builder
	for _, group := range failureGroups() {
		fmt.Fprintf(&page, "\n## %s\n\n", group.title)
		page.WriteString("| what happens | over | who fails | `category` | `status` | `error` | what to do |\n|---|---|---|---|---|---|---|\n")
		for _, row := range group.rows {
			for i := range row.cases {
				c := &row.cases[i]
				happens, advice := row.happens, row.advice
				if i > 0 {
					happens, advice = "", ""
				}
				text := "`" + strings.ReplaceAll(c.text, "|", `\|`) + "`"
				if c.text == "…" {
					text = "one of the above"
				}
				fmt.Fprintf(&page, "| %s | %s | %s | `%s` | %s | %s | %s |\n",
					happens, over(c), whoFails(c), c.category, statusOf(c), text, advice)
			}
		}
	}
	page.WriteByte('\n')
	return page.String()
}

// over is what carries the strategies of a case.
func over(c *failureCase) string {
	switch {
	case len(c.strategies) == len(fanout.Strategies()):
		return "both"
	case len(c.strategies) == 1:
		return "`" + string(c.strategies[0]) + "`"
	case c.strategies[0].Protocol() == fanout.GRPC:
		return "gRPC"
	default:
		return "GraphQL"
	}
}

func whoFails(c *failureCase) string { return string(c.fails) }

// statusOf is the status of a case; gRPC's codes go by number.
func statusOf(c *failureCase) string {
	if len(c.strategies) == len(fanout.Strategies()) {
		return ""
	}
	return fmt.Sprint(c.status)
}
