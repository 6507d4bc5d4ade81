package report

import (
	"math"
	"strconv"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// Unknown stands for a figure that is not known.
const Unknown = "unknown"

// Text writes a figure with three significant digits, at most three decimals, and its thousands apart: 1,234 or 43.5 or 0.052.
// It is how people get to see milliseconds and rates.
func (n Number) Text() string {
	value, known := n.Get()
	if !known {
		return Unknown
	}
	decimals := 3
	switch size := math.Abs(value); {
	case size >= 99.95:
		decimals = 0
	case size >= 9.995:
		decimals = 1
	case size >= 0.9995:
		decimals = 2
	case size == 0:
		decimals = 0
	}
	text := strconv.FormatFloat(value, 'f', decimals, 64)
	if decimals == 0 {
		return grouped(int64(math.RoundToEven(value)))
	}
	return text
}

// Percent writes a share in percent, with two digits at least: a tenth of a percent below 10, a hundredth below 1.
func (n Number) Percent() string {
	value, known := n.Get()
	if !known {
		return Unknown
	}
	decimals := 0
	switch size := math.Abs(100 * value); {
	case size == 0 || size >= 9.95:
	case size >= 0.995:
		decimals = 1
	default:
		decimals = 2
	}
	return strconv.FormatFloat(100*value, 'f', decimals, 64) + " %"
}

// Bytes writes a size in MB, or in kB below 1 MB.
func (n Number) Bytes() string {
	value, known := n.Get()
	switch {
	case !known:
		return Unknown
	case value < 1e6:
		return Known(value/1e3).Text() + " kB"
	default:
		return Known(value/1e6).Text() + " MB"
	}
}

// Count writes a whole number with its thousands apart.
func Count(n int64) string { return grouped(n) }

func grouped(n int64) string {
	text := strconv.FormatInt(n, 10)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// FailedShare is the share of batches with a failed member.
func (r *Result) FailedShare() Number {
	if r.Batches == 0 {
		return Number{}
	}
	return rounded(float64(r.Failed) / float64(r.Batches))
}

// Plain is fanout.Plain: it makes a name or text of somebody else fit to be shown.
func Plain(text string) string { return fanout.Plain(text) }
