package fanout

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxError is how many bytes an error text may have: a server may send back all that it was sent.
const maxError = 2000

// Plain takes out of a name or text what somebody else wrote into it that a terminal would obey, or that changes the order of what
// is read: line breaks, control characters, marks of direction.
func Plain(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
			return unicode.ReplacementChar
		default:
			return r
		}
	}, text)
}

// cutTo cuts a text to a number of bytes, between two characters.
func cutTo(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most] + "…"
}
