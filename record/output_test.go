package record

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/sirupsen/logrus"
	"github.com/stretchr/testify/require"
	"go.k6.io/k6/v2/metrics"
	"go.k6.io/k6/v2/output"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
)

func quiet() logrus.FieldLogger {
	logger := logrus.New()
	logger.SetOutput(io.Discard)
	return logger
}

// newOutput makes an output as k6 does, with k6's own metrics.
func newOutput(tb testing.TB, path string, environment map[string]string) (*Output, *metrics.BuiltinMetrics) {
	tb.Helper()
	made, err := New(output.Params{ConfigArgument: path, Environment: environment, Logger: quiet()})
	require.NoError(tb, err)
	o, ok := made.(*Output)
	require.True(tb, ok)
	builtin := metrics.RegisterBuiltinMetrics(metrics.NewRegistry())
	o.SetBuiltinMetrics(builtin)
	return o, builtin
}

func readRun(tb testing.TB, path string) *Run {
	tb.Helper()
	file, err := os.Open(path)
	require.NoError(tb, err)
	defer func() { _ = file.Close() }()
	run, err := Read(file, path)
	require.NoError(tb, err)
	return run
}

func containers(batches []*measure.Batch) []metrics.SampleContainer {
	list := make([]metrics.SampleContainer, len(batches))
	for i, b := range batches {
		list[i] = b
	}
	return list
}

func TestOutputRecordsEveryBatch(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "run.weaviate")
	o, builtin := newOutput(t, path, map[string]string{"WEAVIATE_API_KEY": "marked-secret"})
	require.Contains(t, o.Description(), path)
	require.NoError(t, o.Start())
	before := readRun(t, path)
	require.Zero(t, before.Batches())
	require.False(t, before.Complete(), "the run has only begun")

	s := newStream(t, 1)
	batches := s.run(5, 200)
	outlasting := s.batch(fanout.Multi, measure.Measured, 1, began.Add(19500*time.Millisecond))
	outlasting.Time = outlasting.BlockEnd.Add(time.Millisecond)
	batches = append(batches, outlasting)
	o.AddMetricSamples(containers(batches[:500]))
	users := metrics.ConnectedSamples{Samples: []metrics.Sample{
		{TimeSeries: metrics.TimeSeries{Metric: builtin.VUs}, Value: 7}, {TimeSeries: metrics.TimeSeries{Metric: builtin.VUsMax}, Value: 9},
	}}
	dropped := metrics.Sample{TimeSeries: metrics.TimeSeries{Metric: builtin.DroppedIterations}, Value: 3}
	registered, err := measure.Register(metrics.NewRegistry())
	require.NoError(t, err)
	info, err := registered.RunInfo(metrics.TagsAndMeta{}, &measure.RunInfo{
		URL: "https://user:password@example.org", Server: "1.39.3", Options: map[string]string{"timeout": "30s", "apiKey": "another-secret"},
		Plan:       &measure.Plan{Block: 10 * time.Second, Blocks: []measure.PlannedBlock{{Strategy: fanout.Multi}}},
		Comparison: &measure.Comparison{Sets: 40, Different: 1, Differences: []measure.Difference{{Text: "Bearer marked-secret"}}},
	}, time.Now())
	require.NoError(t, err)
	o.AddMetricSamples([]metrics.SampleContainer{users, dropped, info, metrics.Samples{dropped}, nil})
	o.AddMetricSamples(containers(batches[500:]))
	require.NoError(t, o.Stop())

	run := readRun(t, path)
	require.True(t, run.Complete())
	require.EqualValues(t, len(batches), run.Batches())
	require.EqualValues(t, len(batches), run.Processes[0].Batches)
	var outlasted int64
	for _, series := range run.Series {
		outlasted += series.Outlasted
	}
	require.EqualValues(t, 1, outlasted)
	require.InDelta(t, began.UnixMicro(), run.Processes[0].FirstBlock, 1, "as the ends of the blocks tell")
	require.Equal(t, "1.39.3", run.Info().Server)
	require.Equal(t, "https://example.org", run.Info().URL)
	require.Equal(t, map[string]string{"timeout": "30s", "apiKey": "…"}, run.Info().Options)
	require.Equal(t, "Bearer …", run.Info().Comparison.Differences[0].Text)
	client := run.Processes[0].Client.Rows
	require.NotEmpty(t, client)
	last := client[len(client)-1]
	require.GreaterOrEqual(t, client[0].At, run.Processes[0].Start/1e6)
	require.LessOrEqual(t, last.At, run.Processes[0].End/1e6)
	require.EqualValues(t, 7, last.Users)
	require.EqualValues(t, 3, last.Dropped)
	require.Positive(t, last.Memory)
	require.Positive(t, last.Heap)
	require.Positive(t, last.Goroutines)
	require.Positive(t, last.Span)
	require.Positive(t, run.Processes[0].Machine.Cores())
	require.NoFileExists(t, path+".tmp")
	require.NotContains(t, string(textOf(t, must(os.ReadFile(path)))), "marked-secret")
}

// TestBatchesThatGetLostAreMissed drops one on its way to the output: the run file and the log say so.
func TestBatchesThatGetLostAreMissed(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "run.weaviate")
	o, _ := newOutput(t, path, nil)
	var log bytes.Buffer
	logger := logrus.New()
	logger.SetOutput(&log)
	o.logger = logger
	require.NoError(t, o.Start())
	var tally measure.Tally
	batches := newStream(t, 1).run(1, 100)
	for _, b := range batches {
		tally.Dispatch()
		b.Tally = &tally
	}
	o.AddMetricSamples(containers(batches[1:]))
	require.Zero(t, (&Process{Batches: 99, Dispatched: 100}).Lost(), "as long as the run goes on, it may be in flight")
	require.NoError(t, o.Stop())
	run := readRun(t, path)
	require.EqualValues(t, 100, run.Processes[0].Dispatched)
	require.EqualValues(t, 99, run.Processes[0].Batches)
	require.EqualValues(t, 1, run.Lost())
	require.Contains(t, log.String(), "100 batches were dispatched and 99 recorded")
	require.Contains(t, log.String(), "INVALID")
}

// TestKilledRunLeavesTheLastGoodState reads the file while a run goes on: that is what a killed one leaves.
func TestKilledRunLeavesTheLastGoodState(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "run.weaviate")
	o, _ := newOutput(t, path, nil)
	require.NoError(t, o.Start())
	batches := newStream(t, 1).run(3, 100)
	o.AddMetricSamples(containers(batches[:250]))
	// The third block has begun: the two before it are written.
	require.Eventually(t, func() bool { return readRun(t, path).Batches() == 200 }, 30*time.Second, 10*time.Millisecond)
	require.False(t, readRun(t, path).Complete())
	o.AddMetricSamples(containers(batches[250:]))
	require.NoError(t, o.StopWithTestError(errors.New("stopped\x1b[31m by somebody")))
	run := readRun(t, path)
	require.EqualValues(t, 300, run.Batches())
	require.Equal(t, "stopped [31m by somebody", run.Processes[0].Stopped)
	require.True(t, run.Complete(), "an early end is one, too")
}

// TestRunsOfOneStrategyArePartsToo saves a run without blocks at its phases.
func TestRunsOfOneStrategyArePartsToo(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "run.weaviate")
	o, _ := newOutput(t, path, nil)
	require.NoError(t, o.Start())
	s := newStream(t, 1)
	for i := range 100 {
		phase := measure.Ramp
		if i >= 40 {
			phase = measure.Measured
		}
		o.AddMetricSamples(containers([]*measure.Batch{s.batch(fanout.ParallelGRPC, phase, -1, began.Add(time.Duration(i)*time.Second))}))
	}
	require.Eventually(t, func() bool { return readRun(t, path).Batches() == 40 }, 30*time.Second, 10*time.Millisecond)
	require.NoError(t, o.Stop())
	run := readRun(t, path)
	require.EqualValues(t, 40, run.Total(fanout.ParallelGRPC, measure.Ramp).Batches())
	require.EqualValues(t, 60, run.Total(fanout.ParallelGRPC, measure.Measured).Batches())
	require.Empty(t, run.Blocks())
	require.InDelta(t, 59, run.Measured(fanout.ParallelGRPC).Seconds(), 1, "without a plan it is from the first batch to the last")
}

func TestOutputRefusesWrongTargets(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	script := filepath.Join(folder, "script.js")
	require.NoError(t, os.WriteFile(script, []byte("export default () => {}"), 0o600))
	short := filepath.Join(folder, "short")
	require.NoError(t, os.WriteFile(short, []byte("x"), 0o600))
	empty := filepath.Join(folder, "empty")
	require.NoError(t, os.WriteFile(empty, nil, 0o600))
	_, err := New(output.Params{})
	require.ErrorContains(t, err, "--out weaviate=run.weaviate")
	for path, says := range map[string]string{
		folder:                                "it is a folder",
		script:                                "it holds something else than a recorded run",
		short:                                 "it holds something else",
		os.DevNull:                            "it is not a regular file",
		filepath.Join(folder, "none", "x"):    "no such file or directory",
		filepath.Join(script, "run.weaviate"): "not a directory",
	} {
		o, _ := newOutput(t, path, nil)
		err := o.Start()
		require.ErrorContains(t, err, "cannot record to "+path)
		require.ErrorContains(t, err, says)
		require.NoError(t, o.Stop(), "what was not started need not be stopped")
	}
	content, err := os.ReadFile(script)
	require.NoError(t, err)
	require.Equal(t, "export default () => {}", string(content))
	for range 2 { // an empty file is written, and a run file written anew
		o, _ := newOutput(t, empty, nil)
		require.NoError(t, o.Start())
		require.NoError(t, o.Stop())
		require.True(t, readRun(t, empty).Complete())
	}
}

// TestEveryBatchInABlockOfItsOwn gives an output more blocks than a run can have: what is beyond is counted all the same.
func TestEveryBatchInABlockOfItsOwn(t *testing.T) {
	t.Parallel()
	s := newStream(t, 1)
	b := s.batch(fanout.Multi, measure.Measured, 0, began)
	outside := Key{-1, measure.Measured, fanout.Multi, fanout.SearchMixed}

	r := newRecorder(newCleaner(), began)
	for block := range maxLive + 100 {
		b.Block = block
		r.add(b)
	}
	taken := r.take(true)
	require.EqualValues(t, maxLive+100, taken.batches)
	require.Len(t, taken.live, maxLive+1)
	require.EqualValues(t, 100, taken.live[outside].series().Batches())

	r = newRecorder(newCleaner(), began)
	r.limit = 300
	for block := range r.limit + 100 {
		b.Block = block
		r.add(b)
		if block == r.limit/2 {
			r.take(true)
		}
	}
	require.EqualValues(t, 100, r.take(true).live[outside].series().Batches())
}
