package fanout

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestOnlyWhatIsNearIsSuggested(t *testing.T) {
	t.Parallel()
	keys := []string{"collection", "limit", "properties", "tenant", "nearVector", "alpha"}
	for word, want := range map[string]string{
		"limits": "limit", "tenent": "tenant", "alfa": "alpha", "LIMIT": "limit", "propertys": "properties", "vector": "nearVector", "limitPerQuery": "",
		"rerank": "", "distance": "", "sort": "", "x": "", "": "",
	} {
		require.Equal(t, want, Nearest(word, keys), word)
	}
	require.Equal(t, "parallel-grpc", Nearest("grpc", []string{"multi", "parallel-grpc"}), "a part of it")
	require.Empty(t, Nearest("a", nil))
	require.Equal(t, `: did you mean "limit"?`, DidYouMean("limt", keys))
	require.Equal(t, ".", DidYouMean("rerank", keys))
}

func TestWhatWeaviateHasIsNoTypingError(t *testing.T) {
	t.Parallel()
	require.NoError(t, NotMeasured("limt"))
	require.ErrorContains(t, NotMeasured("rerank"), "is not measured here, though Weaviate has it: see https://github.com/")
}
