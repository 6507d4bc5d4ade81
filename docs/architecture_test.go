package docs_test

import (
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestArchitectureTellsProductFromRigs holds the two tables of the page against what the binary is built from: each package of it is in
// the first, and what is in the second is in no binary.
func TestArchitectureTellsProductFromRigs(t *testing.T) {
	t.Parallel()
	const module = "github.com/xk6-weaviate/xk6-weaviate/"
	listed, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "../cmd/k6").Output()
	require.NoError(t, err)
	var built []string
	for _, path := range strings.Fields(string(listed)) {
		if folder, ours := strings.CutPrefix(path, module); ours {
			built = append(built, folder)
		}
	}
	require.Greater(t, len(built), 10, "packages in the binary")

	text, err := os.ReadFile("architecture.md")
	require.NoError(t, err)
	_, tables, found := strings.Cut(string(text), "\n**The product**")
	require.True(t, found)
	product, rest, found := strings.Cut(tables, "\n**Rigs**")
	require.True(t, found)
	rigs, _, found := strings.Cut(rest, "\nArrows ")
	require.True(t, found)

	products, others := firstCells(product), firstCells(rigs)
	for _, path := range built {
		inRow := func(folder string) bool { return holds(folder, path) }
		require.True(t, slices.ContainsFunc(products, inRow), "%s is in the binary, and in no row of the product", path)
	}
	for _, folder := range append(products, others...) {
		require.DirExists(t, "../"+folder)
	}
	for _, folder := range others {
		if folder == "internal" { // the rest of it
			continue
		}
		for _, path := range built {
			require.False(t, holds(folder, path), "%s is in the binary, and among the rigs", path)
		}
	}
	entries, err := os.ReadDir("..")
	require.NoError(t, err)
	for _, entry := range entries {
		name := entry.Name()
		switch {
		case !entry.IsDir(), strings.HasPrefix(name, "."), strings.HasPrefix(name, "results_"):
		case name == "build", name == "docs", name == "examples":
		case name == "cmd": // cmd/k6
		default:
			require.Contains(t, append(products, others...), name, "no row says what this folder is")
		}
	}
}

// firstCells are the folders that the first cells of a table's rows link to.
func firstCells(table string) []string {
	var folders []string
	for _, line := range strings.Split(table, "\n") {
		cells := strings.SplitN(line, "|", 3)
		if len(cells) < 3 {
			continue
		}
		for _, link := range regexp.MustCompile(`\]\(\.\./([\w/]+)\)`).FindAllStringSubmatch(cells[1], -1) {
			folders = append(folders, link[1])
		}
	}
	return folders
}

// holds says whether a path is a folder or in it.
func holds(folder, path string) bool { return path == folder || strings.HasPrefix(path, folder+"/") }
