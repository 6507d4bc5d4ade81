package record

import "time"

// pages is how many pages of buckets the range of a histogram has: an hour has 32 bits of microseconds.
const pages = 33 - fine

// page holds the counts of neighbouring buckets: one power of two of microseconds, but for the first two.
type page [1 << fine]uint32

// counter is a histogram that is being recorded. A page is allocated when the first duration falls into it, so that one costs
// a few kilobytes: durations of one thing spread over a few powers of two.
type counter struct {
	count, sum  int64
	least, most int64
	pages       [pages]*page
}

func (c *counter) add(d time.Duration) {
	v := microseconds(d)
	if c.count == 0 {
		c.least, c.most = v, v
	}
	c.count++
	c.sum += v
	c.least, c.most = min(c.least, v), max(c.most, v)
	index := bucketOf(v, fine)
	at := &c.pages[index>>fine]
	if *at == nil {
		*at = new(page)
	}
	(*at)[index&(1<<fine-1)]++
}

// histogram is what was recorded; nil when that is nothing.
func (c *counter) histogram() *Histogram {
	if c.count == 0 {
		return nil
	}
	h := &Histogram{precision: fine, count: c.count, sum: c.sum, least: c.least, most: c.most}
	for i, p := range c.pages {
		if p == nil {
			continue
		}
		for j, n := range p {
			if n > 0 {
				h.buckets = append(h.buckets, bucket{i<<fine + j, int64(n)})
			}
		}
	}
	return h
}
