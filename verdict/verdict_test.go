package verdict

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// quiet is a bench with little noise in which parallel-grpc takes so many times as long as multi.
func quiet(ratio float64) *Test {
	s := simulation{rounds: 7, shape: calm, noise: 0.02, ratios: gain(ratio)}
	return s.run(rand.New(rand.NewPCG(41, 0)))
}

// each changes the blocks of a strategy.
func each(test *Test, strategy fanout.Strategy, change func(*Block)) {
	for i := range test.Blocks {
		if test.Blocks[i].Strategy == strategy {
			change(&test.Blocks[i])
		}
	}
}

func verdictOf(t *testing.T, test *Test, strategy fanout.Strategy) Verdict {
	t.Helper()
	for _, v := range Judge(test, DefaultThresholds()).Verdicts {
		if v.Strategy == strategy {
			return v
		}
	}
	require.Fail(t, "no verdict", strategy)
	return Verdict{}
}

func TestJudgeAnswersForEachStrategy(t *testing.T) {
	t.Parallel()
	j := Judge(quiet(0.6), DefaultThresholds())
	require.Equal(t, fanout.SearchVector, j.SearchType)
	require.Equal(t, fanout.Multi, j.Baseline)
	require.Len(t, j.Verdicts, 2)
	require.Equal(t, fanout.ParallelGraphQL, j.Verdicts[0].Strategy)
	require.Equal(t, Fail, j.Verdicts[0].Status, "10 % faster is not enough")
	require.Contains(t, j.Verdicts[0].Sentence, "at least 30 % less is asked for")
	require.Equal(t, fanout.ParallelGRPC, j.Verdicts[1].Strategy)
	require.Equal(t, Pass, j.Verdicts[1].Status, j.Verdicts[1].Sentence)
	require.Regexp(t, `^The median batch of parallel-grpc takes 4\d % less time \(\d+ % to \d+ %\) than that of multi`, j.Verdicts[1].Sentence)
	require.Equal(t, 7, j.Verdicts[1].Rounds)
	require.Zero(t, j.Verdicts[1].Needed)
	require.Len(t, j.Verdicts[1].Effects, len(Statistics()))
	require.True(t, j.NoiseFloor.Known())
	require.Equal(t, 7, j.NoiseFloor.Rounds())

	// The two effects, apart, are the one that mixes them.
	both := Compare(quiet(0.6), P50, fanout.ParallelGRPC, fanout.Multi, 0.95)
	require.InDelta(t, both.Log.Estimate, j.FanOut.Log.Estimate+j.Protocol.Log.Estimate, 1e-9)
	require.InDelta(t, 0.9, j.FanOut.Ratio().Estimate, 0.03)
	require.InDelta(t, 0.6/0.9, j.Protocol.Ratio().Estimate, 0.03)
}

func TestJudgeFindsTheStatus(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		ratio  float64
		change func(*Test)
		status Status
		says   string
	}{
		"faster": {0.6, func(*Test) {}, Pass, "less time"},
		"slower": {1.2, func(*Test) {}, Fail, "more time"},
		"open":   {0.7, func(*Test) {}, Inconclusive, "rounds would"},
		"more failures": {0.6, func(test *Test) {
			each(test, fanout.ParallelGRPC, func(b *Block) { b.Failed, b.TimedOut = b.Batches/20, b.Batches/50 })
		}, Fail, "percentage points"},
		"all batches fail": {0.6, func(test *Test) {
			each(test, fanout.ParallelGRPC, func(b *Block) { b.Failed, b.P50 = b.Batches, 30*time.Second })
		}, Fail, "more time"},
		"all batches of the baseline fail": {0.6, func(test *Test) {
			each(test, fanout.Multi, func(b *Block) { b.Failed = b.Batches })
		}, Invalid, "throughput cannot be judged"},
		"as many failures": {0.6, func(test *Test) {
			for i := range test.Blocks {
				test.Blocks[i].Failed = test.Blocks[i].Batches / 100
			}
		}, Pass, "less time"},
		"a median that hides the mean": {0.6, func(test *Test) {
			each(test, fanout.ParallelGRPC, func(b *Block) {
				b.MeanTime *= 3
				b.Batches /= 3
			})
		}, Fail, "fewer batches"},
		"a busy client": {0.6, func(test *Test) {
			each(test, fanout.ParallelGRPC, func(b *Block) { b.ClientCPU = Known(0.88 * 14) })
		}, Fail, "the client uses 88 % of its cores"},
		"a busy server": {0.6, func(test *Test) {
			each(test, fanout.Multi, func(b *Block) { b.ServerCPU = Known(0.001 * float64(b.Batches)) })
			each(test, fanout.ParallelGRPC, func(b *Block) { b.ServerCPU = Known(0.002 * float64(b.Batches)) })
		}, Fail, "server CPU per batch of parallel-grpc is 2.00 times"},
		"a large server": {0.6, func(test *Test) {
			each(test, fanout.Multi, func(b *Block) { b.ServerMemory = Known(1e9) })
			each(test, fanout.ParallelGRPC, func(b *Block) { b.ServerMemory = Known(1.6e9) })
		}, Fail, "server peak memory of parallel-grpc is 1.60 times"},
		"a server like before": {0.6, func(test *Test) {
			for i := range test.Blocks {
				test.Blocks[i].ServerMemory = Known(1e9)
				test.Blocks[i].ServerCPU = Known(0.001 * float64(test.Blocks[i].Batches))
			}
		}, Pass, "less time"},
		"a client that was not measured": {0.6, func(test *Test) {
			for i := range test.Blocks {
				test.Blocks[i].ClientCPU = Number{}
			}
		}, Pass, "less time"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test := quiet(c.ratio)
			c.change(test)
			v := verdictOf(t, test, fanout.ParallelGRPC)
			require.Equal(t, c.status, v.Status, v.Sentence)
			require.Contains(t, v.Sentence, c.says)
			require.Equal(t, c.status == Inconclusive, v.Needed != Needed{})
		})
	}
}

func TestUnknownResourcesAreSaidToBe(t *testing.T) {
	t.Parallel()
	v := verdictOf(t, quiet(0.6), fanout.ParallelGRPC)
	require.Equal(t, Pass, v.Status)
	names := make([]string, 0, len(v.Criteria))
	for _, c := range v.Criteria {
		names = append(names, c.Name)
	}
	require.Equal(t, []string{"faster", "error rate", "throughput", "tail", "client CPU", "server CPU", "server memory"}, names)
	require.Equal(t, Unknown, v.Criteria[5].Status)
	require.Equal(t, "Unknown: server CPU per batch was not measured.", v.Criteria[5].Sentence)
	require.Equal(t, Unknown, v.Criteria[6].Status)
}

func TestAnEmptyTestIsInvalid(t *testing.T) {
	t.Parallel()
	require.Empty(t, Judge(&Test{Baseline: fanout.Multi}, DefaultThresholds()).Verdicts)

	// The baseline never ran.
	test := quiet(0.6)
	test.Baseline = fanout.Strategy("bulk")
	for _, v := range Judge(test, DefaultThresholds()).Verdicts {
		require.Equal(t, Invalid, v.Status)
		require.Contains(t, v.Sentence, "0 rounds in common")
		for _, c := range v.Checks {
			require.NotContains(t, c.Sentence, "NaN")
		}
	}
}
