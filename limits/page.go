package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/xk6-weaviate/xk6-weaviate/internal/tables"
)

// writePage writes what was measured into its place on a page; nothing without a page.
func writePage(path, section, text string) error {
	if path == "" {
		return nil
	}
	place := tables.Place{
		Page:  path,
		Begin: fmt.Sprintf("<!-- %s begins -->\n", section), End: fmt.Sprintf("<!-- %s ends -->\n", section),
	}
	return place.Write("\n" + strings.TrimSpace(text) + "\n\n")
}

func milliseconds(d time.Duration) string {
	return fmt.Sprintf("%.1f", float64(d)/float64(time.Millisecond))
}
