package record

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
	"github.com/stretchr/testify/require"
)

// spread are durations as a server gives them: around a median, with a long tail.
func spread(random *rand.Rand, n int, median time.Duration) []time.Duration {
	durations := make([]time.Duration, n)
	for i := range durations {
		durations[i] = time.Duration(float64(median) * math.Exp(0.5*random.NormFloat64()))
	}
	return durations
}

func histogramOf(durations ...time.Duration) *Histogram {
	h := &Histogram{}
	for _, d := range durations {
		h.Add(d)
	}
	return h
}

func TestHistogramHoldsTheTruth(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for _, median := range []time.Duration{50 * time.Microsecond, 3 * time.Millisecond, 2 * time.Second, time.Minute} {
		durations := spread(random, 20000, median)
		h := histogramOf(durations...)
		slices.Sort(durations)
		require.EqualValues(t, len(durations), h.Count())
		require.Equal(t, durations[0].Round(time.Microsecond), h.Min())
		require.Equal(t, durations[len(durations)-1].Round(time.Microsecond), h.Max())
		var sum float64
		for _, d := range durations {
			sum += float64(d)
		}
		require.InDelta(t, sum/float64(len(durations)), float64(h.Mean()), float64(time.Microsecond), "the mean is exact to the µs")
		for _, q := range []float64{0.001, 0.25, 0.5, 0.95, 0.99, 0.999, 1} {
			truth := float64(durations[int(math.Ceil(q*float64(len(durations))))-1])
			require.InDelta(t, truth, float64(h.Quantile(q)), max(truth/1000, float64(time.Microsecond)), "quantile %v around %v", q, median)
			require.InDelta(t, truth, float64(h.at(coarse).Quantile(q)), max(truth/100, float64(time.Microsecond)))
			require.InDelta(t, q, h.Share(h.Quantile(q)), 0.03, "as fine as a bucket")
		}
	}
}

// TestHistogramAgreesWithHdrHistogram compares with the reference: both find the same value within what both promise.
func TestHistogramAgreesWithHdrHistogram(t *testing.T) {
	t.Parallel()
	reference := hdrhistogram.New(1, longest, 3)
	h := &Histogram{}
	for _, d := range spread(rand.New(rand.NewPCG(3, 4)), 50000, 20*time.Millisecond) {
		require.NoError(t, reference.RecordValue(microseconds(d)))
		h.Add(d)
	}
	require.Equal(t, reference.TotalCount(), h.Count())
	for q := 0.5; q <= 100; q += 0.5 {
		require.InEpsilon(t, reference.ValueAtQuantile(q), h.Quantile(q/100).Microseconds(), 0.002, "quantile %v", q/100)
	}
}

func TestHistogramCountsWhatIsBeyondItsRange(t *testing.T) {
	t.Parallel()
	h := histogramOf(-time.Second, 0, 300*time.Nanosecond, 30*time.Hour)
	require.EqualValues(t, 4, h.Count())
	require.Zero(t, h.Min())
	require.Equal(t, time.Hour, h.Max())
	require.Zero(t, h.Quantile(0.75))
	require.Equal(t, time.Hour, h.Quantile(1))
}

func TestEmptyHistograms(t *testing.T) {
	t.Parallel()
	for _, h := range []*Histogram{nil, {}} {
		require.Zero(t, h.Count())
		require.Zero(t, h.Sum())
		require.Zero(t, h.Mean())
		require.Zero(t, h.Min())
		require.Zero(t, h.Max())
		require.Zero(t, h.Quantile(0.5))
		require.Zero(t, h.Share(time.Second))
		for range h.Buckets() {
			t.Fatal("there is none")
		}
		full := histogramOf(time.Second)
		require.Equal(t, full, full.Merge(h))
		require.Equal(t, full, h.Merge(full))
		require.Equal(t, full, full.Minus(h))
	}
}

func TestEveryBucketIsWhereItsValuesAre(t *testing.T) {
	t.Parallel()
	for _, precision := range []uint8{sampleClasses, coarse, fine} {
		next := int64(0)
		for index := 0; index <= bucketOf(longest, precision); index++ {
			first, last := edges(index, precision)
			require.Equal(t, next, first, "buckets follow one another without a gap")
			require.Equal(t, index, bucketOf(first, precision))
			require.Equal(t, index, bucketOf(last, precision))
			next = last + 1
		}
		require.Greater(t, next, longest)
	}
	require.Less(t, bucketOf(longest, fine)>>fine, pages, "the last bucket has a page")
}

// TestCounterRecordsLikeAHistogram holds the fast way to record to the simple one.
func TestCounterRecordsLikeAHistogram(t *testing.T) {
	t.Parallel()
	var c counter
	durations := append(spread(rand.New(rand.NewPCG(5, 6)), 5000, time.Millisecond), 0, -1, 40*time.Hour)
	for _, d := range durations {
		c.add(d)
	}
	require.Equal(t, histogramOf(durations...), c.histogram())
	require.Nil(t, new(counter).histogram())
}

func TestMergingHistograms(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(7, 8))
	for range 50 {
		durations := spread(random, 1+random.IntN(500), time.Duration(1+random.IntN(1e9)))
		cut := random.IntN(len(durations) + 1)
		whole, a, b := histogramOf(durations...), histogramOf(durations[:cut]...), histogramOf(durations[cut:]...)
		require.Equal(t, whole, a.Merge(b))
		require.Equal(t, whole, b.Merge(a))
		require.Equal(t, whole.at(coarse), a.Merge(b.at(coarse)).at(coarse), "what is coarse already makes the whole coarse, and no more")
		if cut > 0 && cut < len(durations) {
			require.EqualValues(t, coarse, a.Merge(b.at(coarse)).precision)
			require.EqualValues(t, coarse, a.at(coarse).Merge(b).precision)
		}
		rest := whole.Minus(a)
		require.Equal(t, b.Count(), rest.Count())
		require.Equal(t, b.Sum(), rest.Sum())
		if b.Count() > 0 {
			require.Equal(t, b.buckets, rest.buckets)
			require.InEpsilon(t, float64(b.Max()+1), float64(rest.Max()+1), 0.002)
		}
	}
}

func TestHistogramsSurviveTheFile(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(9, 10))
	for _, h := range []*Histogram{
		histogramOf(0), histogramOf(time.Hour), histogramOf(time.Second, time.Second),
		histogramOf(spread(random, 5000, time.Millisecond)...), histogramOf(spread(random, 5000, time.Millisecond)...).at(coarse),
	} {
		text, err := json.Marshal(h)
		require.NoError(t, err)
		var again *Histogram
		require.NoError(t, json.Unmarshal(text, &again))
		require.Equal(t, h, again)
	}
	text, err := json.Marshal(struct{ H *Histogram }{})
	require.NoError(t, err)
	require.JSONEq(t, `{"H":null}`, string(text))
}

func TestHistogramRefusesWhatNothingRecorded(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"no object":          `7`,
		"another precision":  `{"precision":8,"sum":5,"least":5,"most":5,"counts":[-5,1]}`,
		"no counts":          `{"precision":9,"sum":5,"least":5,"most":5}`,
		"empty counts":       `{"precision":9,"sum":5,"least":5,"most":5,"counts":[]}`,
		"counts of text":     `{"precision":9,"sum":5,"least":5,"most":5,"counts":["a"]}`,
		"fractions":          `{"precision":9,"sum":5,"least":5,"most":5,"counts":[-5,1.5]}`,
		"zero":               `{"precision":9,"sum":5,"least":5,"most":5,"counts":[-5,0]}`,
		"too large a count":  `{"precision":9,"sum":5,"least":5,"most":5,"counts":[-5,99999999999999999]}`,
		"too many buckets":   `{"precision":9,"sum":5,"least":5,"most":5,"counts":[-12123,1]}`,
		"too long a gap":     `{"precision":9,"sum":5,"least":5,"most":5,"counts":[-99999999,1]}`,
		"too many gaps":      `{"precision":9,"sum":5,"least":5,"most":5,"counts":[-12000,-12000,1]}`,
		"only a gap":         `{"precision":9,"sum":5,"least":5,"most":5,"counts":[-5]}`,
		"wrong least":        `{"precision":9,"sum":5,"least":4,"most":5,"counts":[-5,1]}`,
		"wrong most":         `{"precision":9,"sum":5,"least":5,"most":6,"counts":[-5,1]}`,
		"wrong sum":          `{"precision":9,"sum":50,"least":5,"most":5,"counts":[-5,1]}`,
		"negative sum":       `{"precision":9,"sum":-5,"least":5,"most":5,"counts":[-5,1]}`,
		"list in the counts": `{"precision":9,"sum":5,"least":5,"most":5,"counts":[[-5,1]]}`,
		"most beyond":        `{"precision":9,"sum":5,"least":5,"most":99999999999,"counts":[-5,1]}`,
	} {
		require.Error(t, json.Unmarshal([]byte(text), &Histogram{}), name)
	}
	require.NoError(t, json.Unmarshal([]byte(`{"precision":9,"sum":5,"least":5,"most":5,"counts":[-5,1]}`), &Histogram{}))
}
