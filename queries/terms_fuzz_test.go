package queries

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// FuzzTerms reads what somebody made of a file of search terms: an error, or terms that each are one line of text.
func FuzzTerms(f *testing.F) {
	for _, seed := range []string{
		"love\nrain on me\n", "", "\n\n", "\xef\xbb\xbflove", "\xff\xfel\x00", "a\r\nb\r\n", "caf\xe9", "\x1b[31mred", "a\x00b", "= 1\n@x", strings.Repeat("x", 5000), "\u2028",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		terms, err := ReadTerms(bytes.NewReader(text), "x")
		if err != nil {
			return
		}
		require.NotEmpty(t, terms)
		for _, term := range terms {
			require.True(t, utf8.ValidString(term))
			require.NotContains(t, term, "\n")
			require.NotEmpty(t, strings.TrimSpace(term))
		}
	})
}
