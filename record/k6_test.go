package record_test

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	_ "github.com/xk6-weaviate/xk6-weaviate" // registers the extension with the k6 that the tests run
	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
	"github.com/xk6-weaviate/xk6-weaviate/internal/realserver"
	"github.com/xk6-weaviate/xk6-weaviate/internal/stub"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
	"github.com/xk6-weaviate/xk6-weaviate/record"
)

func TestMain(m *testing.M) { k6run.Main(realserver.Tests(m)) }

// blocks sends batches in blocks of half a second, as long as it is let, and counts them by k6's own means.
const blocks = `
	import { Counter } from 'k6/metrics';
	import exec from 'k6/execution';
	import { Client } from 'k6/x/weaviate';
	const started = new Counter('started');
	const client = new Client();
	const set = ['SongLyrics', 'SongLyrics_400k', 'SongLyrics_10k'].map((collection) => (
		{ collection, bm25: { query: 'night', properties: ['lyrics'] }, limit: 5 }));
	export const options = {
		scenarios: { all: { executor: 'constant-vus', vus: 3, duration: __ENV.DURATION, gracefulStop: '500ms' } },
		thresholds: { started: [] },
	};
	export default function () {
		const block = Math.floor((Date.now() - exec.scenario.startTime) / 500);
		started.add(1);
		client.run(set, { strategy: block % 2 ? 'multi' : 'parallel-grpc', block });
	}`

func at(s *stub.Server, more ...string) []string {
	return append([]string{"WEAVIATE_URL=" + s.URL(), "WEAVIATE_GRPC=" + s.GRPC()}, more...)
}

func read(t *testing.T, path string) *record.Run {
	t.Helper()
	file, err := os.Open(path)
	require.NoError(t, err)
	defer func() { _ = file.Close() }()
	run, err := record.Read(file, path)
	require.NoError(t, err)
	return run
}

// TestRunOfK6 records a real run, one batch of which its end cuts short, and holds it against what k6 itself counted.
func TestRunOfK6(t *testing.T) {
	t.Parallel()
	server := stub.Start(t)
	server.SetAll(stub.Behaviour{Delay: 2 * time.Millisecond})
	server.Set("SongLyrics", stub.Behaviour{Delay: 60 * time.Millisecond, Fault: stub.Hang().When(stub.First(1))})
	path := filepath.Join(t.TempDir(), "run.weaviate")
	result := k6run.Run(t, k6run.Options{
		Env: at(server, "DURATION=3s", "WEAVIATE_API_KEY=marked-secret"), Stdin: blocks,
	}, "run", "--quiet", "-e", "MY_TOKEN=marked-too", "-e", "SPEED=fast", "--out", "weaviate="+path, "-")
	require.Zero(t, result.ExitCode, result.Stderr)
	require.NotContains(t, result.Stderr, "level=error")

	run := read(t, path)
	_, started, found := strings.Cut(result.Stdout, "started")
	require.True(t, found, result.Stdout)
	require.Equal(t, strings.Fields(started)[1], strconv.FormatInt(run.Batches(), 10), "every batch that was started is recorded")
	require.True(t, run.Complete())
	p := run.Processes[0]
	require.Equal(t, run.Batches(), p.Batches)
	require.Equal(t, p.Batches, p.Dispatched, "what was dispatched was recorded")
	require.Zero(t, run.Lost())
	require.Equal(t, []string{"run", "--quiet", "-e", "MY_TOKEN=…", "-e", "SPEED=fast", "--out", "weaviate=" + path, "-"}, p.CommandLine[1:])
	require.NotEmpty(t, p.Versions.K6)
	require.Contains(t, string(p.Options), `"constant-vus"`)
	require.NotEmpty(t, p.Machine.CPUs)
	require.GreaterOrEqual(t, len(p.Client.Rows), 3)

	grpc := run.Total(fanout.ParallelGRPC, measure.Measured)
	require.Equal(t, grpc.Batches(), grpc.Collection("SongLyrics").Queries)
	for _, other := range []string{"SongLyrics_400k", "SongLyrics_10k"} {
		require.Greater(t, grpc.Collection("SongLyrics").Slowest(), grpc.Collection(other).Slowest())
	}
	require.GreaterOrEqual(t, grpc.Collection("SongLyrics").Duration.Quantile(0.5), 60*time.Millisecond)
	require.Less(t, grpc.Without("SongLyrics").Quantile(0.5), grpc.Duration.Quantile(0.5))
	require.NotZero(t, grpc.Collection("SongLyrics").Took.Count())
	multi := run.Total(fanout.Multi, measure.Measured)
	require.True(t, slices.ContainsFunc(run.Series, func(s *record.Series) bool { return s.Phase == measure.Canceled && s.Batches() > 0 }),
		"the end of the run cut batches short")
	require.Nil(t, multi.Collection("SongLyrics").Duration)
	require.NotEmpty(t, grpc.Samples)
	require.GreaterOrEqual(t, len(run.Blocks()), 5)

	file, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NotContains(t, string(file), "marked")
}

// TestInterruptedRun ends a run by Ctrl-C: what was recorded is whole, and says why it ended.
func TestInterruptedRun(t *testing.T) {
	t.Parallel()
	server := stub.Start(t)
	path := filepath.Join(t.TempDir(), "run.weaviate")
	result := k6run.Run(t, k6run.Options{Env: at(server, "DURATION=1m"), Stdin: blocks, Interrupt: 3 * time.Second},
		"run", "--quiet", "--out", "weaviate="+path, "-")
	require.Equal(t, 105, result.ExitCode, result.Stderr)
	run := read(t, path)
	require.True(t, run.Complete())
	require.Contains(t, run.Processes[0].Stopped, "signal")
	require.NotZero(t, run.Batches())
}

// TestSegmentsOfARun runs two processes with execution segments and merges what they recorded.
func TestSegmentsOfARun(t *testing.T) {
	t.Parallel()
	server := stub.Start(t)
	server.SetAll(stub.Behaviour{Delay: 2 * time.Millisecond})
	parts := make([]*record.Run, 2)
	for i, segment := range []string{"0:1/3", "1/3:1"} {
		path := filepath.Join(t.TempDir(), "run.weaviate")
		result := k6run.Run(t, k6run.Options{Env: at(server, "DURATION=1s"), Stdin: blocks},
			"run", "--quiet", "--execution-segment", segment, "--execution-segment-sequence", "0,1/3,1", "--out", "weaviate="+path, "-")
		require.Zero(t, result.ExitCode, result.Stderr)
		parts[i] = read(t, path)
		require.Equal(t, segment, parts[i].Processes[0].Segment)
	}
	merged, err := record.Merge(parts...)
	require.NoError(t, err)
	require.Equal(t, parts[0].Batches()+parts[1].Batches(), merged.Batches())
	require.Len(t, merged.Processes, 2)
	_, err = record.Merge(merged, parts[1])
	require.ErrorContains(t, err, "name each part of a run once")
}

// TestServerTellsWhatItUsed asks a real server for its metrics while it is searched.
func TestServerTellsWhatItUsed(t *testing.T) {
	t.Parallel()
	server := realserver.Shared(t)
	env := []string{"WEAVIATE_URL=" + server.URL, "WEAVIATE_GRPC=" + server.GRPC, "DURATION=3s"}
	result := k6run.Run(t, k6run.Options{Env: env}, "x", "weaviate", "seed", "--scale", "0.002")
	require.Zero(t, result.ExitCode, result.Stderr)
	path := filepath.Join(t.TempDir(), "run.weaviate")
	metrics := strings.Replace(server.MetricsURL, "://", "://user:marked-secret@", 1)
	result = k6run.Run(t, k6run.Options{Env: append(env, "WEAVIATE_METRICS_URL="+metrics), Stdin: blocks},
		"run", "--quiet", "--out", "weaviate="+path, "-")
	require.Zero(t, result.ExitCode, result.Stderr)

	run := read(t, path)
	told := run.Processes[0].Server
	require.NotNil(t, told)
	require.Equal(t, server.MetricsURL, told.URL)
	require.Zero(t, told.Failed, told.Error)
	require.NotEmpty(t, told.Timeline.Rows)
	var counted, searched int64
	for _, block := range run.Blocks() {
		if block.Server == nil {
			continue
		}
		require.Positive(t, block.Server.CPU)
		require.Positive(t, block.Server.Memory)
		require.Positive(t, block.Server.Goroutines)
		for _, q := range block.Server.Queries {
			require.Contains(t, []string{"SongLyrics", "SongLyrics_400k", "SongLyrics_10k"}, q.Collection)
			counted += q.Count
		}
	}
	for _, s := range run.Series {
		searched += 3 * s.Batches()
	}
	require.InEpsilon(t, searched, counted, 0.2, "the server counted what was sent, but for what ran at the edges of blocks")
	require.GreaterOrEqual(t, len(told.Spans), 5)
}
