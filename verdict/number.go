package verdict

import "math"

// Number is a figure that may be unknown, because it was not measured or cannot be had from so few batches. The zero value is
// unknown.
type Number struct {
	value float64
	known bool
}

// Known makes a known number. NaN and the infinities are what unknown figures turn into on their way here, and stay unknown.
func Known(value float64) Number {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return Number{}
	}
	return Number{value, true}
}

// Get returns the number and whether it is known.
func (n Number) Get() (float64, bool) { return n.value, n.known }
