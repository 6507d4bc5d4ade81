package slo

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestForecast: what is said before is what happens.
func TestForecast(t *testing.T) {
	t.Parallel()
	for _, objective := range []string{"p95<500ms", "p99.9<500ms"} {
		o := options(t, objective, 4, 10*time.Second)
		r, err := Search(o, knee(100))
		require.NoError(t, err)
		var f Forecast
		for i := range r.Trials {
			f.Trials++
			f.Measured += time.Duration(r.Trials[i].Seconds * float64(time.Second))
			if r.Trials[i].Confirms {
				f.Long++
			}
		}
		require.Equal(t, f, o.Forecast(100))
	}
}

// TestConfirmable: a server that carries that rate gets it confirmed, and one that carries less does not.
func TestConfirmable(t *testing.T) {
	t.Parallel()
	for objective, batches := range map[string]int64{"p95<500ms": 553, "p99<500ms": 553, "p99.9<500ms": 5524} {
		o := options(t, objective, 4, 10*time.Second)
		rate, takes := o.Confirmable()
		require.Equal(t, batches, takes)
		r, err := Search(o, knee(rate))
		require.NoError(t, err)
		require.True(t, r.Confirmed, objective)
		require.Equal(t, rate, r.Rate)
		r, err = Search(o, knee(rate-1))
		require.NoError(t, err)
		require.False(t, r.Confirmed, objective)
		require.Equal(t, rate-1, r.Rate)
		require.Contains(t, r.Open, "are too few to be sure, and it takes about")
	}
	all, one := options(t, "p95<500ms", 4, 3*time.Second).Longest()
	require.Equal(t, Forecast{Trials: mostTrials, Measured: 7*time.Minute + 30*time.Second}, all)
	require.Equal(t, 90*time.Second, one)
}
