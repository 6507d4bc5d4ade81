package slo

import (
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
		"p0<1s":       "use one from 1 to 99.999",
		"p100<1s":     "use one from 1 to 99.999",
		"p99.9999<1s": "has the percentile 99.9999: use one from 1 to 99.999",
		"p0.5<1s":     "has the percentile 0.5",
		"p95<-1s":     "has the limit -1s",
		"p95<5m":      "a batch ends after 30s",
		"p95<1s<2s":   "has the limit 1s<2s",
		"p99999<1s":   "use one from",
		"p95<500ms,x": "has the limit",
	} {
		_, err := Parse(text)
		require.ErrorContains(t, err, says, text)
	}
}

// TestTheFarthestPercentilesCanBeConfirmed at some rate that is tried, or they would not be accepted.
func TestTheFarthestPercentilesCanBeConfirmed(t *testing.T) {
	t.Parallel()
	for _, objective := range []string{"p1<1s", "p99.999<1s"} {
		o := options(t, objective, 4, 10*time.Second)
		rate, batches := o.Confirmable()
		require.Positive(t, batches)
		require.Less(t, rate, MostRate)
		r, err := Search(o, knee(2*rate))
		require.NoError(t, err)
		require.True(t, r.Confirmed, "%s: %s", objective, r.Open)
	}
}
