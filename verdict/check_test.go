package verdict

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

func TestFailedChecksMakeAVerdictInvalid(t *testing.T) {
	t.Parallel()
	grpc := func(change func(*Block)) func(*Test) {
		return func(test *Test) { each(test, fanout.ParallelGRPC, change) }
	}
	for name, c := range map[string]struct {
		change func(*Test)
		check  string
		says   []string
	}{
		"lost batches": {func(test *Test) { test.Dispatched, test.Lost = 1000, 1 }, "counts", []string{"1000 batches", "1 make", "log"}},
		"parts out of step": {func(test *Test) { test.Parts, test.Apart = 3, Known(3.3) },
			"parts", []string{"3 parts", "3.3s apart", "47 % of the time", "same START", "clocks agree"}},
		"few rounds": {func(test *Test) {
			test.Blocks = slices.DeleteFunc(test.Blocks, func(b Block) bool { return b.Round > 4 })
		}, "rounds", []string{"5 rounds", "it takes 6", "raise ROUNDS"}},
		"rounds without the baseline": {func(test *Test) {
			test.Blocks = slices.DeleteFunc(test.Blocks, func(b Block) bool { return b.Round > 4 && b.Strategy == fanout.Multi })
		}, "rounds", []string{"5 rounds"}},
		"not settled": {func(test *Test) { test.Settled = Fail }, "settled", []string{"had not settled", "wait"}},
		"drift": {func(test *Test) {
			for i := range test.Blocks {
				if test.Blocks[i].Round >= 4 {
					test.Blocks[i].P50 = 14 * test.Blocks[i].P50 / 10
				}
			}
		}, "drift", []string{"before round 5", "longer", "run again"}},
		"other results": {func(test *Test) {
			test.Results = map[fanout.Strategy]Results{fanout.ParallelGRPC: {Compared: 360, Different: 9}}
		}, "results", []string{"9 of 360 queries", "cannot be compared"}},
		"few batches": {func(test *Test) { test.Blocks[1].Batches = 19; test.Blocks[1].Strategy = fanout.ParallelGRPC },
			"batches", []string{"has 19 batches", "needs 20", "lengthen BLOCK by 3s"}},
		"no batches": {grpc(func(b *Block) { *b = Block{Strategy: b.Strategy, Round: b.Round, Measured: b.Measured, Users: b.Users} }),
			"batches", []string{"has 0 batches"}},
		"across the drain": {grpc(func(b *Block) { b.Outlasted = b.Batches / 10 }),
			"drain", []string{"10 % of the batches of parallel-grpc", "raise DRAIN"}},
		"users waited": {grpc(func(b *Block) { b.MeanTime = 9 * b.MeanTime / 10 }),
			"Little's law", []string{"0.90 of the users", "waited for the client", "lower USERS"}},
		"the baseline's users waited": {func(test *Test) { each(test, fanout.Multi, func(b *Block) { b.MeanTime = 9 * b.MeanTime / 10 }) },
			"Little's law", []string{"With multi", "0.90 of the users"}},
		"too many batches": {grpc(func(b *Block) { b.Users /= 2 }), "Little's law", []string{"2.00 of the users", "do not add up"}},
		"client CPU": {grpc(func(b *Block) { b.ClientCPU, b.ClientCores = Known(0.2*6.9), Known(0.2) }),
			"client CPU", []string{"99 % of its cores", "saturated"}},
		"client wait": {grpc(func(b *Block) { b.ClientWait = Known(b.P50.Seconds() / 4) }),
			"client wait", []string{"25 % of the median", "give the client more cores"}},
		"client held": {grpc(func(b *Block) { b.ClientHeld = Known(0.4) }),
			"client held", []string{"With parallel-grpc", "kept from running for 40 % of the time", "larger quota"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test := quiet(0.6)
			for i := range test.Blocks {
				test.Blocks[i].ClientWait, test.Blocks[i].ClientHeld = Known(0.0001), Known(0.04)
			}
			require.Equal(t, Pass, verdictOf(t, test, fanout.ParallelGRPC).Status)
			c.change(test)
			v := verdictOf(t, test, fanout.ParallelGRPC)
			require.Equal(t, Invalid, v.Status, v.Sentence)
			failed := slices.DeleteFunc(slices.Clone(v.Checks), func(c Check) bool { return c.Status != Fail })
			require.Equal(t, c.check, failed[0].Name, failed[0].Sentence)
			require.Equal(t, failed[0].Sentence, v.Sentence)
			for _, says := range c.says {
				require.Contains(t, v.Sentence, says)
			}
		})
	}
}

// A verdict is about two strategies: a third one's troubles are not its own.
func TestChecksLookAtTheStrategiesOfTheVerdict(t *testing.T) {
	t.Parallel()
	test := quiet(0.6)
	each(test, fanout.ParallelGraphQL, func(b *Block) { b.Outlasted = b.Batches })
	require.Equal(t, Invalid, verdictOf(t, test, fanout.ParallelGraphQL).Status)
	require.Equal(t, Pass, verdictOf(t, test, fanout.ParallelGRPC).Status)
}

func TestWhatWasNotSeenIsUnknown(t *testing.T) {
	t.Parallel()
	test := quiet(0.6)
	test.Settled, test.Rate = "", 500
	for i := range test.Blocks {
		test.Blocks[i].ClientCPU = Number{}
	}
	unknown := make(map[string]bool)
	for _, c := range verdictOf(t, test, fanout.ParallelGRPC).Checks {
		require.NotEqual(t, Fail, c.Status, c.Sentence)
		if c.Status == Unknown {
			unknown[c.Name] = true
			require.Contains(t, c.Sentence, "Unknown: ")
		}
	}
	require.Equal(t, map[string]bool{
		"counts": true, "settled": true, "results": true, "Little's law": true, "client CPU": true, "client wait": true, "client held": true,
	}, unknown)
}

// TestResultsThatAreUnsteady: queries that one strategy answers differently itself are left out, and when they are most, nothing is known.
func TestResultsThatAreUnsteady(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		results Results
		status  Status
		says    string
	}{
		{Results{Compared: 350, Unsteady: 10}, Pass, "0 of 350 queries got other results with parallel-grpc than with multi (10 more, asked again"},
		{Results{Compared: 100, Different: 9, Unsteady: 260}, Unknown, "260 of 360 queries got other results when they were asked again"},
		{Results{Unsteady: 360}, Unknown, "360 of 360 queries"},
	} {
		test := quiet(0.6)
		test.Results = map[fanout.Strategy]Results{fanout.ParallelGRPC: c.results}
		check := checkResults(test, fanout.ParallelGRPC, DefaultThresholds())
		require.Equal(t, c.status, check.Status)
		require.Contains(t, check.Sentence, c.says)
	}
}

// TestPartsAreLookedAtWhereThereAreSeveral: one process is in step with itself.
func TestPartsAreLookedAtWhereThereAreSeveral(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		parts  int
		apart  Number
		status Status
	}{
		"one":           {1, Known(0), ""},
		"in step":       {4, Known(0.2), Pass},
		"did not tell":  {4, Number{}, Unknown},
		"just too much": {4, Known(0.4), Fail},
	} {
		test := quiet(0.6)
		test.Parts, test.Apart = c.parts, c.apart
		var status Status
		for _, check := range verdictOf(t, test, fanout.ParallelGRPC).Checks {
			if check.Name == "parts" {
				status = check.Status
			}
		}
		require.Equal(t, c.status, status, name)
	}
}

// TestShortBlocksDoNotBlameTheClient: with few batches of each user, those at the edges of a block decide.
func TestShortBlocksDoNotBlameTheClient(t *testing.T) {
	t.Parallel()
	test := quiet(0.6)
	for i := range test.Blocks {
		b := &test.Blocks[i]
		b.MeanTime /= 2
		b.Users = int(b.Batches)/littleBatches + 1
	}
	i := slices.IndexFunc(verdictOf(t, test, fanout.ParallelGRPC).Checks, func(c Check) bool { return c.Name == "Little's law" })
	c := verdictOf(t, test, fanout.ParallelGRPC).Checks[i]
	require.Equal(t, Unknown, c.Status)
	require.Contains(t, c.Sentence, "fewer than 10 batches of each user")
	require.Contains(t, c.Sentence, "raise BLOCK")
}

func TestDriftIsAStepOfAllStrategies(t *testing.T) {
	t.Parallel()
	slower := func(from, to int, factor float64) func(*Test) {
		return func(test *Test) {
			for i := range test.Blocks {
				if b := &test.Blocks[i]; b.Round >= from && b.Round < to {
					b.P50 = time.Duration(factor * float64(b.P50))
				}
			}
		}
	}
	for name, c := range map[string]struct {
		change func(*Test)
		status Status
	}{
		"quiet":         {func(*Test) {}, Pass},
		"faster":        {slower(0, 3, 1.3), Fail},
		"small":         {slower(3, 7, 1.08), Pass},
		"one odd round": {slower(3, 4, 1.3), Pass},
		"one odd start": {slower(0, 1, 1.3), Pass},
		"one strategy": {func(test *Test) {
			each(test, fanout.ParallelGRPC, func(b *Block) { b.P50 += time.Duration(b.Round) * b.P50 / 50 })
		}, Pass},
		"three rounds": {func(test *Test) {
			test.Blocks = slices.DeleteFunc(test.Blocks, func(b Block) bool { return b.Round > 2 })
		}, Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test := quiet(0.6)
			c.change(test)
			check := checkDrift(test, DefaultThresholds())
			require.Equal(t, c.status, check.Status, check.Sentence)
		})
	}
}

// TestDriftBeyondTheLimitMayBeNoise: whoever reads "18 %, at most 15 %" beside a PASS is told why.
func TestDriftBeyondTheLimitMayBeNoise(t *testing.T) {
	t.Parallel()
	limits, excused := DefaultThresholds(), 0
	for seed := range uint64(20) {
		test, random := quiet(0.6), rand.New(rand.NewPCG(seed, 0))
		for i := range test.Blocks {
			b := &test.Blocks[i]
			b.P50 = time.Duration(float64(b.P50) * math.Exp(0.5*random.NormFloat64()))
		}
		check := checkDrift(test, limits)
		measured, ok := check.Measured.Get()
		require.True(t, ok)
		const clause = "beyond the limit, but no more than the noise within the rounds explains"
		if check.Status == Pass && measured > limits.Drift {
			excused++
			require.Contains(t, check.Sentence, clause)
		} else {
			require.NotContains(t, check.Sentence, clause)
		}
	}
	require.Positive(t, excused)
}

func TestDriftTakesWholeRounds(t *testing.T) {
	t.Parallel()
	test := quiet(0.6)
	second := slices.IndexFunc(test.Blocks, func(b Block) bool { return b.Round == 5 && b.Strategy == fanout.Multi })
	test.Blocks = slices.Delete(test.Blocks, second, second+1)
	l, why := roundLevels(test)
	require.Empty(t, why)
	require.Equal(t, []int{0, 1, 2, 3, 4, 6}, l.numbers)
	require.InDelta(t, 6*4-3-5, l.freedom, 0)
	require.InDelta(t, 0, stat.Mean(l.levels, nil), 1e-9)
}

// With very many degrees of freedom, the probability is that of a normal step times the number of places.
func TestLargestStep(t *testing.T) {
	t.Parallel()
	l := levels{levels: []float64{0, 0, 0, 2, 2, 2}, noise: 1, freedom: 1e6}
	found := l.largestStep()
	require.Equal(t, 3, found.at)
	require.InDelta(t, 2, found.size, 1e-9)
	tail := distuv.UnitNormal.Survival(2 / math.Sqrt(2.0/3))
	require.InDelta(t, 3*2*tail, found.probability, 1e-4, "a step may be before the third, fourth or fifth round")
}
