package junit

import (
	"bytes"
	"encoding/xml"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/recorded"
	"github.com/xk6-weaviate/xk6-weaviate/report"
	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

func written(t *testing.T, r *report.Report) (*suites, string) {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, Write(&b, r))
	var read suites
	require.NoError(t, xml.Unmarshal(b.Bytes(), &read), b.String())
	return &read, b.String()
}

// of is a report of one verdict of each kind.
func of(failOn report.FailOn) *report.Report {
	load := report.Load{Users: 10}
	for strategy, status := range map[fanout.Strategy]verdict.Status{
		"a": verdict.Pass, "b": verdict.Fail, "c": verdict.Invalid, "d": verdict.Inconclusive,
	} {
		load.Verdicts = append(load.Verdicts, report.Verdict{
			Strategy: strategy, Status: status, Sentence: "why " + string(status),
			Criteria: []report.Criterion{{Name: "faster", Status: status, Sentence: "It takes less."}},
			Checks:   []report.Check{{Name: "drift", Status: verdict.Pass, Sentence: "None."}, {Name: "settled", Status: verdict.Unknown, Sentence: "Not seen."}},
		})
		load.Results = append(load.Results, report.Result{Strategy: strategy, Measured: 42.5})
	}
	return &report.Report{
		Name: "results", Gate: report.Gate{FailOn: failOn},
		Problems: []report.Problem{{File: "2_BM25.weaviate", Text: "it is broken"}},
		Tests: []report.Test{
			{
				Name: "1_Vector_limit200", SearchType: fanout.SearchVector, Loads: []report.Load{load},
				Timeline: report.Timeline{Start: time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC)},
			},
			{Name: "5_Mixed_limit200", SearchType: fanout.SearchMixed, Lacks: "One strategy ran by itself."},
		},
	}
}

func TestWhatSpeaksAgainstAPassIsInItsCase(t *testing.T) {
	t.Parallel()
	r := of(report.FailOnNone)
	for i := range r.Tests[0].Loads[0].Verdicts {
		if v := &r.Tests[0].Loads[0].Verdicts[i]; v.Status == verdict.Pass {
			v.Caveats = []string{"But its p99 is 1.50 times as long (1.40 to 1.60)."}
		}
	}
	got, _ := written(t, r)
	for _, c := range got.Suites[0].Cases {
		if c.Name == "a" {
			require.True(t, strings.HasPrefix(c.Output, "But its p99 is 1.50 times as long (1.40 to 1.60).\nfaster: PASS."), c.Output)
			return
		}
	}
	require.Fail(t, "no case of the PASS")
}

func TestVerdictsAreTestResults(t *testing.T) {
	t.Parallel()
	got, text := written(t, of(report.FailOnNone))
	require.Equal(t, [4]int{6, 1, 2, 2}, [4]int{got.Tests, got.Failures, got.Errors, got.Skipped})
	require.Len(t, got.Suites, 3)
	vector := got.Suites[0]
	require.Equal(t, "vector", vector.Name)
	require.Equal(t, "2025-06-01T12:00:00", vector.Timestamp)
	cases := make(map[string]testcase)
	for _, c := range vector.Cases {
		cases[c.Name] = c
		require.Equal(t, "weaviate.vector", c.ClassName)
		require.Equal(t, "42.500", c.Time)
	}
	require.Nil(t, cases["a"].Failure)
	require.Nil(t, cases["a"].Skipped)
	require.Equal(t, "why FAIL", cases["b"].Failure.Message)
	require.Equal(t, "FAIL", cases["b"].Failure.Type)
	require.Equal(t, "why INVALID", cases["c"].Error.Message)
	require.Equal(t, "why INCONCLUSIVE", cases["d"].Skipped.Message)
	require.Equal(t, "faster: FAIL. It takes less.\ncheck settled: UNKNOWN. Not seen.\n", cases["b"].Output)
	require.Equal(t, "One strategy ran by itself.", got.Suites[1].Cases[0].Skipped.Message)
	require.Equal(t, "it is broken", got.Suites[2].Cases[0].Error.Message)
	require.Contains(t, text, `<?xml version="1.0" encoding="UTF-8"?>`)
}

// TestTheGateDecidesOnInconclusive: what fails the gate is a failure here too.
func TestTheGateDecidesOnInconclusive(t *testing.T) {
	t.Parallel()
	got, _ := written(t, of(report.FailOnInconclusive))
	require.Equal(t, [4]int{6, 2, 2, 1}, [4]int{got.Tests, got.Failures, got.Errors, got.Skipped})
	got, _ = written(t, of(report.FailOnInvalid))
	require.Equal(t, 2, got.Skipped)
}

// TestWhatOthersWroteStaysText: a file that is no XML helps nobody.
func TestWhatOthersWroteStaysText(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "results")
	recorded.Bench(t, folder, recorded.Options{Hostile: true, Slowness: 3, Variables: map[string]string{"ROUNDS": "1", "BLOCK": "4s"}}, fanout.SearchVector)
	source, err := report.Open(folder)
	require.NoError(t, err)
	source.Problems = append(source.Problems, report.Problem{File: recorded.Hostile, Text: recorded.Hostile})
	got, text := written(t, report.New(source, report.Options{Thresholds: verdict.DefaultThresholds(), Now: time.Now()}))
	require.Contains(t, got.Suites[0].Name, "<script>alert(1)</script>")
	require.Contains(t, got.Suites[1].Cases[0].Error.Message, "]]> \"'")
	require.NotContains(t, text, "<script")
	require.NotContains(t, text, "\x1b")
	require.NotContains(t, text, "\u202e")
}
