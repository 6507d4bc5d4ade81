package record

import (
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.k6.io/k6/v2/metrics"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
)

// TestMemoryStaysFlat records hours, and prints what the process holds on the way. One strategy by itself costs no more after three
// hours than after two, and blocks cost what they leave in the file.
func TestMemoryStaysFlat(t *testing.T) { //nolint:paralleltest // it looks at the memory of the whole process
	const perSecond, hours, hour, block, saves = 2, 3, 3600, 10, 300
	for _, c := range []struct {
		name    string
		inBlock func(second int) int
		growth  int // bytes, from the end of the second hour to the end of the last
	}{
		{"one strategy", func(int) int { return -1 }, 3 << 20},
		{"blocks", func(second int) int { return second / block }, (hours - 2) * hour / block * 15 << 10},
	} {
		t.Run(c.name, func(t *testing.T) {
			o, _ := newOutput(t, filepath.Join(t.TempDir(), "run.weaviate"), nil)
			file, err := openFile(o.path)
			require.NoError(t, err)
			o.file = file
			s := newStream(t, 1)
			s.sets = s.sets[:1]
			var held []int
			for second := range hours * hour {
				for i := range perSecond {
					at := began.Add(time.Duration(second)*time.Second + time.Duration(i)*time.Second/perSecond)
					o.AddMetricSamples([]metrics.SampleContainer{s.batch(fanout.ParallelGRPC, measure.Measured, c.inBlock(second), at)})
				}
				if second%saves == saves-1 {
					require.NoError(t, o.store.add(o.recorder.take(true).live))
				}
				if second%hour == hour-1 {
					held = append(held, heap())
					t.Logf("after %d h and %d batches: %d kB", len(held), perSecond*(second+1), held[len(held)-1]>>10)
				}
			}
			require.NoError(t, o.save(true, false))
			require.NoError(t, o.file.close())
			require.EqualValues(t, hours*hour*perSecond, readRun(t, o.path).Batches())
			require.Less(t, held[hours-1]-held[1], c.growth)
		})
	}
}

// heap is what is in use of the heap, in bytes.
func heap() int {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int(stats.HeapAlloc)
}
