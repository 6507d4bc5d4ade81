package dataset

import (
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"

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
	for range 50 {
		const total = 20_000
		im := newTestImporter([]int{total})
		size := 1 + random.IntN(maxBatchSize)
		var flying []batch
		landed := make([]bool, total)
		in, next, hole := 0, 0, 0
		for in < total/2 {
			b := batch{first: next, count: min(size, total-next)}
			if len(flying) == 0 || b.end() <= flying[0].first+window && random.IntN(3) > 0 {
				require.True(t, im.launch(t.Context(), &b))
				flying, next = append(flying, b), b.end()
				continue
			}
			n := len(flying)
			i := max(random.IntN(n), random.IntN(n), random.IntN(n)) // the old ones are slow
			b = flying[i]
			flying = slices.Delete(flying, i, i+1)
			im.land(&b, nil)
			for k := b.first; k < b.end(); k++ {
				landed[k] = true
			}
			in += b.count
			for landed[hole] {
				hole++
			}
			require.GreaterOrEqual(t, hole, im.resumeFrom(in, total), "%d are in", in)
		}
	}
}

func TestABatchThatIsTooFarAheadWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		im := newTestImporter([]int{10 * window, 10 * window})
		first, far := batch{first: 0, count: 1}, batch{first: window, count: 1}
		require.True(t, im.launch(t.Context(), &first))
		require.True(t, im.launch(t.Context(), &batch{collection: 1, first: 5 * window, count: 1}), "another collection's")
		launched := false
		go func() { launched = im.launch(t.Context(), &far) }()
		synctest.Wait()
		require.False(t, launched)
		im.land(&first, nil)
		synctest.Wait()
		require.True(t, launched)
		require.Equal(t, []int{window}, im.flying[0])
	})
}
