package docs_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.k6.io/k6/v2/metrics"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
	"github.com/xk6-weaviate/xk6-weaviate/schedule"
)

// TestReadmeHasTheTables holds the tables of the README against those of the code.
func TestReadmeHasTheTables(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../README.md")
	require.NoError(t, err)
	readme := strings.ReplaceAll(string(text), "`", "")
	for _, d := range measure.Definitions() {
		kind := d.Type.String()
		if d.Value == metrics.Time {
			kind += ", ms"
		}
		require.Contains(t, readme, fmt.Sprintf("| %s | %s | %s |", d.Name, kind, d.Help))
	}
	for _, v := range schedule.Variables() {
		require.Contains(t, readme, strings.ReplaceAll(fmt.Sprintf("| %s | %s | %s |", v.Name, v.Default, v.Help), "|  |", "| |"))
	}
	for _, strategy := range fanout.Strategies() {
		require.Contains(t, readme, fmt.Sprintf("| %s | ", strategy))
	}
	for _, category := range fanout.Categories() {
		require.Contains(t, string(text), "`"+string(category)+"`")
	}
}

// TestReadmeNamesTheVersions holds the versions that the README and the examples name against those that are built and tested.
func TestReadmeNamesTheVersions(t *testing.T) {
	t.Parallel()
	read := func(path string) string {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		return string(text)
	}
	version := func(path, before, after string) string {
		found := regexp.MustCompile(`(?m)^\s*` + before + `([0-9.]+)` + after).FindStringSubmatch(read(path))
		require.NotNil(t, found, "%s: %s", path, before)
		return found[1]
	}
	k6 := version("../go.mod", `go\.k6\.io/k6/v2 v`, "$")
	compiler := version("../go.mod", `go `, `\.\d+$`)
	server := version("../server/go.mod", `github\.com/weaviate/weaviate v`, "( // indirect)?$")
	xk6 := version("../tools/xk6/go.mod", `(?:require )?go\.k6\.io/xk6 v`, "( // indirect)?$")
	readme := read("../README.md")
	require.Contains(t, readme, "\n| k6 | "+k6+" |")
	require.Contains(t, readme, "\n| Go, to build | "+compiler+" |")
	require.Contains(t, readme, "\n| Weaviate | "+server+" |")
	for _, path := range []string{"../README.md", "../examples/ci/github-actions.yml", "../examples/ci/gitlab-ci.yml"} {
		require.Contains(t, read(path), "go install go.k6.io/xk6@v"+xk6+"\n", path)
		require.Contains(t, read(path), " build v"+k6+" --with github.com/xk6-weaviate/xk6-weaviate@", path)
	}
	for _, path := range []string{"../examples/ci/github-actions.yml", "../examples/ci/gitlab-ci.yml"} {
		require.Contains(t, read(path), "semitechnologies/weaviate:"+server+"\n", path)
	}
}
