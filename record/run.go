// Package record is the output `--out weaviate=FILE`: it takes whole batches off k6's sample channel into histograms and
// leaves them in a run file. A Run is what such a file holds: read it with Read, and put the parts of a run that several
// processes shared together with Merge.
package record

import (
	"slices"
	"time"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
)

// Run is what one run recorded. Nothing changes it once it is read or merged.
type Run struct {
	// Processes are the k6 processes that took part, in the order in which they began.
	Processes []*Process
	// Series are ordered by block, strategy, phase and search type.
	Series []*Series
}

// Info is what setup() told of the run; nil when it told nothing.
func (r *Run) Info() *measure.RunInfo {
	for _, p := range r.Processes {
		if p.Info != nil {
			return p.Info
		}
	}
	return nil
}

// Plan is the schedule of the run; nil when the script had none, or did not tell.
func (r *Run) Plan() *measure.Plan {
	if info := r.Info(); info != nil {
		return info.Plan
	}
	return nil
}

// Complete says whether every process came to its end and wrote all that it recorded.
func (r *Run) Complete() bool {
	return len(r.Processes) > 0 && !slices.ContainsFunc(r.Processes, func(p *Process) bool { return !p.Complete })
}

// Lost is how many batches of all processes were dispatched and not recorded, or recorded and not dispatched: 0 in a sound run.
func (r *Run) Lost() int64 {
	var sum int64
	for _, p := range r.Processes {
		sum += max(p.Lost(), -p.Lost())
	}
	return sum
}

// Batches is the number of batches, of all strategies and phases.
func (r *Run) Batches() int64 {
	var sum int64
	for _, s := range r.Series {
		sum += s.Batches()
	}
	return sum
}

// Strategies are those that ran, in the order of fanout.Strategies.
func (r *Run) Strategies() []fanout.Strategy {
	var ran []fanout.Strategy
	for _, strategy := range fanout.Strategies() {
		if slices.ContainsFunc(r.Series, func(s *Series) bool { return s.Strategy == strategy }) {
			ran = append(ran, strategy)
		}
	}
	return ran
}

// Total merges the series of a strategy's phase over all blocks; nil when there are none. Its key is that of the first of
// them, but for the block, which is -1.
func (r *Run) Total(strategy fanout.Strategy, phase measure.Phase) *Series {
	var total *Series
	for _, s := range r.Series {
		if s.Strategy != strategy || s.Phase != phase {
			continue
		}
		if total == nil {
			total = newSeries(Key{-1, phase, strategy, s.SearchType})
			total.Start, total.End = s.Start, s.End
		}
		total = total.Merge(s)
	}
	return total
}

func newSeries(key Key) *Series {
	return &Series{Key: key, Outcomes: make(map[fanout.Outcome]int64), Timeline: Timeline[BatchRow]{Step: 1}}
}

// Cores is how many processors' worth of time all processes together could use.
func (r *Run) Cores() float64 {
	var sum float64
	for _, p := range r.Processes {
		sum += p.Machine.Cores()
	}
	return sum
}

// ClientUse is what all processes used between two times, in µs since 1970. What adds up is added up, of rows that lie
// partly outside by their share; of the rest it is the greatest, but for the users, which are those of all processes.
func (r *Run) ClientUse(start, end int64) ClientRow {
	var all ClientRow
	for _, p := range r.Processes {
		length := p.Client.Step * microsecondsPerSecond
		var own ClientRow
		for _, row := range p.Client.Rows {
			at := row.At * microsecondsPerSecond
			if inside := min(end, at+length) - max(start, at); inside > 0 {
				own = own.merge(row.share(float64(inside) / float64(length)))
			}
		}
		users := all.Users + own.Users
		all = all.merge(own)
		all.Users = users
	}
	all.At = start / microsecondsPerSecond
	return all
}

// Measured is for how long in all a strategy was in the phase measure: by the plan, for the blocks that have batches, or
// without a plan from the first batch's dispatch to the last one's completion.
func (r *Run) Measured(strategy fanout.Strategy) time.Duration {
	var sum time.Duration
	var block *Series // of whatever search type
	for _, s := range r.Series {
		if s.Strategy != strategy || s.Phase != measure.Measured {
			continue
		}
		if block != nil && block.Block == s.Block {
			block = &Series{Key: s.Key, Start: min(block.Start, s.Start), End: max(block.End, s.End)}
			continue
		}
		sum += r.measured(block)
		block = s
	}
	return sum + r.measured(block)
}

// measured is how long a block was in the phase measure.
func (r *Run) measured(s *Series) time.Duration {
	if s == nil {
		return 0
	}
	plan := r.Plan()
	if plan == nil || (s.Block >= 0) != (len(plan.Blocks) > 0) {
		return s.Elapsed()
	}
	last := s.Block == r.Series[len(r.Series)-1].Block
	if last && (!r.Complete() || r.stopped()) {
		return min(s.Elapsed(), plan.Measured()) // the run may have ended within it
	}
	return plan.Measured()
}

func (r *Run) stopped() bool {
	return slices.ContainsFunc(r.Processes, func(p *Process) bool { return p.Stopped != "" })
}
