package report

import (
	"encoding/json"
	"math"
	"strconv"
	"time"

	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

// Number is a figure that may be unknown: null in JSON. The zero value is unknown.
type Number struct{ verdict.Number }

// Known makes a known number; NaN and the infinities stay unknown.
func Known(value float64) Number { return Number{verdict.Known(value)} }

// MarshalJSON implements json.Marshaler.
func (n Number) MarshalJSON() ([]byte, error) {
	value, known := n.Get()
	if !known {
		return []byte("null"), nil
	}
	return strconv.AppendFloat(nil, value, 'f', -1, 64), nil
}

// UnmarshalJSON implements json.Unmarshaler.
func (n *Number) UnmarshalJSON(text []byte) error {
	var value *float64
	if err := json.Unmarshal(text, &value); err != nil {
		return err
	}
	*n = Number{}
	if value != nil {
		*n = Known(*value)
	}
	return nil
}

// The precision of figures: histograms know a quantile to 0.1 %, and everything else to a microsecond.
const digits = 4

// significant rounds to a number of significant digits, half to even.
func significant(value float64, digits int) float64 {
	if value == 0 || math.IsNaN(value) || math.IsInf(value, 0) {
		return value
	}
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(value, 'e', digits-1, 64), 64)
	if err != nil {
		return value
	}
	return rounded
}

// rounded is a known number of so many digits as are known.
func rounded(value float64) Number { return Known(significant(value, digits)) }

// quantile is a duration that was read off a histogram, in milliseconds.
func quantile(d time.Duration) Number { return rounded(milliseconds(d)) }

// exact is a duration that is known to the microsecond, in milliseconds.
func exact(d time.Duration) Number { return Known(milliseconds(d)) }

func milliseconds(d time.Duration) float64 {
	return float64(d.Round(time.Microsecond).Microseconds()) / 1000
}

// sinceOrigin is a time in µs since 1970 as seconds since an origin in seconds, to the millisecond.
func sinceOrigin(at, origin int64) float64 {
	return math.Round(float64(at-origin*1e6)/1000) / 1000
}
