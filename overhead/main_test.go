package main

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/internal/roles"
)

func TestMain(m *testing.M) {
	roles.Play(play)
	os.Exit(m.Run())
}

// TestEverySituationIsMeasured measures far too briefly to tell anything: what is tested is that every contender sends what it should,
// that nothing is lost, and that every ratio is there. Whether the bars hold is for `make overhead` on a quiet machine.
func TestEverySituationIsMeasured(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		only string
		rows []string
	}{
		{"GraphQL, 1 KB, 10 users", []string{
			"| GraphQL, 1 KB, 10 users | CPU: extension ÷ bare net/http loop", "CPU: extension ÷ http.batch script",
			"CPU: extension with builtinMetrics ÷ bare net/http loop", "CPU: extension with builtinMetrics ÷ http.batch script",
		}},
		{"gRPC, 20 KB, 10 users", []string{
			"| gRPC, 20 KB, 10 users | CPU: extension ÷ generated gRPC client", "CPU: extension with builtinMetrics ÷ generated gRPC client",
			"CPU: engine without k6 ÷ generated gRPC client", "objects allocated: engine", "bytes allocated: engine",
		}},
		{"delays", []string{
			"| GraphQL, known delays, 10 users | p99 of the overhead", "p50 farthest from the truth", "p99 farthest from the truth",
			"| gRPC, known delays, 10 users", "p50 farthest from the truth", "p99 farthest from the truth",
		}},
	} {
		t.Run(c.only, func(t *testing.T) {
			t.Parallel()
			var table, progress bytes.Buffer
			status := run(t.Context(), []string{"-rounds", "1", "-window", "300ms", "-fidelity", "2s", "-only", c.only}, &table, &progress)
			require.NotEqual(t, exitUsage, status)
			require.NotContains(t, progress.String(), "overhead:", "it could measure")
			rest := table.String()
			for _, row := range c.rows {
				_, after, found := strings.Cut(rest, strings.TrimSpace(row))
				require.True(t, found, "%s is missing in\n%s", row, table.String())
				rest = after
			}
			require.NotContains(t, table.String(), "NaN")
			require.Equal(t, status == exitFailed, strings.Contains(table.String(), "| no "), "the exit status is that of the table")
		})
	}
}

func TestWrongUse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"-only", "("}, "-only: error parsing regexp"},
		{[]string{"-rounds", "0"}, "its numbers must be positive"},
		{[]string{"everything"}, "overhead takes no arguments"},
	} {
		var stdout, stderr bytes.Buffer
		require.Equal(t, exitUsage, run(t.Context(), c.args, &stdout, &stderr))
		require.Contains(t, stderr.String(), c.says)
		require.Empty(t, stdout.String())
	}
}

func TestFigures(t *testing.T) {
	t.Parallel()
	measured := costs{
		extension: {{cpu: 3, memory: 10}, {cpu: 2, memory: 10}, {cpu: 9, memory: 10}}, bareLoop: {{cpu: 2, memory: 5}, {cpu: 2, memory: 5}, {cpu: 2, memory: 5}},
		httpBatch: {{cpu: 10, memory: 100}, {cpu: 10, memory: 100}, {cpu: 10, memory: 100}},
	}
	in := situation{"parallel-graphql", manyUsers, usualObjects, usualSize}
	figures := in.figures(measured)
	require.Equal(t, figure{
		group: in.name(), what: "CPU: extension ÷ bare net/http loop", values: []float64{1.5, 1, 4.5}, bar: barBare,
	}, figures[0])
	require.InDelta(t, 1.5, figures[0].median(), 1e-9)
	require.False(t, figures[0].holds())
	require.True(t, figures[1].holds(), figures[1].what)
	var table bytes.Buffer
	require.NoError(t, printTable(&table, figures[:2]))
	require.Equal(t, strings.TrimLeft(`
| situation                 | ratio                               | median | rounds        | bar     | holds |
|---------------------------|-------------------------------------|--------|---------------|---------|-------|
| GraphQL, 20 KB, 100 users | CPU: extension ÷ bare net/http loop | 1.50   | 1.00 – 4.50   | ≤ 1.30  | no    |
|                           | CPU: extension ÷ http.batch script  | 0.300  | 0.200 – 0.900 | ≤ 0.500 | yes   |
`, "\n"), table.String())
}
