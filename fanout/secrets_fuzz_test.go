package fanout

import (
	"net/http"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// FuzzErrorText makes whatever a server said fit to be shown: without the key, without what a terminal would obey, in one line and not
// too long.
func FuzzErrorText(f *testing.F) {
	for _, seed := range [][2]string{
		{"refused: Bearer marked-secret", "marked-secret"}, {"\x1b]0;title\x07\x1b[31mred\u202e\r\n", "secret-1"}, {"marked-secre", "marked-secret"},
		{strings.Repeat("marked-secret", 400), "marked-secret"}, {`say \"hi\"`, `say "hi"`}, {"\xff\xfe", "\\\\\\\\\\\\"}, {"aaaaaaaaaaaa", "aaaaaaa"}, {"", "marked-secret"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, said, key string) {
		if !headerValue.MatchString(key) || strings.Contains(key, " ") || len(key) < leastSecret || strings.Contains(hiddenSecret, key) {
			return
		}
		r := &Result{Members: []Member{{Category: CategoryGRPC, Error: said}}, failed: 1}
		r.finishErrors(secretsOf(http.Header{"Authorization": {"Bearer " + key}}))
		text := r.Members[0].Error
		require.LessOrEqual(t, len(text), maxError+len("…"))
		require.False(t, strings.ContainsFunc(text, unicode.IsControl))
		if utf8.ValidString(said) && !strings.Contains(key, "hidden") && !strings.ContainsAny(key, "[]") {
			require.NotContains(t, text, key)
		}
	})
}
