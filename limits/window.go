package main

import (
	"math"
	"time"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/record"
)

const (
	// batchesLong is how many batches of one user, one after the other, a window is to hold.
	batchesLong = 5
	// before is the least time in which users are added, or warm up.
	before = 2 * time.Second
	// littleApart is how far Little's law may be off in a window that is steady.
	littleApart = 0.1
)

// expect plans the step's warm-up and window by what a batch may take at the most: its share of the batches per second that the server,
// or the client, is known to carry. Beyond these, an open model needs as long as it takes until all users are busy; from then on, it is
// a closed one.
func (s *step) expect(capacity float64, o *settings) {
	s.warmup, s.window = before, o.window
	if capacity == 0 || s.rate > 0 && float64(s.rate) < capacity {
		return
	}
	took := min(float64(s.users)/capacity, fanout.DefaultTimeout.Seconds())
	fills := took // the time in which the users of a closed model are added: each sends its first batch at a time of its own
	if s.rate > 0 {
		fills = float64(s.users) / (float64(s.rate) - capacity)
	}
	s.warmup = within(fills+took, before, o.longest)
	s.window = within(batchesLong*took, o.window, o.longest)
}

// within is a number of seconds in whole ones, between two times.
func within(seconds float64, least, most time.Duration) time.Duration {
	if seconds >= most.Seconds() {
		return most
	}
	return max(least, time.Duration(math.Ceil(seconds))*time.Second)
}

// completed is what a run did in a window: of the batches that completed in it, whenever they began. None is cut off.
type completed struct {
	record.BatchRow

	inFlight float64 // batches, on average
}

// completedIn adds up a window's rows, of whichever phase the batches began in. Both times are in seconds since 1970: a row is one.
func completedIn(run *record.Run, start, end int64) completed {
	var c completed
	for _, series := range run.Series {
		for at, row := range series.Timeline.All() {
			if at.Unix() < start || at.Unix() >= end {
				continue
			}
			c.Batches += row.Batches
			c.Failed += row.Failed
			c.BatchTime += row.BatchTime
			c.Duration = c.Duration.Merge(row.Duration)
		}
	}
	c.inFlight, _ = c.InFlight(end - start)
	return c
}

// steady is Little's law: as many batches are in flight as complete each second, times what they took. Where they took less than those in flight
// will, the queue still grows, or most of what was sent in the window is still to come.
func (c *completed) steady(window time.Duration) bool {
	return c.Batches > 0 && math.Abs(c.Duration.Sum().Seconds()/window.Seconds()/c.inFlight-1) <= littleApart
}
