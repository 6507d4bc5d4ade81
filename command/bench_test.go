package command_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
	"github.com/xk6-weaviate/xk6-weaviate/internal/stub"
	"github.com/xk6-weaviate/xk6-weaviate/report"
)

// key is a key that must turn up nowhere.
const key = "marked-secret-key"

// stubFor is a stub with the nine collections and what tells a bench where it is. Its bench is as short as it can be.
func stubFor(t *testing.T) (*stub.Server, []string) {
	t.Helper()
	server := stub.Start(t, stub.With(stub.Config{Collections: stub.Nine(100, 384), APIKey: key}))
	return server, []string{
		"WEAVIATE_URL=" + server.URL(), "WEAVIATE_GRPC=" + server.GRPC(), "WEAVIATE_API_KEY=" + key,
		"SETTLE=0s", "USERS=2", "ROUNDS=1", "BLOCK=1s", "WARMUP=200ms", "DRAIN=200ms", "LIMIT=5",
	}
}

func bench(t *testing.T, exitCode int, options k6run.Options, args ...string) k6run.Result {
	t.Helper()
	result := k6run.Run(t, options, append([]string{"x", "weaviate", "bench"}, args...)...)
	require.Equal(t, exitCode, result.ExitCode, "bench %v\n%s\n%s", args, result.Stdout, result.Stderr)
	require.NotContains(t, result.Stdout+result.Stderr, key)
	return result
}

func names(t *testing.T, folder string) []string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	list := make([]string, len(entries))
	for i, entry := range entries {
		list[i] = entry.Name()
	}
	return list
}

func TestBenchLeavesAResultsFolder(t *testing.T) {
	t.Parallel()
	server, env := stubFor(t)
	dir := t.TempDir() // empty: the binary carries all that it needs
	result := bench(t, 0, k6run.Options{Dir: dir, Env: append(env, "SEARCH_TYPES=bm25, mixed", "LIMIT=5,7")})
	folders := names(t, dir)
	require.Len(t, folders, 1)
	require.Regexp(t, `^results_\d{8}_\d{6}$`, folders[0])
	folder := filepath.Join(dir, folders[0])
	var want []string
	for _, test := range []string{"2_BM25_limit5", "2_BM25_limit7", "5_Mixed_limit5", "5_Mixed_limit7"} {
		for _, ending := range []string{
			".log", ".weaviate", "_failures.csv", "_report.html", "_stats.csv", "_stats_history.csv", "_summary.json",
		} {
			want = append(want, test+ending)
		}
	}
	for _, name := range want {
		require.Contains(t, names(t, folder), name)
		content, err := os.ReadFile(filepath.Join(folder, name))
		require.NoError(t, err)
		require.NotEmpty(t, content, name)
	}
	summary, err := os.ReadFile(filepath.Join(folder, "2_BM25_limit5_summary.json"))
	require.NoError(t, err)
	require.True(t, json.Valid(summary))
	for _, strategy := range []string{"multi", "parallel-graphql", "parallel-grpc"} {
		require.Contains(t, result.Stdout, strategy)
	}
	require.NotZero(t, server.Stats().Calls)
	requireNoKey(t, dir)
}

// requireNoKey looks for the key in all that a bench left.
func requireNoKey(t *testing.T, folder string) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		require.NoError(t, err)
		if entry.IsDir() {
			return nil
		}
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		require.NotContains(t, string(content), key, path)
		return nil
	}))
}

func TestBenchPlan(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	result := bench(t, 0, k6run.Options{Dir: dir}, "--plan")
	for _, says := range []string{
		"5 × 4m40s, 23m20s in all", "1_Vector_limit200", "5_Mixed_limit200",
		"multi, parallel-graphql, parallel-grpc with 100 users", "in 7 rounds of 4 blocks of 10s", "multi runs twice a round",
	} {
		require.Contains(t, result.Stdout, says)
	}
	require.Empty(t, names(t, dir), "a plan touches nothing")
	quick := bench(t, 0, k6run.Options{Dir: dir}, "--quick", "--plan")
	require.Contains(t, quick.Stdout, "5 × 30s")
	require.Contains(t, quick.Stdout, "with 10 users")
	one := bench(t, 0, k6run.Options{Dir: dir, Env: []string{"USERS=1", "ROUNDS=1"}}, "--plan")
	require.Contains(t, one.Stdout, "with 1 user, in 1 round of 4 blocks")
	sweep := bench(t, 0, k6run.Options{Dir: dir, Env: []string{"USERS=1,10"}}, "--plan")
	require.Contains(t, sweep.Stdout, "with 1, 10 users, in ")
}

// TestBenchJudgesAsItIsTold: the flags and variables of the report are those of the bench, too, and its gate is the bench's.
func TestBenchJudgesAsItIsTold(t *testing.T) {
	t.Parallel()
	_, env := stubFor(t)
	dir := t.TempDir()
	env = append(env, "SEARCH_TYPES=bm25", "STRATEGY=multi,parallel-grpc", "REPORT_FASTER=12%", "REPORT_ERROR_RATE=3%", "REPORT_OUT=elsewhere")
	result := bench(t, 1, k6run.Options{Dir: dir, Env: env}, "--out", "out", "--error-rate", "2%", "--baseline", "parallel-grpc", "--fail-on", "invalid")
	require.Contains(t, result.Stderr, "the gate has failed", "one round decides nothing")
	require.Equal(t, []string{"out"}, names(t, dir), "the report is in the results folder")
	text, err := os.ReadFile(filepath.Join(dir, "out", "report.json"))
	require.NoError(t, err)
	var r report.Report
	require.NoError(t, json.Unmarshal(text, &r))
	values := make(map[string]float64)
	for _, threshold := range r.Thresholds {
		values[threshold.Name] = threshold.Value
	}
	require.InDelta(t, 0.12, values["faster"], 1e-9, "the environment says it")
	require.InDelta(t, 0.02, values["error-rate"], 1e-9, "a flag overrides the environment")
	require.Equal(t, fanout.ParallelGRPC, r.Tests[0].Baseline)
	require.Equal(t, report.FailOnInvalid, r.Gate.FailOn)
}

func TestBenchGoesOnAfterAFailedTest(t *testing.T) {
	t.Parallel()
	_, env := stubFor(t)
	dir := t.TempDir()
	// A folder of queries of one's own, with one of two files.
	content, err := os.ReadFile("../queries/vector.json")
	require.NoError(t, err)
	require.NoError(t, os.Mkdir(filepath.Join(dir, "mine"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "mine", "vector.json"), content, 0o600))
	env = append(env, "SEARCH_TYPES=bm25,vector", "QUERIES=mine")
	result := bench(t, 1, k6run.Options{Dir: dir, Env: env}, "--out", "out")
	require.Contains(t, result.Stderr, "1 of 2 tests failed")
	require.Contains(t, result.Stderr, "no query file at")
	require.Contains(t, result.Stderr, "1_Vector_limit5: done")

	// With the missing file there, the same bench goes on where it was, whatever the environment says now.
	before, err := os.Stat(filepath.Join(dir, "out", "1_Vector_limit5.weaviate"))
	require.NoError(t, err)
	content, err = os.ReadFile("../queries/bm25.json")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "mine", "bm25.json"), content, 0o600))
	result = bench(t, 0, k6run.Options{Dir: dir, Env: append(env, "ROUNDS=9")}, "--resume", "out")
	require.Contains(t, result.Stderr, "2_BM25_limit5: done")
	require.NotContains(t, result.Stderr, "1_Vector_limit5: checks")
	require.Contains(t, result.Stdout, "vector", "the table has the tests that were done before")
	after, err := os.Stat(filepath.Join(dir, "out", "1_Vector_limit5.weaviate"))
	require.NoError(t, err)
	require.Equal(t, before.ModTime(), after.ModTime())
}

// TestBenchWithoutAServer: the first thing that a new user sees, maybe, is that there is no server. It is told, and once.
func TestBenchWithoutAServer(t *testing.T) {
	t.Parallel()
	_, env := stubFor(t)
	env = append(env, "WEAVIATE_URL=http://"+closed, "SEARCH_TYPES=vector,bm25,mixed")
	progress := bench(t, 1, k6run.Options{Dir: t.TempDir(), Env: env}).Stderr
	require.Contains(t, progress, "1_Vector_limit5: failed: exit status 108: test aborted: nothing listens at http://"+closed+": start a Weaviate there")
	require.Equal(t, 1, strings.Count(progress, "nothing listens"), progress)
	require.Contains(t, progress, "2_BM25_limit5: failed for the same reason\n")
	require.Contains(t, progress, "5_Mixed_limit5: failed for the same reason\n")
	require.NotContains(t, progress, "data_sent", "k6's summary says nothing of it")
}

func TestBenchInterrupted(t *testing.T) {
	t.Parallel()
	_, env := stubFor(t)
	dir := t.TempDir()
	env = append(env, "SEARCH_TYPES=vector,bm25", "ROUNDS=60")
	result := bench(t, 1, k6run.Options{Dir: dir, Env: env, Interrupt: 4 * time.Second, After: "checks the server"}, "--out", "out")
	require.Contains(t, result.Stderr, "go on with `k6 x weaviate bench --resume out`")
	require.Contains(t, names(t, filepath.Join(dir, "out")), "1_Vector_limit5.weaviate", "what was measured so far is kept")
	require.NotContains(t, names(t, filepath.Join(dir, "out")), "2_BM25_limit5.weaviate")
}

func TestBenchWithScriptsOfOnesOwn(t *testing.T) {
	t.Parallel()
	_, env := stubFor(t)
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "vector.js"), []byte(`
		import { Client } from 'k6/x/weaviate';
		const client = new Client();
		export const options = { iterations: 3 };
		export default () => client.run([{ collection: 'SongLyrics', bm25: { query: 'love' } }], { strategy: 'multi' });`), 0o600))
	result := bench(t, 0, k6run.Options{Dir: dir, Env: append(env, "SEARCH_TYPES=vector")}, "--scripts", dir, "--out", "out")
	require.Contains(t, result.Stdout, "multi")
	result = bench(t, 1, k6run.Options{Dir: dir, Env: append(env, "SEARCH_TYPES=bm25")}, "--scripts", dir, "--out", "out2")
	require.Contains(t, result.Stderr, "the folder of scripts has no test for bm25")
}

func TestBenchWrongUse(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		env, args []string
		exit      int
		says      string
	}{
		"users":            {env: []string{"USERS=0"}, exit: 2, says: "USERS: \"0\" is not a whole number from 1 up"},
		"run time":         {env: []string{"RUN_TIME=abc"}, exit: 2, says: "RUN_TIME: \"abc\" is not a duration"},
		"strategy":         {env: []string{"STRATEGY=parallel-rpc"}, exit: 2, says: "did you mean \"parallel-grpc\""},
		"limit":            {env: []string{"LIMIT=10,x"}, exit: 2, says: "LIMIT: \"x\" is not a whole number"},
		"search type":      {env: []string{"SEARCH_TYPES=vektor"}, exit: 2, says: "did you mean \"vector\""},
		"threshold":        {args: []string{"--faster", "30"}, exit: 2, says: "--faster is \"30\": write a share"},
		"threshold of env": {env: []string{"REPORT_FASTER=much"}, exit: 2, says: "--faster is \"much\": write a number"},
		"gate":             {args: []string{"--strategies", "multi"}, exit: 2, says: "give both, or neither"},
		"flag":             {args: []string{"--quik"}, exit: 2, says: "did you mean --quick"},
		"argument":         {args: []string{"now"}, exit: 2, says: "unexpected argument \"now\""},
		"start":            {env: []string{"START=1"}, exit: 2, says: "START is for k6 processes that share one run"},
		"dashboard":        {args: []string{"--dashboard", "5665"}, exit: 2, says: "write it as host:port"},
		"resume and quick": {args: []string{"--resume", "x", "--quick"}, exit: 2, says: "leave out"},
		"resume nothing":   {args: []string{"--resume", "x"}, exit: 2, says: "there is no bench.json in x"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			result := bench(t, c.exit, k6run.Options{Dir: t.TempDir(), Env: c.env}, append(c.args, "--plan")...)
			require.Contains(t, strings.ReplaceAll(result.Stderr, `\"`, `"`), c.says)
		})
	}
}
