package report

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/recorded"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
	"github.com/xk6-weaviate/xk6-weaviate/record"
	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

// asking are the usual options, with a recall that is asked for.
func asking(least float64) Options {
	o := options()
	o.Thresholds.MinRecall = least
	return o
}

// sourceOf is a source of one run.
func sourceOf(name string, run *record.Run) *Source {
	return &Source{Name: name, Runs: []*Run{{Name: "run", Files: []string{"run.weaviate"}, Run: run}}}
}

// testOf is the one test that a run makes.
func testOf(run *record.Run, o Options) *Test { return &New(sourceOf("run", run), o).Tests[0] }

func criterion(v *Verdict, name string) *Criterion {
	for i := range v.Criteria {
		if v.Criteria[i].Name == name {
			return &v.Criteria[i]
		}
	}
	return nil
}

func check(v *Verdict, name string) *Check {
	for i := range v.Checks {
		if v.Checks[i].Name == name {
			return &v.Checks[i]
		}
	}
	return nil
}

func TestRecallIsBesideLatency(t *testing.T) {
	t.Parallel()
	run := recorded.Run(t, brief(recorded.Options{Recall: 0.97, Failures: 0.002}))
	r := New(sourceOf("run", run), options())
	test := &r.Tests[0]
	require.Equal(t, 100, test.RecallAt, "the truth is less deep than what queries ask for")
	require.Equal(t, "recall@100", r.RecallTitle())
	require.Empty(t, test.Notes)
	require.Equal(t, "recall", r.Guide[len(r.Guide)-1].Name)
	for i := range test.Loads[0].Results {
		result := &test.Loads[0].Results[i]
		total := run.Total(result.Strategy, measure.Measured)
		require.Equal(t, total.Recall().Queries, result.Recall.Queries)
		require.Equal(t, total.Recall().Wanted, result.Recall.Wanted)
		require.InDelta(t, total.Recall().Share(), get(t, result.Recall.Share), 1e-6)
		require.InDelta(t, 0.97, get(t, result.Recall.Share), 0.015)
		require.Less(t, get(t, result.Recall.Lower), get(t, result.Recall.Share))
		require.Greater(t, get(t, result.Recall.Upper), get(t, result.Recall.Share))
		require.InDelta(t, 0, get(t, result.Recall.Upper)-get(t, result.Recall.Lower), 0.05)
		var queries int64
		for _, c := range result.Collections {
			require.Equal(t, total.Collection(c.Collection).Recall.Found, c.Recall.Found)
			get(t, c.Recall.Upper)
			queries += c.Recall.Queries
		}
		require.Equal(t, result.Recall.Queries, queries)
		require.Contains(t, r.RecallHint(), string(result.Strategy)+" "+grouped(queries))
	}
	for _, v := range test.Loads[0].Verdicts {
		require.Equal(t, verdict.Pass, check(&v, "recall").Status, check(&v, "recall").Sentence)
		require.Nil(t, criterion(&v, "recall"), "none is asked for")
	}
	var text bytes.Buffer
	require.NoError(t, r.WriteJSON(&text))
	var read Report
	require.NoError(t, json.Unmarshal(text.Bytes(), &read))
	require.Equal(t, test.Loads[0].Results[0].Recall, read.Tests[0].Loads[0].Results[0].Recall)
	require.Contains(t, text.String(), "the 100 nearest of 30 query sets; recall was measured of 10 % of their batches")
}

func TestNothingIsSaidOfRecallThatWasNotMeasured(t *testing.T) {
	t.Parallel()
	r := New(sourceOf("run", usualRun(t)), options())
	require.Empty(t, r.RecallTitle())
	for _, report := range []*Report{r, Compare(sourceOf("a", usualRun(t)), sourceOf("b", usualRun(t)), options())} {
		var text bytes.Buffer
		require.NoError(t, report.WriteJSON(&text))
		require.NotContains(t, text.String(), "ecall")
	}
}

// TestMembersThatFailedHaveNoRecall: those that answered found all, and so does the strategy.
func TestMembersThatFailedHaveNoRecall(t *testing.T) {
	t.Parallel()
	test := testOf(recorded.Run(t, brief(recorded.Options{Recall: 1, Failures: 0.05})), options())
	for _, r := range test.Loads[0].Results {
		require.Positive(t, r.FailedQueries)
		require.Equal(t, r.Recall.Wanted, r.Recall.Found)
		require.Regexp(t, `^1\.000+$`, r.Recall.Text())
		require.Less(t, get(t, r.Recall.Lower), 1., "a sample that misses nothing does not say that nothing is ever missed")
	}
}

func TestOnlyVectorQueriesHaveARecall(t *testing.T) {
	t.Parallel()
	mixed := recorded.Run(t, brief(recorded.Options{Recall: 0.97, SearchType: fanout.SearchMixed}, "ROUNDS", "2"))
	result := testOf(mixed, options()).Loads[0].Results[0]
	require.NotNil(t, result.Collections[0].Recall)
	require.Nil(t, result.Collections[1].Recall, "keyword search is exact by itself")
	bm25 := testOf(recorded.Run(t, brief(recorded.Options{Recall: 0.97, SearchType: fanout.SearchBM25})), asking(0.95))
	require.False(t, bm25.HasRecall())
	require.Empty(t, bm25.Notes)
	require.Equal(t, verdict.Pass, bm25.Loads[0].Verdict(fanout.ParallelGRPC).Status, "nothing is asked of what has no recall")
}

func TestRecallOfAStrategyByItselfHasNoInterval(t *testing.T) {
	t.Parallel()
	alone := map[string]string{"STRATEGY": "parallel-grpc", "RUN_TIME": "20s", "USERS": "20"}
	run := recorded.Run(t, recorded.Options{Slowness: 2, Recall: 0.9, Variables: alone})
	test := testOf(run, asking(0.95))
	recall := test.Loads[0].Results[0].Recall
	require.Equal(t, "it was measured in 1 block, and an interval needs two or more", recall.Unknown)
	unknown(t, recall.Lower, recall.Upper)
	require.Empty(t, recall.Range())
	require.Regexp(t, `^0\.\d{3} \(no interval\)$`, recall.String())
	require.Len(t, test.Notes, 1)
	require.Regexp(t, `^The recall of parallel-grpc with 20 users is 0\.\d{3} \(no interval\), and at least 0\.95 is asked for\.$`, test.Notes[0].Text)
	require.Empty(t, testOf(run, asking(0.5)).Notes)
	none := testOf(recorded.Run(t, recorded.Options{Slowness: 2, Variables: alone}), asking(0.95))
	require.Len(t, none.Notes, 1)
	require.Contains(t, none.Notes[0].Text, "A recall of at least 0.95 is asked for, and that of parallel-grpc with 20 users was not measured: run bench with --recall")
}

func TestRecallThatIsAskedFor(t *testing.T) {
	t.Parallel()
	run := recorded.Run(t, brief(recorded.Options{Recall: 0.97}))
	passes := testOf(run, asking(0.9)).Loads[0].Verdict(fanout.ParallelGRPC)
	require.Equal(t, verdict.Pass, passes.Status, passes.Sentence)
	require.Equal(t, verdict.Pass, criterion(passes, "recall").Status)
	require.InDelta(t, 0.97, get(t, criterion(passes, "recall").Interval.Estimate), 0.015)

	test := testOf(run, asking(0.995))
	fails := test.Loads[0].Verdict(fanout.ParallelGRPC)
	require.Equal(t, verdict.Fail, fails.Status)
	require.Regexp(t, `^The recall of parallel-grpc is 0\.\d+ \(0\.\d+ to 0\.\d+\), by \d+ queries; at least 0\.995 is asked for\.$`, fails.Sentence)
	require.Len(t, test.Notes, 1, "the baseline has no verdict that could say it")
	require.Contains(t, test.Notes[0].Text, "The recall of multi with 10 users is 0.9")
	gated := asking(0.995)
	gated.FailOn, gated.Strategies = FailOnFail, []fanout.Strategy{fanout.ParallelGRPC}
	require.False(t, New(sourceOf("run", run), gated).Gate.Passed)
	gated.Thresholds.MinRecall = 0.9
	require.True(t, New(sourceOf("run", run), gated).Gate.Passed)

	none := testOf(usualRun(t), asking(0.9))
	require.Equal(t, verdict.Invalid, none.Loads[0].Verdict(fanout.ParallelGRPC).Status, "what is asked for and was not measured does not pass")
	require.Contains(t, none.Loads[0].Verdict(fanout.ParallelGRPC).Sentence,
		"The criterion recall cannot be judged. Unknown: the recall of parallel-grpc was not measured")
	listed := New(sourceOf("run", run), asking(0.9)).Thresholds
	require.Contains(t, listed, Threshold{"min-recall", 0.9, listed[9].Text})
}

func TestStrategiesThatDoNotFindTheSame(t *testing.T) {
	t.Parallel()
	apart := recorded.Run(t, brief(recorded.Options{Recall: 0.97, Recalls: map[fanout.Strategy]float64{fanout.ParallelGRPC: 0.85}}))
	load := testOf(apart, options()).Loads[0]
	v := load.Verdict(fanout.ParallelGRPC)
	require.Equal(t, verdict.Invalid, v.Status)
	require.Contains(t, v.Sentence, "strategies that do not find the same cannot be compared by their times")
	require.Equal(t, verdict.Pass, check(load.Verdict(fanout.ParallelGraphQL), "recall").Status, "the troubles of one are not another's")

	// A small difference that is sure is told, and voids nothing.
	run := recorded.Run(t, brief(recorded.Options{Recall: 0.97}))
	for _, s := range run.Series {
		for _, c := range s.Collections {
			c.Recall = &record.Recall{Queries: 100, Found: 9700, Wanted: 10_000}
			if s.Strategy == fanout.ParallelGRPC {
				c.Recall.Found = 9650
			}
		}
	}
	test := testOf(run, options())
	require.Equal(t, verdict.Pass, check(test.Loads[0].Verdict(fanout.ParallelGRPC), "recall").Status)
	require.Len(t, test.Notes, 1)
	require.Regexp(t, `^parallel-grpc and multi do not find quite the same with 10 users, though all search the same index: recall 0\.9650 against 0\.97\d+, `+
		`a difference of −0\.0050 \(−0\.00\d\d to −0\.00\d\d\), so that their times do not quite compare\.$`, test.Notes[0].Text)
}

func TestWhatIsFoundBeforeAndAfter(t *testing.T) {
	t.Parallel()
	made := func(name string, slowness, recall float64) *Source {
		return sourceOf(name, recorded.Run(t, brief(recorded.Options{Seed: uint64(100 * slowness), Slowness: slowness, Recall: recall})))
	}
	before, less, unmeasured := made("before", 3, 0.97), made("less", 2.4, 0.85), made("unmeasured", 2.4, 0)
	c := Compare(before, less, options()).Comparison
	require.Equal(t, "recall@100", c.RecallTitle())
	require.Len(t, c.Found(), 3)
	require.NotEmpty(t, c.Advice)
	for i := range c.Rows {
		row := &c.Rows[i]
		require.Equal(t, Worse, row.Recall.Direction)
		require.InDelta(t, get(t, row.After.Recall.Share)-get(t, row.Before.Recall.Share), get(t, row.Recall.Difference.Estimate), 1e-4)
		require.Less(t, get(t, row.Recall.Difference.Upper), 0.)
		require.Regexp(t, `^It is faster by \d+ %, and it finds less: recall@100 0\.9\d+ → 0\.8\d+ \(−0\.\d+ to −0\.\d+\)\.$`, row.Recall.Sentence)
	}
	for _, row := range Compare(less, before, options()).Comparison.Rows {
		require.Regexp(t, `^It is slower by \d+ %, and it finds more: recall@100 0\.8\d+ → 0\.9\d+ \(\+0\.\d+ to \+0\.\d+\)\.$`, row.Recall.Sentence)
	}
	same := Compare(before, made("same", 2.4, 0.97), options()).Comparison
	require.Empty(t, same.Advice)
	require.Equal(t, Same, same.Rows[0].Recall.Direction)
	require.Empty(t, same.Rows[0].Recall.Sentence, "being faster alone is in the table")

	require.Equal(t, "recall was not measured after", Compare(before, unmeasured, options()).Comparison.Rows[0].Recall.Unknown)
	require.Equal(t, "recall was not measured before", Compare(unmeasured, before, options()).Comparison.Rows[0].Recall.Unknown)
	less.Runs[0].Run.Processes[0].Info.Truth.Depth = 50
	other := Compare(before, less, options()).Comparison
	require.Equal(t, "recall@100 before and recall@50 after are not the same", other.Rows[0].Recall.Unknown)
	require.Equal(t, "recall", other.RecallTitle())
	require.Equal(t, Unknown, other.Rows[0].Recall.Text())
}

func TestRecallKeepsBelowOne(t *testing.T) {
	t.Parallel()
	for share, want := range map[float64]float64{1: 1, 0.99999999: 0.999999, 0.9996: 0.9996, 0.12345678: 0.123457, 0: 0} {
		require.InDelta(t, want, get(t, shareFound(share)), 1e-12)
	}
	require.Equal(t, "0.9996", (&Recall{Share: Known(0.9996)}).Text())
	var none *Recall
	require.Equal(t, Unknown, none.String())
}

// TestRecallGolden writes what there is to say of recall in a bench in which one strategy finds less, and beside one that finds less at all.
func TestRecallGolden(t *testing.T) {
	t.Parallel()
	before := sourceOf("before", recorded.Run(t, brief(recorded.Options{Recall: 0.97, Recalls: map[fanout.Strategy]float64{fanout.ParallelGRPC: 0.9}})))
	after := sourceOf("after", recorded.Run(t, brief(recorded.Options{Seed: 7, Slowness: 2.4, Recall: 0.9})))
	r, c := New(before, asking(0.95)), Compare(before, after, options()).Comparison
	load := &r.Tests[0].Loads[0]
	type part struct {
		Recall      *Recall
		Collections []*Recall
		Check       *Check
		Criterion   *Criterion
		Change      *RecallChange
	}
	parts := make(map[fanout.Strategy]*part)
	for i := range load.Results {
		result := &load.Results[i]
		own := &part{Recall: result.Recall}
		for _, collection := range result.Collections {
			own.Collections = append(own.Collections, collection.Recall)
		}
		if v := load.Verdict(result.Strategy); v != nil {
			own.Check, own.Criterion = check(v, "recall"), criterion(v, "recall")
		}
		own.Change = c.Rows[i].Recall
		parts[result.Strategy] = own
	}
	text, err := json.MarshalIndent(map[string]any{"notes": r.Tests[0].Notes, "recallAt": r.Tests[0].RecallAt, "strategies": parts}, "", "  ")
	require.NoError(t, err)
	golden(t, "recall.json", append(text, '\n'))
}
