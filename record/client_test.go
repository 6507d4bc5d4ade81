package record

import (
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestClientWatchSeesWhatIsUsed(t *testing.T) {
	t.Parallel()
	w := newClientWatch()
	w.users.Store(12)
	w.dropped.Add(4)
	began := cpuTime()
	kept := make([]byte, 32<<20)
	for i := range kept {
		kept[i] = byte(i) // a page that is not written to is not held
	}
	runtime.GC()
	for x := 0.5; cpuTime()-began < 50*time.Millisecond; { // burn
		x *= x
	}
	row := w.look(time.Now())
	runtime.KeepAlive(kept)
	require.GreaterOrEqual(t, row.CPU, int64(45_000), "the processor time that was burnt")
	require.GreaterOrEqual(t, row.Span, int64(45_000)/int64(runtime.NumCPU()))
	require.GreaterOrEqual(t, row.Heap, int64(32<<20))
	require.GreaterOrEqual(t, row.Memory, int64(32<<20)) // of the heap, other tests may hold pages that nobody has written to
	require.GreaterOrEqual(t, row.Collections, int64(1))
	require.Positive(t, row.Pause)
	require.Positive(t, row.Goroutines)
	require.EqualValues(t, 12, row.Users)
	require.EqualValues(t, 4, row.Dropped)
	require.GreaterOrEqual(t, row.Latency, int64(0))
	require.NoError(t, row.check())

	row = w.look(time.Now())
	require.EqualValues(t, 12, row.Users, "users stay until k6 tells another number")
	require.Zero(t, row.Dropped, "what was dropped counts once")
}

// TestLatencyIsWhatTheRuntimeMeasured keeps all processors busy: goroutines that could run have to wait.
func TestLatencyIsWhatTheRuntimeMeasured(t *testing.T) {
	t.Parallel()
	w := newClientWatch()
	done := make(chan struct{})
	for range 200 * runtime.GOMAXPROCS(0) {
		go func() {
			for end := time.Now().Add(time.Millisecond); time.Now().Before(end); {
				runtime.Gosched()
			}
			done <- struct{}{}
		}()
	}
	for range 200 * runtime.GOMAXPROCS(0) {
		<-done
	}
	require.Positive(t, w.look(time.Now()).Latency)
}

func TestClientRowsWiden(t *testing.T) {
	t.Parallel()
	var timeline Timeline[ClientRow]
	for second := range int64(2 * maxRows) {
		timeline = timeline.append(ClientRow{At: second, Span: 1e6, CPU: 5, Memory: second, Users: 3, Dropped: 1})
	}
	timeline = timeline.append(ClientRow{At: 2*maxRows - 1, Span: 5e5, CPU: 5}) // what was left of the last second
	require.EqualValues(t, 2, timeline.Step)
	require.Len(t, timeline.Rows, maxRows)
	require.Equal(t, ClientRow{At: 0, Span: 2e6, CPU: 10, Memory: 1, Users: 3, Dropped: 2}, timeline.Rows[0])
	require.EqualValues(t, 2.5e6, timeline.Rows[maxRows-1].Span)
}
