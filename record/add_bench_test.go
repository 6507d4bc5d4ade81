package record

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.k6.io/k6/v2/metrics"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
)

// BenchmarkAddMetricSamples is what the output costs per batch of nine: it runs for every batch of a run, beside the users.
// The other containers that k6 sends cost it a look at their type.
func BenchmarkAddMetricSamples(b *testing.B) {
	const batches = 1000
	for _, strategy := range []fanout.Strategy{fanout.Multi, fanout.ParallelGRPC} {
		for name, faults := range map[string]float64{"full": 0, "failing": 1} {
			s := newStream(b, 1)
			s.faults = faults
			list := make([]metrics.SampleContainer, batches)
			for i := range list {
				list[i] = s.batch(strategy, measure.Measured, -1, began.Add(time.Duration(i)*time.Millisecond))
			}
			b.Run(string(strategy)+"/"+name, func(b *testing.B) {
				o, _ := newOutput(b, filepath.Join(b.TempDir(), "run.weaviate"), nil)
				require.NoError(b, o.Start())
				b.ReportAllocs()
				b.ResetTimer()
				for i := range b.N {
					o.AddMetricSamples(list[i%batches : i%batches+1])
				}
				b.StopTimer()
				require.NoError(b, o.Stop())
			})
		}
	}
	b.Run("other", func(b *testing.B) {
		o, _ := newOutput(b, filepath.Join(b.TempDir(), "run.weaviate"), nil)
		other := []metrics.SampleContainer{metrics.Samples{{}, {}, {}}, metrics.ConnectedSamples{Samples: []metrics.Sample{{}, {}}}, metrics.Sample{}}
		b.ReportAllocs()
		for b.Loop() {
			o.AddMetricSamples(other)
		}
	})
}

// BenchmarkSave is what it costs to write a run of forty blocks, which happens when a block has ended.
func BenchmarkSave(b *testing.B) {
	s := newStream(b, 1)
	o, _ := newOutput(b, filepath.Join(b.TempDir(), "run.weaviate"), nil)
	file, err := openFile(o.path)
	require.NoError(b, err)
	o.file = file
	o.AddMetricSamples(containers(s.run(40, 900)))
	require.NoError(b, o.save(true, false))
	block := containers(s.run(1, 900))
	b.ReportAllocs()
	for b.Loop() {
		o.AddMetricSamples(block)
		require.NoError(b, o.save(true, false))
	}
	require.NoError(b, o.file.close())
}
