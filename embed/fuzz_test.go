package embed

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzEmbeddings reads what an endpoint made of its reply: an error, or as many vectors as there were texts, none of which is empty,
// zero or no number. What it says of an error never holds the key.
func FuzzEmbeddings(f *testing.F) {
	for _, seed := range []string{
		`{"data":[{"index":0,"embedding":[1,2]},{"index":1,"embedding":[0.5,-1e-3]}]}`, `{"data":[{"index":1,"embedding":[1]},{"index":1,"embedding":[1]}]}`,
		`{"data":[{"index":-1,"embedding":[1]},{}]}`, `{"data":[{"index":0,"embedding":[1e39]},{"index":1,"embedding":[0]}]}`,
		`{"data":[{"index":0,"embedding":[null]},{"index":1}]}`, `{"data":null}`, "<html>", "", `{"error":{"message":"wrong key marked-secret"}}`,
		`{"error":"marked-secret\u001b[31m","message":"x"}`, `{"error":"marked-\u0073ecret"}`,
	} {
		f.Add([]byte(seed), "3")
	}
	f.Add([]byte(nil), "Wed, 21 Oct 2015 07:28:00 GMT")
	f.Add([]byte(nil), "99999999999999999999")
	f.Fuzz(func(t *testing.T, reply []byte, after string) {
		vectors, err := readEmbeddings(reply, 2)
		if err == nil {
			require.Len(t, vectors, 2)
		}
		for _, vector := range vectors {
			square := 0.0
			for _, x := range vector {
				square += float64(x) * float64(x)
			}
			require.True(t, square > 0 && !math.IsInf(square, 0))
		}
		o, err := NewOpenAI(OpenAIOptions{Key: "marked-secret"})
		require.NoError(t, err)
		said := o.message(reply)
		require.NotContains(t, said, "marked-secret")
		require.NotContains(t, said, "\x1b")
		require.LessOrEqual(t, len(said), 10*201+10)
		if wait := retryAfter(after); wait != nil {
			require.GreaterOrEqual(t, int64(wait.Duration), int64(0))
		}
	})
}
