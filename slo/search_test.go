package slo

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func options(t *testing.T, objective string, start int, trial time.Duration) Options {
	t.Helper()
	o, err := Parse(objective)
	require.NoError(t, err)
	return Options{Objective: o, Start: start, Trial: trial}
}

// knee is a server on which all batches are fast up to a limit, and none above.
func knee(limit int) Try {
	return func(rate int, measured time.Duration, _ bool) (Trial, error) {
		t := Trial{Batches: int64(float64(rate) * measured.Seconds())}
		if rate > limit {
			t.Slow = t.Batches
		}
		return t, nil
	}
}

// TestSearchFindsTheLimit: whatever the limit and wherever it starts, the rate found is within 5 % of it, and never above.
func TestSearchFindsTheLimit(t *testing.T) {
	t.Parallel()
	for _, limit := range []int{0, 1, 2, 3, 7, 19, 20, 41, 100, 333, 1000, 4999, 9999, 10_000, 50_000} {
		for _, start := range []int{0, 1, 5, 64, 1000, 20_000} {
			t.Run(fmt.Sprintf("%d from %d", limit, start), func(t *testing.T) {
				t.Parallel()
				r, err := Search(options(t, "p95<500ms", start, 10*time.Second), func(rate int, measured time.Duration, confirms bool) (Trial, error) {
					require.Positive(t, rate)
					require.LessOrEqual(t, rate, MostRate)
					require.GreaterOrEqual(t, measured, 10*time.Second)
					require.LessOrEqual(t, measured, 300*time.Second)
					return knee(limit)(rate, measured, confirms)
				})
				require.NoError(t, err)
				top := min(limit, MostRate)
				require.LessOrEqual(t, r.Rate, top)
				require.Greater(t, r.Rate+step(r.Rate), top-1)
				require.Equal(t, limit > 1, r.Confirmed, "at one batch a second, five minutes do not show that 1 %% at most fail")
				require.Equal(t, limit >= MostRate && r.Rate == MostRate, r.Most)
				if !r.Most {
					require.Greater(t, r.Next, r.Rate)
					require.Contains(t, r.Why, "100.0 % of")
				}
				require.LessOrEqual(t, len(r.Trials), 30)
				require.True(t, r.Trials[len(r.Trials)-1].Confirms)
			})
		}
	}
}

func TestSearchEndsWithAnError(t *testing.T) {
	t.Parallel()
	trials := 0
	r, err := Search(options(t, "p95<500ms", 5, time.Second), func(rate int, measured time.Duration, confirms bool) (Trial, error) {
		trials++
		if trials == 3 {
			return Trial{}, errors.New("k6 is gone")
		}
		return knee(100)(rate, measured, confirms)
	})
	require.EqualError(t, err, "k6 is gone")
	require.Len(t, r.Trials, 2)
}
