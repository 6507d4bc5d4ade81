package page

import (
	"html/template"
	"strings"
	"time"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/report"
	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

// cannotKnow stands where a strategy cannot know a value, however much is measured.
const cannotKnow = "–"

// functions are those of the templates.
func functions() template.FuncMap {
	return template.FuncMap{
		"class": class, "mark": mark, "status": statusClass, "icon": icon, "plain": report.Plain, "count": report.Count,
		"number":  func(n report.Number) template.HTML { return orUnknown(n.Text(), n) },
		"percent": func(n report.Number) template.HTML { return orUnknown(n.Percent(), n) },
		"bytes":   func(n report.Number) template.HTML { return orUnknown(n.Bytes(), n) },
		"date":    func(t time.Time) string { return t.UTC().Format("2 January 2006, 15:04 UTC") },
		"whole":   numeral,
	}
}

// orUnknown is a figure in words of report.Number, which hold nothing but digits and units, or that it is not known.
func orUnknown(text string, n report.Number) template.HTML {
	if _, ok := n.Get(); !ok {
		return `<span class="unknown">unknown</span>`
	}
	return template.HTML(text) //nolint:gosec // digits and units
}

// statusClass is the class of an answer.
func statusClass(s verdict.Status) string {
	switch s {
	case verdict.Pass:
		return "pass"
	case verdict.Fail:
		return "fail"
	case verdict.Inconclusive:
		return "inconclusive"
	case verdict.Invalid:
		return "invalid"
	default:
		return "unknown"
	}
}

// icon is an answer as one sign, for those who cannot tell its colour.
func icon(s verdict.Status) string {
	switch s {
	case verdict.Pass:
		return "✓"
	case verdict.Fail:
		return "✕"
	case verdict.Inconclusive:
		return "≈"
	case verdict.Invalid:
		return "!"
	default:
		return "?"
	}
}

// estimate and interval are the two halves of a change: "−42 % (−46 % to −38 %)".
func halves(change string) (estimate, interval string) {
	estimate, interval, _ = strings.Cut(change, " (")
	return estimate, strings.TrimSuffix(interval, ")")
}

// value is a number, or 0 where it is not known.
func value(n report.Number) float64 {
	v, _ := n.Get()
	return v
}

// isKnown says whether a number is known.
func isKnown(n report.Number) bool {
	_, ok := n.Get()
	return ok
}

func sum(numbers ...int) int {
	total := 0
	for _, n := range numbers {
		total += n
	}
	return total
}
