package report

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/recorded"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
	"github.com/xk6-weaviate/xk6-weaviate/record"
	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

// brief is a run of few batches.
func brief(o recorded.Options, variables ...string) recorded.Options {
	o.Variables = map[string]string{}
	for name, value := range briefly {
		o.Variables[name] = value
	}
	for i := 0; i < len(variables); i += 2 {
		o.Variables[variables[i]] = variables[i+1]
	}
	if o.Slowness == 0 {
		o.Slowness = 3
	}
	return o
}

// partOf is a run as it is judged.
func partOf(run *record.Run) *part { return newPart(run, fanout.SearchVector, "") }

// TestABlockIsJudgedByWhatItRecorded adds the batches of each block up once more, from the series.
func TestABlockIsJudgedByWhatItRecorded(t *testing.T) {
	t.Parallel()
	run := recorded.Run(t, brief(recorded.Options{Failures: 0.002, Timeouts: 0.0002}))
	test := partOf(run).test(fanout.SearchVector)
	require.Equal(t, fanout.Multi, test.Baseline)
	require.Equal(t, verdict.Pass, test.Settled)
	require.Len(t, test.Blocks, 24)
	var failed, timedOut int64
	for i := range test.Blocks {
		b, planned := &test.Blocks[i], run.Plan().Blocks[i]
		require.Equal(t, planned.Strategy, b.Strategy)
		require.Equal(t, planned.Round, b.Round)
		require.Equal(t, i, b.Position)
		require.Equal(t, 10, b.Users)
		require.Equal(t, 3500*time.Millisecond, b.Measured)
		series := run.Blocks()[i].Measure
		require.Equal(t, series.Batches(), b.Batches)
		require.Equal(t, series.Failed.Count(), b.Failed)
		require.Equal(t, 9*series.Batches(), b.Members)
		require.Equal(t, series.Duration.Mean(), b.MeanTime)
		if b.Failed == 0 {
			require.Equal(t, series.Duration.Quantile(0.5), b.P50)
			require.Equal(t, series.Duration.Quantile(0.95), b.P95)
			require.Equal(t, b.MeanTime, b.Mean)
		} else {
			require.GreaterOrEqual(t, b.P999, 29*time.Second, "a failed batch counts with the batch limit")
			require.Greater(t, b.Mean, b.MeanTime)
			require.Positive(t, b.FailedMembers)
		}
		failed, timedOut = failed+b.Failed, timedOut+b.TimedOut
	}
	require.Positive(t, timedOut)
	require.Greater(t, failed, timedOut)
}

// TestTheClientIsLookedAtWhileItMeasures: what the client used in warm-ups, drains and other blocks is none of a block's.
func TestTheClientIsLookedAtWhileItMeasures(t *testing.T) {
	t.Parallel()
	run := recorded.Run(t, brief(recorded.Options{}, "BLOCK", "10s", "WARMUP", "2s", "DRAIN", "1s"))
	process := run.Processes[0]
	block := partOf(run).blocks[3]
	require.EqualValues(t, 7_000_000, block.to-block.from)
	for i := range process.Client.Rows {
		row := &process.Client.Rows[i]
		row.CPU, row.Latency, row.Held = 3_900_000, 40_000, 900_000
		if at := row.At * 1e6; at >= block.from-1e6 && at < block.to+1e6 {
			row.CPU, row.Latency, row.Held = 500_000, 2_000, 30_000
		}
	}
	judged := partOf(run).blocks[3].judged
	cpu, known := judged.ClientCPU.Get()
	require.True(t, known)
	require.InDelta(t, 3.5, cpu, 1e-9, "seven seconds of half a core")
	wait, _ := judged.ClientWait.Get()
	require.InDelta(t, 0.002, wait, 1e-9)
	held, _ := judged.ClientHeld.Get()
	require.InDelta(t, 0.03, held, 1e-9)
	cores, _ := judged.ClientCores.Get()
	require.InDelta(t, 4, cores, 1e-9)
	process.Machine.Quota = 1.5
	cores, _ = partOf(run).blocks[3].judged.ClientCores.Get()
	require.InDelta(t, 1.5, cores, 1e-9)

	rows := process.Client.Rows
	for i := range rows {
		if rows[i].At*1e6 >= block.from {
			process.Client.Rows = rows[:i+3] // it looked for three seconds of seven
			break
		}
	}
	_, known = partOf(run).blocks[3].judged.ClientCPU.Get()
	require.False(t, known)
}

// TestTheBusiestProcessIsJudged: one process that is saturated measures itself, also when the mean over all is not.
func TestTheBusiestProcessIsJudged(t *testing.T) {
	t.Parallel()
	run := recorded.Run(t, brief(recorded.Options{}))
	idle, busy := *run.Processes[0], *run.Processes[0]
	busy.Client.Rows = slices.Clone(busy.Client.Rows)
	for i := range busy.Client.Rows {
		idle.Client.Rows[i].CPU, busy.Client.Rows[i].CPU = 40_000, 3_920_000 // of four cores
	}
	run.Processes = []*record.Process{&idle, &busy, &idle}
	share, known := clientShare(&partOf(run).blocks[3].judged)
	require.True(t, known)
	require.InDelta(t, 0.98, share, 1e-6)
}

// TestTheWarmupsShareOfTheServerIsTakenOut: the server is asked at the ends of a block, and only measured batches count.
func TestTheWarmupsShareOfTheServerIsTakenOut(t *testing.T) {
	t.Parallel()
	for _, b := range partOf(usualRun(t)).blocks {
		cpu, known := b.judged.ServerCPU.Get()
		require.True(t, known)
		perBatch := map[fanout.Strategy]float64{fanout.Multi: 0.042, fanout.ParallelGraphQL: 0.046, fanout.ParallelGRPC: 0.031}[b.Strategy]
		require.InDelta(t, perBatch, cpu/float64(b.judged.Batches), 1e-9)
		memory, _ := b.judged.ServerMemory.Get()
		require.GreaterOrEqual(t, memory, float64(b.Server.Memory))
	}
	none := recorded.Run(t, brief(recorded.Options{NoServer: true}))
	_, known := partOf(none).blocks[0].judged.ServerCPU.Get()
	require.False(t, known)
}

func TestBlocksThatWereCutShortAreNotJudged(t *testing.T) {
	t.Parallel()
	p := partOf(recorded.Run(t, brief(recorded.Options{Cut: 62 * time.Second})))
	require.Len(t, p.blocks, 13, "12 blocks of 5 s, and one that has begun")
	require.True(t, p.blocks[11].whole)
	require.False(t, p.blocks[12].whole)
	require.Len(t, p.test(fanout.SearchVector).Blocks, 12)
	require.Contains(t, p.notes("")[0].Text, "ended early")
	require.Contains(t, p.notes("")[0].Quote, "interrupt")
	require.Contains(t, p.notes("")[1].Text, "1 of 13 blocks did not run to their end")

	killed := recorded.Run(t, brief(recorded.Options{}))
	process := killed.Processes[0]
	process.Complete, process.End = false, process.Start+8e6+31e6 // the last state was written after 31 s
	p = partOf(killed)
	for _, b := range p.blocks {
		require.Equal(t, b.Number < 6, b.whole, "block %d", b.Number)
	}
	require.Contains(t, p.notes("")[0].Text, "did not come to its end: what it recorded after 12:00:31 UTC is missing")
}

// TestWhatSetupSendsComesBeforeThePlan: it moves no block.
func TestWhatSetupSendsComesBeforeThePlan(t *testing.T) {
	t.Parallel()
	run := recorded.Run(t, brief(recorded.Options{}))
	before := partOf(run)
	sent := *run.Series[0]
	sent.Block, sent.Phase, sent.Start = -1, measure.Warmup, sent.Start-20*time.Second.Microseconds()
	run.Series = append(run.Series, &sent)
	after := partOf(run)
	require.Equal(t, before.start, after.start)
	require.Equal(t, before.blocks[3].judged, after.blocks[3].judged)
}

// TestWhatTheEndCutShortIsNotOnTheTimeLine as if it had completed, or failed.
func TestWhatTheEndCutShortIsNotOnTheTimeLine(t *testing.T) {
	t.Parallel()
	run := recorded.Run(t, brief(recorded.Options{}))
	before := reported(t, run).Timeline.Strategies
	cut := *run.Series[len(run.Series)-1]
	cut.Phase = measure.Canceled
	run.Series = append(run.Series, &cut)
	after := reported(t, run).Timeline.Strategies
	for i := range before {
		require.Equal(t, before[i].Rate, after[i].Rate)
		require.Equal(t, before[i].Failed, after[i].Failed)
		require.Equal(t, before[i].P95, after[i].P95)
	}
	require.NotEqual(t, before, after, "it was in flight")
}

func TestAClockThatWasSetIsNoted(t *testing.T) {
	t.Parallel()
	run := recorded.Run(t, brief(recorded.Options{}))
	require.Empty(t, partOf(run).notes(""))
	run.Processes[0].ClockSet = -(3600*1e6 + 123456)
	notes := partOf(run).notes("")
	require.Len(t, notes, 1)
	require.Equal(t, "The clock of the day was set by -1h0m0.1s while the run went on, or the machine slept: times here are told as if it "+
		"had not been.", notes[0].Text)
}

// TestPartsOfARunAreHeldAgainstEachOther: what counts is when their blocks began, of those that have batches.
func TestPartsOfARunAreHeldAgainstEachOther(t *testing.T) {
	t.Parallel()
	run := recorded.Run(t, brief(recorded.Options{}))
	first := run.Processes[0]
	require.Positive(t, first.FirstBlock)
	count, _ := partOf(run).parts()
	require.Equal(t, 1, count)
	late, idle := *first, *first
	late.FirstBlock += 2_500_000
	idle.Batches, idle.FirstBlock = 0, 0
	run.Processes = append(run.Processes, &late, &idle)
	test := partOf(run).test(fanout.SearchVector)
	require.Equal(t, 2, test.Parts, "one has no batches")
	apart, known := test.Apart.Get()
	require.True(t, known)
	require.InDelta(t, 2.5, apart, 1e-9)
	late.FirstBlock = 0
	_, known = partOf(run).test(fanout.SearchVector).Apart.Get()
	require.False(t, known, "one did not tell")
}

func TestWhoseResultsDiffer(t *testing.T) {
	t.Parallel()
	all := []fanout.Strategy{fanout.Multi, fanout.ParallelGraphQL, fanout.ParallelGRPC}
	differ := func(strategies ...fanout.Strategy) []measure.Difference {
		var list []measure.Difference
		for _, s := range strategies {
			list = append(list, measure.Difference{Strategy: s})
		}
		return list
	}
	for name, c := range map[string]struct {
		baseline      fanout.Strategy
		different     int
		differences   []measure.Difference
		graphql, grpc int64
	}{
		"none":                                  {fanout.Multi, 0, nil, 0, 0},
		"all are kept":                          {fanout.Multi, 3, differ(all[1], all[2], all[2]), 1, 2},
		"some are not kept: each may have them": {fanout.Multi, 10, differ(all[1], all[2]), 9, 9},
		"the first is not the baseline":         {fanout.ParallelGRPC, 3, differ(all[1], all[2], all[2]), 3, 0},
	} {
		p := &part{
			baseline: c.baseline, plan: &measure.Plan{Strategies: all},
			info: &measure.RunInfo{
				Collections: make([]measure.CollectionInfo, 9),
				Comparison:  &measure.Comparison{Sets: 40, Different: c.different, Differences: c.differences},
			},
		}
		results := p.results()
		require.NotContains(t, results, c.baseline, name)
		require.Equal(t, verdict.Results{Compared: 360, Different: c.graphql}, results[fanout.ParallelGraphQL], name)
		if c.baseline == fanout.Multi {
			require.Equal(t, c.grpc, results[fanout.ParallelGRPC].Different, name)
		} else {
			require.EqualValues(t, 2, results[fanout.Multi].Different, "as many as the baseline differs from it")
		}
	}
	require.Nil(t, (&part{plan: &measure.Plan{Strategies: all}, info: &measure.RunInfo{}}).results())
}

func TestBaselines(t *testing.T) {
	t.Parallel()
	run := recorded.Run(t, brief(recorded.Options{}, "STRATEGY", "parallel-grpc,parallel-graphql", "ROUNDS", "1"))
	require.Equal(t, fanout.ParallelGRPC, newPart(run, fanout.SearchVector, "").baseline, "the first of the plan")
	require.Equal(t, fanout.ParallelGraphQL, newPart(run, fanout.SearchVector, fanout.ParallelGraphQL).baseline)
	p := newPart(run, fanout.SearchVector, fanout.Multi)
	require.Equal(t, fanout.ParallelGRPC, p.baseline)
	require.Contains(t, p.notes(fanout.Multi)[0].Text, "multi was asked for as the baseline and did not run: parallel-grpc is")
}

func TestUsersOfPartsAddUp(t *testing.T) {
	t.Parallel()
	one := recorded.Run(t, brief(recorded.Options{Parts: 2}))
	other := recorded.Run(t, brief(recorded.Options{Parts: 2, Part: 1}))
	merged, err := record.Merge(one, other)
	require.NoError(t, err)
	require.Empty(t, partOf(merged).notes(""))
	for _, b := range partOf(merged).test(fanout.SearchVector).Blocks {
		cores, _ := b.ClientCores.Get()
		require.InDelta(t, 4, cores, 1e-9, "those of the busiest part")
		inFlight := float64(b.Batches) / b.Measured.Seconds() * b.MeanTime.Seconds()
		require.InDelta(t, 1, inFlight/float64(b.Users), 0.05, "Little's law holds for all parts together")
	}
	require.Contains(t, partOf(one).notes("")[0].Text, "50 % of it are here")
}

// TestABatchLimitOfTheScriptsOwn counts failed batches with it.
func TestABatchLimitOfTheScriptsOwn(t *testing.T) {
	t.Parallel()
	run := recorded.Run(t, brief(recorded.Options{Failures: 0.02}, "ROUNDS", "1"))
	run.Processes[0].Info.Options["timeout"] = "4s"
	p := partOf(run)
	require.Equal(t, 4*time.Second, p.timeLimit)
	r := p.result(fanout.ParallelGRPC, p.collections())
	most, _ := r.Duration.Max.Get()
	require.InDelta(t, 4000, most, 1e-9)
	delete(run.Processes[0].Info.Options, "timeout")
	require.Equal(t, fanout.DefaultTimeout, partOf(run).timeLimit)
}
