package docs_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestChecksThatAreLeftOut: which of xk6's checks `make lint` leaves out is said in one place, each with its reason, and what runs instead is
// run by the workflow.
func TestChecksThatAreLeftOut(t *testing.T) {
	t.Parallel()
	read := func(path string) string {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		return string(text)
	}
	first := regexp.MustCompile(`(?m)^disabled=(\w+)$`).FindStringSubmatch(read("../tools/xk6/lint.sh"))
	require.NotNil(t, first)
	_, lint, found := strings.Cut(read("../Makefile"), "\nlint:")
	require.True(t, found)
	_, others, found := strings.Cut(lint, "\ttools/xk6/lint.sh ")
	require.True(t, found)
	others, _, _ = strings.Cut(others, "\n")
	named := regexp.MustCompile("(?m)^\\| `(\\w+)` \\| [^|]{20,} \\| [^|]{20,} \\|$").FindAllStringSubmatch(read("../CONTRIBUTING.md"), -1)
	var checks []string
	for _, row := range named {
		checks = append(checks, row[1])
	}
	require.ElementsMatch(t, append(strings.Fields(others), first[1]), checks)
	workflow := read("../.github/workflows/test.yml")
	for _, target := range []string{"test", "vulnerabilities"} {
		require.Contains(t, workflow, "\n      - run: make "+target+"\n")
	}
}
