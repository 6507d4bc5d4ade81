package report

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/recorded"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
	"github.com/xk6-weaviate/xk6-weaviate/record"
	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

// TestASweepHasAVerdictForEachNumberOfUsers, and says where strategies change places.
func TestASweepHasAVerdictForEachNumberOfUsers(t *testing.T) {
	t.Parallel()
	test := reported(t, recorded.Run(t, brief(recorded.Options{}, "USERS", "1,4,20")))
	require.Len(t, test.Loads, 3)
	var batches int64
	for i, users := range []int{1, 4, 20} {
		load := &test.Loads[i]
		require.Equal(t, users, load.Users)
		require.Equal(t, 6, load.Rounds)
		require.Len(t, load.Verdicts, 2)
		require.Len(t, load.Blocks, 24)
		require.Len(t, load.Results, 3)
		batches += load.Results[0].Batches
	}
	require.Equal(t, recordedBatches(t, test, fanout.Multi), batches)
	require.Len(t, test.Crossovers, 1)
	require.Equal(t, fanout.ParallelGraphQL, test.Crossovers[0].Strategy)
	require.Equal(t, "faster with 4 users, slower with 20", test.Crossovers[0].Sentence)
	require.InDelta(t, 12, get(t, test.Crossovers[0].Users), 6)
	require.Equal(t, "1 user", test.Loads[0].Title())
	require.Equal(t, "20 users", test.Loads[2].Title())
}

// TestAnInvalidLoadHasNoCrossover: where the client was saturated, nobody knows which strategy is faster.
func TestAnInvalidLoadHasNoCrossover(t *testing.T) {
	t.Parallel()
	run := recorded.Run(t, brief(recorded.Options{}, "USERS", "1,4,20"))
	for i := range run.Processes[0].Client.Rows {
		if row := &run.Processes[0].Client.Rows[i]; row.Users == 20 {
			row.CPU = 4_000_000 // of four cores
		}
	}
	test := reported(t, run)
	require.Equal(t, verdict.Invalid, test.Loads[2].Verdicts[0].Status)
	require.NotEqual(t, verdict.Invalid, test.Loads[1].Verdicts[0].Status)
	require.Empty(t, test.Crossovers, "there is one without that, with 20 users")
}

// recordedBatches counts the measured batches of a strategy by its blocks.
func recordedBatches(t *testing.T, test *Test, strategy fanout.Strategy) int64 {
	t.Helper()
	var sum int64
	for i := range test.Loads {
		for _, b := range test.Loads[i].Blocks {
			if b.Strategy == strategy {
				sum += b.Batches
			}
		}
	}
	return sum
}

// TestBatchesThatWereLostMakeItInvalid: what was dispatched and what was recorded must add up.
func TestBatchesThatWereLostMakeItInvalid(t *testing.T) {
	t.Parallel()
	for _, lost := range []int64{3, -3} {
		test := reported(t, recorded.Run(t, brief(recorded.Options{Lost: lost})))
		require.Equal(t, verdict.Invalid, test.Status())
		require.Contains(t, test.Loads[0].Verdicts[0].Sentence, "do not add up: 3 make the difference")
		require.Len(t, test.Notes, 1)
		require.Contains(t, test.Notes[0].Text, "INVALID")
	}
	require.Empty(t, reported(t, recorded.Run(t, brief(recorded.Options{}))).Notes)
}

// TestASaturatedClientIsToldWithoutAVerdict, of a strategy that ran by itself.
func TestASaturatedClientIsToldWithoutAVerdict(t *testing.T) {
	t.Parallel()
	run := recorded.Run(t, recorded.Options{
		Slowness: 2, Variables: map[string]string{"STRATEGY": "parallel-grpc", "RUN_TIME": "20s", "USERS": "20"},
	})
	require.Empty(t, reported(t, run).Notes)
	for i := range run.Processes[0].Client.Rows {
		run.Processes[0].Client.Rows[i].CPU = 3_950_000 // of four cores
	}
	notes := reported(t, run).Notes
	require.Len(t, notes, 1)
	require.Contains(t, notes[0].Text, "INVALID: With parallel-grpc the client uses 99 % of its cores; it is saturated")
}

func TestAStrategyByItselfHasNoVerdict(t *testing.T) {
	t.Parallel()
	test := reported(t, recorded.Run(t, recorded.Options{
		Slowness: 2, Variables: map[string]string{"STRATEGY": "parallel-grpc", "RUN_TIME": "20s", "USERS": "20"},
	}))
	require.Contains(t, test.Lacks, "One strategy ran by itself, so there is nothing to hold it against: run several in turns, with STRATEGY=")
	require.Equal(t, verdict.Unknown, test.Status())
	load := &test.Loads[0]
	require.Empty(t, load.Verdicts)
	require.Equal(t, "nothing was compared", load.NoiseFloor.Unknown)
	require.Equal(t, 20, load.Users)
	require.Len(t, load.Results, 1)
	require.InDelta(t, 16, load.Results[0].Measured, 1e-9, "without its ramp of 4 s")
	require.Positive(t, get(t, load.Results[0].Use.ClientCPU))
	require.Len(t, test.Timeline.Spans, 2)
	require.Equal(t, measure.Ramp, test.Timeline.Spans[0].Phase)
	require.Equal(t, -1, test.Timeline.Spans[1].Block)
	_, err := json.Marshal(test)
	require.NoError(t, err)
}

func TestOneStrategyInBlocksHasNoVerdict(t *testing.T) {
	t.Parallel()
	test := reported(t, recorded.Run(t, brief(recorded.Options{}, "STRATEGY", "parallel-grpc", "USERS", "2,4", "ROUNDS", "2")))
	require.Contains(t, test.Lacks, "Only one strategy ran")
	require.Len(t, test.Loads, 2)
	require.Len(t, test.Loads[0].Blocks, 2)
}

func TestAFixedRate(t *testing.T) {
	t.Parallel()
	load := reported(t, recorded.Run(t, brief(recorded.Options{}, "RATE", "40", "USERS", "20"))).Loads[0]
	require.InDelta(t, 40, load.Rate, 0)
	require.Equal(t, "40 batches/s", load.Title())
	for _, c := range load.Verdicts[1].Criteria {
		if c.Name == "throughput" {
			require.Contains(t, c.Sentence, "of 40 batches a second")
		}
	}
}

// TestARunOfNothing is one whose setup() failed.
func TestARunOfNothing(t *testing.T) {
	t.Parallel()
	process := &record.Process{ID: "1"}
	source := &Source{Runs: []*Run{{Name: "x", Files: []string{"x.weaviate"}, Run: &record.Run{Processes: []*record.Process{process}}}}}
	r := New(source, options())
	require.Empty(t, r.Tests)
	require.Equal(t, []Problem{{"x.weaviate", "no batch was recorded: the test's log may say why"}}, r.Problems)
	process.Stopped = "the gRPC port is closed"
	require.Contains(t, New(source, options()).Problems[0].Text, "because the run ended before: the gRPC port is closed")
}

// TestAPlanThatWasNotTold: a script of one's own may have blocks and say nothing of them.
func TestAPlanThatWasNotTold(t *testing.T) {
	t.Parallel()
	run := recorded.Run(t, brief(recorded.Options{}, "ROUNDS", "1"))
	run.Processes[0].Info = nil
	test := reported(t, run)
	require.Contains(t, test.Lacks, "did not tell its plan")
	require.Len(t, test.Loads, 1)
	require.Equal(t, "unknown", test.Loads[0].Title())
	require.Len(t, test.Loads[0].Results, 3)
	require.Len(t, test.Collections, 9)
	unknown(t, test.Collections[0].Objects)
}

// TestTwoSearchTypesInARunAreTwoTests: no figure mixes them.
func TestTwoSearchTypesInARunAreTwoTests(t *testing.T) {
	t.Parallel()
	run, other := recorded.Run(t, brief(recorded.Options{}, "ROUNDS", "1")),
		recorded.Run(t, brief(recorded.Options{SearchType: fanout.SearchBM25, Seed: 3}, "ROUNDS", "1"))
	run.Series = append(run.Series, other.Series...)
	r := New(&Source{Runs: []*Run{{Name: "own", Run: run}}}, options())
	require.Len(t, r.Tests, 2)
	require.Equal(t, "own vector", r.Tests[0].Name)
	require.Equal(t, "own bm25", r.Tests[1].Name)
	require.Equal(t, other.Total(fanout.Multi, measure.Measured).Batches(), r.Tests[1].Loads[0].Result(fanout.Multi).Batches)
}

// TestTitlesTellTestsApart in as few words as will do.
func TestTitlesTellTestsApart(t *testing.T) {
	t.Parallel()
	r := &Report{Tests: []Test{
		{Name: "a", SearchType: "vector", Limit: 10}, {Name: "b", SearchType: "vector", Limit: 20}, {Name: "c", SearchType: "bm25", Limit: 10},
	}}
	require.Equal(t, "vector, limit 10", r.Title(&r.Tests[0]))
	require.Equal(t, "bm25", r.Title(&r.Tests[2]))
	r.Tests[1].Limit = 10
	require.Equal(t, "b", r.Title(&r.Tests[1]))
}

// TestTimelinesAddUp: rows hold what was recorded, however long they are.
func TestTimelinesAddUp(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		o    recorded.Options
		step float64
	}{
		"short": {brief(recorded.Options{}, "ROUNDS", "2"), 1},
		"long":  {brief(recorded.Options{Slowness: 20}, "ROUNDS", "40", "USERS", "2"), 2},
	} {
		run := recorded.Run(t, c.o)
		line := reported(t, run).Timeline
		require.InDelta(t, c.step, line.Step, 0, name)
		require.Equal(t, time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC), line.Start)
		sum := 0.0
		for _, s := range line.Strategies {
			require.LessOrEqual(t, len(s.At), maxRows)
			for _, column := range [][]Number{s.P50, s.P95, s.Max, s.Rate, s.Failed, s.InFlight} {
				require.Len(t, column, len(s.At))
			}
			for i := range s.At {
				sum += get(t, s.Rate[i]) * line.Step
				if get(t, s.Rate[i]) == 0 { // batches are in flight, and none was complete
					unknown(t, s.P50[i], s.P95[i], s.Max[i])
				} else {
					require.LessOrEqual(t, get(t, s.P50[i]), get(t, s.Max[i]))
				}
				if i > 0 {
					require.Less(t, s.At[i-1], s.At[i])
				}
			}
		}
		require.InEpsilon(t, float64(run.Batches()), sum, 0.002, "three digits of each")
		require.Zero(t, line.Client.At[0], "what setup() used is left out")
		require.Len(t, line.Client.CPU, len(line.Client.At))
		require.NotEmpty(t, line.Server.At)
		require.Len(t, line.Server.CPU, len(line.Server.At))
		first := line.Spans[0]
		require.Equal(t, measure.Warmup, first.Phase)
		require.InDelta(t, 0, first.From, 0.05)
		require.InDelta(t, 1, first.To, 0.05)
		require.InDelta(t, 4.5, line.Spans[1].To, 0.05)
		require.LessOrEqual(t, len(line.Spans), maxSpans)
	}
}

func TestThinListsAreEvenlySpread(t *testing.T) {
	t.Parallel()
	list := make([]int, 1000)
	for i := range list {
		list[i] = i
	}
	require.Len(t, thin(list, 1000), 1000)
	require.Equal(t, []int{0, 250, 500, 750}, thin(list, 4))
}
