package verdict

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// recalled gives the blocks of a strategy recalls, in turns: 100 queries each, of 50 objects.
func recalled(test *Test, strategy fanout.Strategy, shares ...float64) {
	i := 0
	each(test, strategy, func(b *Block) {
		b.Recall = Recall{Queries: 100, Found: int64(math.Round(5000 * shares[i%len(shares)])), Wanted: 5000}
		i++
	})
}

// both gives both strategies recalls.
func both(base, other []float64) *Test {
	test := quiet(0.6)
	recalled(test, fanout.Multi, base...)
	recalled(test, fanout.ParallelGRPC, other...)
	return test
}

func TestRecallOfBlocks(t *testing.T) {
	t.Parallel()
	even := Recalls{{100, 4500, 5000}, {100, 4500, 5000}, {}, {100, 4500, 5000}}
	require.Equal(t, Recall{300, 13500, 15000}, even.Sum())
	share, known := even.Sum().Share().Get()
	require.True(t, known)
	require.InDelta(t, 0.9, share, 1e-12)
	_, known = Recalls{}.Sum().Share().Get()
	require.False(t, known, "of nothing there is no share")

	// Blocks that are alike know no more than their objects: Wilson's interval for 1,500 of 15,000.
	interval, err := even.Interval(0.95)
	require.NoError(t, err)
	lower, upper := wilson(0.1, 15000, 1.959964)
	require.InDelta(t, 0.9, interval.Estimate, 1e-12)
	require.InDelta(t, 1-upper, interval.Lower, 1e-6)
	require.InDelta(t, 1-lower, interval.Upper, 1e-6)

	// Blocks that differ widen it: by the same sum it is about t(2, 97.5 %) · s / √3 to either side.
	uneven, err := Recalls{{100, 4400, 5000}, {100, 4500, 5000}, {100, 4600, 5000}}.Interval(0.95)
	require.NoError(t, err)
	require.InDelta(t, 0.9, uneven.Estimate, 1e-12)
	require.InDelta(t, 4.3027*0.02/math.Sqrt(3), (uneven.Upper-uneven.Lower)/2, 0.003)

	// Where nothing is missed, 300 queries rule out that more than 3.7 of 300 miss all.
	all, err := Recalls{{100, 5000, 5000}, {200, 10000, 10000}}.Interval(0.95)
	require.NoError(t, err)
	require.InDelta(t, 1, all.Estimate, 0)
	require.InDelta(t, 1, all.Upper, 0)
	require.InDelta(t, 1-3.689/300, all.Lower, 1e-4)

	none, err := Recalls{{10, 0, 500}, {10, 0, 500}}.Interval(0.95)
	require.NoError(t, err)
	require.Zero(t, none.Estimate)

	_, err = Recalls{{100, 4500, 5000}, {}}.Interval(0.95)
	require.EqualError(t, err, "it was measured in 1 block, and an interval needs two or more")
}

func TestDifferenceOfRecalls(t *testing.T) {
	t.Parallel()
	good := Recalls{{100, 4860, 5000}, {100, 4850, 5000}, {100, 4840, 5000}}
	bad := Recalls{{100, 4560, 5000}, {100, 4550, 5000}, {100, 4540, 5000}}
	less, err := bad.Minus(good, 0.95)
	require.NoError(t, err)
	require.InDelta(t, -0.06, less.Estimate, 1e-12)
	require.Less(t, less.Upper, -0.05)
	require.Greater(t, less.Lower, -0.07)
	more, err := good.Minus(bad, 0.95)
	require.NoError(t, err)
	require.InDelta(t, -less.Lower, more.Upper, 1e-12, "the two change sides")
	require.InDelta(t, -less.Upper, more.Lower, 1e-12)
	same, err := good.Minus(good, 0.95)
	require.NoError(t, err)
	require.True(t, same.holds(0))

	all := Recalls{{100, 5000, 5000}, {100, 5000, 5000}}
	nothing, err := all.Minus(all, 0.95)
	require.NoError(t, err)
	require.InDelta(t, 3.689/200, nothing.Upper, 1e-4, "by the rule of three, of queries")
	for _, pair := range [][2]Recalls{{good, good[:1]}, {good[:1], good}} {
		_, err = pair[0].Minus(pair[1], 0.95)
		require.EqualError(t, err, "it was measured in 1 block, and an interval needs two or more")
	}

	before, after := both([]float64{0.97}, []float64{0.97, 0.968}), both([]float64{0.97}, []float64{0.91, 0.912})
	change, err := RecallBetween(before, after, fanout.ParallelGRPC, 0.95)
	require.NoError(t, err)
	require.InDelta(t, -0.058, change.Estimate, 0.001)
	_, err = RecallBetween(before, quiet(0.6), fanout.ParallelGRPC, 0.95)
	require.EqualError(t, err, "it was measured in 0 blocks, and an interval needs two or more")
}

func TestRecallThatIsAskedFor(t *testing.T) {
	t.Parallel()
	asked := func(test *Test, limit float64) *Verdict {
		thresholds := DefaultThresholds()
		thresholds.MinRecall = limit
		for _, v := range Judge(test, thresholds).Verdicts {
			if v.Strategy == fanout.ParallelGRPC {
				return &v
			}
		}
		return nil
	}
	alike := []float64{0.97, 0.972, 0.968}
	for name, c := range map[string]struct {
		test   *Test
		limit  float64
		status Status
		says   string
	}{
		"met":       {both(alike, alike), 0.95, Pass, "less time"},
		"missed":    {both(alike, alike), 0.98, Fail, "The recall of parallel-grpc is 0.970 (0.968 to 0.972), by 700 queries; at least 0.98 is asked for."},
		"near":      {both(alike, alike), 0.971, Inconclusive, "The interval holds the limit: about"},
		"all found": {both([]float64{1}, []float64{1}), 0.99, Pass, "less time"},
		"all found, by too few queries": {
			both([]float64{1}, []float64{1}), 0.996, Inconclusive, "is 1.000 (0.995 to 1.000), by 700 queries; at least 0.996 is asked for. " +
				"Too few queries rule out less than that: about 10 rounds would decide",
		},
		"not measured":          {quiet(0.6), 0.95, Invalid, "The criterion recall cannot be judged. Unknown: the recall of parallel-grpc was not measured: run bench"},
		"measured of the other": {both(alike, []float64{0}), 0.95, Invalid, "do not find the same"},
	} {
		v := asked(c.test, c.limit)
		require.Equal(t, c.status, v.Status, "%s: %s", name, v.Sentence)
		require.Contains(t, v.Sentence, c.says, name)
		require.Equal(t, "recall", v.Criteria[len(v.Criteria)-1].Name)
	}

	for _, searchType := range []fanout.SearchType{fanout.SearchBM25, fanout.SearchHybrid01, "hybrid_05"} {
		test := quiet(0.6)
		test.SearchType = searchType
		require.Equal(t, Pass, asked(test, 0.95).Status, "%s has no recall, so that none is asked of it", searchType)
	}
	mixed := quiet(0.6)
	mixed.SearchType = fanout.SearchMixed
	require.Equal(t, Invalid, asked(mixed, 0.95).Status)

	one := quiet(0.6)
	one.Blocks[3].Recall = Recall{100, 4900, 5000}
	one.Blocks[3].Strategy = fanout.ParallelGRPC
	require.Contains(t, asked(one, 0.95).Sentence, "the recall of parallel-grpc has no interval: it was measured in 1 block")
}

func TestStrategiesThatDoNotFindTheSame(t *testing.T) {
	t.Parallel()
	checked := func(test *Test) *Check {
		v := verdictOf(t, test, fanout.ParallelGRPC)
		for i := range v.Checks {
			if v.Checks[i].Name == "recall" {
				return &v.Checks[i]
			}
		}
		return nil
	}
	alike := []float64{0.97, 0.972, 0.968}
	require.Nil(t, checked(quiet(0.6)), "nothing is said where nothing was measured")
	c := checked(both(alike, alike))
	require.Equal(t, Pass, c.Status)
	c = checked(both(alike, []float64{0.91, 0.912, 0.908}))
	require.Equal(t, Fail, c.Status)
	require.Regexp(t, `^The recall of parallel-grpc is 0\.910 \(0\.90\d to 0\.91\d\) and that of multi 0\.970 \(.*\), a difference of −0\.06\d* `+
		`\(−0\.06\d* to −0\.05\d*\); strategies that do not find the same cannot be compared by their times`, c.Sentence)
	v := verdictOf(t, both(alike, []float64{0.91, 0.912, 0.908}), fanout.ParallelGRPC)
	require.Equal(t, Invalid, v.Status)
	require.Equal(t, Fail, checked(both([]float64{0.91}, alike)).Status, "nor can one that finds more")
	require.Equal(t, Pass, checked(both(alike, []float64{0.966, 0.968, 0.964})).Status, "the difference is one that is allowed")
	c = checked(both(alike, []float64{0.99, 0.75, 0.95, 0.999}))
	require.Equal(t, Pass, c.Status, "noise explains it")
	measured, _ := c.Measured.Get()
	require.Greater(t, measured, 0.01)
}

// TestADifferenceOfRecallIsSureWhenNoiseHardlyMakesIt: one sound bench in twenty has an interval of 95 % that leaves out zero, and must not be
// void for it.
func TestADifferenceOfRecallIsSureWhenNoiseHardlyMakesIt(t *testing.T) {
	t.Parallel()
	test := both([]float64{0.95, 0.97}, []float64{0.925, 0.96})
	difference, sure, known := RecallAgainst(test, fanout.ParallelGRPC, fanout.Multi, DefaultThresholds())
	require.True(t, known)
	require.Less(t, difference.Upper, 0.)
	require.False(t, sure)
	require.Equal(t, Pass, verdictOf(t, test, fanout.ParallelGRPC).Status)
	daring := DefaultThresholds()
	daring.DriftAlarm = 0.05
	_, sure, _ = RecallAgainst(test, fanout.ParallelGRPC, fanout.Multi, daring)
	require.True(t, sure)
	_, _, known = RecallAgainst(quiet(0.6), fanout.ParallelGRPC, fanout.Multi, daring)
	require.False(t, known)
}

func TestRecallIsNeverRoundedUpToOne(t *testing.T) {
	t.Parallel()
	for share, want := range map[float64]string{
		1: "1.000", 0.9996: "0.9996", 0.99951: "0.9995", 0.99996: "0.99996", 0.99999996: "0.999999", 0.9994: "0.999", 0.97249: "0.972", 0: "0.000", 0.5: "0.500",
	} {
		require.Equal(t, want, RecallText(share))
	}
	for _, c := range []struct {
		interval            Interval
		estimate, interval2 string
	}{
		{Interval{0.97, 0.95, 0.99}, "0.970", "0.950 to 0.990"},
		{Interval{0.97341, 0.97221, 0.97461}, "0.973", "0.972 to 0.975"},
		{Interval{0.97341, 0.97291, 0.97391}, "0.9734", "0.9729 to 0.9739"},
		{Interval{0.973412, 0.973402, 0.973422}, "0.97341", "0.97340 to 0.97342"},
		{Interval{0.998, 0.99, 0.99998}, "0.99800", "0.99000 to 0.99998"},
		{Interval{1, 0.99, 1}, "1.000", "0.990 to 1.000"},
		{Interval{0.9999999, 0.9, 1}, "0.999999", "0.900000 to 1.000000"},
		{Interval{0.9, 0.9, 0.9}, "0.900", "0.900 to 0.900"},
	} {
		share, interval := c.interval.RecallText()
		require.Equal(t, c.estimate, share)
		require.Equal(t, c.interval2, interval)
	}
	for _, c := range []struct {
		interval              Interval
		difference, interval2 string
	}{
		{Interval{-0.06, -0.0608, -0.0592}, "−0.0600", "−0.0608 to −0.0592"},
		{Interval{-0.06, -0.1, -0.02}, "−0.060", "−0.100 to −0.020"},
		{Interval{0.03, -0.02, 0.08}, "+0.030", "−0.020 to +0.080"},
		{Interval{-0.03, -0.0598, -0.0002}, "−0.0300", "−0.0598 to −0.0002"},
		{Interval{0, -0.02, 0.02}, "0.000", "−0.020 to +0.020"},
	} {
		difference, interval := c.interval.RecallChange()
		require.Equal(t, c.difference, difference)
		require.Equal(t, c.interval2, interval)
	}
}

// simulatedRecalls are those of a strategy's blocks. A query set is as hard as it is for all its nine queries, of 50 objects each, of which
// each query finds a share of its own. Blocks draw their query sets from the same two hundred.
func simulatedRecalls(random *rand.Rand, sets []float64, blocks, batches int) Recalls {
	recalls := make(Recalls, blocks)
	for i := range recalls {
		for range batches {
			hard := sets[random.IntN(len(sets))]
			for range 9 {
				found := int64(0)
				missing := hard * random.ExpFloat64()
				for range 50 {
					if random.Float64() >= missing {
						found++
					}
				}
				recalls[i].Queries++
				recalls[i].Found += found
				recalls[i].Wanted += 50
			}
		}
	}
	return recalls
}

// TestRecallSimulation prints how often the intervals of recall hold the truth, which is that of all query sets.
func TestRecallSimulation(t *testing.T) {
	t.Parallel()
	const benches = 1000
	for i, c := range []struct {
		name    string
		missing float64 // how much a query misses, typically
		batches int     // of a block of which recall is measured
	}{
		{"recall near 0.9, 20 batches a block", 0.1, 20},
		{"recall near 0.97, 20 batches a block", 0.03, 20},
		{"recall near 0.97, 5 batches a block", 0.03, 5},
		{"recall near 0.995, 20 batches a block", 0.005, 20},
	} {
		random := rand.New(rand.NewPCG(43, uint64(i)))
		sets := make([]float64, 200)
		truth := 0.0
		for i := range sets {
			sets[i] = c.missing * random.ExpFloat64()
			// The mean of min(1, hard · X), where X is exponential.
			truth += 1 - sets[i]*(1-math.Exp(-1/sets[i]))
		}
		truth /= float64(len(sets))
		held, apart := 0, 0
		for range benches {
			mine := simulatedRecalls(random, sets, 7, c.batches)
			base := simulatedRecalls(random, sets, 14, c.batches)
			interval, err := mine.Interval(0.95)
			require.NoError(t, err)
			if interval.holds(truth) {
				held++
			}
			difference, err := mine.Minus(base, 0.95)
			require.NoError(t, err)
			if !difference.holds(0) {
				apart++
			}
		}
		share, wrong := 100*float64(held)/benches, 100*float64(apart)/benches
		t.Logf("%% of 95 %% intervals of recall that hold the truth: %5.1f; of differences that leave out zero: %4.1f  %s", share, wrong, c.name)
		require.GreaterOrEqual(t, share, 92.)
		require.LessOrEqual(t, wrong, 7.5)
	}
}
