package truth_test

import (
	"bytes"
	"context"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/truth"
)

// BenchmarkMake compares making a truth with a full sort of all objects for each query, in one run: 100 query sets, 384 dimensions.
func BenchmarkMake(b *testing.B) {
	for _, distance := range truth.Distances() {
		b.Run(string(distance), func(b *testing.B) {
			random := rand.New(rand.NewPCG(1, 2))
			vector := func(int) []float32 {
				v := make([]float32, 384)
				for i := range v {
					v[i] = float32(random.NormFloat64())
				}
				return v
			}
			vectors := make([][]float32, 100)
			for i := range vectors {
				vectors[i] = vector(i)
			}
			s := &source{distance: distance, objects: map[string][]fanout.StoredObject{"A": stored(4000, vector)}}
			file := asked(b, vectors, "A")
			var blocked, naive time.Duration
			for b.Loop() {
				start := time.Now()
				_, err := truth.Make(context.Background(), s, file, truth.Options{Sets: 100, Depth: 200})
				require.NoError(b, err)
				blocked += time.Since(start)
				start = time.Now()
				for _, v := range vectors {
					fullSort(s.objects["A"], distance, v)
				}
				naive += time.Since(start)
			}
			b.ReportMetric(float64(naive)/float64(blocked), "times-as-fast")
			b.ReportMetric(float64(blocked.Nanoseconds())/float64(b.N*len(vectors)*4000), "ns/comparison")
		})
	}
}

func fullSort(objects []fanout.StoredObject, distance truth.Distance, v []float32) {
	type at struct {
		i        int
		distance float64
	}
	sorted := make([]at, len(objects))
	for i, o := range objects {
		sorted[i] = at{i, exact(distance, v, o.Vector)}
	}
	slices.SortFunc(sorted, func(a, b at) int {
		if a.distance != b.distance {
			if a.distance < b.distance {
				return -1
			}
			return 1
		}
		return bytes.Compare(objects[a.i].ID[:], objects[b.i].ID[:])
	})
}
