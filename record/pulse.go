package record

import (
	"sync/atomic"
	"time"
)

const (
	// pulseEvery is how long the pulse sleeps at a time.
	pulseEvery = 10 * time.Millisecond

	// pulseSlack is how late it may wake without having been held up: timers alone are late by a millisecond or two.
	pulseSlack = 5 * time.Millisecond
)

// pulse is a goroutine that sleeps and looks how late it wakes. When the process gets no processor (a quota is used up, a neighbour
// has it, the process was stopped), its own measurements do not show that: its goroutines seem not to wait, and it seems idle. This
// does. (The method is that of Gil Tene's jHiccup.)
type pulse struct {
	held atomic.Int64 // since it was asked last, in µs
}

// beat goes on until stop is closed.
func (p *pulse) beat(stop <-chan struct{}) {
	ticker := time.NewTimer(pulseEvery)
	defer ticker.Stop()
	for slept := time.Now(); ; {
		select {
		case <-ticker.C:
		case <-stop:
			return
		}
		now := time.Now()
		p.add(now.Sub(slept))
		slept = now
		ticker.Reset(pulseEvery)
	}
}

// add takes note of a sleep that took so long.
func (p *pulse) add(slept time.Duration) {
	if late := slept - pulseEvery; late > pulseSlack {
		p.held.Add(late.Microseconds())
	}
}

// take is how long the process was held up since this was asked last, in µs.
func (p *pulse) take() int64 { return p.held.Swap(0) }
