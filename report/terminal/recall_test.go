package terminal

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/recorded"
	"github.com/xk6-weaviate/xk6-weaviate/report"
	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

// recallFolder is a bench of which recall was measured.
func recallFolder(t *testing.T, name string, o recorded.Options) *report.Source {
	t.Helper()
	o.Variables = map[string]string{"BLOCK": "4s", "WARMUP": "1s", "DRAIN": "500ms"}
	folder := filepath.Join(t.TempDir(), name)
	recorded.Bench(t, folder, o, fanout.SearchVector, fanout.SearchBM25)
	source, err := report.Open(folder)
	require.NoError(t, err)
	return source
}

// TestRecallGolden writes the report of a bench of which recall was measured, and a comparison with one that is faster and finds less.
func TestRecallGolden(t *testing.T) {
	t.Parallel()
	before := recallFolder(t, "before", recorded.Options{Slowness: 3, Recall: 0.97})
	after := recallFolder(t, "after", recorded.Options{Seed: 9, Slowness: 2.4, Recall: 0.85})
	o := report.Options{Thresholds: verdict.DefaultThresholds(), Now: time.Date(2025, 6, 1, 13, 0, 0, 0, time.UTC)}
	got := ""
	for _, r := range []*report.Report{report.New(before, o), report.Compare(before, after, o)} {
		got += written(t, r, false)
	}
	path := filepath.Join("testdata", "recall.txt")
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}
