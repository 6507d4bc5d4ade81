package page

import (
	"math"
	"strconv"
	"strings"
)

// scale maps values to places along an axis: 0 is where it begins and 1 where it ends.
type scale interface {
	at(value float64) float64
}

// linear is a scale on which equal differences are equally long.
type linear struct{ from, to float64 }

func (s linear) at(value float64) float64 { return (value - s.from) / (s.to - s.from) }

// logarithmic is a scale on which equal ratios are equally long; its ends are above 0.
type logarithmic struct{ from, to float64 }

func (s logarithmic) at(value float64) float64 {
	return math.Log(value/s.from) / math.Log(s.to/s.from)
}

// nines is a scale of percentiles on which each further nine is as long as the one before: from 90 to 99 as from 99 to 99.9.
type nines struct{ from, to float64 }

func (s nines) at(percentile float64) float64 {
	depth := func(p float64) float64 { return -math.Log10(1 - p/100) }
	return (depth(percentile) - depth(s.from)) / (depth(s.to) - depth(s.from))
}

// place is a place along an axis, or a length, as a share of the whole; it is written in percent.
type place float64

// String writes it as SVG wants it.
func (p place) String() string { return decimal(100*float64(p), 2) + "%" }

// decimal writes a number with so many decimals at most.
func decimal(value float64, decimals int) string {
	text := strconv.FormatFloat(value, 'f', decimals, 64)
	if decimals > 0 {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	if text == "-0" {
		return "0"
	}
	return text
}
