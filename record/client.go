package record

import (
	"math"
	"runtime/debug"
	"runtime/metrics"
	"sync"
	"sync/atomic"
	"time"
)

// ClientRow is what a k6 process used in one step.
type ClientRow struct {
	// At is the beginning of the step, in seconds since 1970.
	At int64 `json:"at"`
	// Span is the time that was looked at, in µs: a second, and more when the process did not get to look in time.
	Span int64 `json:"span"`
	// CPU is the processor time that was used, in µs.
	CPU int64 `json:"cpu"`
	// Throttled is how long the process, or what shares its quota, was kept from running by it, in µs. Linux only.
	Throttled int64 `json:"throttled,omitempty"`
	// Held is how long the process was kept from running by whatever it was, in µs. (It may seem to itself to be idle then.)
	Held int64 `json:"held,omitempty"`
	// Memory is what the process held of the machine's, Heap what was in use of it, in bytes.
	Memory int64 `json:"memory"`
	Heap   int64 `json:"heap"`
	// Collections is the number of garbage collections, Pause how long they stopped everything, in µs.
	Collections int64 `json:"collections,omitempty"`
	Pause       int64 `json:"pause,omitempty"`
	// Latency is the 99th percentile of how long goroutines that could run waited for a processor, in µs.
	Latency    int64 `json:"latency,omitempty"`
	Goroutines int64 `json:"goroutines"`
	// Users is the number of users (VUs) that were active.
	Users int64 `json:"users"`
	// Dropped is the number of iterations that an open model could not start in time.
	Dropped int64 `json:"dropped,omitempty"`
}

func (r ClientRow) at() int64 { return r.At }

func (r ClientRow) moveTo(at int64) ClientRow {
	r.At = at
	return r
}

// merge adds what adds up and takes the greater of what does not.
func (r ClientRow) merge(other ClientRow) ClientRow {
	return ClientRow{
		At: r.At, Span: r.Span + other.Span, CPU: r.CPU + other.CPU, Throttled: r.Throttled + other.Throttled,
		Held:   r.Held + other.Held,
		Memory: max(r.Memory, other.Memory), Heap: max(r.Heap, other.Heap),
		Collections: r.Collections + other.Collections, Pause: r.Pause + other.Pause,
		Latency: max(r.Latency, other.Latency), Goroutines: max(r.Goroutines, other.Goroutines),
		Users: max(r.Users, other.Users), Dropped: r.Dropped + other.Dropped,
	}
}

// share is a part of what was used, as if it had been used evenly.
func (r ClientRow) share(part float64) ClientRow {
	for _, n := range []*int64{&r.Span, &r.CPU, &r.Throttled, &r.Held, &r.Collections, &r.Pause, &r.Dropped} {
		*n = int64(math.Round(part * float64(*n)))
	}
	return r
}

// The runtime's own measurements, in the order of clientWatch.runtime.
const (
	heapMetric = iota
	totalMetric
	releasedMetric
	goroutinesMetric
	latencyMetric
)

// clientWatch looks at this process once a second.
type clientWatch struct {
	users   atomic.Int64
	dropped atomic.Int64
	pulse   pulse

	// what was seen last
	time      time.Time
	cpu       time.Duration
	throttled time.Duration
	gc        debug.GCStats
	latencies []uint64
	runtime   []metrics.Sample

	mutex    sync.Mutex
	timeline Timeline[ClientRow]
}

func newClientWatch() *clientWatch {
	w := &clientWatch{runtime: []metrics.Sample{
		heapMetric:       {Name: "/memory/classes/heap/objects:bytes"},
		totalMetric:      {Name: "/memory/classes/total:bytes"},
		releasedMetric:   {Name: "/memory/classes/heap/released:bytes"},
		goroutinesMetric: {Name: "/sched/goroutines:goroutines"},
		latencyMetric:    {Name: "/sched/latencies:seconds"},
	}}
	w.look(time.Now()) // what was used before does not count
	return w
}

// watch adds a row for every second until stop is closed, and one for what is left of the last. at tells a time in seconds
// since 1970.
func (w *clientWatch) watch(stop <-chan struct{}, at func(time.Time) int64) {
	timer := time.NewTimer(untilNextSecond(time.Now()))
	defer timer.Stop()
	for running := true; running; {
		select {
		case <-timer.C:
		case <-stop:
			running = false
		}
		began, now := w.time, time.Now()
		row := w.look(now)
		row.At = at(began)
		w.mutex.Lock()
		w.timeline = w.timeline.append(row)
		w.mutex.Unlock()
		timer.Reset(untilNextSecond(now))
	}
}

func untilNextSecond(now time.Time) time.Duration {
	return now.Truncate(time.Second).Add(time.Second).Sub(now)
}

// rows are those that there are.
func (w *clientWatch) rows() Timeline[ClientRow] {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	return Timeline[ClientRow]{w.timeline.Step, append([]ClientRow(nil), w.timeline.Rows...)}
}

// look says what was used since it looked last.
func (w *clientWatch) look(now time.Time) ClientRow {
	cpu, throttled := cpuTime(), cpuThrottled()
	collected, paused := w.gc.NumGC, w.gc.PauseTotal
	debug.ReadGCStats(&w.gc)
	metrics.Read(w.runtime)
	row := ClientRow{
		Span: now.Sub(w.time).Microseconds(), CPU: (cpu - w.cpu).Microseconds(),
		Throttled: (throttled - w.throttled).Microseconds(), Held: w.pulse.take(),
		Heap: w.count(heapMetric), Memory: residentMemory(), Goroutines: w.count(goroutinesMetric),
		Collections: w.gc.NumGC - collected, Pause: (w.gc.PauseTotal - paused).Microseconds(),
		Latency: w.latency().Microseconds(), Users: w.users.Load(), Dropped: w.dropped.Swap(0),
	}
	if row.Memory == 0 {
		// Where the system does not tell: what the runtime holds of the machine's memory.
		row.Memory = w.count(totalMetric) - w.count(releasedMetric)
	}
	w.time, w.cpu, w.throttled = now, cpu, throttled
	return row
}

func (w *clientWatch) count(metric int) int64 {
	return int64(w.runtime[metric].Value.Uint64()) //nolint:gosec // bytes and goroutines
}

// latency is the 99th percentile of the scheduler's latencies since it was asked last.
func (w *clientWatch) latency() time.Duration {
	h := w.runtime[latencyMetric].Value.Float64Histogram()
	if w.latencies == nil {
		w.latencies = make([]uint64, len(h.Counts))
	}
	var all uint64
	for i, n := range h.Counts {
		all += n - w.latencies[i]
	}
	above := all / 100 // the share that may be longer
	percentile := 0.0
	for i := len(h.Counts) - 1; i >= 0; i-- {
		n := h.Counts[i] - w.latencies[i]
		if n > above {
			percentile = h.Buckets[i+1]
			if math.IsInf(percentile, 1) {
				percentile = h.Buckets[i]
			}
			break
		}
		above -= n
	}
	copy(w.latencies, h.Counts)
	return time.Duration(percentile * float64(time.Second))
}
