package slo

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
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

// TestSearchEnds: whatever the trials say, it ends, and what it says fits together and can be read again.
func TestSearchEnds(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 6))
	for range 300 {
		o := options(t, []string{"p95<500ms", "p99.9<500ms", "p10<1s"}[random.IntN(3)], 1+random.IntN(200), time.Duration(1+random.IntN(10))*time.Second)
		all, one := o.Longest()
		var spent time.Duration
		perRate := map[int]time.Duration{}
		r, err := Search(o, func(rate int, measured time.Duration, confirms bool) (Trial, error) {
			spent += measured
			if confirms {
				perRate[rate] += measured
				require.LessOrEqual(t, perRate[rate], one+o.Trial)
			}
			trial := Trial{Batches: int64(float64(rate) * measured.Seconds())}
			switch random.IntN(4) {
			case 0:
				trial.Slow = random.Int64N(trial.Batches + 1)
				trial.Failed = random.Int64N(trial.Slow + 1)
			case 1:
				trial.Batches = random.Int64N(trial.Batches + 1)
			case 2:
				trial.Client = "it was held"
			}
			return trial, nil
		})
		require.NoError(t, err)
		require.LessOrEqual(t, spent, all.Measured)
		require.LessOrEqual(t, len(r.Trials), all.Trials)
		require.Equal(t, r.Next > 0, r.Why != "")
		if r.Next > 0 {
			require.Greater(t, r.Next, r.Rate)
		}
		require.Equal(t, r.Confirmed || r.Rate == 0 && r.Next == 1 && settledBy(r.Trials), r.Open == "")
		f := Finding{SearchType: "vector", Limit: 1, Strategy: "multi", Objective: o.Objective.String(), Result: r}
		require.NotContains(t, f.Sentence(), "%!")
		text, err := Encode([]Finding{f})
		require.NoError(t, err)
		read, err := Decode(bytes.NewReader(text))
		require.NoError(t, err)
		require.Equal(t, f, read[0])
	}
}

// settledBy says that long trials at one batch a second were the last.
func settledBy(trials []Trial) bool {
	last := trials[len(trials)-1]
	return last.Rate == 1 && last.Confirms
}
