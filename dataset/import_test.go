package dataset

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

func newTestImporter(totals []int) *importer {
	im := &importer{
		seeder: &seeder{totals: totals, had: make([]int, len(totals))}, had: make([]int, len(totals)),
		flying: make([][]int, len(totals)), grown: make([]int, len(totals)),
	}
	im.landed.L = &im.mutex
	return im
}

// However batches land, and whenever the seed is killed, the holes are within what the next seed sends again.
func TestHolesAreWithinTheWindow(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		total := 20_000
		im := newTestImporter([]int{total})
		ended, end := context.WithCancel(t.Context())
		end() // launch must not wait
		size := 1 + random.IntN(maxBatchSize)
		var flying []batch
		landed := make([]bool, total)
		in, next := 0, 0
		for in < total/2 {
			b := batch{first: next, count: min(size, total-next)}
			if b.count > 0 && random.IntN(3) > 0 && fits(im, &b) {
				require.True(t, im.launch(t.Context(), &b))
				flying, next = append(flying, b), b.end()
				continue
			}
			if len(flying) == 0 {
				continue
			}
			i := 0
			if len(flying) > 1 { // the oldest one is slow
				i = 1 + random.IntN(len(flying)-1)
			}
			if len(flying) > 1 || random.IntN(10) == 0 {
				b = flying[i]
				flying = slices.Delete(flying, i, i+1)
				im.land(&b, nil)
				for k := b.first; k < b.end(); k++ {
					landed[k] = true
				}
				in += b.count
			} else if next < total {
				require.False(t, im.launch(ended, &batch{first: next + window, count: 1}), "too far ahead")
			}
			hole := slices.Index(landed, false)
			require.GreaterOrEqual(t, hole, im.resumeFrom(in, total), "%d are in", in)
		}
	}
}

func fits(im *importer, b *batch) bool {
	return len(im.flying[0]) == 0 || b.end()-slices.Min(im.flying[0]) <= window
}

func TestABatchThatIsTooFarAheadWaits(t *testing.T) {
	t.Parallel()
	im := newTestImporter([]int{10 * window, 10 * window})
	first, far := batch{first: 0, count: 1}, batch{first: window, count: 1}
	require.True(t, im.launch(t.Context(), &first))
	ended, end := context.WithCancel(t.Context())
	end()
	require.False(t, im.launch(ended, &far))
	require.True(t, im.launch(t.Context(), &batch{collection: 1, first: 5 * window, count: 1}), "another collection's")
	var wait sync.WaitGroup
	wait.Go(func() { im.launch(t.Context(), &far) })
	im.land(&first, nil)
	wait.Wait()
	require.Equal(t, []int{window}, im.flying[0])
}
