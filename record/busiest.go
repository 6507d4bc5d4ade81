package record

import (
	"math"
	"time"
)

// BusiestUse is what the busiest of some client processes used, each figure of the one in which it was the largest.
type BusiestUse struct {
	// CPU is the processor time, and Cores how many processors' worth of it could be used, of the process that used the largest share.
	CPU   time.Duration
	Cores float64
	// Wait is the 99th percentile of how long goroutines that could run waited for a processor, on average over the time.
	Wait time.Duration
	// Held is the share of the time in which a process was kept from running.
	Held float64
}

// enoughSeen is the share of a time that a process must have looked at itself for a figure of it to be known.
const enoughSeen = 0.8

// BusiestClient is what the busiest processes used between two times, in µs since 1970: one that is saturated measures itself, whatever the
// others do. It is unknown when one of them did not look.
func (r *Run) BusiestClient(from, to int64) (busiest BusiestUse, known bool) {
	length := float64(to - from)
	share := -1.0
	var wait float64
	for _, process := range r.Processes {
		var seen, used, waited, held float64 // µs, but for waited: µs of waiting × µs
		for i := range process.Client.Rows {
			row := &process.Client.Rows[i]
			begins := row.At * microsecondsPerSecond
			inside := float64(min(begins+row.Span, to) - max(begins, from))
			if inside <= 0 || row.Span <= 0 {
				continue
			}
			seen += inside
			used += float64(row.CPU) * inside / float64(row.Span)
			waited += float64(row.Latency) * inside
			held += float64(row.Held) * inside / float64(row.Span)
		}
		if seen == 0 || seen < enoughSeen*length {
			return BusiestUse{}, false
		}
		cores, of := process.Machine.Cores(), math.Inf(1) // where it is not known how many there are, their share is not, either
		if cores > 0 {
			of = used / seen / cores
		}
		if of > share {
			share = of
			busiest.CPU, busiest.Cores = fromMicroseconds(used/seen*length), cores
		}
		wait, busiest.Held = max(wait, waited/seen), max(busiest.Held, held/seen)
	}
	busiest.Wait = fromMicroseconds(wait)
	return busiest, share >= 0
}

func fromMicroseconds(us float64) time.Duration {
	return time.Duration(math.Round(us * float64(time.Microsecond)))
}
