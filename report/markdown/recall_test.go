package markdown

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/internal/recorded"
	"github.com/xk6-weaviate/xk6-weaviate/report"
	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

// TestRecallGolden writes the report of a bench of which recall was measured, and a comparison with one that is faster and finds less.
func TestRecallGolden(t *testing.T) {
	t.Parallel()
	folders := recorded.Recalls(t, t.TempDir())
	before, err := report.Open(folders[0])
	require.NoError(t, err)
	after, err := report.Open(folders[1])
	require.NoError(t, err)
	o := report.Options{Thresholds: verdict.DefaultThresholds(), Now: time.Date(2025, 6, 1, 13, 0, 0, 0, time.UTC)}
	got := ""
	for _, r := range []*report.Report{report.New(before, o), report.Compare(before, after, o)} {
		got += written(t, r)
	}
	path := filepath.Join("testdata", "recall.md")
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}
