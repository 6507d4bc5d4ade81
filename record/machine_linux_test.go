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
	require.GreaterOrEqual(t, cpuQuota(), 0.0)
	require.GreaterOrEqual(t, cpuThrottled(), time.Duration(0))
}
