package slo

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestSequentialErrors: shares that are half again as large or as small as what is allowed, by their odds, are taken for the other in as few
// cases as is said, wherever the test ends.
func TestSequentialErrors(t *testing.T) {
	t.Parallel()
	const tests = 4000
	for _, c := range []struct {
		allowed, share float64
		bounds         bounds
		wrong          Status
		most           float64 // % of wrong answers
	}{
		{0.05, 0.0339, settling, Fails, 1},
		{0.05, 0.0732, settling, Holds, 1.5},
		{0.01, 0.00669, settling, Fails, 1},
		{0.01, 0.01493, settling, Holds, 1.5},
		{0.5, 0.4, settling, Fails, 1},
		{0.5, 0.6, settling, Holds, 1.5},
		{0.05, 0.0339, guiding, Fails, 5},
		{0.05, 0.0732, guiding, Holds, 5},
	} {
		random := rand.New(rand.NewPCG(3, 4))
		wrong, batches := 0, 0.0
		for range tests {
			var events, n int64
			status := Open
			for status == Open {
				for range 10 {
					n++
					if random.Float64() < c.share {
						events++
					}
				}
				status = allowed(c.allowed).judge(events, n, c.bounds)
			}
			batches += float64(n) / tests
			if status == c.wrong {
				wrong++
			}
		}
		share := 100 * float64(wrong) / tests
		t.Logf("%g allowed, %g true: %.1f %% wrong, %.0f batches", c.allowed, c.share, share, batches)
		require.LessOrEqual(t, share, c.most)
	}
}

func TestWhatIsLackingDecides(t *testing.T) {
	t.Parallel()
	for _, a := range []allowed{0.001, 0.01, 0.05, 0.5} {
		for _, share := range []float64{0, 0.3, 0.9, 1.5, 3} {
			n := int64(200 / a)
			events := min(n, int64(share*float64(a)*float64(n)))
			for _, b := range []bounds{guiding, settling} {
				require.Equal(t, Open, a.judge(0, 1, b))
				at := func(batches int64) (int64, int64) {
					return int64(float64(events) / float64(n) * float64(batches)), batches
				}
				e, m := at(min(n, int64(10/a)))
				all := m + int64(1.2*a.lacks(float64(e)/float64(m), e, m, b)) + 2
				e, m = at(all)
				require.NotEqual(t, Open, a.judge(e, m, b), "%v %v", a, share)
			}
		}
	}
}

// TestSlowAndFailedAndMissing: each of them is a reason of its own, in words.
func TestSlowAndFailedAndMissing(t *testing.T) {
	t.Parallel()
	o, err := Parse("p99.5<80ms")
	require.NoError(t, err)
	for _, c := range []struct {
		trial  Trial
		status Status
		why    string
	}{
		{Trial{Rate: 100, Seconds: 30, Batches: 3000}, Holds, ""},
		{Trial{Rate: 100, Seconds: 30, Batches: 2999, Slow: 5}, Holds, ""},
		{Trial{Rate: 100, Seconds: 3, Batches: 300, Slow: 1}, Open, ""},
		{Trial{Rate: 100, Seconds: 30, Batches: 3000, Slow: 61}, Fails, "2.0 % of 3000 batches took 80ms or longer, and 0.5 % may"},
		{Trial{Rate: 100, Seconds: 30, Batches: 3000, Slow: 90, Failed: 90}, Fails, "3.0 % of 3000 batches failed, and 1 % may"},
		{Trial{Rate: 100, Seconds: 30, Batches: 2700}, Fails, "only 90.0 % of the rate was carried"},
		{Trial{Rate: 100, Seconds: 30}, Fails, "only 0.0 % of the rate was carried"},
		{Trial{Rate: 100, Seconds: 30, Batches: 3000, Client: "it is held"}, Fails, "it is held"},
	} {
		var e evidence
		e.add(&c.trial)
		status, why := e.judge(o, settling)
		require.Equal(t, c.status, status, "%+v", c.trial)
		require.Equal(t, c.why, why)
	}
}

func TestPercent(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		part, all int64
		says      string
	}{{1, 10_000, "0.01 %"}, {0, 10, "0.0 %"}, {0, 0, "0 %"}, {9_999, 10_000, "99.99 %"}, {10, 10, "100.0 %"}, {711, 10_000, "7.1 %"}} {
		require.Equal(t, c.says, percent(c.part, c.all), "%d of %d", c.part, c.all)
	}
}

// TestAClientThatWasTheLimitOnce: what was measured then says nothing about Weaviate, and is tried again.
func TestAClientThatWasTheLimitOnce(t *testing.T) {
	t.Parallel()
	trials := 0
	try := func(rate int, measured time.Duration, confirms bool) (Trial, error) {
		trials++
		trial, err := knee(100)(rate, measured, confirms)
		if trials == 2 || trials == 12 {
			trial.Client, trial.Slow = "it was held", trial.Batches
		}
		return trial, err
	}
	r, err := Search(options(t, "p95<500ms", 5, 10*time.Second), try)
	require.NoError(t, err)
	require.Greater(t, r.Rate, 95)
	require.LessOrEqual(t, r.Rate, 100)
	require.True(t, r.Confirmed)
	require.False(t, r.Client)

	always := func(rate int, measured time.Duration, confirms bool) (Trial, error) {
		trial, err := knee(100)(rate, measured, confirms)
		if rate > 50 {
			trial.Client = "it was held"
		}
		return trial, err
	}
	r, err = Search(options(t, "p95<500ms", 5, 10*time.Second), always)
	require.NoError(t, err)
	require.InDelta(t, 49, r.Rate, 1)
	require.True(t, r.Confirmed)
	require.True(t, r.Client)
	require.Equal(t, "it was held", r.Why)
}
