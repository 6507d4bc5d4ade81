package page

import (
	"math"
	"slices"

	"github.com/xk6-weaviate/xk6-weaviate/report"
)

// axis is a scale with what is written along it.
type axis struct {
	scale
	// Label says what is along it, with its unit.
	Label string
	Ticks []tick
}

// tick is a place on an axis with a label.
type tick struct {
	At   place
	Text string
	// Wide ticks have a label only where the page is wide.
	Wide bool
}

// ticks puts labels at values. Of those that lie too near to one that comes before it in the list, it leaves the labels out.
func (a *axis) ticks(values []float64, text func(float64) string) {
	const near, nearOnPhone = 0.09, 0.16
	for _, value := range values {
		t := tick{At: place(a.at(value)), Text: text(value)}
		if t.At < -1e-9 || t.At > 1+1e-9 {
			continue
		}
		if a.nearest(t.At, false) < near {
			continue
		}
		t.Wide = a.nearest(t.At, true) < nearOnPhone
		a.Ticks = append(a.Ticks, t)
	}
	slices.SortFunc(a.Ticks, func(a, b tick) int { return int(math.Copysign(1, float64(a.At-b.At))) })
}

// nearest is how far the nearest tick is, of all or only of those that phones show.
func (a *axis) nearest(at place, onPhone bool) float64 {
	distance := math.Inf(1)
	for _, t := range a.Ticks {
		if !onPhone || !t.Wide {
			distance = min(distance, math.Abs(float64(t.At-at)))
		}
	}
	return distance
}

// flip turns the axis round: what is drawn from the top down has its beginning at the bottom.
func (a axis) flip() axis {
	ticks := slices.Clone(a.Ticks)
	for i := range ticks {
		ticks[i].At = 1 - ticks[i].At
	}
	a.scale, a.Ticks = flipped{a.scale}, ticks
	return a
}

type flipped struct{ scale }

func (f flipped) at(value float64) float64 { return 1 - f.scale.at(value) }

// crowded is the ratio between the largest and the least value from which an axis that begins at 0 would hide the small ones.
const crowded = 12

// valueAxis is an upright axis for positive values: from 0 or, when they differ by more than an order of magnitude, logarithmic.
func valueAxis(label string, values ...float64) axis {
	least, most := math.Inf(1), 0.0
	for _, v := range values {
		if v > 0 {
			least = min(least, v)
		}
		most = max(most, v)
	}
	if most > 0 && most/least > crowded {
		return logAxis(label, least, most).flip()
	}
	return linearAxis(label, most, 4).flip()
}

// linearAxis is an axis from 0 to a round number, in about so many steps.
func linearAxis(label string, most float64, steps int) axis {
	if !(most > 0) {
		most = 1
	}
	step := niceStep(most / float64(steps))
	last := int(math.Ceil(most/step - 1e-9))
	a := axis{scale: linear{0, step * float64(last)}, Label: label}
	for i := range last + 1 {
		value := step * float64(i)
		a.Ticks = append(a.Ticks, tick{At: place(a.at(value)), Text: numeral(value)})
	}
	return a
}

// logAxis is a logarithmic axis that begins and ends at 1, 2 or 5 times a power of ten.
func logAxis(label string, from, to float64) axis {
	from, to = roundLog(from, false), roundLog(to, true)
	a := axis{scale: logarithmic{from, to}, Label: label + " (log scale)"}
	digits := []float64{1, 2, 5}
	if decades := math.Log10(to / from); decades > 3.5 {
		digits = []float64{1}
	}
	for power := math.Floor(math.Log10(from)); power <= math.Log10(to)+1e-9; power++ {
		for _, digit := range digits {
			value := digit * math.Pow(10, power)
			if at := a.at(value); at > -1e-9 && at < 1+1e-9 {
				a.Ticks = append(a.Ticks, tick{At: place(at), Text: numeral(value)})
			}
		}
	}
	return a
}

// roundLog is the nearest of 1, 2 or 5 times a power of ten that is not above value or, if up, not below it.
func roundLog(value float64, up bool) float64 {
	power := math.Pow(10, math.Floor(math.Log10(value)))
	steps := []float64{1, 2, 5, 10}
	if !up {
		slices.Reverse(steps)
	}
	for _, step := range steps {
		if up && step*power >= value*(1-1e-9) || !up && step*power <= value*(1+1e-9) {
			return step * power
		}
	}
	return value
}

// niceStep is the least of 1, 2, 2.5 or 5 times a power of ten that is not below a step.
func niceStep(step float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(step)))
	for _, nice := range []float64{1, 2, 2.5, 5} {
		if nice*power >= step*(1-1e-9) {
			return nice * power
		}
	}
	return 10 * power
}

// numeral writes a round number.
func numeral(value float64) string {
	if math.Abs(value) >= 1000 {
		return report.Count(int64(math.Round(value)))
	}
	return decimal(value, 6)
}
