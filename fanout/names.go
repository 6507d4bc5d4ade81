package fanout

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// checkName holds names to Weaviate's own grammar: they are written into GraphQL documents, where anything else
// would be an injection.
func checkName(what, name string, upper bool) error {
	ok := name != ""
	for i, r := range name {
		letter := r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r == '_'
		if !letter && (i == 0 || r < '0' || r > '9') {
			ok = false
		}
	}
	if ok && upper && (name[0] < 'A' || name[0] > 'Z') {
		return fmt.Errorf("%s name %q: collection names start with a capital letter, so write %q", what, name,
			strings.ToUpper(name[:1])+name[1:])
	}
	if !ok {
		return fmt.Errorf("%s name %q is not a Weaviate name: use letters, digits and _, and no digit first", what, name)
	}
	return nil
}

// checkText refuses a text that says nothing.
func checkText(what, text string) error {
	if text == "" {
		return fmt.Errorf("%s is empty: write it, or leave it out", what)
	}
	return checkUTF8(what, text)
}

// checkUTF8 refuses what gRPC cannot carry and JSON would change.
func checkUTF8(what, text string) error {
	if !utf8.ValidString(text) {
		return fmt.Errorf("%s %q is not UTF-8: convert it", what, text)
	}
	return nil
}
