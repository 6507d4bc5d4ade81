package record

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
)

const ms = time.Millisecond

// threeOf is a batch of three collections that complete after some times.
func threeOf(t *testing.T, strategy fanout.Strategy, start time.Time, ends ...time.Duration) *measure.Batch {
	t.Helper()
	queries := make([]fanout.Query, len(ends))
	r := fanout.Result{Strategy: strategy, Start: start, Requests: 1, Members: make([]fanout.Member, len(ends))}
	if strategy.FansOut() {
		r.Requests = len(ends)
	}
	for i, end := range ends {
		queries[i] = fanout.Query{Collection: string(rune('A' + i)), Type: fanout.BM25, Text: "x", Limit: 1}
		r.Members[i] = fanout.Member{End: end, Objects: 2, Bytes: 100}
		r.Duration = max(r.Duration, end)
	}
	var err error
	r.Set, err = fanout.NewSet(queries)
	require.NoError(t, err)
	r.Duration += ms // overhead
	return &measure.Batch{Result: fanout.Finished(r), Phase: measure.Measured, Block: -1, Time: start.Add(r.Duration)}
}

func record(t *testing.T, batches ...*measure.Batch) *Run {
	t.Helper()
	return recorded(t, process(1), batches, func() bool { return false })
}

// TestABatchThatTheEndCutShortCountsApart: how long it would have taken is not known, and it is no failure of the server's.
func TestABatchThatTheEndCutShortCountsApart(t *testing.T) {
	t.Parallel()
	full := threeOf(t, fanout.ParallelGRPC, began, 20*ms, 30*ms, 10*ms)
	cut := threeOf(t, fanout.ParallelGRPC, began, 20*ms, 900*ms, 10*ms)
	cut.Result.Members[1].Category, cut.Result.Members[1].Error = fanout.CategoryCanceled, "the run ended"
	cut.Result = fanout.Finished(*cut.Result)
	run := record(t, full, cut)
	require.EqualValues(t, 2, run.Batches())
	measured, canceled := run.Total(fanout.ParallelGRPC, measure.Measured), run.Total(fanout.ParallelGRPC, measure.Canceled)
	require.Equal(t, map[fanout.Outcome]int64{fanout.Full: 1}, measured.Outcomes)
	require.Less(t, measured.Duration.Max(), 100*ms)
	require.Empty(t, measured.Collection("B").Failures)
	require.Equal(t, map[fanout.Outcome]int64{fanout.Partial: 1}, canceled.Outcomes)
	require.EqualValues(t, 1, canceled.Collection("B").Failures[fanout.CategoryCanceled].Count)
	require.Equal(t, measured.Elapsed(), run.Measured(fanout.ParallelGRPC))
}

// TestWhatIsRecordedOfAFanOut holds the parts of a series against batches whose truth is known.
func TestWhatIsRecordedOfAFanOut(t *testing.T) {
	t.Parallel()
	var batches []*measure.Batch
	for i := range 100 {
		at := began.Add(time.Duration(i) * 10 * ms)
		if i < 70 {
			batches = append(batches, threeOf(t, fanout.ParallelGRPC, at, 50*ms, 20*ms, 10*ms))
		} else {
			batches = append(batches, threeOf(t, fanout.ParallelGRPC, at, 20*ms, 30*ms, 10*ms))
		}
	}
	failed := threeOf(t, fanout.ParallelGRPC, began, 1*ms, 30*ms, 1*ms)
	failed.Result.Members[0].Category, failed.Result.Members[0].Error = fanout.CategoryConnection, "refused"
	failed.Result.Members[2].Category, failed.Result.Members[2].Error = fanout.CategoryConnection, "refused"
	late := threeOf(t, fanout.ParallelGRPC, began, 20*ms, 30*ms, 10*ms)
	late.Result.Members[1].Category, late.Result.Members[1].Error = fanout.CategoryTimeout, "late"
	late.Result = fanout.Finished(*late.Result)
	require.EqualValues(t, 1, record(t, failed, late).Series[0].TimedOut)
	failed.Result = fanout.Finished(*failed.Result)
	run := record(t, append(batches, failed)...)
	s := run.Total(fanout.ParallelGRPC, measure.Measured)

	require.Equal(t, map[fanout.Outcome]int64{fanout.Full: 100, fanout.Partial: 1}, s.Outcomes)
	require.InDelta(t, 51*ms, s.Duration.Quantile(0.5), float64(ms)/10)
	require.Equal(t, ms, s.Overhead.Max())
	require.EqualValues(t, 70, s.Collection("A").Slowest())
	require.EqualValues(t, 31, s.Collection("B").Slowest())
	require.Zero(t, s.Collection("C").Slowest())
	require.InDelta(t, 30*ms, s.Collection("A").Margin.Quantile(0.5), float64(ms)/10, "50 ms and 20 ms")
	require.InDelta(t, 21*ms, s.Without("A").Quantile(0.5), float64(ms)/10, "without A, 70 batches would have taken as long as B")
	require.InDelta(t, 51*ms, s.Without("C").Quantile(0.5), float64(ms)/10, "C never held a batch back")
	require.EqualValues(t, 101, s.Without("A").Count())
	require.EqualValues(t, 1, s.Failed.Count())
	require.Equal(t, time.Minute, s.FailedAt(time.Minute).Max(), "a failed batch counts as one that took the whole limit")
	require.EqualValues(t, 101, s.FailedAt(time.Minute).Count())
	require.EqualValues(t, 1, s.Collection("A").FailedQueries())
	require.Equal(t, &Failure{Count: 1, Texts: []FailureText{{"refused", 1}}}, s.Collection("C").Failures[fanout.CategoryConnection])
	require.EqualValues(t, 101, s.Collection("A").Queries)
	require.EqualValues(t, 202, s.Collection("A").Objects)
	require.EqualValues(t, 10100, s.Collection("A").Bytes)
	require.Nil(t, s.Collection("D"))
	require.Nil(t, s.Without("D"))
	require.Equal(t, 1041*ms-20*ms, s.Elapsed(), "from the first dispatch to the last completion")
}

// TestRecall counts the members of which recall was measured, and no others.
func TestRecall(t *testing.T) {
	t.Parallel()
	of := func(recall ...measure.Recall) *measure.Batch {
		b := threeOf(t, fanout.Multi, began, 50*ms, 50*ms, 50*ms)
		b.Recall = recall
		return b
	}
	s := record(t, of(),
		of(measure.Recall{Found: 9, Wanted: 10}, measure.Recall{}, measure.Recall{Found: 0, Wanted: 5}),
		of(measure.Recall{Found: 10, Wanted: 10}, measure.Recall{}, measure.Recall{Found: 5, Wanted: 5}),
	).Total(fanout.Multi, measure.Measured)
	require.Equal(t, &Recall{Queries: 2, Found: 19, Wanted: 20}, s.Collection("A").Recall)
	require.Nil(t, s.Collection("B").Recall)
	require.Equal(t, &Recall{Queries: 4, Found: 24, Wanted: 30}, s.Recall())
	require.InDelta(t, 0.8, s.Recall().Share(), 1e-12)

	none := record(t, of()).Total(fanout.Multi, measure.Measured)
	require.Nil(t, none.Recall())
	require.Zero(t, none.Recall().Share())
}

func TestWhatADocumentCannotKnow(t *testing.T) {
	t.Parallel()
	s := record(t, threeOf(t, fanout.Multi, began, 50*ms, 50*ms, 50*ms)).Total(fanout.Multi, measure.Measured)
	require.EqualValues(t, 1, s.Duration.Count())
	require.Nil(t, s.Overhead)
	require.Nil(t, s.Without("A"))
	require.Nil(t, s.Collection("A").Duration)
	require.Nil(t, s.Collection("A").Margin)
	require.Zero(t, s.Collection("A").Slowest())
}

// TestTimeline spreads a batch over the seconds that it was in flight in.
func TestTimeline(t *testing.T) {
	t.Parallel()
	second := time.Second
	fan := threeOf(t, fanout.ParallelGRPC, began.Add(500*ms), 2*second, 500*ms, 1*second)
	document := threeOf(t, fanout.Multi, began.Add(500*ms), 1*second, 1*second, 1*second)
	run := record(t, fan, document)
	rows := run.Total(fanout.ParallelGRPC, measure.Measured).Timeline.Rows
	require.Len(t, rows, 3)
	for i, want := range []struct{ batches, requests int64 }{{500_000, 1_500_000}, {1_000_000, 1_500_000}, {501_000, 500_000}} {
		require.Equal(t, began.Unix()+int64(i), rows[i].At)
		require.Equal(t, want.batches, rows[i].BatchTime, "row %d", i)
		require.Equal(t, want.requests, rows[i].RequestTime, "row %d", i)
	}
	flying, requests := rows[0].InFlight(1)
	require.InDelta(t, 0.5, flying, 0.001)
	require.InDelta(t, 1.5, requests, 0.001)
	require.Zero(t, rows[0].Batches)
	require.EqualValues(t, 1, rows[2].Batches, "it counts where it was complete")
	require.EqualValues(t, 3, rows[2].Queries)
	require.EqualValues(t, 300, rows[2].Bytes)
	require.EqualValues(t, 1, rows[2].Duration.Count())

	rows = run.Total(fanout.Multi, measure.Measured).Timeline.Rows
	require.Equal(t, rows[0].BatchTime, rows[0].RequestTime, "a document is one request")
}

// TestSamplesAreFullIfTheyCanBe holds a full batch against a failed one of the same duration, whichever has the lesser rank.
func TestSamplesAreFullIfTheyCanBe(t *testing.T) {
	t.Parallel()
	for i := range 30 {
		full := threeOf(t, fanout.ParallelGRPC, began.Add(time.Duration(i)*time.Second), 20*ms, 30*ms, 10*ms)
		failed := threeOf(t, fanout.ParallelGRPC, began, 20*ms, 30*ms, 10*ms)
		failed.Result.Members[1].Category, failed.Result.Members[1].Error = fanout.CategoryTimeout, "late"
		failed.Result = fanout.Finished(*failed.Result)
		samples := record(t, failed, full, failed).Series[0].Samples
		require.Len(t, samples, 1)
		require.Equal(t, fanout.Full, samples[0].Outcome)
	}
}

// TestSamplesCoverAllQuantiles finds a whole batch near every quantile, also where batches are rare.
func TestSamplesCoverAllQuantiles(t *testing.T) {
	t.Parallel()
	s := newStream(t, 1)
	run := record(t, s.run(3, 2000)...)
	for _, strategy := range run.Strategies() {
		total := run.Total(strategy, measure.Measured)
		require.Less(t, len(total.Samples), 60)
		for _, q := range []float64{0.01, 0.5, 0.9, 0.99, 0.999, 1} {
			d := total.Duration.Quantile(q)
			sample := total.Sample(d)
			require.InEpsilon(t, float64(d), float64(toDuration(sample.Duration)), 0.19, "%s at %v", strategy, q)
			require.Len(t, sample.Members, 9)
		}
		require.Equal(t, fanout.Full, total.Sample(total.Duration.Quantile(0.5)).Outcome, "where there are full ones, one of them is shown")
	}
	require.Nil(t, (&Series{}).Sample(time.Second))
}
