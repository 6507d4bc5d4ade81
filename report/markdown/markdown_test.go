package markdown

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	unsafe "github.com/yuin/goldmark/renderer/html"
	"golang.org/x/net/html"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/recorded"
	"github.com/xk6-weaviate/xk6-weaviate/report"
	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

var update = flag.Bool("update", false, "write the golden files anew")

func written(t *testing.T, r *report.Report) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, Write(&b, r))
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
	got := written(t, example(t))
	path := filepath.Join("testdata", "report.md")
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
	require.Less(t, len(got), 8000, "short enough for a pull request")
	require.Equal(t, 2, len(find(rendered(t, got), "table")))
}

// rendered is the page that GitHub's renderer makes of Markdown, or one like it.
func rendered(t *testing.T, markdown string) *html.Node {
	t.Helper()
	var b bytes.Buffer
	renderer := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(unsafe.WithUnsafe()))
	require.NoError(t, renderer.Convert([]byte(markdown), &b))
	page, err := html.Parse(&b)
	require.NoError(t, err)
	return page
}

// find lists the elements of a name.
func find(page *html.Node, name string) []*html.Node {
	var found []*html.Node
	for n := range page.Descendants() {
		if n.Type == html.ElementNode && n.Data == name {
			found = append(found, n)
		}
	}
	return found
}

func textOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

// TestWhatOthersWroteStaysText renders a report in which everything that somebody else can have written is hostile.
func TestWhatOthersWroteStaysText(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "results_20250601_120000")
	o := recorded.Options{
		Hostile: true, Slowness: 3, Failures: 0.01, Variables: map[string]string{"BLOCK": "5s", "WARMUP": "1s", "DRAIN": "500ms", "ROUNDS": "2"},
	}
	recorded.Bench(t, folder, o, fanout.SearchVector)
	source, err := report.Open(folder)
	require.NoError(t, err)
	source.Problems = append(source.Problems, report.Problem{File: recorded.Hostile, Text: recorded.Hostile})
	require.Len(t, source.Problems, 1, "the file is one that can be read")
	other, err := report.Open(folder)
	require.NoError(t, err)
	options := report.Options{Thresholds: verdict.DefaultThresholds(), Now: time.Now()}
	for name, r := range map[string]*report.Report{
		"report": report.New(source, options), "comparison": report.Compare(source, other, options),
	} {
		got := written(t, r)
		require.NotContains(t, got, "\x1b", name)
		page := rendered(t, got)
		for _, element := range []string{"script", "b", "a", "img", "em", "del", "h1"} {
			require.Empty(t, find(page, element), "%s has <%s>:\n%s", name, element, got)
		}
		// What others wrote is in code, whole, and nowhere else.
		whole := report.Plain(recorded.Hostile)
		hostile := 0
		for _, code := range find(page, "code") {
			if strings.Contains(textOf(code), "alert") {
				require.Contains(t, textOf(code), strings.TrimSpace(whole), name)
				hostile++
			}
			code.Parent.RemoveChild(code)
		}
		require.Greater(t, hostile, 3, name)
		require.NotContains(t, textOf(page), "alert", name)
		// No row has more cells than its table has columns.
		for _, table := range find(page, "table") {
			columns := len(find(table, "th"))
			for _, row := range find(table, "tr")[1:] {
				require.Len(t, find(row, "td"), columns, name)
			}
		}
	}
}

func TestCode(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"SongLyrics_400k": "`SongLyrics_400k`", "a <b>": "`a <b>`", "": "–", " a": "<code> a</code>",
		"a|b": "<code>a&#124;b</code>", "`": "<code>&#96;</code>", "a\nb": "`a b`", "\x1b[1m": "`�[1m`",
	} {
		require.Equal(t, want, code(text))
	}
}

func TestAComparison(t *testing.T) {
	t.Parallel()
	share := report.Compared{Batches: 200, Failed: 1}
	row := report.ComparisonRow{Title: "vector", Strategy: fanout.Multi, Before: share, After: share, Changes: []report.Change{
		{Statistic: verdict.P50, Change: "−10 % (−12 % to −8.0 %)"}, {Statistic: verdict.P95, Unknown: "too few"},
	}}
	got := written(t, &report.Report{Gate: report.Gate{FailOn: report.FailOnNone}, Comparison: &report.Comparison{
		Before: report.Side{Name: "a", Facts: []report.Fact{{Name: "server: Weaviate", Value: "1.39"}}},
		After:  report.Side{Name: "b", Facts: []report.Fact{{Name: "server: Weaviate", Value: "1.40"}}},
		Rows:   []report.ComparisonRow{row}, Caution: "Take care.", Only: []string{"Only a has x."},
	}})
	require.Contains(t, got, "## `a` → `b`")
	require.Contains(t, got, "| −10 % (−12 % to −8.0 %) | unknown → unknown | unknown |")
	require.Contains(t, got, "| 0.50 % → 0.50 % |")
	require.Contains(t, got, "Take care.")
	require.Contains(t, got, "| `server: Weaviate` | `1.39` | `1.40` |")
}

func TestTheGateIsTold(t *testing.T) {
	t.Parallel()
	got := written(t, &report.Report{Gate: report.Gate{FailOn: report.FailOnInvalid, Sentence: "1 of 2 fail it."}})
	require.Contains(t, got, "The gate (`--fail-on invalid`) has **failed**. 1 of 2 fail it.")
}

// TestWhatSpeaksAgainstAPassIsShown, though a PASS needs no reason.
func TestWhatSpeaksAgainstAPassIsShown(t *testing.T) {
	t.Parallel()
	r := example(t)
	v := &r.Tests[0].Loads[0].Verdicts[1]
	require.Equal(t, verdict.Pass, v.Status)
	require.NotContains(t, written(t, r), v.Sentence)
	v.Sentence, v.Caveats = v.Sentence+" But its p99 is later.", []string{"But its p99 is later."}
	require.Contains(t, written(t, r), "- **PASS** `vector`, parallel-grpc: "+v.Sentence)
}

func TestBatchesThatDidNotStartHaveAColumn(t *testing.T) {
	t.Parallel()
	r := example(t)
	require.NotContains(t, written(t, r), "not started")
	load := &r.Tests[0].Loads[0]
	load.Rate, load.Results[0].Asked, load.Results[0].NotStarted = 40, 1000, 250
	got := written(t, r)
	require.Contains(t, got, "| 250 of 1,000 (25 %) |")
	require.Contains(t, got, report.NotStartedHint)
	require.Len(t, find(rendered(t, got), "table"), 2)
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
	require.Equal(t, 2, strings.Count(written(t, r), "| none stands out |"), "two strategies fan out")
}
