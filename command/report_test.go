package command_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
	"github.com/xk6-weaviate/xk6-weaviate/internal/recorded"
	"github.com/xk6-weaviate/xk6-weaviate/report"
)

// folders makes up a working folder with two results folders, of which one strategy passes and one fails.
func folders(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	o := recorded.Options{Slowness: 3, Variables: map[string]string{"BLOCK": "5s", "WARMUP": "1s", "DRAIN": "500ms"}}
	recorded.Bench(t, filepath.Join(folder, "results_20250601_120000"), o, fanout.SearchVector)
	o.Seed = 5
	recorded.Bench(t, filepath.Join(folder, "results_20250602_120000"), o, fanout.SearchVector)
	return folder
}

// reported runs the command in a folder.
func reported(t *testing.T, folder string, exitCode int, args ...string) k6run.Result {
	t.Helper()
	result := k6run.Run(t, k6run.Options{Dir: folder}, append([]string{"x", "weaviate", "report"}, args...)...)
	require.Equal(t, exitCode, result.ExitCode, "report %v\n%s\n%s", args, result.Stdout, result.Stderr)
	return result
}

func TestReportOnTheNewestFolder(t *testing.T) {
	t.Parallel()
	folder := folders(t)
	result := reported(t, folder, 0)
	require.Contains(t, result.Stdout, "FAIL  vector, parallel-graphql: The median batch of parallel-graphql takes ")
	require.NotContains(t, result.Stdout, "\x1b", "no colour in a pipe")
	require.Contains(t, result.Stderr, "results_20250602_120000: parallel_collection_report.html, report.json, report.md, junit.xml")
	newest := filepath.Join(folder, "results_20250602_120000")
	text, err := os.ReadFile(filepath.Join(newest, "report.json"))
	require.NoError(t, err)
	var r report.Report
	require.NoError(t, json.Unmarshal(text, &r))
	require.Equal(t, report.Version, r.Version)
	require.Len(t, r.Tests, 1)
	for _, name := range []string{"report.md", "junit.xml", "parallel_collection_report.html"} {
		require.FileExists(t, filepath.Join(newest, name))
		require.NoFileExists(t, filepath.Join(folder, "results_20250601_120000", name))
	}
}

func TestReportOnRunFiles(t *testing.T) {
	t.Parallel()
	folder := folders(t)
	file := filepath.Join("results_20250601_120000", "1_Vector_limit200.weaviate")
	reported(t, folder, 0, file, "--out", "elsewhere")
	require.FileExists(t, filepath.Join(folder, "elsewhere", "report.json"))
	require.NoFileExists(t, filepath.Join(folder, "results_20250601_120000", "report.json"))
	reported(t, folder, 0, file)
	require.FileExists(t, filepath.Join(folder, "results_20250601_120000", "report.json"), "beside the run file")
}

func TestReportIsAGate(t *testing.T) {
	t.Parallel()
	folder := folders(t)
	for _, c := range []struct {
		exitCode int
		args     []string
	}{
		{1, []string{"--fail-on", "fail"}},
		{0, []string{"--fail-on", "inconclusive", "--strategies", "parallel-grpc"}},
		{1, []string{"--fail-on", "fail", "--strategies", "parallel-grpc", "--faster", "70%"}},
		{1, []string{"--fail-on", "invalid", "--min-rounds", "7"}},
		{0, []string{"--fail-on", "fail", "--min-rounds", "7"}},
		{0, []string{"--min-rounds", "7"}},
		{0, []string{"--fail-on", "fail", "--baseline", "parallel-graphql", "--strategies", "parallel-grpc"}},
		{1, []string{"--fail-on", "fail", "--baseline", "parallel-grpc"}},
	} {
		result := reported(t, folder, c.exitCode, c.args...)
		if c.exitCode == 1 {
			require.Contains(t, result.Stderr, "the gate has failed: ")
			require.Contains(t, result.Stdout, "has failed.")
		}
		require.FileExists(t, filepath.Join(folder, "results_20250602_120000", "report.md"), "a gate that fails says why")
	}
}

func TestReportHoldsRecallAgainstWhatIsAskedFor(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	o := recorded.Options{Slowness: 3, Recall: 0.97, Variables: map[string]string{"BLOCK": "4s", "WARMUP": "1s", "DRAIN": "500ms"}}
	recorded.Bench(t, filepath.Join(folder, "results_1"), o, fanout.SearchVector, fanout.SearchBM25)
	o.Recall = 0
	recorded.Bench(t, filepath.Join(folder, "unmeasured"), o, fanout.SearchVector, fanout.SearchBM25)
	gate := []string{"--fail-on", "invalid", "--strategies", "parallel-grpc"}
	reported(t, folder, 0, append(gate, "results_1", "--min-recall", "90%")...)
	require.Contains(t, reported(t, folder, 1, append(gate, "results_1", "--min-recall", "0.995")...).Stdout, "at least 0.995 is asked for.")
	require.Contains(t, reported(t, folder, 1, append(gate, "unmeasured", "--min-recall", "90%")...).Stdout, "the recall of parallel-grpc was not measured")
	reported(t, folder, 0, append(gate, "unmeasured")...)
	junit, err := os.ReadFile(filepath.Join(folder, "results_1", "junit.xml"))
	require.NoError(t, err)
	require.Contains(t, string(junit), "recall: FAIL. The recall of parallel-grpc is 0.9")
	result := k6run.Run(t, k6run.Options{Dir: folder, Env: []string{"REPORT_MIN_RECALL=0.995"}}, append([]string{"x", "weaviate", "report", "results_1"}, gate...)...)
	require.Equal(t, 1, result.ExitCode, result.Stderr)
	require.Contains(t, reported(t, folder, 2, "results_1", "--min-recall", "95").Stderr, `write a share, like 95% or 0.95`)
}

func TestReportIsSetByTheEnvironment(t *testing.T) {
	t.Parallel()
	folder := folders(t)
	run := func(exitCode int, env []string, args ...string) k6run.Result {
		result := k6run.Run(t, k6run.Options{Dir: folder, Env: env}, append([]string{"x", "weaviate", "report"}, args...)...)
		require.Equal(t, exitCode, result.ExitCode, "%v %v\n%s\n%s", env, args, result.Stdout, result.Stderr)
		return result
	}
	gate := []string{"REPORT_FAIL_ON=fail", "REPORT_STRATEGIES=parallel-grpc, bulk", "REPORT_OUT=elsewhere"}
	run(0, gate)
	require.FileExists(t, filepath.Join(folder, "elsewhere", "report.json"))
	require.Contains(t, run(1, append(gate, "REPORT_FASTER=70%")).Stderr, "the gate has failed: ")
	run(0, append(gate, "REPORT_FASTER=70%"), "--faster", "30%") // the flag overrides
	run(1, append(gate, "REPORT_BASELINE=parallel-grpc", "REPORT_STRATEGIES=multi"))
	run(0, gate, "--compare", "results_20250601_120000", "results_20250602_120000")
	require.Contains(t, run(2, []string{"REPORT_FASTER=30"}).Stderr, `--faster is \"30\": write a share`)
	help := run(0, nil, "--help").Stdout
	for _, name := range []string{"REPORT_OUT", "REPORT_BASELINE", "REPORT_FAIL_ON", "REPORT_STRATEGIES"} {
		require.Contains(t, help, "("+name+")")
	}
	for _, flag := range report.Flags() {
		require.Contains(t, help, "(REPORT_"+strings.ToUpper(strings.ReplaceAll(flag.Name, "-", "_"))+")")
	}
}

func TestReportOnWhatIsNotWhole(t *testing.T) {
	t.Parallel()
	folder := folders(t)
	broken := filepath.Join(folder, "results_20250602_120000", "2_BM25_limit200.weaviate")
	require.NoError(t, os.WriteFile(broken, []byte("a text"), 0o644))
	result := reported(t, folder, 1)
	require.Contains(t, result.Stderr, "the report is not of everything: 2_BM25_limit200.weaviate: ")
	require.Contains(t, result.Stdout, "vector", "the others are reported")
	require.FileExists(t, filepath.Join(folder, "results_20250602_120000", "report.json"))
	reported(t, folder, 1, broken)
}

func TestReportCompares(t *testing.T) {
	t.Parallel()
	folder := folders(t)
	result := reported(t, folder, 0, "--compare", "results_20250601_120000", "results_20250602_120000")
	require.Contains(t, result.Stdout, "results_20250601_120000 → results_20250602_120000")
	require.Contains(t, result.Stdout, "The two did not run interleaved.")
	require.FileExists(t, filepath.Join(folder, "results_20250602_120000", "comparison.json"))
	require.FileExists(t, filepath.Join(folder, "results_20250602_120000", "comparison.md"))
}

func TestReportUsedWrongly(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(folder, "empty"), 0o755))
	for says, args := range map[string][]string{
		"there is no results folder here; name one, or run `k6 x weaviate bench` first": nil,
		"there is no nowhere": {"nowhere"},
		"empty holds no run files (*.weaviate): name the results folder of a bench":            {"empty"},
		`--fail-on is \"maybe\": use none, fail, invalid or inconclusive`:                      {"--fail-on", "maybe"},
		`--baseline: unknown strategy \"mutli\": did you mean \"multi\"?`:                      {"--baseline", "mutli"},
		`--strategies: unknown strategy \"grpc\": did you mean`:                                {"--fail-on", "fail", "--strategies", "grpc"},
		"--strategies says which verdicts --fail-on looks at: give both, or neither":           {"--strategies", "multi"},
		`--faster is \"30\": write a share, like 30% or 0.3`:                                   {"--faster", "30"},
		"the threshold error rate is -0.01: use a number above 0 and below 1":                  {"--error-rate", "-1%"},
		"--compare needs two results folders, before and after, and was given 1":               {"--compare", "empty"},
		"--fail-on goes with verdicts, and a comparison of two folders has none: leave it out": {"--compare", "--fail-on", "fail", "a", "b"},
		"unknown flag --fastest: did you mean --faster":                                        {"--fastest", "1"},
	} {
		result := reported(t, folder, 2, args...)
		require.Contains(t, result.Stderr, says)
	}
}
