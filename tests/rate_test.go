package tests_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
	"github.com/xk6-weaviate/xk6-weaviate/internal/stub"
	"github.com/xk6-weaviate/xk6-weaviate/report"
	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

// TestIterationsThatK6DropsAreTold asks one user, who is busy for half a second with each batch, for 40 a second: k6 drops nearly all of them, and
// the report of what is left says that it is not what 40 a second meet.
func TestIterationsThatK6DropsAreTold(t *testing.T) {
	t.Parallel()
	server := newStub(t)
	server.SetAll(stub.Behaviour{Delay: 500 * time.Millisecond})
	path := filepath.Join(t.TempDir(), "run.weaviate")
	run(t, 0, k6run.Options{Env: append(at(server), "STRATEGY=parallel-grpc", "SETTLE=0s", "USERS=1", "LIMIT=10", "RATE=40", "RUN_TIME=6s",
		"WARMUP=1s")}, "run", "--quiet", "--out", "weaviate="+path, script(t, "vector"))
	source, err := report.Open(path)
	require.NoError(t, err)
	test := &report.New(source, report.Options{Thresholds: verdict.DefaultThresholds(), Now: time.Now()}).Tests[0]
	result := test.Loads[0].Result(fanout.ParallelGRPC)
	require.EqualValues(t, 200, result.Asked)
	require.Greater(t, result.NotStarted, int64(100))
	var notes strings.Builder // a busy machine has others to tell
	for _, note := range test.Notes {
		notes.WriteString(note.Text + "\n")
	}
	require.Regexp(t, `INVALID: With parallel-grpc, \d+ of the 200 batches that 40 a second make did not start`, notes.String())
}
