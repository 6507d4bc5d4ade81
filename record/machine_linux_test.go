package record

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestLinuxTellsOfItself(t *testing.T) {
	t.Parallel()
	require.Positive(t, residentMemory())
	require.Positive(t, cpuTime())
	for text, quota := range map[string]float64{"max 100000\n": 0, "50000 100000\n": 0.5, "400000 100000\n": 4, "": 0, "x y": 0, "5 0": 0} {
		require.InDelta(t, quota, parseQuota(text), 0, text)
	}
	require.Equal(t, 1500*time.Microsecond, parseThrottled("usage_usec 5\nnr_throttled 2\nthrottled_usec 1500\n"))
	require.Zero(t, parseThrottled("usage_usec 5\n"))
	require.Zero(t, parseThrottled("throttled_usec many\n"))
	require.GreaterOrEqual(t, cpuQuota(), 0.0)
	require.GreaterOrEqual(t, cpuThrottled(), time.Duration(0))
}
