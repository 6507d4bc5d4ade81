package tests_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
)

// TestOutputsSideBySide runs k6's own outputs beside the run file: all see the same batches.
func TestOutputsSideBySide(t *testing.T) {
	t.Parallel()
	server := newStub(t)
	folder := t.TempDir()
	path := func(name string) string { return filepath.Join(folder, name) }
	run(t, 0, k6run.Options{Dir: folder, Env: append(briefly(at(server)), "RUN_TIME=4s",
		"K6_WEB_DASHBOARD=true", "K6_WEB_DASHBOARD_PORT=-1", "K6_WEB_DASHBOARD_PERIOD=1s", "K6_WEB_DASHBOARD_EXPORT="+path("r.html"))},
		"run", "--quiet", "--out", "json="+path("out.json"), "--out", "csv="+path("out.csv"), "--out", "weaviate="+path("run.weaviate"),
		script(t, "vector"))

	page, err := os.ReadFile(path("r.html"))
	require.NoError(t, err)
	require.Contains(t, string(page), "<html")
	table, err := os.ReadFile(path("out.csv"))
	require.NoError(t, err)
	require.Contains(t, string(table), "weaviate_query_duration")

	batches := readSamples(t, path("out.json"))["weaviate_batches"]
	recorded := readRun(t, path("run.weaviate"))
	for _, phase := range []measure.Phase{measure.Ramp, measure.Measured} {
		require.EqualValues(t, batches.sum("phase", string(phase)), recorded.Total(fanout.ParallelGRPC, phase).Batches())
	}
}

// TestArchive makes an archive and runs it from another folder, where no script and no query file is.
func TestArchive(t *testing.T) {
	t.Parallel()
	server := newStub(t)
	archive := filepath.Join(t.TempDir(), "archive.tar")
	env := briefly(at(server))
	run(t, 0, k6run.Options{Env: append(env, "WEAVIATE_API_KEY=marked-secret")}, "archive", "-O", archive, script(t, "mixed"))
	content, err := os.ReadFile(archive)
	require.NoError(t, err)
	require.NotContains(t, string(content), "marked-secret", "a key from the environment stays out of archives")
	run(t, 0, k6run.Options{Dir: t.TempDir(), Env: env}, "run", "--quiet", archive)
	require.NotZero(t, server.Stats().Calls)

	result := run(t, 108, k6run.Options{Dir: t.TempDir(), Env: append(env, "USERS=3")}, "run", "--quiet", archive)
	require.Contains(t, result.Stderr, "this archive was made with other USERS", "k6 would run 2 users, and the phases be those of 3")
}
