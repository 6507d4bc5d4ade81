package record

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
)

// maxCount bounds counts and sums that are read, so that adding them up cannot overflow.
const maxCount = 1 << 52

// histogramJSON is a histogram in a run file. Counts are those of neighbouring buckets; -n stands for n empty ones. Times are
// in microseconds.
type histogramJSON struct {
	Precision uint8           `json:"precision"`
	Sum       int64           `json:"sum"`
	Least     int64           `json:"least"`
	Most      int64           `json:"most"`
	Counts    json.RawMessage `json:"counts"`
}

// MarshalJSON implements json.Marshaler. Equal distributions have equal bytes.
func (h *Histogram) MarshalJSON() ([]byte, error) {
	if h.Count() == 0 {
		return []byte("null"), nil
	}
	counts := make([]byte, 0, 4*len(h.buckets))
	counts = append(counts, '[')
	next := 0
	for _, b := range h.buckets {
		if b.index > next {
			counts = append(strconv.AppendInt(counts, int64(next-b.index), 10), ',')
		}
		counts = append(strconv.AppendInt(counts, b.count, 10), ',')
		next = b.index + 1
	}
	counts[len(counts)-1] = ']'
	return json.Marshal(histogramJSON{h.precision, h.sum, h.least, h.most, counts})
}

// UnmarshalJSON implements json.Unmarshaler. It accepts only what MarshalJSON can have written.
func (h *Histogram) UnmarshalJSON(text []byte) error {
	var read histogramJSON
	if err := json.Unmarshal(text, &read); err != nil {
		return err
	}
	if read.Precision != fine && read.Precision != coarse {
		return fmt.Errorf("a histogram has a precision of %d", read.Precision)
	}
	*h = Histogram{precision: read.Precision, sum: read.Sum, least: read.Least, most: read.Most}
	if err := h.readCounts(read.Counts); err != nil {
		return err
	}
	return h.check()
}

func (h *Histogram) readCounts(text []byte) error {
	if len(text) < 3 || text[0] != '[' || text[len(text)-1] != ']' {
		return errors.New("a histogram has no counts")
	}
	end := bucketOf(longest, h.precision)
	index := 0
	for text = text[1:]; len(text) > 0; {
		n, length := leadingInt(text)
		if length == 0 || n == 0 || n > maxCount || n < -int64(end) {
			return errors.New("a histogram has a count that cannot be")
		}
		text = text[length+1:] // a comma or the closing bracket follows: leadingInt saw to it
		if n < 0 {
			index += int(-n)
			continue
		}
		if index > end {
			return errors.New("a histogram has more buckets than there are")
		}
		h.buckets = append(h.buckets, bucket{index, n})
		h.count += n
		index++
	}
	return nil
}

// leadingInt reads the whole number at the beginning of a list and says how long it is; a length of 0 says that there is
// none that a comma or the end of the list follows.
func leadingInt(text []byte) (n int64, length int) {
	negative := text[0] == '-'
	if negative {
		length++
	}
	start := length
	for ; length < len(text) && text[length] >= '0' && text[length] <= '9'; length++ {
		if n = n*10 + int64(text[length]-'0'); n > maxCount {
			return 0, 0
		}
	}
	if length == start || length == len(text) || text[length] != ',' && text[length] != ']' {
		return 0, 0
	}
	if negative {
		n = -n
	}
	return n, length
}

// check refuses a histogram that nothing can have recorded.
func (h *Histogram) check() error {
	if len(h.buckets) == 0 || h.count > maxCount || h.sum < 0 || h.sum > maxCount || h.most > longest || h.least < 0 {
		return errors.New("a histogram is empty or too large")
	}
	mean := float64(h.sum) / float64(h.count)
	if bucketOf(h.least, h.precision) != h.buckets[0].index ||
		bucketOf(h.most, h.precision) != h.buckets[len(h.buckets)-1].index ||
		mean < float64(h.least)-1 || mean > float64(h.most)+1 {
		return errors.New("the limits of a histogram are not those of its counts")
	}
	return nil
}
