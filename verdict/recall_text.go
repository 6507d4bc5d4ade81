package verdict

import (
	"math"
	"strconv"
	"strings"
)

// How many decimals a recall is written with: one thousandth is seen at least, and no more than millionths.
const (
	leastDecimals = 3
	mostDecimals  = 6
)

// RecallText writes a recall without an interval: with three decimals, or as many more as it takes to tell it from 1.
func RecallText(share float64) string {
	return writeRecall(share, telling(leastDecimals, 1, share))
}

// RecallText writes the interval of a recall: "0.972" and "0.965 to 0.978". It has as many decimals as it takes to see half its width, and
// none of its figures is written as 1 that is less.
func (i Interval) RecallText() (share, interval string) {
	decimals := telling(i.decimals(), 1, i.Estimate, i.Lower, i.Upper)
	return writeRecall(i.Estimate, decimals), writeRecall(i.Lower, decimals) + " to " + writeRecall(i.Upper, decimals)
}

// RecallChange writes the interval of a difference of recalls: "−0.060" and "−0.070 to −0.050". None of its figures is written as 0 that
// is more or less.
func (i Interval) RecallChange() (difference, interval string) {
	decimals := telling(i.decimals(), 0, i.Estimate, i.Lower, i.Upper)
	return writeChange(i.Estimate, decimals), writeChange(i.Lower, decimals) + " to " + writeChange(i.Upper, decimals)
}

// recall writes the interval of a recall in a sentence.
func (i Interval) recall() string { return inBrackets(i.RecallText()) }

// recallChange writes the interval of a difference of recalls in a sentence.
func (i Interval) recallChange() string { return inBrackets(i.RecallChange()) }

func inBrackets(estimate, interval string) string { return estimate + " (" + interval + ")" }

// decimals are the fewest with which half the interval's width is not less than one of the last.
func (i Interval) decimals() int {
	half := (i.Upper - i.Lower) / 2
	if half <= 0 {
		return leastDecimals
	}
	return min(max(int(math.Ceil(-math.Log10(half))), leastDecimals), mostDecimals)
}

// telling are so many decimals or as many more as it takes to tell each of some values from a limit, unless it is the limit.
func telling(decimals int, limit float64, values ...float64) int {
	for _, value := range values {
		for value != limit && decimals < mostDecimals && strconv.FormatFloat(value-limit, 'f', decimals, 64) == zero(value-limit, decimals) {
			decimals++
		}
	}
	return decimals
}

// zero is how a number is written that is too small for its decimals.
func zero(value float64, decimals int) string {
	return strconv.FormatFloat(math.Copysign(0, value), 'f', decimals, 64)
}

// writeRecall writes a share. One below 1 is not rounded up to it, even where no decimals are left to tell the two apart.
func writeRecall(share float64, decimals int) string {
	text := strconv.FormatFloat(share, 'f', decimals, 64)
	if share < 1 && strings.HasPrefix(text, "1") {
		return "0." + strings.Repeat("9", decimals)
	}
	return text
}

// writeChange writes a difference with its sign.
func writeChange(difference float64, decimals int) string {
	text := strconv.FormatFloat(math.Abs(difference), 'f', decimals, 64)
	switch {
	case text == zero(0, decimals):
		return text
	case difference < 0:
		return "−" + text
	default:
		return "+" + text
	}
}
