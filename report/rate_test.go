package report

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/recorded"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
	"github.com/xk6-weaviate/xk6-weaviate/record"
	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

// TestBatchesThatDidNotStartAreTold: with two users, a strategy of which a batch takes 0.18 s starts 11 a second, whatever the rate.
func TestBatchesThatDidNotStartAreTold(t *testing.T) {
	t.Parallel()
	test := reported(t, recorded.Run(t, recorded.Options{
		Slowness: 4, Variables: map[string]string{"STRATEGY": "multi", "RATE": "40", "USERS": "2", "RUN_TIME": "12s", "WARMUP": "2s"},
	}))
	multi := test.Loads[0].Result(fanout.Multi)
	require.EqualValues(t, 400, multi.Asked)
	require.Equal(t, multi.Asked-multi.Batches, multi.NotStarted)
	require.InDelta(t, 280, multi.NotStarted, 60)
	require.Regexp(t, `^\d{3} of 400 \(\d\d %\)$`, multi.NotStartedText())
	require.Len(t, test.Notes, 1)
	require.Regexp(t, `^INVALID: With multi, \d{3} of the 400 batches that 40 a second make did not start, because no user was free for them\. `+
		`Its times are of a load that its 2 users limit, and not of that rate: raise USERS, or lower RATE\.$`, test.Notes[0].Text)
}

// TestBatchesThatTheEndCutShortDidStart, though they are in no table.
func TestBatchesThatTheEndCutShortDidStart(t *testing.T) {
	t.Parallel()
	run := recorded.Run(t, recorded.Options{
		Slowness: 4, Variables: map[string]string{"STRATEGY": "multi", "RATE": "40", "USERS": "2", "RUN_TIME": "12s", "WARMUP": "2s"},
	})
	before := reported(t, run).Loads[0].Result(fanout.Multi).NotStarted
	run.Series = append(run.Series, &record.Series{
		Key:      record.Key{Block: -1, Phase: measure.Canceled, Strategy: fanout.Multi, SearchType: fanout.SearchVector},
		Outcomes: map[fanout.Outcome]int64{fanout.Failed: 2},
	})
	require.Equal(t, before-2, reported(t, run).Loads[0].Result(fanout.Multi).NotStarted)
}

// TestARateThatIsCarriedHasNothingToTell, and neither has a closed loop.
func TestARateThatIsCarriedHasNothingToTell(t *testing.T) {
	t.Parallel()
	test := reported(t, recorded.Run(t, recorded.Options{
		Variables: map[string]string{"STRATEGY": "parallel-grpc", "RATE": "40", "USERS": "20", "RUN_TIME": "12s", "WARMUP": "2s"},
	}))
	carries := test.Loads[0].Result(fanout.ParallelGRPC)
	require.EqualValues(t, 400, carries.Asked)
	require.Zero(t, carries.NotStarted)
	require.Equal(t, "0 of 400", carries.NotStartedText())
	require.Empty(t, test.Notes)

	closed := reported(t, usualRun(t)).Loads[0].Result(fanout.Multi)
	require.Zero(t, closed.Asked)
	require.Empty(t, closed.NotStartedText())
}

// TestABaselineThatDoesNotCarryTheRateIsTold, in a note and beside the effect that it makes.
func TestABaselineThatDoesNotCarryTheRateIsTold(t *testing.T) {
	t.Parallel()
	test := reported(t, recorded.Run(t, brief(recorded.Options{Slowness: 4}, "STRATEGY", "multi,parallel-grpc", "RATE", "20", "USERS", "2")))
	require.Len(t, test.Notes, 1)
	require.Regexp(t, `^With multi, \d+ of the 840 batches that 20 a second make did not start`, test.Notes[0].Text)
	v := &test.Loads[0].Verdicts[0]
	require.NotEqual(t, verdict.Invalid, v.Status, v.Sentence)
	require.Len(t, v.Caveats, 1)
	require.Regexp(t, `^With multi, \d\d % of 20 batches a second started, and no user was free for the others: its times are of that load`, v.Caveats[0])
	require.Contains(t, v.Sentence, v.Caveats[0])
}

// TestAPartOfARateIsNotARateThatIsMissed: half of the processes start half of the batches.
func TestAPartOfARateIsNotARateThatIsMissed(t *testing.T) {
	t.Parallel()
	test := reported(t, recorded.Run(t, recorded.Options{
		Parts: 2, Variables: map[string]string{"STRATEGY": "parallel-grpc", "RATE": "40", "USERS": "20", "RUN_TIME": "12s", "WARMUP": "2s"},
	}))
	half := test.Loads[0].Result(fanout.ParallelGRPC)
	require.EqualValues(t, 200, half.Asked)
	require.Zero(t, half.NotStarted)
	require.Len(t, test.Notes, 1)
	require.Contains(t, test.Notes[0].Text, "50 % of it are here")

	judged := reported(t, recorded.Run(t, brief(recorded.Options{Parts: 2}, "STRATEGY", "multi,parallel-grpc", "RATE", "40", "USERS", "20")))
	require.Contains(t, judged.Loads[0].Verdicts[0].Criteria[2].Sentence, "of 20 batches a second")
}

// TestAComparisonSaysWhichSideDidNotCarryTheRate: its times are not of that rate.
func TestAComparisonSaysWhichSideDidNotCarryTheRate(t *testing.T) {
	t.Parallel()
	alone := map[string]string{"STRATEGY": "multi", "RATE": "40", "USERS": "4", "RUN_TIME": "12s", "WARMUP": "2s"}
	before := sourceOf("before", recorded.Run(t, recorded.Options{Slowness: 4, Variables: alone}))
	after := sourceOf("after", recorded.Run(t, recorded.Options{Slowness: 0.5, Variables: alone}))
	only := Compare(before, after, options()).Comparison.Only
	require.Len(t, only, 1)
	require.Regexp(t, `^before, vector, limit 200, 40 batches/s: With multi, \d{3} of the 400 batches .* did not start`, only[0])
}
