package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/xk6-weaviate/xk6-weaviate/internal/tables"
)

// publish prints what was measured, and writes it into its place on a page, if there is one.
func publish(stdout io.Writer, page, section, text string) error {
	if _, err := io.WriteString(stdout, text); err != nil || page == "" {
		return err
	}
	place := tables.Place{
		Page:  page,
		Begin: fmt.Sprintf("<!-- %s begins -->\n", section), End: fmt.Sprintf("<!-- %s ends -->\n", section),
	}
	return place.Write("\n" + strings.TrimSpace(text) + "\n\n")
}

func milliseconds(d time.Duration) string {
	return fmt.Sprintf("%.1f", float64(d)/float64(time.Millisecond))
}
