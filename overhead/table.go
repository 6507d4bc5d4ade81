package main

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// printTable writes the figures as a Markdown table that is lined up for readers of the text, too.
func printTable(to io.Writer, figures []figure) error {
	rows := [][]string{{"situation", "ratio", "median", "rounds", "bar", "holds"}}
	group := ""
	for i := range figures {
		f := &figures[i]
		row := []string{"", f.what, number(f.median()), f.span(), "", ""}
		if f.group != group {
			group, row[0] = f.group, f.group
		}
		if f.bar > 0 {
			row[4], row[5] = "≤ "+number(f.bar), map[bool]string{true: "yes", false: "no"}[f.holds()]
		}
		rows = append(rows, row)
	}
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for k, cell := range row {
			widths[k] = max(widths[k], utf8.RuneCountInString(cell))
		}
	}
	var text strings.Builder
	for i, row := range rows {
		for k, cell := range row {
			text.WriteString("| " + cell + strings.Repeat(" ", widths[k]-utf8.RuneCountInString(cell)) + " ")
		}
		text.WriteString("|\n")
		if i == 0 {
			for _, width := range widths {
				text.WriteString("|" + strings.Repeat("-", width+2))
			}
			text.WriteString("|\n")
		}
	}
	_, err := io.WriteString(to, text.String())
	return err
}

// span is the lowest and the highest of the rounds' values.
func (f *figure) span() string {
	low, high := f.values[0], f.values[0]
	for _, value := range f.values {
		low, high = min(low, value), max(high, value)
	}
	return number(low) + " – " + number(high)
}

// number writes a ratio: what is below 1 with three digits behind the point, so that small ratios can be told apart.
func number(ratio float64) string {
	if ratio < 1 {
		return fmt.Sprintf("%.3f", ratio)
	}
	return fmt.Sprintf("%.2f", ratio)
}
