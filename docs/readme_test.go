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

// TestReadmeNamesTheVersions holds the table of versions against what is built and tested; TestVersionsArePinned looks at the commands.
func TestReadmeNamesTheVersions(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../README.md")
	require.NoError(t, err)
	module, err := os.ReadFile("../go.mod")
	require.NoError(t, err)
	compiler := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(string(module))
	require.NotNil(t, compiler)
	k6, server := required(t, "../go.mod", "go.k6.io/k6/v2"), required(t, "../server/go.mod", "github.com/weaviate/weaviate")
	for tested, version := range map[string]string{"k6": k6, "Go, to build": compiler[1], "Weaviate": server} {
		require.Contains(t, string(text), "\n| "+tested+" | "+strings.TrimPrefix(version, "v")+" |")
	}
	require.Contains(t, string(text), "\nxk6 build "+k6+" --with github.com/xk6-weaviate/xk6-weaviate@v")
}
