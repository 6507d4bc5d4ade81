package verdict

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// Student's own data: the additional sleep of ten patients under two drugs, whose published 95 % interval is 0.70 to 2.46.
func TestMeanIntervalOfStudentsSleep(t *testing.T) {
	t.Parallel()
	one := []float64{0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0}
	two := []float64{1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4}
	differences := make([]float64, len(one))
	for i := range one {
		differences[i] = two[i] - one[i]
	}
	interval, spread := meanInterval(differences, 0.95)
	require.InDelta(t, 1.58, interval.Estimate, 1e-9)
	require.InDelta(t, 0.7001142, interval.Lower, 1e-6)
	require.InDelta(t, 2.4598858, interval.Upper, 1e-6)
	require.InDelta(t, 1.229995, spread, 1e-6)
}

// blocks makes a test of two strategies from median batch durations in seconds: for each round the baseline's, then the other's.
func blocks(rounds ...[]float64) *Test {
	test := &Test{Baseline: fanout.Multi}
	for round, medians := range rounds {
		for position, median := range medians {
			b := Block{
				Strategy: fanout.Multi, Round: round, Position: position, Batches: 100, Measured: 7 * time.Second,
				P50: time.Duration(median * float64(time.Second)),
			}
			if position == len(medians)-1 {
				b.Strategy = fanout.ParallelGRPC
			}
			test.Blocks = append(test.Blocks, b)
		}
	}
	return test
}

func TestCompareTakesLogRatiosPerRound(t *testing.T) {
	t.Parallel()
	test := blocks([]float64{1, 4, 1}, []float64{3, 3, 3}, []float64{2, 2, 1})
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(test.Blocks), func(i, j int) { // whatever the order of the blocks
		test.Blocks[i], test.Blocks[j] = test.Blocks[j], test.Blocks[i]
	})
	e := Compare(test, P50, fanout.ParallelGRPC, fanout.Multi, 0.95)
	require.True(t, e.Known())
	require.Equal(t, 3, e.Rounds())
	require.InDeltaSlice(t, []float64{math.Log(0.5), 0, math.Log(0.5)}, e.LogRatios, 1e-9, "the baseline is the mean of its logs")
	require.InDelta(t, math.Pow(0.25, 1.0/3), e.Ratio().Estimate, 1e-9)

	floor := NoiseFloor(test, P50, 0.95)
	require.InDeltaSlice(t, []float64{math.Log(0.25), 0, 0}, floor.LogRatios, 1e-9)
	require.Equal(t, fanout.Multi, floor.Strategy)
	require.Equal(t, fanout.Multi, floor.Against)
}

func TestNoiseFloorTakesTurns(t *testing.T) {
	t.Parallel()
	// A steady drift makes each second block twice as slow as the first.
	floor := NoiseFloor(blocks([]float64{1, 2, 1}, []float64{1, 2, 1}, []float64{1, 2, 1}, []float64{1, 2, 1}), P50, 0.95)
	require.InDelta(t, 0, floor.Log.Estimate, 1e-9)

	once := NoiseFloor(blocks([]float64{1, 1}, []float64{1, 1}), P50, 0.95)
	require.Equal(t, "multi ran twice in 0 rounds, and an interval needs two or more", once.Unknown)
}

func TestEffectsThatAreUnknown(t *testing.T) {
	t.Parallel()
	test := blocks([]float64{1, 1, 1}, []float64{1, 1, 1}, []float64{1, 1, 1})
	for i := range test.Blocks {
		test.Blocks[i].Batches, test.Blocks[i].P99 = 1000, time.Second
	}
	for _, c := range []struct {
		name      string
		statistic Statistic
		against   fanout.Strategy
		change    func(*Block)
		why       string
	}{
		{"no such strategy", P50, fanout.ParallelGraphQL, func(*Block) {}, "parallel-grpc and parallel-graphql have 0 rounds in common"},
		{"few batches", P99, fanout.Multi, func(b *Block) { b.Batches = 999 }, "p99 of a block needs 1000 batches, and one of parallel-grpc has 999"},
		{"not measured", ServerCPU, fanout.Multi, func(*Block) {}, "server CPU per batch was not measured"},
		{"no success", Throughput, fanout.Multi, func(b *Block) { b.Failed = b.Batches }, "batches/s is 0 in a block of parallel-grpc"},
	} {
		b := &test.Blocks[len(test.Blocks)-1] // one block is enough
		before := *b
		c.change(b)
		e := Compare(test, c.statistic, fanout.ParallelGRPC, c.against, 0.95)
		*b = before
		require.False(t, e.Known(), c.name)
		require.Contains(t, e.Unknown, c.why, c.name)
		require.Zero(t, e.Rounds(), "%s: what is unknown is never a number", c.name)
		require.Zero(t, e.Log, c.name)
		require.Zero(t, e.Ratio(), c.name)
	}
}

// TestTheBlockThatLacksMostIsNamed: what is advised for another would not do.
func TestTheBlockThatLacksMostIsNamed(t *testing.T) {
	t.Parallel()
	test := blocks([]float64{1, 1}, []float64{1, 1}, []float64{1, 1})
	each(test, fanout.Multi, func(b *Block) { b.Batches = 400 })
	each(test, fanout.ParallelGRPC, func(b *Block) { b.Batches = 900 })
	test.Blocks[2].Batches = 300
	require.Equal(t, "p99 of a block needs 1000 batches, and one of multi has 300: lengthen BLOCK by 23s",
		Compare(test, P99, fanout.ParallelGRPC, fanout.Multi, 0.95).Unknown)
}

func TestStatisticsNeedTenBatchesBeyondThem(t *testing.T) {
	t.Parallel()
	for statistic, quantile := range map[Statistic]float64{P50: 0.5, P95: 0.95, P99: 0.99, P999: 0.999} {
		require.InDelta(t, 10, float64(statistic.Batches())*(1-quantile), 1e-6, "%s", statistic)
		b := Block{Strategy: fanout.Multi, Batches: statistic.Batches() - 1, P50: 1, P95: 1, P99: 1, P999: 1}
		_, err := statistic.Of(&b)
		require.ErrorContains(t, err, "lengthen BLOCK")
		b.Batches++
		value, err := statistic.Of(&b)
		require.NoError(t, err)
		require.InDelta(t, 1e-9, value, 1e-15)
	}
}

func TestLengthen(t *testing.T) {
	t.Parallel()
	// 4 batches in 2 s are 25 in 12.5 s, 10.5 s more.
	require.Equal(t, "lengthen BLOCK by 11s", Lengthen(2*time.Second, 4, 20))
	require.Equal(t, "lengthen BLOCK by 1s", Lengthen(2*time.Second, 19, 20))
	require.Equal(t, "lengthen BLOCK", Lengthen(2*time.Second, 0, 20), "how long a batch takes is not known")
}

func TestStatisticsOfABlock(t *testing.T) {
	t.Parallel()
	b := Block{
		Batches: 20_000, Failed: 6_000, Measured: 7 * time.Second,
		P50: 1 * time.Second, Mean: 2 * time.Second, P95: 3 * time.Second, P99: 4 * time.Second, P999: 5 * time.Second,
		ServerCPU: Known(10), ServerMemory: Known(1e9),
	}
	want := []float64{1, 2, 3, 4, 5, 2000, 0.0005, 1e9}
	for i, statistic := range Statistics() {
		value, err := statistic.Of(&b)
		require.NoError(t, err)
		require.InDelta(t, want[i], value, 1e-9, "%s", statistic)
	}
}

func TestNumbersThatAreNone(t *testing.T) {
	t.Parallel()
	for _, value := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		_, known := Known(value).Get()
		require.False(t, known)
	}
	value, known := Known(0).Get()
	require.True(t, known)
	require.Zero(t, value)
}
