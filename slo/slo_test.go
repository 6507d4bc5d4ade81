package slo

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Objective{
		"p95<500ms":    {95, 500 * time.Millisecond},
		"p99.9 < 1.5s": {99.9, 1500 * time.Millisecond},
		"p50<20ms":     {50, 20 * time.Millisecond},
	} {
		o, err := Parse(text)
		require.NoError(t, err, text)
		require.Equal(t, want, o)
		again, err := Parse(o.String())
		require.NoError(t, err)
		require.Equal(t, o, again)
	}
	for text, says := range map[string]string{
		"":            "like p95<500ms",
		"mean<1s":     "is no objective",
		"p95<=500ms":  "has the limit =500ms",
		"p95<500":     "like 500ms",
		"p0<1s":       "use one above 0",
		"p100<1s":     "below 100",
		"p95<-1s":     "has the limit -1s",
		"p95<5m":      "a batch ends after 30s",
		"p95<1s<2s":   "has the limit 1s<2s",
		"p99999<1s":   "below 100",
		"p95<500ms,x": "has the limit",
	} {
		_, err := Parse(text)
		require.ErrorContains(t, err, says, text)
	}
}

// TestSearchFindsTheLimit: whatever the limit and wherever it starts, the rate found is within 5 % of it, and never above.
func TestSearchFindsTheLimit(t *testing.T) {
	t.Parallel()
	for _, limit := range []int{0, 1, 2, 3, 7, 19, 20, 41, 100, 333, 1000, 4999, 9999, 10_000, 50_000} {
		for _, start := range []int{0, 1, 5, 64, 1000, 20_000} {
			t.Run(fmt.Sprintf("%d from %d", limit, start), func(t *testing.T) {
				t.Parallel()
				r, err := Search(start, func(rate int, _ bool) (Trial, error) {
					require.Positive(t, rate)
					require.LessOrEqual(t, rate, MostRate)
					if rate > limit {
						return Trial{Why: "too much"}, nil
					}
					return Trial{}, nil
				})
				require.NoError(t, err)
				top := min(limit, MostRate)
				require.LessOrEqual(t, r.Rate, top)
				require.Greater(t, r.Rate+step(r.Rate), top-1)
				require.Equal(t, limit > 0, r.Confirmed)
				require.Equal(t, limit >= MostRate && r.Rate == MostRate, r.Most)
				require.LessOrEqual(t, len(r.Trials), 24)
				require.Equal(t, r.Confirmed, r.Trials[len(r.Trials)-1].Confirms)
			})
		}
	}
}

// TestSearchUnderNoise: near the limit, short trials err. What is confirmed is near the truth all the same.
func TestSearchUnderNoise(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	const limit, benches = 200.0, 500
	near, confirmed := 0, 0
	for range benches {
		r, err := Search(5, func(rate int, confirms bool) (Trial, error) {
			noise := 0.08 // of a short trial; a longer one errs less
			if confirms {
				noise /= math.Sqrt(3)
			}
			if float64(rate)*math.Exp(noise*random.NormFloat64()) > limit {
				return Trial{Why: "too much"}, nil
			}
			return Trial{}, nil
		})
		require.NoError(t, err)
		if r.Confirmed {
			confirmed++
		}
		if math.Abs(float64(r.Rate)/limit-1) < 0.15 {
			near++
		}
	}
	t.Logf("%d of %d are confirmed, %d within 15 %%", confirmed, benches, near)
	require.Greater(t, confirmed, benches*95/100)
	require.Greater(t, near, benches*90/100)
}

func TestSearchEndsWithAnError(t *testing.T) {
	t.Parallel()
	trials := 0
	r, err := Search(5, func(int, bool) (Trial, error) {
		trials++
		if trials == 3 {
			return Trial{}, errors.New("k6 is gone")
		}
		return Trial{}, nil
	})
	require.EqualError(t, err, "k6 is gone")
	require.Len(t, r.Trials, 2)
}
