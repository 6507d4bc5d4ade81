package record

import (
	"iter"
	"math"
	"math/bits"
	"slices"
	"time"
)

// Histograms have the buckets of an HdrHistogram: every power of two of microseconds is cut into 2^precision equal parts, so
// the middle of a bucket is off by at most 2^-(precision+1) of the value: 0.1 % where it is fine, 0.8 % where it is coarse.
// Below 2^(precision+1) µs a bucket is one microsecond wide.
const (
	fine   = 9
	coarse = 6

	// longest is the end of the range: what took longer counts as this.
	longest = int64(time.Hour / time.Microsecond)
)

// Histogram is a distribution of durations that can be merged with others without loss. It knows its least, its greatest and
// the sum of all to the microsecond. A nil histogram is an empty one.
type Histogram struct {
	precision   uint8
	count       int64
	sum         int64 // µs
	least, most int64 // µs; 0 when there are none
	buckets     []bucket
}

// bucket is the number of durations in one bucket. Histograms keep those that are not empty, in order.
type bucket struct {
	index int
	count int64
}

// bucketOf is the bucket of a number of microseconds.
func bucketOf(microseconds int64, precision uint8) int {
	if microseconds < 2<<precision {
		return int(microseconds)
	}
	shift := bits.Len64(uint64(microseconds)) - int(precision) - 1 //nolint:gosec // not negative
	return shift<<precision + int(microseconds>>shift)
}

// edges are the first and the last microsecond of a bucket.
func edges(index int, precision uint8) (first, last int64) {
	if index < 2<<precision {
		return int64(index), int64(index)
	}
	shift := index>>precision - 1
	first = int64(index-shift<<precision) << shift
	return first, first + 1<<shift - 1
}

// microseconds is a duration as histograms count it.
func microseconds(d time.Duration) int64 {
	return min(max(d.Round(time.Microsecond).Microseconds(), 0), longest)
}

func toDuration(microseconds int64) time.Duration {
	return time.Duration(microseconds) * time.Microsecond
}

// Add counts one duration. What is beyond the histogram's range (an hour) counts at its end.
func (h *Histogram) Add(d time.Duration) {
	v := microseconds(d)
	if h.count == 0 {
		if h.precision == 0 {
			h.precision = fine
		}
		h.least, h.most = v, v
	}
	h.count++
	h.sum += v
	h.least, h.most = min(h.least, v), max(h.most, v)
	index := bucketOf(v, h.precision)
	i, found := slices.BinarySearchFunc(h.buckets, index, func(b bucket, index int) int { return b.index - index })
	if !found {
		h.buckets = slices.Insert(h.buckets, i, bucket{index: index})
	}
	h.buckets[i].count++
}

// Count is the number of durations.
func (h *Histogram) Count() int64 {
	if h == nil {
		return 0
	}
	return h.count
}

// Sum is all durations added up.
func (h *Histogram) Sum() time.Duration {
	if h == nil {
		return 0
	}
	return toDuration(h.sum)
}

// Min is the shortest duration; 0 when there are none.
func (h *Histogram) Min() time.Duration {
	if h == nil {
		return 0
	}
	return toDuration(h.least)
}

// Max is the longest duration; 0 when there are none.
func (h *Histogram) Max() time.Duration {
	if h == nil {
		return 0
	}
	return toDuration(h.most)
}

// Mean is the mean of all durations; 0 when there are none.
func (h *Histogram) Mean() time.Duration {
	if h.Count() == 0 {
		return 0
	}
	return time.Duration(math.Round(float64(h.sum) / float64(h.count) * float64(time.Microsecond)))
}

// Quantile is the duration that the share q (0 to 1) of all are at or below; 0 when there are none.
func (h *Histogram) Quantile(q float64) time.Duration {
	if h.Count() == 0 {
		return 0
	}
	rank := min(max(int64(math.Ceil(q*float64(h.count))), 1), h.count)
	if rank == h.count {
		return toDuration(h.most)
	}
	var seen int64
	for _, b := range h.buckets {
		seen += b.count
		if seen >= rank {
			return toDuration(h.middle(b.index))
		}
	}
	return toDuration(h.most)
}

// middle is the value that stands for a bucket: its middle, or what is nearer to it of the least and the greatest.
func (h *Histogram) middle(index int) int64 {
	first, last := edges(index, h.precision)
	return min(max((first+last)/2, h.least), h.most)
}

// Share is the share (0 to 1) of durations at or below d, to the bucket that d lies in; 0 when there are none.
func (h *Histogram) Share(d time.Duration) float64 {
	if h.Count() == 0 {
		return 0
	}
	limit := bucketOf(microseconds(d), h.precision)
	var seen int64
	for _, b := range h.buckets {
		if b.index > limit {
			break
		}
		seen += b.count
	}
	return float64(seen) / float64(h.count)
}

// Buckets are the durations that were seen, in rising order and to the histogram's precision, with their counts.
func (h *Histogram) Buckets() iter.Seq2[time.Duration, int64] {
	return func(yield func(time.Duration, int64) bool) {
		if h == nil {
			return
		}
		for _, b := range h.buckets {
			if !yield(toDuration(h.middle(b.index)), b.count) {
				return
			}
		}
	}
}

// Merge is a histogram of the durations of both. It is as coarse as the coarser of them. It shares nothing with them that
// changes, unless one is empty: then it is the other.
func (h *Histogram) Merge(other *Histogram) *Histogram {
	switch {
	case h.Count() == 0:
		return other
	case other.Count() == 0:
		return h
	}
	precision := min(h.precision, other.precision)
	a, b := h.at(precision), other.at(precision)
	merged := &Histogram{
		precision: precision, count: a.count + b.count, sum: a.sum + b.sum,
		least: min(a.least, b.least), most: max(a.most, b.most),
		buckets: make([]bucket, 0, max(len(a.buckets), len(b.buckets))),
	}
	left, right := a.buckets, b.buckets
	for len(left) > 0 && len(right) > 0 {
		switch l, r := left[0], right[0]; {
		case l.index < r.index:
			merged.buckets, left = append(merged.buckets, l), left[1:]
		case l.index > r.index:
			merged.buckets, right = append(merged.buckets, r), right[1:]
		default:
			merged.buckets = append(merged.buckets, bucket{l.index, l.count + r.count})
			left, right = left[1:], right[1:]
		}
	}
	merged.buckets = append(append(merged.buckets, left...), right...)
	return merged
}

// Minus is a histogram without durations that are in it. Its least and greatest are those of what is left, to the
// histogram's precision.
func (h *Histogram) Minus(part *Histogram) *Histogram {
	if h.Count() == 0 || part.Count() == 0 {
		return h
	}
	rest := &Histogram{precision: min(h.precision, part.precision), sum: max(h.sum-part.sum, 0)}
	taken := make(map[int]int64, len(part.buckets))
	for _, b := range part.at(rest.precision).buckets {
		taken[b.index] = b.count
	}
	for _, b := range h.at(rest.precision).buckets {
		if left := b.count - taken[b.index]; left > 0 {
			rest.buckets = append(rest.buckets, bucket{b.index, left})
			rest.count += left
		}
	}
	if rest.count == 0 {
		return nil
	}
	first, _ := edges(rest.buckets[0].index, rest.precision)
	_, last := edges(rest.buckets[len(rest.buckets)-1].index, rest.precision)
	rest.least, rest.most = max(first, h.least), min(last, h.most)
	return rest
}

// repeated is a histogram of one duration a number of times.
func repeated(d time.Duration, count int64) *Histogram {
	if count == 0 {
		return nil
	}
	v := microseconds(d)
	return &Histogram{
		precision: fine, count: count, sum: v * count, least: v, most: v, buckets: []bucket{{bucketOf(v, fine), count}},
	}
}

// at is the histogram at a precision that is at most its own. Coarse buckets are made of whole fine ones, so it is the one
// that would have been recorded at that precision.
func (h *Histogram) at(precision uint8) *Histogram {
	if h == nil || h.precision == precision {
		return h
	}
	rough := &Histogram{
		precision: precision, count: h.count, sum: h.sum, least: h.least, most: h.most,
	}
	for _, b := range h.buckets {
		first, _ := edges(b.index, h.precision)
		index := bucketOf(first, precision)
		if n := len(rough.buckets); n > 0 && rough.buckets[n-1].index == index {
			rough.buckets[n-1].count += b.count
		} else {
			rough.buckets = append(rough.buckets, bucket{index, b.count})
		}
	}
	return rough
}
