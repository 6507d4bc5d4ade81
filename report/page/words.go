package page

import (
	"html/template"
	"math"
	"strings"
	"time"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/report"
	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

// functions are those of the templates.
func functions() template.FuncMap {
	return template.FuncMap{
		"class": class, "mark": mark, "status": statusClass, "icon": icon, "tone": tone, "plain": report.Plain, "name": name,
		"count": report.Count, "known": isKnown, "levels": shades, "sum": sum, "syllables": syllables, "tab": newTab, "tight": tight,
		"number":  func(n report.Number) template.HTML { return orUnknown(n.Text(), n) },
		"percent": func(n report.Number) template.HTML { return orUnknown(n.Percent(), n) },
		"bytes":   func(n report.Number) template.HTML { return orUnknown(n.Bytes(), n) },
		"numeral": func(n report.Number) string { return numeral(value(n)) },
		"whole":   func(n report.Number) int64 { return int64(value(n)) },
		"grpc":    func(s fanout.Strategy) bool { return s.Protocol() == fanout.GRPC },
		"date":    func(t time.Time) string { return t.UTC().Format("2 January 2006, 15:04 UTC") },
	}
}

// tab is the button of one of several panels.
type tab struct {
	// Group are those of which one is shown. Index counts from 0.
	Group string
	Index int
	Title string
	// Key is that of the load; empty when it is about none.
	Key string
}

func newTab(group string, index int, title, key string) tab { return tab{group, index, title, key} }

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

// tone is the class of what an effect says, for its colour; empty where it says nothing.
func tone(d report.Direction) string {
	if d == report.Better || d == report.Worse {
		return string(d)
	}
	return ""
}

// judgedTone is the class of an effect beside its verdict: an effect of an INVALID one says nothing, whatever its interval.
func judgedTone(v *report.Verdict, e *report.Effect) string {
	if v.Status == verdict.Invalid && e.Change != "" {
		return "void"
	}
	return tone(e.Direction)
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

// halves are the estimate and the interval of a change: "−42 % (−46 % to −38 %)".
func halves(change string) (estimate, interval string) {
	estimate, interval, _ = strings.Cut(change, " (")
	return estimate, strings.TrimSuffix(interval, ")")
}

// tight keeps units with their numbers where lines break.
func tight(sentence string) string {
	return strings.NewReplacer(" %", "\u00a0%", " ms", "\u00a0ms").Replace(sentence)
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

// The most letters of a name where there is little room, and where there is more.
const (
	shortName = 24
	longName  = 60
)

// name is a name of somebody else's as it is shown in tables.
func name(text string) string { return shortened(text, longName) }

// shortened leaves out the middle of a name that is too long: ends tell names apart as often as beginnings.
func shortened(text string, most int) string {
	runes := []rune(report.Plain(text))
	if len(runes) <= most {
		return string(runes)
	}
	return string(runes[:most/2]) + "…" + string(runes[len(runes)-most/2+1:])
}

// syllables are the parts of a name after which a line may break.
func syllables(text string) []string { return strings.SplitAfter(shortened(text, shortName), "_") }

// percentile writes a percentile with two digits of what lies beyond it: p92.6, p99.43, p99.989.
func percentile(p float64) string {
	decimals := max(0, int(math.Ceil(-math.Log10(100-p)))+1)
	return "p" + decimal(p, decimals)
}

func sum(numbers ...int) int {
	total := 0
	for _, n := range numbers {
		total += n
	}
	return total
}
