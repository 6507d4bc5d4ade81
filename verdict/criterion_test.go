package verdict

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// The examples of Newcombe's table II, method 10.
func TestMinusIsNewcombesInterval(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ k1, n1, k2, n2, lower, upper float64 }{
		{56, 70, 48, 80, 0.0524, 0.3339},
		{9, 10, 3, 10, 0.1705, 0.8090},
		{6, 7, 2, 7, 0.0582, 0.8062},
		{5, 56, 0, 29, -0.0381, 0.1926},
		{10, 10, 0, 20, 0.6791, 1.0000},
		{10, 10, 0, 10, 0.6075, 1.0000},
	} {
		interval, quantile := arm{failed: c.k1, batches: c.n1}.minus(arm{failed: c.k2, batches: c.n2}, 0.95)
		require.InDelta(t, c.k1/c.n1-c.k2/c.n2, interval.Estimate, 1e-9)
		require.InDelta(t, c.lower, interval.Lower, 5e-5)
		require.InDelta(t, c.upper, interval.Upper, 5e-5)
		require.InDelta(t, 1.96, quantile, 1e-3)
	}
}

// Failures that come in clusters widen the interval, and few clusters widen it more.
func TestMinusKnowsClusters(t *testing.T) {
	t.Parallel()
	arms := func(failed ...int64) arm {
		blocks := make([]*Block, len(failed))
		for i := range blocks {
			blocks[i] = &Block{Failed: failed[i], Batches: 1000}
		}
		return failures(blocks)
	}
	none := arms(0, 0, 0, 0, 0, 0, 0)
	even, quantile := arms(10, 11, 9, 10, 10, 9, 11).minus(none, 0.95)
	require.InDelta(t, 2.4469, quantile, 1e-4, "Student's t of six degrees of freedom: all that is known comes from seven blocks")
	lump, _ := arms(0, 0, 0, 70, 0, 0, 0).minus(none, 0.95)
	require.InDelta(t, even.Estimate, lump.Estimate, 1e-9)
	require.Less(t, even.Upper, 0.0135)
	require.Greater(t, lump.Upper, 0.05)
	// Both sides are as uneven: (14 - 2) degrees of freedom.
	_, quantile = arms(0, 0, 0, 70, 0, 0, 0).minus(arms(0, 70, 0, 0, 0, 0, 0), 0.95)
	require.InDelta(t, 2.1788, quantile, 1e-4)
}

func TestErrorRate(t *testing.T) {
	t.Parallel()
	// even spreads failures over the blocks, lump puts all of them into one.
	even := func(share float64) func(*Block) {
		return func(b *Block) { b.Failed = int64(share * float64(b.Batches)) }
	}
	lump := func(share float64) func(*Block) {
		return func(b *Block) {
			if b.Round == 3 {
				b.Failed = int64(7 * share * float64(b.Batches))
			}
		}
	}
	for name, c := range map[string]struct {
		base, other func(*Block)
		batches     int64
		status      Status
		needed      Needed
		says        string
	}{
		"none":            {even(0), even(0), 1000, Pass, Needed{}, "0 % of the batches of parallel-grpc fail"},
		"too few to tell": {even(0), even(0), 40, Inconclusive, Needed{Rounds: 10}, "about 10 rounds"}, // 3.7 / 0.01 = 369 batches
		"in parts": {even(0), func(b *Block) {
			b.Failed, b.TimedOut, b.FailedMembers, b.Members = b.Batches/25, b.Batches/50, b.Batches/20, 9*b.Batches
		}, 1000, Fail, Needed{}, "4.0 % of the batches of parallel-grpc fail (0.56 % of their members; 2.0 % by timing out) and 0 % of those of multi,"},
		"as many":      {even(0.02), even(0.02), 1000, Pass, Needed{}, "0 percentage points (−0.39 to 0.42); at most 1.0 is allowed"},
		"within":       {even(0), even(0.004), 1000, Pass, Needed{}, "0.40 % of the batches"},
		"beyond":       {even(0), even(0.02), 1000, Fail, Needed{}, "a difference of 2.0 percentage points"},
		"fewer":        {even(0.05), even(0.01), 1000, Pass, Needed{}, "a difference of −4.0 percentage points"},
		"in one block": {even(0), lump(0.02), 1000, Inconclusive, Needed{Beyond: 200}, "cannot be known"},
		"near":         {even(0), even(0.007), 300, Inconclusive, Needed{Rounds: 28}, "about 28 rounds would decide"},
		"all":          {even(1), even(1), 1000, Pass, Needed{}, "100 % of the batches"},
		"all and none": {even(0), even(1), 1000, Fail, Needed{}, "a difference of 100 percentage points"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test := quiet(0.6)
			for i := range test.Blocks {
				test.Blocks[i].Batches = c.batches
			}
			each(test, fanout.Multi, c.base)
			each(test, fanout.ParallelGRPC, c.other)
			criterion := errorRate(test, fanout.ParallelGRPC, DefaultThresholds())
			require.Equal(t, c.status, criterion.Status, criterion.Sentence)
			require.Equal(t, c.needed, criterion.Needed)
			require.Contains(t, criterion.Sentence, c.says)
		})
	}
}

func TestThroughputInAnOpenLoop(t *testing.T) {
	t.Parallel()
	const rate = 200
	for name, c := range map[string]struct {
		base, other float64 // carried, as a share of the rate
		wobble      int64
		status      Status
		says        string
	}{
		"both carry it":       {1, 1, 0, Pass, "raise RATE"},
		"only one carries it": {0.8, 1, 0, Pass, "raise RATE"},
		"more":                {0.6, 0.8, 0, Pass, "more batches"},
		"less":                {1, 0.8, 0, Fail, "fewer batches"},
		"neither":             {0.8, 0.8, 20, Inconclusive, "Which of them carries more is open"},
		"barely":              {0.99, 0.995, 15, Inconclusive, "The interval holds the limit"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test := quiet(0.6)
			test.Rate = rate
			for i := range test.Blocks {
				b := &test.Blocks[i]
				share := c.base
				if b.Strategy == fanout.ParallelGRPC {
					share = c.other
				}
				// A different wobble in each round and position.
				b.Batches = int64(share*rate*b.Measured.Seconds()) - c.wobble*int64((b.Round+b.Position)%3)
			}
			criterion := throughput(test, Compare(test, Throughput, fanout.ParallelGRPC, fanout.Multi, 0.95), DefaultThresholds())
			require.Equal(t, c.status, criterion.Status, criterion.Sentence)
			require.Contains(t, criterion.Sentence, c.says)
			require.Equal(t, c.status == Inconclusive, criterion.Needed != Needed{})
		})
	}
}

// A batch that falls on the other side of a block's edge is not a shortfall.
func TestCarriedForgivesTheEdges(t *testing.T) {
	t.Parallel()
	test := &Test{Rate: 5, Blocks: []Block{{Strategy: fanout.Multi, Batches: 34, Measured: 7 * time.Second}}}
	require.Equal(t, []float64{1}, carried(test, fanout.Multi))
	test.Blocks[0].Batches = 36
	require.Equal(t, []float64{1}, carried(test, fanout.Multi))
	test.Blocks[0].Failed = 9
	require.Equal(t, []float64{0.8}, carried(test, fanout.Multi))
}

func TestNeededRounds(t *testing.T) {
	t.Parallel()
	defaults := DefaultThresholds()
	// At a distance of one spread, (2.262 + 0.842) / √10 ≤ 1 < (2.306 + 0.842) / √9.
	require.Equal(t, Needed{Rounds: 10}, needed(1, 1, 6, defaults))
	require.Equal(t, Needed{Rounds: 10}, needed(-1, 1, 6, defaults), "on either side")
	require.Equal(t, Needed{Rounds: 13}, needed(1, 1, 12, defaults), "more than there are")
	require.Equal(t, Needed{Beyond: 200}, needed(0.01, 1, 6, defaults))
	require.Equal(t, Needed{Beyond: 200}, needed(0, 1, 6, defaults))
	require.Equal(t, Needed{Beyond: 200}, needed(0, 0, 6, defaults))
	require.Equal(t, Needed{Beyond: 200}, needed(1, 1, 200, defaults))
	require.Equal(t, Needed{Rounds: 12}, Needed{Rounds: 12}.and(Needed{Rounds: 8}))
	require.Equal(t, Needed{Beyond: 200}, Needed{Rounds: 12}.and(Needed{Beyond: 200}))
	require.Contains(t, Needed{Beyond: 200}.String(), "cannot be known")
	require.Contains(t, Needed{Rounds: 14}.String(), "about 14 rounds")
}

func TestChangeInWords(t *testing.T) {
	t.Parallel()
	for want, interval := range map[string]Interval{
		"42 % less time (38 % to 46 %)":                        {0.58, 0.54, 0.62},
		"12 % more time (4.0 % to 21 %)":                       {1.12, 1.04, 1.21},
		"1.5 % less time (5.0 % less time to 2.0 % more time)": {0.985, 0.95, 1.02},
	} {
		require.Equal(t, want, interval.change("less time", "more time"))
	}
}

func TestThresholds(t *testing.T) {
	t.Parallel()
	require.NoError(t, DefaultThresholds().Validate())
	for says, change := range map[string]func(*Thresholds){
		"confidence is 95":    func(t *Thresholds) { t.Confidence = 95 },
		"faster is 0":         func(t *Thresholds) { t.Faster = 0 },
		"error rate is -0.01": func(t *Thresholds) { t.ErrorRate = -0.01 },
		"drift is 0.15":       func(t *Thresholds) { t.Drift = 0.15 },
		"tail is 0":           func(t *Thresholds) { t.MaxTail = 0 },
		"power is 1":          func(t *Thresholds) { t.Power = 1 },
		"outlasted is -1":     func(t *Thresholds) { t.Outlasted = -1 },
		"fewest rounds are 1": func(t *Thresholds) { t.MinRounds = 1 },
		"the most 5":          func(t *Thresholds) { t.MaxRounds = 5 },
		"of a block are 0":    func(t *Thresholds) { t.MinBatches = 0 },
	} {
		thresholds := DefaultThresholds()
		change(&thresholds)
		require.ErrorContains(t, thresholds.Validate(), says)
	}

	// They are used: a 40 % gain is not enough for whoever asks for 50 %.
	strict := DefaultThresholds()
	strict.Faster = 0.5
	require.Equal(t, Fail, Judge(quiet(0.6), strict).Verdicts[1].Status)
}
