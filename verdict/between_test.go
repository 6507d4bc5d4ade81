package verdict

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// TestWelchsInterval holds Welch's interval against figures that were worked out by hand: the means differ by 2.22 with a standard
// error of 1.0003 and 24.5 degrees of freedom, between whose neighbours' quantiles in a table (2.0639 and 2.0595) lies 2.0617.
func TestWelchsInterval(t *testing.T) {
	t.Parallel()
	x := []float64{19.8, 20.4, 19.6, 17.8, 18.5, 18.9, 18.3, 18.9, 19.5, 22.0}
	y := []float64{28.2, 26.6, 20.1, 23.3, 25.2, 22.1, 17.7, 27.6, 20.6, 13.7, 23.2, 17.5, 20.6, 18.0, 23.9, 21.6, 24.3, 20.4, 24.0, 13.2}
	interval := welch(x, y, 0.95)
	require.InDelta(t, 2.22, interval.Estimate, 1e-9)
	require.InDelta(t, 2.22-2.0617*1.0003, interval.Lower, 0.0005)
	require.InDelta(t, 2.22+2.0617*1.0003, interval.Upper, 0.0005)
	back := welch(y, x, 0.95)
	require.InDelta(t, -interval.Lower, back.Upper, 1e-12, "after and before change sides")
	require.Equal(t, Interval{1, 1, 1}, welch([]float64{1, 1}, []float64{2, 2}, 0.95), "what does not vary has no width")
}

// steady is a test of blocks of one strategy with these medians.
func steady(batches int64, medians ...time.Duration) *Test {
	test := &Test{Baseline: fanout.Multi}
	for i, median := range medians {
		test.Blocks = append(test.Blocks, Block{
			Strategy: fanout.Multi, Round: i, Batches: batches, Measured: time.Second, P50: median, Mean: median, P95: median, P99: median,
		})
	}
	return test
}

func TestChangesBetweenTests(t *testing.T) {
	t.Parallel()
	before := steady(100, 100*time.Millisecond, 110*time.Millisecond, 90*time.Millisecond)
	after := steady(100, 50*time.Millisecond, 55*time.Millisecond, 45*time.Millisecond, 50*time.Millisecond)
	b := CompareBetween(before, after, P50, fanout.Multi, 0.95)
	require.True(t, b.Known())
	require.Equal(t, 3, b.Before)
	require.Equal(t, 4, b.After)
	require.InDelta(t, 0.5, b.Ratio().Estimate, 0.01)
	require.Less(t, b.Ratio().Upper, 0.7)
	require.Greater(t, b.Ratio().Lower, 0.35)

	require.Contains(t, CompareBetween(before, after, P95, fanout.Multi, 0.95).Unknown, "p95 of a block needs 200 batches")
	require.Contains(t, CompareBetween(before, after, P50, fanout.ParallelGRPC, 0.95).Unknown, "0 blocks before and 0 blocks after")
	few := steady(100, 100*time.Millisecond)
	require.Contains(t, CompareBetween(before, few, P50, fanout.Multi, 0.95).Unknown, "3 blocks before and 1 block after")

	after.Blocks[0].Failed, after.Blocks[1].Failed = 3, 2
	interval, known := FailuresBetween(before, after, fanout.Multi, 0.95)
	require.True(t, known)
	require.InDelta(t, 0.0125, interval.Estimate, 1e-12)
	require.Less(t, interval.Lower, interval.Estimate)
	require.Greater(t, interval.Upper, interval.Estimate)
	_, known = FailuresBetween(before, few, fanout.Multi, 0.95)
	require.False(t, known)
}

// TestBetweenSimulation prints in how many pairs of benches the interval of a change holds the truth: as many as it says when both
// benches are sound, and far fewer when the server was another one at the second time, which no interval over blocks can know.
func TestBetweenSimulation(t *testing.T) {
	t.Parallel()
	const pairs = 1000
	for _, c := range []struct {
		name        string
		level       float64 // standard deviation of what a whole bench shares
		least, most float64
	}{
		{"blocks ±5 %, nothing else changed", 0, 93, 97},
		{"blocks ±5 %, and each bench another ±5 %", 0.05, 0, 80},
	} {
		random := rand.New(rand.NewPCG(41, 0))
		held := 0
		for range pairs {
			s := &simulation{rounds: 7, shape: correlated, noise: 0.05}
			before := s.run(random)
			shift := math.Log(0.8)
			other := shift + c.level*math.Sqrt2*random.NormFloat64()
			s.drift = func(float64) float64 { return other }
			after := s.run(random)
			b := CompareBetween(before, after, P50, fanout.Multi, 0.95)
			if b.Log.Lower <= shift && shift <= b.Log.Upper {
				held++
			}
		}
		share := 100 * float64(held) / pairs
		t.Logf("%% of 95 %% intervals of a change that hold the truth: %5.1f  %s", share, c.name)
		require.GreaterOrEqual(t, share, c.least)
		require.LessOrEqual(t, share, c.most)
	}
}
