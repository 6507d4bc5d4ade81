package report

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/recorded"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
	"github.com/xk6-weaviate/xk6-weaviate/record"
	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

// reported is the one test that a run makes.
func reported(t *testing.T, run *record.Run) *Test {
	t.Helper()
	r := New(&Source{Name: "run", Runs: []*Run{{Name: "run", Files: []string{"run.weaviate"}, Run: run}}}, options())
	require.Len(t, r.Tests, 1)
	return &r.Tests[0]
}

var usual struct {
	once sync.Once
	run  *record.Run
}

// usualRun is a run of few batches without anything odd. Nobody changes it.
func usualRun(t *testing.T) *record.Run {
	t.Helper()
	usual.once.Do(func() { usual.run = recorded.Run(t, brief(recorded.Options{})) })
	return usual.run
}

func get(t *testing.T, n Number) float64 {
	t.Helper()
	value, known := n.Get()
	require.True(t, known)
	return value
}

func unknown(t *testing.T, numbers ...Number) {
	t.Helper()
	for i, n := range numbers {
		_, known := n.Get()
		require.False(t, known, "number %d is %s", i, n.Text())
	}
}

func TestWhatAResultSays(t *testing.T) {
	t.Parallel()
	run := usualRun(t)
	load := &reported(t, run).Loads[0]
	require.Equal(t, 10, load.Users)
	require.Equal(t, 6, load.Rounds)
	require.Len(t, load.Blocks, 24)
	for _, strategy := range []fanout.Strategy{fanout.Multi, fanout.ParallelGraphQL, fanout.ParallelGRPC} {
		r, total := load.Result(strategy), run.Total(strategy, measure.Measured)
		require.Equal(t, total.Batches(), r.Batches)
		require.InDelta(t, milliseconds(total.Duration.Quantile(0.95)), get(t, r.Duration.P95), 0.1)
		require.InDelta(t, milliseconds(total.Duration.Mean()), get(t, r.Duration.Mean), 1e-9)
		blocks := map[bool]float64{true: 12, false: 6}[strategy == fanout.Multi]
		require.InDelta(t, 3.5*blocks, r.Measured, 1e-9)
		require.InDelta(t, float64(r.Batches)/r.Measured, get(t, r.Throughput), 0.05)
		require.Len(t, r.Tail, len(percentiles()))
		require.Equal(t, r.Duration.P95, r.Tail[10], "the 95th percentile")
		require.Len(t, r.Collections, 9)
		require.Equal(t, "SongLyrics", r.Collections[0].Collection, "in the order of the query sets")
		require.Equal(t, 200., get(t, r.Collections[0].Objects))
		require.Equal(t, 9., get(t, r.Collections[0].Server))
		require.Len(t, r.Anatomy.Waterfalls, 2)
		require.Len(t, r.Anatomy.Waterfalls[0].Members, 9)
		require.InDelta(t, 1, r.Anatomy.Waterfalls[0].Duration/get(t, r.Duration.P50), 0.2, "a median batch")
	}
}

// TestWhatAStrategyCannotKnowIsUnknown: the members of one document share one time.
func TestWhatAStrategyCannotKnowIsUnknown(t *testing.T) {
	t.Parallel()
	load := &reported(t, usualRun(t)).Loads[0]
	multi := load.Result(fanout.Multi)
	require.False(t, multi.OwnTimes)
	require.Empty(t, multi.Holding)
	h, why := multi.Slowest()
	require.Nil(t, h)
	require.Equal(t, "–", why)
	require.Empty(t, multi.Anatomy.Tails)
	first := multi.Collections[0]
	unknown(t, first.Duration.P50, first.Duration.Mean, first.Took, multi.Anatomy.Mean.Sum, multi.Anatomy.Mean.Slowest,
		multi.Anatomy.Waterfalls[0].Sum, multi.Anatomy.Waterfalls[0].Max)
	unknown(t, load.Result(fanout.ParallelGraphQL).Collections[0].Took)
	require.Positive(t, get(t, load.Result(fanout.ParallelGRPC).Collections[0].Took))
}

// TestTooFewBatchesAreNoPercentile: ten must lie beyond it.
func TestTooFewBatchesAreNoPercentile(t *testing.T) {
	t.Parallel()
	var h record.Histogram
	for range 199 {
		h.Add(time.Millisecond)
	}
	s := summary(&h)
	unknown(t, s.P95, s.P99, s.P999)
	require.Equal(t, 1., get(t, s.P50))
	h.Add(time.Millisecond)
	s = summary(&h)
	unknown(t, s.P99)
	get(t, s.P95)
	for range 800 {
		h.Add(time.Millisecond)
	}
	get(t, summary(&h).P99)
	unknown(t, summary(nil).P50, summary(nil).Mean, summary(nil).Max)
	for i, percentile := range percentiles() {
		_, known := tail(&h)[i].Get()
		require.Equal(t, percentile <= 99, known, "%v", percentile)
	}
}

func TestWhoHoldsTheBatchBack(t *testing.T) {
	t.Parallel()
	run := usualRun(t)
	r := reported(t, run).Loads[0].Result(fanout.ParallelGRPC)
	total := run.Total(fanout.ParallelGRPC, measure.Measured)
	slowest, _ := r.Slowest()
	require.Equal(t, "SongLyrics", slowest.Collection)
	shares := 0.0
	for i, h := range r.Holding {
		shares += get(t, h.Share)
		c := total.Collection(h.Collection)
		require.Equal(t, c.Slowest(), h.Slowest)
		require.Equal(t, r.Duration.P95, h.With)
		require.Equal(t, quantile(total.Without(h.Collection).Quantile(0.95)), h.Without)
		if i > 0 {
			require.LessOrEqual(t, h.Slowest, r.Holding[i-1].Slowest)
		}
	}
	require.InDelta(t, 1, shares, 0.001, "one collection is the slowest of each batch")
	require.Less(t, get(t, r.Holding[0].Without), get(t, r.Holding[0].With))
}

func TestTheAnatomyOfAFanOut(t *testing.T) {
	t.Parallel()
	run := usualRun(t)
	a := reported(t, run).Loads[0].Result(fanout.ParallelGRPC).Anatomy
	for _, w := range a.Waterfalls {
		sum, longest := 0.0, 0.0
		for _, m := range w.Members {
			sum += m.End - m.Start
			longest = max(longest, m.End-m.Start)
			require.LessOrEqual(t, m.End, w.Duration)
		}
		require.InDelta(t, sum, get(t, w.Sum), 1e-6)
		require.InDelta(t, longest, get(t, w.Max), 1e-6)
	}
	require.InDelta(t, get(t, a.Mean.Measured), get(t, a.Mean.Slowest), 0.1)
	require.Greater(t, get(t, a.Mean.Sum), 3*get(t, a.Mean.Slowest))
	require.Len(t, a.Tails, 4)
	median := a.Tails[0]
	require.InDelta(t, 92.587, get(t, median.Member), 1e-9, "with nine, the batch's median is the member's 92.6th percentile")
	require.Greater(t, get(t, median.Predicted), get(t, median.Measured), "these members are slow together")
	unknown(t, a.Tails[3].Predicted, a.Tails[3].Measured)
}

func TestFailuresByCategory(t *testing.T) {
	t.Parallel()
	run := recorded.Run(t, brief(recorded.Options{Failures: 0.01, Timeouts: 0.0002, Text: "oh"}))
	r := reported(t, run).Loads[0].Result(fanout.ParallelGRPC)
	var sum int64
	byCategory := make(map[fanout.Category]int64)
	for i, f := range r.Failures {
		sum += f.Count
		byCategory[f.Category] += f.Count
		if i > 0 {
			require.LessOrEqual(t, f.Count, r.Failures[i-1].Count)
		}
		if f.Category == fanout.CategoryGRPC {
			require.Equal(t, []FailureText{{"oh", f.Count}}, f.Texts)
		}
	}
	require.Equal(t, r.FailedQueries, sum)
	require.Len(t, byCategory, 2)
	require.Positive(t, byCategory[fanout.CategoryTimeout])
	require.Equal(t, r.Failed, r.Partial+r.Total)
	require.InDelta(t, 0.09, get(t, r.FailedShare()), 0.03)
	require.Equal(t, 30000., get(t, r.Duration.Max), "a failed batch counts with the batch limit")
	require.Positive(t, r.TimedOut)
	require.Less(t, r.TimedOut, r.Failed)
}

func TestVerdictsAreThoseOfThePackage(t *testing.T) {
	t.Parallel()
	run := recorded.Run(t, brief(recorded.Options{Unsettled: true}))
	test := reported(t, run)
	judged := verdict.Judge(partOf(run).test(fanout.SearchVector), verdict.DefaultThresholds())
	load := &test.Loads[0]
	require.Len(t, load.Verdicts, 2)
	for i := range judged.Verdicts {
		want, v := &judged.Verdicts[i], &load.Verdicts[i]
		require.Equal(t, verdict.Invalid, v.Status)
		require.Equal(t, want.Strategy, v.Strategy)
		require.Equal(t, want.Sentence, v.Sentence)
		require.Len(t, v.Checks, len(want.Checks))
		require.Len(t, v.Effects, len(verdict.Statistics()))
		ratio := want.Effects[0].Ratio()
		require.InEpsilon(t, ratio.Estimate, get(t, v.Effect(verdict.P50).Ratio.Estimate), 0.001)
		require.InEpsilon(t, ratio.Lower, get(t, v.Effect(verdict.P50).Ratio.Lower), 0.001)
		require.Len(t, v.Effect(verdict.P50).Ratios, 6)
	}
	require.Equal(t, verdict.Invalid, test.Status())
	require.Equal(t, Worse, load.Verdict(fanout.ParallelGraphQL).Effect(verdict.P50).Direction)
	require.Equal(t, Better, load.Verdict(fanout.ParallelGRPC).Effect(verdict.P50).Direction)
	require.Equal(t, Better, load.Verdict(fanout.ParallelGRPC).Effect(verdict.Throughput).Direction, "more batches are better")
	require.Equal(t, None, load.Verdict(fanout.ParallelGRPC).Effect(verdict.P999).Direction)
	require.Equal(t, fanout.ParallelGraphQL, load.Protocol.Against)
	require.Less(t, len(load.Checks()), len(load.Verdicts[0].Checks)+len(load.Verdicts[1].Checks), "those of the baseline once")
}
