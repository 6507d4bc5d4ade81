package queries

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/xk6-weaviate/xk6-weaviate/internal/jsonfile"
)

// maxTerms bounds a file of search terms.
const maxTerms = 16 << 20

// ReadTerms reads a file of search terms, one a line; name is what errors call it. Blank lines do not count.
func ReadTerms(r io.Reader, name string) ([]string, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxTerms+1))
	if err != nil {
		return nil, fmt.Errorf("cannot read the search terms in %s: %w", name, err)
	}
	if len(text) > maxTerms {
		return nil, fmt.Errorf("the file of search terms %s is larger than %d MiB: write one short term a line", name, maxTerms>>20)
	}
	text, err = jsonfile.PlainText(text)
	if err == nil && !utf8.Valid(text) {
		err = jsonfile.ErrNotUTF8
	}
	if err != nil {
		return nil, fmt.Errorf("the file of search terms %s is wrong: %w", name, err)
	}
	var terms []string
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" {
			terms = append(terms, line)
		}
	}
	if len(terms) == 0 {
		return nil, fmt.Errorf("%s has no search terms: write one a line", name)
	}
	return terms, nil
}
