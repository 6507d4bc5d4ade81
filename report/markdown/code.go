package markdown

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/xk6-weaviate/xk6-weaviate/report"
)

// code writes what somebody else wrote (names, error texts) so that nothing in it is Markdown or HTML, in a table or outside of one:
// no link, no mention, no end of the cell. That is a code span, in which all but two characters stand for themselves. For a text with
// one of the two it is an HTML element with all punctuation as character references.
func code(text string) string {
	text = report.Plain(text)
	if text == "" {
		return "–"
	}
	if !strings.ContainsAny(text, "`|") && text == strings.TrimSpace(text) {
		return "`" + text + "`"
	}
	var b strings.Builder
	b.WriteString("<code>")
	for _, r := range text {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == ' ' || r > unicode.MaxASCII {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, "&#%d;", r)
		}
	}
	b.WriteString("</code>")
	return b.String()
}
