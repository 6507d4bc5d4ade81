package report

import (
	"fmt"
	"math"

	"github.com/xk6-weaviate/xk6-weaviate/measure"
	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

// rate is how many batches a second those parts of an open loop start that are here; 0 in a closed one.
func (p *part) rate() float64 { return float64(p.plan.Rate) * covered(p.run.Processes) }

// addRate says how many batches the rate makes in the time in which a strategy was measured, and how many of them did not start: k6 drops an
// iteration for which no user is free. They are what is missing, and not k6's own count of them, which knows no strategies and no phases.
func (p *part) addRate(r *Result) {
	if p.plan.Rate == 0 {
		return
	}
	r.Asked = int64(math.Round(p.rate() * r.Measured))
	// One may fall on either side of the edges of each time in which it was measured.
	if missing := r.Asked - r.Batches - p.canceled(r); missing > int64(p.measuredTimes(r)) {
		r.NotStarted = missing
	}
}

// canceled are the strategy's batches that the end of the run cut short: they did start.
func (p *part) canceled(r *Result) int64 {
	var sum int64
	for _, s := range p.run.Series {
		if s.Strategy == r.Strategy && s.Phase == measure.Canceled {
			sum += s.Batches()
		}
	}
	return sum
}

// measuredTimes is how many times a strategy was measured: its blocks, or once.
func (p *part) measuredTimes(r *Result) int {
	blocks := make(map[int]bool)
	for _, s := range p.run.Series {
		if s.Strategy == r.Strategy && s.Phase == measure.Measured {
			blocks[s.Block] = true
		}
	}
	return len(blocks)
}

// short says how far a strategy fell short of its rate; empty when it did not.
func (r *Result) short(load *Load, t verdict.Thresholds) string {
	if r.Asked == 0 || float64(r.NotStarted) <= (1-t.Carried)*float64(r.Asked) {
		return ""
	}
	users := (&Load{Users: load.Users}).Title()
	return fmt.Sprintf("With %s, %s of the %s batches that %g a second make did not start, because no user was free for them. "+
		"Its times are of a load that its %s limit, and not of that rate: raise USERS, or lower RATE.",
		r.Strategy, grouped(r.NotStarted), grouped(r.Asked), load.Rate, users)
}

// rateNotes say of which strategies the times are not those of the rate. Where nothing is judged, nothing else says that they do not answer what
// RATE asks.
func rateNotes(load *Load, t verdict.Thresholds) []Note {
	var notes []Note
	for i := range load.Results {
		short := load.Results[i].short(load, t)
		if short == "" {
			continue
		}
		if len(load.Verdicts) == 0 {
			short = "INVALID: " + short
		}
		notes = append(notes, Note{Text: short})
	}
	return notes
}

// NotStartedHint says what the column of batches that did not start is.
const NotStartedHint = "not started: batches of the rate for which no user was free (k6's dropped_iterations). They are in no time and no percentile."

// OpenLoop says whether any of it was measured at a rate.
func (r *Report) OpenLoop() bool {
	for i := range r.Tests {
		for j := range r.Tests[i].Loads {
			if r.Tests[i].Loads[j].Rate > 0 {
				return true
			}
		}
	}
	return false
}

// NotStartedShare is the share of the batches of the rate that did not start.
func (r *Result) NotStartedShare() Number {
	if r.Asked == 0 {
		return Number{}
	}
	return rounded(float64(r.NotStarted) / float64(r.Asked))
}

// NotStartedText is what a table has on the batches that did not start; empty in a closed loop, where none can be missing.
func (r *Result) NotStartedText() string {
	if r.Asked == 0 {
		return ""
	}
	text := grouped(r.NotStarted) + " of " + grouped(r.Asked)
	if r.NotStarted > 0 {
		text += " (" + r.NotStartedShare().Percent() + ")"
	}
	return text
}
