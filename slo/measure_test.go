package slo

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/recorded"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
	"github.com/xk6-weaviate/xk6-weaviate/record"
	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

func atRate(t *testing.T) *record.Run {
	t.Helper()
	return recorded.Run(t, recorded.Options{Failures: 0.002, Variables: map[string]string{
		"STRATEGY": "parallel-grpc", "RATE": "40", "USERS": "40", "RUN_TIME": "12s", "WARMUP": "2s",
	}})
}

func TestMeasureCountsWhatWasRecorded(t *testing.T) {
	t.Parallel()
	run := atRate(t)
	total := run.Total(fanout.ParallelGRPC, measure.Measured)
	limit := total.Duration.Quantile(0.9) + time.Millisecond
	o := Objective{Percentile: 95, Limit: limit}
	trial := o.Measure(run, fanout.ParallelGRPC, verdict.DefaultThresholds())
	require.Equal(t, total.Batches(), trial.Batches)
	require.Equal(t, total.Batches()-total.Outcomes[fanout.Full], trial.Failed)
	require.Positive(t, trial.Failed)
	var over int64
	for d, n := range total.FailedAt(fanout.DefaultTimeout).Buckets() {
		if d >= limit {
			over += n
		}
	}
	require.Equal(t, over, trial.Slow)
	require.Greater(t, trial.Slow, trial.Failed, "those that failed, and slow ones")
	require.Less(t, trial.Slow, trial.Batches/5)
	require.Empty(t, trial.Client)

	o.Limit = fanout.DefaultTimeout
	require.Equal(t, trial.Failed, o.Measure(run, fanout.ParallelGRPC, verdict.DefaultThresholds()).Slow, "a failed batch is a slow one")
	require.Zero(t, o.Measure(run, fanout.Multi, verdict.DefaultThresholds()).Batches, "it did not run")
}

// TestMeasureSeesThatTheClientWasTheLimit: by each of the checks that a report makes of it, and by their thresholds.
func TestMeasureSeesThatTheClientWasTheLimit(t *testing.T) {
	t.Parallel()
	o := Objective{Percentile: 95, Limit: time.Second}
	for _, c := range []struct {
		change func(*record.ClientRow)
		says   string
	}{
		{func(r *record.ClientRow) { r.CPU = 3_920_000 }, "the client, and not Weaviate, is the limit: it used 98 % of its cores"},
		{func(r *record.ClientRow) { r.Held = 120_000 }, "the client, and not Weaviate, is the limit: it was kept from running for 12 % of the time"},
		{func(r *record.ClientRow) { r.Latency = 200_000 }, "the client, and not Weaviate, is the limit: its goroutines waited for a core up to"},
	} {
		run := atRate(t)
		idle := *run.Processes[0]
		run.Processes = append(run.Processes, &idle)
		busy := *run.Processes[0]
		busy.Client.Rows = append([]record.ClientRow(nil), busy.Client.Rows...)
		for i := range busy.Client.Rows {
			c.change(&busy.Client.Rows[i])
		}
		require.Empty(t, o.Measure(run, fanout.ParallelGRPC, verdict.DefaultThresholds()).Client)
		run.Processes[0] = &busy
		require.Contains(t, o.Measure(run, fanout.ParallelGRPC, verdict.DefaultThresholds()).Client, c.says, "one process of two is enough")
		lenient := verdict.DefaultThresholds()
		lenient.ClientSaturated, lenient.ClientHeld, lenient.ClientWait = 0.99, 0.2, 100
		require.Empty(t, o.Measure(run, fanout.ParallelGRPC, lenient).Client)
	}
}
