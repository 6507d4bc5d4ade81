package record

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/measure"
)

// TestFortyBlocksStayUnderTwoMegabytes prints what a run of forty blocks of nine collections takes, at a usual rate and at
// three times that. What it grows by gets less: the more batches, the more of them share a bucket.
func TestFortyBlocksStayUnderTwoMegabytes(t *testing.T) {
	t.Parallel()
	const blocks = 40
	for _, perSecond := range []int{100, 300} {
		s := newStream(t, 1)
		s.sets = s.sets[:1]
		saved := 0
		run := recorded(t, process(1), s.run(blocks, 9*perSecond), func() bool { saved++; return saved%5000 == 0 })
		for second := range int64(blocks * 10) {
			run.Processes[0].Client = run.Processes[0].Client.append(ClientRow{
				At: began.Unix() + second, Span: 1e6, CPU: s.random.Int64N(2e6), Memory: 1e8 + s.random.Int64N(1e7), Heap: s.random.Int64N(1e7),
				Collections: s.random.Int64N(10), Pause: s.random.Int64N(1000), Latency: s.random.Int64N(1000), Held: s.random.Int64N(1000), Goroutines: 1000, Users: 100,
			})
		}
		file := written(t, run)
		began := time.Now()
		_, err := Read(bytes.NewReader(file), "run")
		require.NoError(t, err)
		text := textOf(t, file)
		t.Logf("%d blocks with %d batches a second: %d kB in the file, %d kB of text (%.1f-fold), %d batches; read in %v", blocks, perSecond,
			len(file)/1000, len(text)/1000, float64(len(text))/float64(len(file)), run.Batches(), time.Since(began))
		require.Less(t, len(file), 2_000_000)
		require.Len(t, run.Blocks(), blocks)
		require.NotNil(t, run.Blocks()[7].Measure)
		require.EqualValues(t, 0, run.Series[0].Block)
		require.Contains(t, []measure.Phase{measure.Warmup, measure.Measured}, run.Series[0].Phase)
	}
}
