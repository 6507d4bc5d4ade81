package main

import (
	"slices"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/record"
)

// What may come on top of early values by the end: a tenth, and some slack.
const (
	growth      = 1.1
	memorySlack = 16 // MB
	countSlack  = 20
)

// flat says whether something stayed flat.
type flat struct {
	early, late, allowed float64
	flat                 bool
}

// flatness is the rule: the median of the last quarter may be a tenth above that of the second, and some slack. The first quarter is
// not looked at: until then, pools fill, stacks grow, and connections open. Medians, because memory is a saw.
func flatness(values []float64, slack float64) flat {
	n := len(values)
	if n < 4 {
		return flat{}
	}
	f := flat{early: median(values[n/4 : n/2]), late: median(values[3*n/4:])}
	f.allowed = growth*f.early + slack
	f.flat = f.late <= f.allowed
	return f
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

// curveLength is how many characters a curve has at most.
const curveLength = 48

// curve draws values as a line of bars, from 0 up to the largest of them; each bar is a median.
func curve(values []float64) string {
	bars := []rune("▁▂▃▄▅▆▇█")
	if len(values) == 0 {
		return ""
	}
	most := slices.Max(values)
	length := min(curveLength, len(values))
	var line []rune
	for i := range length {
		level := 0
		if most > 0 {
			level = int(median(values[i*len(values)/length:(i+1)*len(values)/length]) / most * float64(len(bars)-1))
		}
		line = append(line, bars[level])
	}
	return string(line)
}

// failures counts the batches with failed members.
func failures(run *record.Run) int64 {
	var sum int64
	for _, s := range run.Series {
		sum += s.Batches() - s.Outcomes[fanout.Full]
	}
	return sum
}
