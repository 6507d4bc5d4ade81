package report

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/recorded"
	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

var update = flag.Bool("update", false, "write the golden files anew")

// now is when the reports of the tests are made.
var now = time.Date(2025, 6, 1, 13, 0, 0, 0, time.UTC)

// briefly makes runs of few batches.
var briefly = map[string]string{"BLOCK": "5s", "WARMUP": "1s", "DRAIN": "500ms"}

// options are the usual ones.
func options() Options { return Options{Thresholds: verdict.DefaultThresholds(), Now: now} }

// open reports what is at some paths.
func open(t *testing.T, o Options, paths ...string) *Report {
	t.Helper()
	source, err := Open(paths...)
	require.NoError(t, err)
	return New(source, o)
}

// exampleFolder makes up the results folder of the golden files.
func exampleFolder(t *testing.T) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "results_20250601_120000")
	recorded.Bench(t, folder, recorded.Options{
		Seed: 1, Slowness: 3, Failures: 0.0002, Text: "broken | *pipe* <b>", Variables: briefly,
	}, fanout.SearchVector, fanout.SearchHybrid01)
	return folder
}

func TestGolden(t *testing.T) {
	t.Parallel()
	r := open(t, options(), exampleFolder(t))
	var text bytes.Buffer
	require.NoError(t, r.WriteJSON(&text))
	golden(t, "report.json", text.Bytes())

	var read Report
	require.NoError(t, json.Unmarshal(text.Bytes(), &read))
	var again bytes.Buffer
	require.NoError(t, read.WriteJSON(&again))
	require.Equal(t, text.String(), again.String(), "what is written can be read, and nothing is lost")
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, got, 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Empty(t, difference(string(want), string(got)), "%s has changed: look at the difference, and if it is right, run the tests with -update", path)
}

// difference is the first line that differs; empty when none does.
func difference(want, got string) string {
	wanted, found := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range max(len(wanted), len(found)) {
		line := func(lines []string) string {
			if i < len(lines) {
				return lines[i]
			}
			return "(the end)"
		}
		if line(wanted) != line(found) {
			return fmt.Sprintf("line %d\nwas: %s\nis:  %s", i+1, line(wanted), line(found))
		}
	}
	return ""
}
