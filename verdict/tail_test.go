package verdict

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// exponential is the distribution of exponential durations with this mean.
func exponential(mean time.Duration, n int64) Distribution {
	return Distribution{Count: n, AtMost: func(d time.Duration) float64 { return -math.Expm1(-d.Seconds() / mean.Seconds()) }}
}

func TestTailsOfIndependentMembers(t *testing.T) {
	t.Parallel()
	members := slices.Repeat([]Distribution{exponential(time.Second, 100_000)}, 9)
	// The measured batches take twice as long as their slowest member would.
	batches := Distribution{Count: 10_000, AtMost: func(d time.Duration) float64 {
		return math.Pow(-math.Expm1(-d.Seconds()/2), 9)
	}}
	tails := Tails(members, batches, time.Minute, 0.5, 0.95, 0.99, 0.999)
	require.Len(t, tails, 4)
	for _, tail := range tails {
		predicted, known := tail.Predicted.Get()
		require.True(t, known)
		require.InDelta(t, -math.Log(1-math.Pow(tail.Quantile, 1.0/9)), predicted, 1e-6)
		measured, known := tail.Measured.Get()
		require.True(t, known)
		require.InDelta(t, 2*predicted, measured, 1e-6)
	}
}

func TestTailsNeedEnoughDurations(t *testing.T) {
	t.Parallel()
	batches := exponential(time.Second, 999)
	known := func(members []Distribution, quantile float64) (predicted, measured bool) {
		tail := Tails(members, batches, time.Minute, quantile)[0]
		_, predicted = tail.Predicted.Get()
		_, measured = tail.Measured.Get()
		return predicted, measured
	}
	members := slices.Repeat([]Distribution{exponential(time.Second, 999)}, 9)
	predicted, measured := known(members, 0.5) // the member's 92.6th percentile
	require.True(t, predicted)
	require.True(t, measured)
	predicted, measured = known(members, 0.95) // the member's 99.43th
	require.False(t, predicted)
	require.True(t, measured)
	_, measured = known(members, 0.99)
	require.False(t, measured)
	predicted, _ = known(nil, 0.5)
	require.False(t, predicted, "multi does not know its members")
}

func TestMemberQuantile(t *testing.T) {
	t.Parallel()
	require.InDelta(t, 0.926, MemberQuantile(0.50, 9), 0.0005)
	require.InDelta(t, 0.9943, MemberQuantile(0.95, 9), 0.00005)
	require.InDelta(t, 0.95, MemberQuantile(0.95, 1), 1e-9)
}

func load(users int, estimate, half float64) Load {
	return Load{Users: users, Effect: Effect{
		Statistic: P50, Strategy: fanout.ParallelGraphQL, Against: fanout.Multi, Log: Interval{estimate, estimate - half, estimate + half},
	}}
}

// invalid is a load at which the measurement is INVALID.
func invalid(l Load) Load {
	l.Invalid = true
	return l
}

func TestCrossovers(t *testing.T) {
	t.Parallel()
	unknown := Load{Users: 10, Effect: Effect{Unknown: "there are no blocks"}}
	for name, c := range map[string]struct {
		loads []Load
		want  []string
		users float64
	}{
		"none":        {[]Load{load(1, -0.5, 0.1), load(100, -0.2, 0.1)}, nil, 0},
		"one":         {[]Load{load(1, -0.5, 0.1), load(100, 0.5, 0.1)}, []string{"faster with 1 user, slower with 100"}, 10},
		"unordered":   {[]Load{load(100, 0.5, 0.1), unknown, load(1, -0.5, 0.1)}, []string{"faster with 1 user, slower with 100"}, 10},
		"other way":   {[]Load{load(2, 0.5, 0.1), load(8, -0.5, 0.1)}, []string{"slower with 2 users, faster with 8"}, 4},
		"undecided":   {[]Load{load(1, -0.5, 0.1), load(5, -0.05, 0.1), load(20, 0.3, 0.1)}, []string{"faster with 1 user, slower with 20, too near to tell with 5"}, 6.095},
		"never sure":  {[]Load{load(1, -0.5, 0.1), load(100, 0.5, 0.6)}, nil, 0},
		"there again": {[]Load{load(1, -0.5, 0.1), load(10, 0.5, 0.1), load(100, -0.5, 0.1)}, []string{"faster with 1 user, slower with 10", "slower with 10 users, faster with 100"}, 3.162},
		"to and fro":  {[]Load{load(1, -0.5, 0.1), load(10, 0.05, 0.1), load(100, -0.05, 0.1), load(1000, 0.5, 0.1)}, []string{"faster with 1 user, slower with 1000, too near to tell with 10 and 100"}, 8.111},
		"invalid":     {[]Load{load(1, -0.5, 0.1), invalid(load(40, 0.5, 0.1))}, nil, 0},
		"invalid in between": {
			[]Load{load(1, -0.5, 0.1), invalid(load(10, 0.5, 0.1)), load(100, 0.5, 0.1), invalid(load(200, -0.5, 0.1))},
			[]string{"faster with 1 user, slower with 100; left out: with 10 and 200 the measurement is INVALID"}, 10,
		},
		"and back": {[]Load{load(1, -0.5, 0.1), load(10, 0.05, 0.1), load(100, -0.5, 0.1)}, nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := Crossovers(c.loads)
			require.Len(t, found, len(c.want))
			for i := range found {
				require.Equal(t, c.want[i], found[i].String())
			}
			if len(found) > 0 {
				require.InDelta(t, c.users, found[0].Users, 0.01)
			}
		})
	}
}
