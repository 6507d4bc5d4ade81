package record

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// FuzzCleaner cleans texts, command lines and options in which a secret stands: nothing of it is left, nor what a terminal would obey.
func FuzzCleaner(f *testing.F) {
	for _, seed := range []string{
		"", "refused by ", "\x1b[31m", "Authorization: Bearer ", `{"api_key": "`, "http://user:", "-e WEAVIATE_API_KEY=", strings.Repeat("marked-secret ", 500), "\xff\u202e",
		"--key\x00", "read tcp 1.2.3.4:5->", strings.Repeat("é", 5000),
	} {
		f.Add(seed, seed)
	}
	const secret = "marked-secret"
	f.Fuzz(func(t *testing.T, before, after string) {
		c := newCleaner(map[string]string{"WEAVIATE_API_KEY": secret})
		text := before + secret + after
		check := func(clean string, most int) {
			require.NotContains(t, clean, secret)
			require.True(t, utf8.ValidString(clean))
			require.False(t, strings.ContainsFunc(clean, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }))
			require.LessOrEqual(t, utf8.RuneCountInString(clean), most+1)
		}
		check(c.errorText(text), maxText)
		for _, argument := range c.arguments(strings.Split(text, "\x00")) {
			check(argument, maxArgument)
		}
		options, err := json.Marshal(map[string]any{"a": []string{text}, "b": map[string]string{"c": text}})
		require.NoError(t, err)
		require.NotContains(t, string(c.json(options)), secret)
		require.NotContains(t, strings.Join(c.arguments([]string{"--key", text}), " "), before+secret)
	})
}
