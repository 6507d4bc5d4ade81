// Package tables writes tables into their places on pages of the documentation, which lie between two marks.
package tables

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Place is where tables stand on a page.
type Place struct {
	Page       string // the path
	Begin, End string // the marks, each a whole line with its end
}

// Put returns the page with text in its place, and the page as it is.
func (p *Place) Put(text string) (put, now string, err error) {
	content, err := os.ReadFile(p.Page)
	if err != nil {
		return "", "", err
	}
	before, rest, begins := strings.Cut(string(content), p.Begin)
	_, after, ends := strings.Cut(rest, p.End)
	if !begins || !ends {
		return "", "", fmt.Errorf("%s has no place for these tables: it needs the lines %q and %q", p.Page, strings.TrimSpace(p.Begin), strings.TrimSpace(p.End))
	}
	return before + p.Begin + text + p.End + after, string(content), nil
}

// Write writes text into its place.
func (p *Place) Write(text string) error {
	put, _, err := p.Put(text)
	if err != nil {
		return err
	}
	return os.WriteFile(p.Page, []byte(put), 0o644) //nolint:gosec // a page is for all to read
}

// Require holds the page to text, or writes it when the tests are told to; command says how.
func (p *Place) Require(tb testing.TB, text string, update bool, command string) {
	tb.Helper()
	if update {
		require.NoError(tb, p.Write(text))
		return
	}
	put, now, err := p.Put(text)
	require.NoError(tb, err)
	require.Equal(tb, put, now, "%s is stale: run %s", p.Page, command)
}
