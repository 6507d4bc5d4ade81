package record

import (
	"bytes"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
)

func TestHistogramKeepsQuantilesWithinATenthOfAPercent(t *testing.T) {
	t.Parallel()
	h := newHistogram()
	for i := range 10000 {
		h.Add(time.Duration(i+1) * 10 * time.Microsecond)
	}
	for _, q := range []float64{0.5, 0.95, 0.99} {
		truth := time.Duration(q*10000) * 10 * time.Microsecond
		require.InEpsilon(t, float64(truth), float64(h.Quantile(q)), 0.001, "quantile %v", q)
	}
	h.Add(time.Hour)
	require.EqualValues(t, 10001, h.Count(), "what is beyond the range is counted, not lost")
}

func TestPartsMergeToTheWhole(t *testing.T) {
	t.Parallel()
	key := Key{Block: 1, Phase: measure.Measured, Strategy: fanout.ParallelGRPC, SearchType: fanout.SearchVector}
	whole, parts := newSeries(key), []*Series{newSeries(key), newSeries(key)}
	random := rand.New(rand.NewPCG(1, 2))
	set, err := fanout.NewSet([]fanout.Query{
		{Collection: "A", Type: fanout.BM25, Text: "x", Limit: 1}, {Collection: "B", Type: fanout.BM25, Text: "x", Limit: 1},
	})
	require.NoError(t, err)
	for i := range 1000 {
		result := &fanout.Result{
			Strategy: fanout.ParallelGRPC, Set: set, Duration: time.Duration(random.IntN(1e9)),
			Members: []fanout.Member{{End: time.Duration(random.IntN(1e9)), Objects: 3}, {End: time.Duration(random.IntN(1e9))}},
		}
		whole.add(result)
		parts[i%2].add(result)
	}
	parts[0].Merge(parts[1])
	var a, b bytes.Buffer
	require.NoError(t, (&Run{Version: Version, Series: []*Series{whole}}).Write(&a))
	require.NoError(t, (&Run{Version: Version, Series: []*Series{parts[0]}}).Write(&b))
	require.Equal(t, a.Bytes(), b.Bytes())

	again, err := Read(&a, "a.weaviate")
	require.NoError(t, err)
	total := again.Total(fanout.ParallelGRPC, measure.Measured)
	require.EqualValues(t, 1000, total.Batches())
	require.Equal(t, whole.Duration.Quantile(0.5), total.Duration.Quantile(0.5))
	require.Nil(t, again.Total(fanout.Multi, measure.Measured))
}

func TestReadRefusesWhatIsNoRunFile(t *testing.T) {
	t.Parallel()
	_, err := Read(bytes.NewReader([]byte("hello")), "x.weaviate")
	require.ErrorContains(t, err, "x.weaviate is not a run file")
	var other bytes.Buffer
	require.NoError(t, (&Run{Version: 99}).Write(&other))
	_, err = Read(bytes.NewReader(other.Bytes()), "x.weaviate")
	require.ErrorContains(t, err, "version 99")
	_, err = Read(bytes.NewReader(other.Bytes()[:other.Len()-9]), "x.weaviate")
	require.Error(t, err)
}
