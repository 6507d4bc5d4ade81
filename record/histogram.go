package record

import (
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// Histograms hold microseconds, from 1 µs to 5 minutes at 3 significant digits: an error of at most 0.1 %.
const (
	lowest  = 1
	highest = int64(5 * time.Minute / time.Microsecond)
	digits  = 3
)

// Histogram is a distribution of durations that can be merged with others without loss.
type Histogram struct{ hdr *hdrhistogram.Histogram }

func newHistogram() *Histogram {
	return &Histogram{hdrhistogram.New(lowest, highest, digits)}
}

// Add counts one duration. What is beyond the histogram's range counts at its end.
func (h *Histogram) Add(d time.Duration) {
	_ = h.hdr.RecordValue(min(max(d.Round(time.Microsecond).Microseconds(), lowest), highest)) // in range by construction
}

// Merge adds the counts of another histogram.
func (h *Histogram) Merge(other *Histogram) { h.hdr.Merge(other.hdr) }

// Count is the number of durations.
func (h *Histogram) Count() int64 { return h.hdr.TotalCount() }

// Quantile is the duration that the share q (0 to 1) of all are at or below.
func (h *Histogram) Quantile(q float64) time.Duration {
	return time.Duration(h.hdr.ValueAtQuantile(100*q)) * time.Microsecond
}

// MarshalText writes the histogram in HdrHistogram's own compressed format.
func (h *Histogram) MarshalText() ([]byte, error) {
	return h.hdr.Encode(hdrhistogram.V2CompressedEncodingCookieBase)
}

// UnmarshalText reads what MarshalText wrote.
func (h *Histogram) UnmarshalText(text []byte) error {
	hdr, err := hdrhistogram.Decode(text)
	if err != nil {
		return err
	}
	h.hdr = hdr
	return nil
}
