package dataset

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMadeUpSizes(t *testing.T) {
	t.Parallel()
	cases := map[float64][]int{
		1:         {1_000_000, 400_000, 200_000, 50_000, 30_000, 20_000, 15_000, 12_000, 10_000},
		0.02:      {20_000, 8000, 4000, 1000, 600, 400, 300, 240, 200},
		0.0001:    {100, 40, 20, 5, 3, 2, 2, 1, 1},
		0.0000001: {1, 1, 1, 1, 1, 1, 1, 1, 1},
	}
	for scale, sizes := range cases {
		require.Equal(t, sizes, madeUp{scale}.sizes(), scale)
	}
	require.Equal(t, 1_737_000, FullSize())
}

// However many songs a file has, no collection stays empty, and the collections are as unequal as at full size.
func TestDealtSizes(t *testing.T) {
	t.Parallel()
	cases := map[int][]int{
		9:         {1, 1, 1, 1, 1, 1, 1, 1, 1},
		20:        {8, 4, 2, 1, 1, 1, 1, 1, 1},
		100:       {56, 23, 11, 3, 2, 2, 1, 1, 1},
		1737:      {1000, 400, 200, 50, 30, 20, 15, 12, 10},
		34_740:    {20_000, 8000, 4000, 1000, 600, 400, 300, 240, 200},
		1_737_000: {1_000_000, 400_000, 200_000, 50_000, 30_000, 20_000, 15_000, 12_000, 10_000},
	}
	for n, sizes := range cases {
		require.Equal(t, sizes, deal().sizes(n), n)
	}
}

// One more song changes nothing for those before it, and a collection's songs come in their order.
func TestWhereASongGoesDoesNotDependOnHowManyThereAre(t *testing.T) {
	t.Parallel()
	sizes := make([]int, len(Collections()))
	for i := range 5000 {
		require.Equal(t, sizes, deal().sizes(i))
		p := deal().place(i)
		require.Equal(t, sizes[p.collection], p.index, i)
		sizes[p.collection]++
	}
	require.True(t, slices.IsSortedFunc(sizes, func(a, b int) int { return b - a }), sizes)
}

func TestDealFileTakesWhatTheScaleAsksFor(t *testing.T) {
	t.Parallel()
	file := &songFile{songs: 2000}
	require.Equal(t, 2000, dealFile(file, 1).count)
	require.Equal(t, 1737, dealFile(file, 0.001).count)
	require.Equal(t, 9, dealFile(file, 0.0000001).count)
}
