package main

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/measure"
	"github.com/xk6-weaviate/xk6-weaviate/record"
)

// queue is a server that does one batch after the other, and those who send to it. Times are in seconds.
type queue struct {
	perSecond float64 // that it does
	users     int
	added     float64 // how long it takes until all users are there
	rate      float64 // of an open model; 0 for a closed one
}

// run is what is recorded of a queue until a time from which nothing is begun.
func (q *queue) run(until float64) *record.Run {
	var begins []float64 // in order: users that are free, and in an open model the batches that are due
	if q.rate > 0 {
		for i := range int(until * q.rate) {
			begins = append(begins, float64(i)/q.rate)
		}
	} else {
		for i := range q.users {
			begins = append(begins, float64(i)*q.added/float64(q.users))
		}
	}
	rows := make(map[int64]*record.BatchRow)
	row := func(at float64) *record.BatchRow {
		if rows[int64(at)] == nil {
			rows[int64(at)] = &record.BatchRow{At: int64(at), Duration: &record.Histogram{}}
		}
		return rows[int64(at)]
	}
	var ends []float64
	free := 0.0
	for len(begins) > 0 {
		begin := begins[0]
		begins = begins[1:]
		if n := len(ends); begin >= until || q.rate > 0 && n >= q.users && ends[n-q.users] > begin {
			continue // it is over, or all users are busy
		}
		free = max(free, begin) + 1/q.perSecond
		ends = append(ends, free)
		if q.rate == 0 {
			at, _ := slices.BinarySearch(begins, free)
			begins = slices.Insert(begins, at, free)
		}
		last := row(free)
		last.Batches++
		last.Duration.Add(seconds(free - begin))
		for at := begin; at < free; {
			next := min(free, float64(int64(at)+1))
			row(at).BatchTime += seconds(next - at).Microseconds()
			at = next
		}
	}
	// What began in the first ten seconds is another series: in a run, it is another phase.
	run := &record.Run{Series: []*record.Series{{Key: record.Key{Phase: measure.Ramp}}, {Key: record.Key{Phase: measure.Measured}}}}
	for at, r := range rows {
		line := &run.Series[min(at/10, 1)].Timeline
		line.Step, line.Rows = 1, append(line.Rows, *r)
	}
	return run
}

func seconds(n float64) time.Duration { return time.Duration(n * float64(time.Second)) }

// TestWindow: only a window that tells what is carried for long is steady, and of it nothing is cut off.
func TestWindow(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		queue      queue
		start, end int64
		steady     bool
		perSecond  float64
		p50        float64 // seconds
		inFlight   float64
	}{
		"few users":                            {queue{perSecond: 50, users: 1, added: 1}, 4, 12, true, 50, 0.02, 1},
		"a batch longer than the window":       {queue{perSecond: 50, users: 1000, added: 2}, 4, 12, false, 50, 7.2, 1000},
		"the queue has not been filled yet":    {queue{perSecond: 50, users: 1000, added: 20}, 5, 20, false, 50, 6, 600},
		"users were added over a batch's time": {queue{perSecond: 50, users: 1000, added: 20}, 40, 80, true, 50, 20, 1000},
		"a rate that is carried":               {queue{perSecond: 50, users: 1000, rate: 40}, 4, 12, true, 40, 0.02, 0.8},
		"a queue that grows":                   {queue{perSecond: 50, users: 1000, rate: 60}, 20, 60, false, 50, 6.7, 400},
		"a rate that finds all users busy":     {queue{perSecond: 50, users: 1000, rate: 100}, 40, 80, true, 50, 20, 1000},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			window := seconds(float64(c.end - c.start))
			found := completedIn(c.queue.run(float64(c.end)+1), c.start, c.end)
			require.Equal(t, c.steady, found.steady(window))
			require.InEpsilon(t, c.perSecond, float64(found.Batches)/window.Seconds(), 0.05)
			require.InEpsilon(t, c.p50, found.Duration.Quantile(0.5).Seconds(), 0.1)
			require.InEpsilon(t, c.inFlight, found.inFlight, 0.05)
		})
	}
	nothing := completedIn(&record.Run{}, 0, 8)
	require.False(t, nothing.steady(8*time.Second))
}

// TestExpect: the longer a batch may take, the longer it is warmed up and measured, up to a bound.
func TestExpect(t *testing.T) {
	t.Parallel()
	o := &settings{window: 8 * time.Second, longest: time.Minute}
	for name, c := range map[string]struct {
		step           step
		capacity       float64
		warmup, window time.Duration
	}{
		"nothing is known":              {step{users: 1000}, 0, before, o.window},
		"short batches":                 {step{users: 50}, 60, before, o.window},
		"batches of seconds":            {step{users: 240}, 60, 8 * time.Second, 20 * time.Second},
		"the longest window":            {step{users: 1000}, 60, 34 * time.Second, o.longest},
		"batches end at their limit":    {step{users: 1_000_000}, 60, o.longest, o.longest},
		"a rate that is carried":        {step{users: 1000, rate: 50}, 60, before, o.window},
		"a rate that fills the users":   {step{users: 240, rate: 72}, 60, 24 * time.Second, 20 * time.Second},
		"a rate that fills them slowly": {step{users: 240, rate: 60}, 60, o.longest, 20 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.step.expect(c.capacity, o)
			require.Equal(t, c.warmup, c.step.warmup)
			require.Equal(t, c.window, c.step.window)
		})
	}
}
