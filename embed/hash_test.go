package embed

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func cosine(a, b []float32) float64 {
	var sum float64
	for i := range a {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}

func TestTextsThatShareWordsAreNear(t *testing.T) {
	t.Parallel()
	h, err := NewHash(384)
	require.NoError(t, err)
	vectors := make(map[string][]float32)
	for _, text := range []string{"love in the rain", "Love, in the RAIN!", "love in the summer", "engine on the highway", "1999"} {
		vectors[text], err = h.Embed(text)
		require.NoError(t, err)
		require.InDelta(t, 1, math.Sqrt(cosine(vectors[text], vectors[text])), 1e-3, "length of %q", text)
	}
	love := vectors["love in the rain"]
	require.Equal(t, love, vectors["Love, in the RAIN!"])
	require.Greater(t, cosine(love, vectors["love in the summer"]), cosine(love, vectors["engine on the highway"]))
	require.Less(t, math.Abs(cosine(love, vectors["1999"])), 0.3)
}

func TestTheSameTextHasTheSameVectorEverywhere(t *testing.T) {
	t.Parallel()
	h, err := NewHash(4)
	require.NoError(t, err)
	v, err := h.Embed("love in the rain")
	require.NoError(t, err)
	require.Equal(t, []float32{-0.01761, -0.60881, -0.65453, 0.44792}, v)
}

func TestWhatCannotBeEmbedded(t *testing.T) {
	t.Parallel()
	_, err := NewHash(0)
	require.ErrorContains(t, err, "0 dimensions")
	h, err := NewHash(3)
	require.NoError(t, err)
	for _, text := range []string{"", " …! "} {
		_, err = h.Embed(text)
		require.ErrorContains(t, err, "no words")
	}
}
