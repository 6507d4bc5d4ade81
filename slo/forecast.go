package slo

import (
	"math"
	"time"
)

// Forecast is what a search takes.
type Forecast struct {
	// Trials are all, and Long those of them that settle what a rate is.
	Trials, Long int
	// Measured is how long they are measured in all.
	Measured time.Duration
}

// Forecast is what it takes to search a server that carries a rate: all batches are fast up to it, and slow above.
func (o Options) Forecast(carries int) Forecast {
	o.Tell = nil
	var f Forecast
	// Nothing here returns an error.
	_, _ = Search(o, func(rate int, measured time.Duration, confirms bool) (Trial, error) {
		f.Trials++
		f.Measured += measured
		if confirms {
			f.Long++
		}
		t := Trial{Batches: int64(float64(rate) * measured.Seconds())}
		if rate > carries {
			t.Slow = t.Batches
		}
		return t, nil
	})
	return f
}

// Longest is the most that a search takes, whose last trial may begin just before it is over, and for how long a rate is tried to settle what it
// is.
func (o Options) Longest() (all Forecast, one time.Duration) {
	one = mostTimes * o.Trial
	return Forecast{Trials: mostTrials, Measured: searchTimes*o.Trial + one}, one
}

// Confirmable is the lowest rate that can be confirmed, as there are too few batches at a lower one in the time that a rate has, even when none
// of them is slow or fails; batches is how many it takes.
func (o Options) Confirmable() (rate int, batches int64) {
	var none evidence
	batches = int64(math.Ceil(none.lacks(o.Objective, settling)))
	_, one := o.Longest()
	return int(math.Ceil(float64(batches) / one.Seconds())), batches
}
