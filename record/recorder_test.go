package record

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/internal/falseclock"
)

// TestTheClockIsSet: what is recorded goes on by the other clock, and by how much it was set is told.
func TestTheClockIsSet(t *testing.T) {
	t.Parallel()
	began := time.Now()
	r := newRecorder(nil, began)
	for _, set := range []time.Duration{time.Hour, -time.Hour, 0} {
		later := began.Add(time.Minute + time.Second/3)
		require.Equal(t, began.UnixMicro()+60_333_333, r.at(falseclock.SetTo(later, set)))
		require.Equal(t, set.Microseconds(), r.clockSet(falseclock.SetTo(later, set)))
	}
}
