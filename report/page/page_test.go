package page

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
	"github.com/xk6-weaviate/xk6-weaviate/internal/recorded"
	"github.com/xk6-weaviate/xk6-weaviate/report"
	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

func TestMain(m *testing.M) { k6run.Main(m) }

// example is the report of the model's golden file.
func example(tb testing.TB) *report.Report {
	tb.Helper()
	text, err := os.ReadFile(filepath.Join("..", "testdata", "report.json"))
	require.NoError(tb, err)
	var r report.Report
	require.NoError(tb, json.Unmarshal(text, &r))
	return &r
}

// briefly makes runs of few batches.
func briefly(more ...string) map[string]string {
	variables := map[string]string{"BLOCK": "4s", "WARMUP": "1s", "DRAIN": "500ms"}
	for i := 0; i < len(more); i += 2 {
		variables[more[i]] = more[i+1]
	}
	return variables
}

// source makes up a results folder of vector searches, unless others are named, and reads it.
func source(tb testing.TB, o recorded.Options, searchTypes ...fanout.SearchType) *report.Source {
	tb.Helper()
	if len(searchTypes) == 0 {
		searchTypes = []fanout.SearchType{fanout.SearchVector}
	}
	folder := filepath.Join(tb.TempDir(), "results_20250601_120000")
	recorded.Bench(tb, folder, o, searchTypes...)
	s, err := report.Open(folder)
	require.NoError(tb, err)
	return s
}

// options are the usual ones.
func options() report.Options {
	return report.Options{Thresholds: verdict.DefaultThresholds(), Now: time.Date(2025, 6, 1, 13, 0, 0, 0, time.UTC)}
}

// made makes up a results folder and reports on it.
func made(tb testing.TB, o recorded.Options, searchTypes ...fanout.SearchType) *report.Report {
	tb.Helper()
	return report.New(source(tb, o, searchTypes...), options())
}

// swept is the report of a test under several loads, with a crossover.
func swept(tb testing.TB) *report.Report {
	tb.Helper()
	return made(tb, recorded.Options{
		Seed: 2, Slowness: 2, Variables: briefly("USERS", "1,5,20", "STRATEGY", "multi,bulk,parallel-graphql,sequential-grpc"),
	})
}

// written is the page of a report.
func written(tb testing.TB, r *report.Report) string {
	tb.Helper()
	var b bytes.Buffer
	require.NoError(tb, Write(&b, r))
	return b.String()
}

// parsed is the page of a report as a browser reads it.
func parsed(tb testing.TB, r *report.Report) *goquery.Document {
	tb.Helper()
	document, err := goquery.NewDocumentFromReader(strings.NewReader(written(tb, r)))
	require.NoError(tb, err)
	return document
}

// words are the words of a part of the page with one space between any two.
func words(s *goquery.Selection) string { return strings.Join(strings.Fields(s.Text()), " ") }

// texts are the words of each of some parts of the page.
func texts(s *goquery.Selection) []string {
	return s.Map(func(_ int, one *goquery.Selection) string { return words(one) })
}

// attributes are the values of an attribute of each of some parts of the page.
func attributes(s *goquery.Selection, name string) []string {
	return s.Map(func(_ int, one *goquery.Selection) string { return one.AttrOr(name, "") })
}

// sections are the ids of the sections in their order.
func sections() []string {
	return []string{
		"verdict", "validity", "measured", "effects", "distributions", "collections", "slowest", "anatomy", "users", "time", "failures", "blocks",
		"origin", "guide",
	}
}

func TestSectionsComeInOrderAndAreInTheContents(t *testing.T) {
	t.Parallel()
	for name, r := range map[string]*report.Report{
		"several strategies": example(t),
		"one strategy":       made(t, recorded.Options{Slowness: 8, NoServer: true, Variables: map[string]string{"STRATEGY": "parallel-grpc", "RUN_TIME": "20s", "ROUNDS": ""}}),
		"several loads":      swept(t),
	} {
		document := parsed(t, r)
		require.Equal(t, sections(), attributes(document.Find("main > section"), "id"), name)
		for i, link := range attributes(document.Find(".contents a"), "href") {
			require.Equal(t, "#"+sections()[i], link, name)
		}
		require.Empty(t, document.Find("main > section").FilterFunction(func(_ int, s *goquery.Selection) bool {
			return words(s.Find("h2").First()) == "" || s.Children().Length() < 2
		}).Nodes, "%s: each has a heading, and more than that", name)
	}
}

func TestIDsAreUniqueAndReferencesLead(t *testing.T) {
	t.Parallel()
	for _, r := range []*report.Report{example(t), swept(t)} {
		document := parsed(t, r)
		known := make(map[string]bool)
		for _, id := range attributes(document.Find("[id]"), "id") {
			require.False(t, known[id], "there are two of %s", id)
			known[id] = true
		}
		for _, link := range append(attributes(document.Find("[href^='#']"), "href"), attributes(document.Find("use"), "href")...) {
			require.True(t, known[strings.TrimPrefix(link, "#")], "%s leads nowhere", link)
		}
		for _, of := range attributes(document.Find("label[for]"), "for") {
			require.True(t, known[of], "the label of %s has nothing to press", of)
		}
	}
}

// TestNothingIsLoaded holds the page against its own policy, which a browser enforces.
func TestNothingIsLoaded(t *testing.T) {
	t.Parallel()
	document := parsed(t, example(t))
	policy := document.Find("meta[http-equiv='Content-Security-Policy']").AttrOr("content", "")
	require.True(t, strings.HasPrefix(policy, "default-src 'none'; "), policy)
	require.NotContains(t, policy, "unsafe")
	require.NotContains(t, policy, "http")
	for _, name := range []string{"style", "script"} {
		element := document.Find(name)
		require.Equal(t, 1, element.Length(), name)
		sum := sha256.Sum256([]byte(element.Text()))
		require.Contains(t, policy, name+"-src 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'", "the policy allows the page's own")
	}
	require.Empty(t, document.Find("[src], [style], iframe, object, embed, img, form, base").Nodes)
	for _, link := range attributes(document.Find("[href]"), "href") {
		require.Truef(t, strings.HasPrefix(link, "#") || link == "data:,", "%s is somewhere else", link)
	}
	require.NotContains(t, document.Find("style").Text(), "url(")
	require.NotContains(t, document.Find("style").Text(), "@import")
}

func TestPagesAreTheSameEachTime(t *testing.T) {
	t.Parallel()
	require.Equal(t, written(t, example(t)), written(t, example(t)))
}

// full is a disk without room.
type full struct{}

var errFull = errors.New("no space left on device")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestFullDiskIsTold(t *testing.T) {
	t.Parallel()
	require.ErrorIs(t, Write(full{}, example(t)), errFull)
}

func TestGateIsShownWhenItWasAskedFor(t *testing.T) {
	t.Parallel()
	r := example(t)
	require.Empty(t, parsed(t, r).Find(".gate").Nodes)
	r.Gate = report.Gate{FailOn: report.FailOnFail, Strategies: []fanout.Strategy{fanout.ParallelGRPC}, Sentence: "1 of 2 fail it: 1 FAIL."}
	require.Equal(t, "✕ failed The gate --fail-on fail for parallel-grpc: 1 of 2 fail it: 1 FAIL.", words(parsed(t, r).Find(".gate")))
	r.Gate.Passed = true
	require.Contains(t, words(parsed(t, r).Find(".gate")), "✓ passed")
}

func TestFolderWithoutTests(t *testing.T) {
	t.Parallel()
	r := &report.Report{Name: "results_1", Problems: []report.Problem{{File: "1_Vector_limit200.weaviate", Text: "it is cut off"}}}
	document := parsed(t, r)
	require.Contains(t, words(document.Find(".box.bad")), "1_Vector_limit200.weaviate: it is cut off")
	require.Contains(t, words(document.Find("#verdict")), "There is nothing to judge")
	require.Equal(t, []string{"verdict", "origin", "guide"}, attributes(document.Find("main > section"), "id"))
}
