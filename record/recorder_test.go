package record

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
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

// TestManySearchTypesAreMixed: a script may give each batch an alpha of its own, and its file can be read.
func TestManySearchTypesAreMixed(t *testing.T) {
	t.Parallel()
	r := newRecorder(nil, time.Now())
	for i := range 3 * maxSearchTypes {
		r.find(Key{Block: i, SearchType: fanout.SearchType(fmt.Sprintf("hybrid_0%d", i+1))})
	}
	found := make(map[fanout.SearchType]bool)
	for key := range r.live {
		found[key.SearchType] = true
	}
	require.Len(t, found, maxSearchTypes)
	require.True(t, found[fanout.SearchMixed])
}
