package falseclock_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/internal/falseclock"
)

func TestSetTo(t *testing.T) {
	t.Parallel()
	now := time.Now()
	for _, d := range []time.Duration{time.Hour, -time.Hour, 0} {
		set := falseclock.SetTo(now, d)
		require.Equal(t, d, set.Round(0).Sub(now.Round(0)), "by the clock of the day")
		require.Zero(t, set.Sub(now), "by the other one, no time")
	}
}
