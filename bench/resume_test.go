package bench

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// TestWhatIsDoneNeedsNoTruth: a bench that goes on has something to report on, whether or not the server is still there, and asks for it only
// where a truth is still to be made.
func TestWhatIsDoneNeedsNoTruth(t *testing.T) {
	t.Parallel()
	o := options(t.TempDir(), "no-binary")
	o.SearchTypes, o.Recall = []fanout.SearchType{fanout.SearchVector, fanout.SearchMixed}, 1
	o.Env["WEAVIATE_URL"] = "http://127.0.0.1:1"
	b, err := New(o)
	require.NoError(t, err)
	require.ErrorContains(t, b.Run(t.Context()), "nothing was measured: nothing listens at http://127.0.0.1:1")
	require.False(t, b.Began())
	b.tests[0].Done = true
	require.ErrorContains(t, b.Run(t.Context()), "nothing more was measured: nothing listens at http://127.0.0.1:1")
	require.True(t, b.Began(), "before")
	b.tests[1].Done = true
	require.NoError(t, b.Run(t.Context()))
}
