package record

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
)

// planned is a run of two rounds: multi, parallel-grpc, multi, parallel-grpc, of which the last block was not reached.
func planned(t *testing.T) *Run {
	t.Helper()
	s := newStream(t, 1)
	var batches []*measure.Batch
	for block, strategy := range []fanout.Strategy{fanout.Multi, fanout.ParallelGRPC, fanout.Multi} {
		for i := range 100 {
			within := time.Duration(i) * 90 * time.Millisecond
			phase := measure.Measured
			if within < 2*time.Second {
				phase = measure.Warmup
			}
			batches = append(batches, s.batch(strategy, phase, block, began.Add(time.Duration(block)*10*time.Second+within)))
		}
	}
	run := record(t, batches...)
	run.Processes[0].Info = &measure.RunInfo{Plan: &measure.Plan{
		Strategies: []fanout.Strategy{fanout.Multi, fanout.ParallelGRPC}, Users: []int{5, 10}, RunTime: 40 * time.Second,
		Block: 10 * time.Second, Warmup: 2 * time.Second, Drain: time.Second,
		Blocks: []measure.PlannedBlock{
			{Strategy: fanout.Multi, Users: 5}, {Strategy: fanout.ParallelGRPC, Users: 5},
			{Strategy: fanout.Multi, Round: 1, Users: 10}, {Strategy: fanout.ParallelGRPC, Round: 1, Users: 10},
		},
	}}
	run.Processes[0].Server = &Server{Spans: []*ServerSpan{{Block: 1, CPU: 7}}}
	return run
}

func TestBlocksAreThoseOfThePlan(t *testing.T) {
	t.Parallel()
	run := planned(t)
	blocks := run.Blocks()
	require.Len(t, blocks, 4)
	for i, b := range blocks {
		require.Equal(t, i, b.Number)
		require.Equal(t, i/2, b.Round)
		require.Equal(t, []int{5, 5, 10, 10}[i], b.Users)
		require.Equal(t, []fanout.Strategy{fanout.Multi, fanout.ParallelGRPC}[i%2], b.Strategy)
		if i == 3 {
			require.Nil(t, b.Measure, "nothing was recorded in it")
			continue
		}
		require.EqualValues(t, 100, b.Warmup.Batches()+b.Measure.Batches())
	}
	require.EqualValues(t, 7, blocks[1].Server.CPU)
	require.Equal(t, 7*time.Second, blocks[1].Measured)
	require.InDelta(t, 7000, blocks[1].Client.CPU, 5, "the process used 1 ms a second")
	require.EqualValues(t, 5, blocks[1].Client.Users)
	require.Zero(t, blocks[3].Client)
	require.Nil(t, blocks[0].Server)
	require.Equal(t, []fanout.Strategy{fanout.Multi, fanout.ParallelGRPC}, run.Strategies())

	canceled := *run.Series[len(run.Series)-1]
	canceled.Phase, canceled.Block = measure.Canceled, 1
	run.Series = append(run.Series, &canceled)
	require.Equal(t, blocks, run.Blocks(), "what the end cut short is in no block")

	run.Processes[0].Info = nil
	blocks = run.Blocks()
	require.Len(t, blocks, 3)
	require.Equal(t, -1, blocks[0].Round)
	require.Nil(t, run.Plan())
}

func TestClientUseIsThatOfAllProcesses(t *testing.T) {
	t.Parallel()
	other := process(2)
	other.Machine.Quota = 0.5
	run := &Run{Processes: []*Process{process(1), other}}
	require.InDelta(t, 2.5, run.Cores(), 0)
	start := began.UnixMicro()
	use := run.ClientUse(start+500_000, start+2_250_000)
	require.EqualValues(t, 1750+3500, use.CPU, "1 ms and 2 ms a second, for 1.75 s")
	require.EqualValues(t, 2*1_750_000, use.Span)
	require.EqualValues(t, 10, use.Users)
	require.Zero(t, run.ClientUse(0, 1).CPU)
}

func TestMeasuredIsWhatThePlanSays(t *testing.T) {
	t.Parallel()
	run := planned(t)
	require.Equal(t, 14*time.Second, run.Measured(fanout.Multi), "two blocks of 10 s with 2 s of warm-up and 1 s of drain")
	require.Equal(t, 7*time.Second, run.Measured(fanout.ParallelGRPC))
	require.Zero(t, run.Measured(fanout.ParallelGraphQL))

	run.Processes[0].Stopped = "interrupted"
	last := run.Series[len(run.Series)-1]
	for _, s := range run.Series {
		if s.Block == 2 && s.Phase == measure.Measured {
			s.End = s.Start + 3_000_000
			last = s
		}
	}
	require.Equal(t, 2, last.Block)
	require.InDelta(t, 10, run.Measured(fanout.Multi).Seconds(), 0.2, "the last block ended early")

	alone := record(t, newStream(t, 1).batch(fanout.Multi, measure.Measured, -1, began))
	alone.Processes[0].Info = &measure.RunInfo{Plan: &measure.Plan{RunTime: time.Minute, Ramp: 20 * time.Second}}
	require.Equal(t, 40*time.Second, alone.Measured(fanout.Multi))
	alone.Processes[0].Info.Plan = &measure.Plan{RunTime: time.Minute, Rate: 50, Warmup: 2 * time.Second}
	require.Equal(t, 58*time.Second, alone.Measured(fanout.Multi))
}
