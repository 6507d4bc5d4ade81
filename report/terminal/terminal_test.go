package terminal

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/recorded"
	"github.com/xk6-weaviate/xk6-weaviate/report"
	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

var update = flag.Bool("update", false, "write the golden files anew")

func written(t *testing.T, r *report.Report, colour bool) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, Write(&b, r, colour))
	return b.String()
}

// example is the report of the model's golden file.
func example(t *testing.T) *report.Report {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "testdata", "report.json"))
	require.NoError(t, err)
	var r report.Report
	require.NoError(t, json.Unmarshal(text, &r))
	return &r
}

func TestGolden(t *testing.T) {
	t.Parallel()
	got := written(t, example(t), false)
	path := filepath.Join("testdata", "report.txt")
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
	require.Less(t, strings.LastIndex(got, "PASS"), strings.Index(got, "p95 ms"), "verdicts come first")
}

// TestColourHelpsAndSaysNothingMore: without its escape sequences, the text is the one that has none.
func TestColourHelpsAndSaysNothingMore(t *testing.T) {
	t.Parallel()
	r := example(t)
	r.Gate = report.Gate{FailOn: report.FailOnFail, Sentence: "1 of 4 fail it."}
	coloured := written(t, r, true)
	require.Contains(t, coloured, "\x1b[32mPASS\x1b[0m")
	require.Contains(t, coloured, "\x1b[31mFAIL\x1b[0m")
	plain := strings.NewReplacer("\x1b[32m", "", "\x1b[31m", "", "\x1b[0m", "").Replace(coloured)
	require.Equal(t, written(t, r, false), plain)
	require.Contains(t, plain, "The gate (--fail-on fail) has failed. 1 of 4 fail it.")
}

func TestWhatOthersWroteStaysText(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "results")
	recorded.Bench(t, folder, recorded.Options{Hostile: true, Slowness: 3, Variables: map[string]string{"ROUNDS": "1", "BLOCK": "4s"}}, fanout.SearchVector)
	source, err := report.Open(folder)
	require.NoError(t, err)
	source.Problems = append(source.Problems, report.Problem{File: recorded.Hostile, Text: recorded.Hostile})
	options := report.Options{Thresholds: verdict.DefaultThresholds(), Now: time.Now()}
	for name, r := range map[string]*report.Report{
		"report": report.New(source, options), "comparison": report.Compare(source, source, options),
	} {
		got := written(t, r, false)
		require.Contains(t, got, "alert(1)", name)
		for _, c := range got {
			require.False(t, c != '\n' && (unicode.IsControl(c) || unicode.Is(unicode.Cf, c)), "%s has %q", name, c)
		}
	}
}

func TestAComparison(t *testing.T) {
	t.Parallel()
	got := written(t, &report.Report{Gate: report.Gate{FailOn: report.FailOnNone}, Comparison: &report.Comparison{
		Before: report.Side{Name: "a"}, After: report.Side{Name: "b"}, Caution: "Take care.", Only: []string{"Only a has x."},
		Rows: []report.ComparisonRow{{
			Title: "vector", Strategy: fanout.Multi, Before: report.Compared{Failed: 1},
			Changes: []report.Change{{Statistic: verdict.P50, Change: "−10 % (−12 % to −8.0 %)"}},
		}},
	}}, false)
	require.Contains(t, got, "a → b\n")
	require.Contains(t, got, "−10 % (−12 % to −8.0 %)")
	require.Contains(t, got, "1 → 0")
	require.Contains(t, got, "Only a has x.\nTake care.\n")
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("the pipe is closed") }

func TestWhatCannotBeWrittenIsAnError(t *testing.T) {
	t.Parallel()
	require.EqualError(t, Write(broken{}, example(t), false), "the pipe is closed")
}

// TestWhatSpeaksAgainstAPassIsShown, though a PASS needs no reason.
func TestWhatSpeaksAgainstAPassIsShown(t *testing.T) {
	t.Parallel()
	r := example(t)
	v := &r.Tests[0].Loads[0].Verdicts[1]
	require.Equal(t, verdict.Pass, v.Status)
	require.NotContains(t, written(t, r, false), v.Sentence)
	v.Sentence, v.Caveats = v.Sentence+" But its p99 is later.", []string{"But its p99 is later."}
	require.Contains(t, written(t, r, false), "PASS  vector, parallel-grpc: "+v.Sentence)
}

func TestBatchesThatDidNotStartHaveAColumn(t *testing.T) {
	t.Parallel()
	r := example(t)
	require.NotContains(t, written(t, r, false), "not started")
	load := &r.Tests[0].Loads[0]
	load.Rate, load.Results[0].Asked, load.Results[0].NotStarted = 40, 1000, 250
	got := written(t, r, false)
	require.Contains(t, got, "250 of 1,000 (25 %)")
	require.Contains(t, got, report.NotStartedHint)
}

// TestNoCollectionIsNamedWhereNoneStandsOut: the order in which equal members wake is no finding.
func TestNoCollectionIsNamedWhereNoneStandsOut(t *testing.T) {
	t.Parallel()
	r := example(t)
	r.Tests = r.Tests[:1]
	for i := range r.Tests[0].Loads[0].Results {
		for j := range r.Tests[0].Loads[0].Results[i].Holding {
			h := &r.Tests[0].Loads[0].Results[i].Holding[j]
			h.Margin, h.Without = report.Known(0.001), h.With
		}
	}
	got := written(t, r, false)
	require.Equal(t, 2, strings.Count(got, "none stands out"), "two strategies fan out")
	require.NotContains(t, got, "SongLyrics")
}
