package report

import (
	"cmp"
	"slices"
	"time"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
	"github.com/xk6-weaviate/xk6-weaviate/record"
	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

// part is the part of a run that a Test or a Load is made of.
type part struct {
	run      *record.Run
	plan     *measure.Plan // empty when the script had none
	info     *measure.RunInfo
	baseline fanout.Strategy
	// timeLimit is the batch limit.
	timeLimit time.Duration
	// start is when the first block began, or the run when it has none, in µs since 1970.
	start  int64
	blocks []*block
}

// block is a block that has begun.
type block struct {
	*record.Block

	// position is its place within its round, from 0.
	position int
	// from and to are the limits of its phase measure, in µs since 1970.
	from, to int64
	// whole says whether it ran from its beginning to its end.
	whole bool
	// judged is what it is judged by.
	judged verdict.Block
}

// newPart makes the part of a run that is of one search type.
func newPart(run *record.Run, searchType fanout.SearchType, baseline fanout.Strategy) *part {
	p := &part{run: &record.Run{Processes: run.Processes}, plan: run.Plan(), info: run.Info()}
	for _, s := range run.Series {
		if s.SearchType == searchType {
			p.run.Series = append(p.run.Series, s)
		}
	}
	if p.info == nil {
		p.info = &measure.RunInfo{}
	}
	if p.plan == nil {
		p.plan = &measure.Plan{}
	}
	p.timeLimit = fanout.DefaultTimeout
	if limit, err := time.ParseDuration(p.info.Options["timeout"]); err == nil && limit > 0 {
		p.timeLimit = limit
	}
	p.baseline = p.chooseBaseline(baseline)
	p.start = p.findStart()
	p.findBlocks()
	return p
}

// chooseBaseline is the strategy that was asked for, if it ran; else fanout.Baseline or, when that did not run, the first of
// the plan: the one that ran twice a round.
func (p *part) chooseBaseline(asked fanout.Strategy) fanout.Strategy {
	ran := p.run.Strategies()
	candidates := append([]fanout.Strategy{asked, fanout.Baseline}, p.plan.Strategies...)
	for _, candidate := range append(candidates, ran...) {
		if slices.Contains(ran, candidate) {
			return candidate
		}
	}
	return fanout.Baseline
}

// findStart tells when the first block began from when the first batches of all blocks were dispatched: none can have been
// dispatched before its block. What setup() of a script sends is in no block, and comes before the first.
func (p *part) findStart() int64 {
	var start int64
	for _, s := range p.run.Series {
		if s.Block < 0 && len(p.plan.Blocks) > 0 {
			continue
		}
		began := s.Start - int64(max(s.Block, 0))*p.plan.Block.Microseconds()
		if start == 0 || began < start {
			start = began
		}
	}
	if start == 0 && len(p.run.Processes) > 0 {
		start = p.run.Processes[0].Start
	}
	return start
}

// origin is what times are told from: the second in which the run began, in seconds since 1970.
func (p *part) origin() int64 { return p.start / 1e6 }

func (p *part) findBlocks() {
	inRound := make(map[int]int)
	for _, b := range p.run.Blocks() {
		if b.Round < 0 && len(p.plan.Blocks) > 0 {
			continue // the plan knows nothing of it
		}
		began := p.start + int64(b.Number)*p.plan.Block.Microseconds()
		own := &block{Block: b, position: inRound[b.Round]}
		inRound[b.Round]++
		if b.Round < 0 { // it was not planned
			if b.Measure != nil {
				own.from, own.to = b.Measure.Start, b.Measure.End
			}
		} else {
			own.from = began + p.plan.Warmup.Microseconds()
			own.to = own.from + p.plan.Measured().Microseconds()
		}
		own.whole = b.Round >= 0 && p.ranUntil(began+p.plan.Block.Microseconds())
		if !own.whole && b.Measure == nil {
			continue // it never began to be measured
		}
		own.judged = p.judged(own)
		p.blocks = append(p.blocks, own)
	}
}

// ranUntil says whether all processes recorded up to a time, in µs since 1970.
func (p *part) ranUntil(end int64) bool {
	return !slices.ContainsFunc(p.run.Processes, func(process *record.Process) bool {
		return (!process.Complete || process.Stopped != "") && process.End < end
	})
}

// users are the numbers of users that there are blocks of, in rising order. Without blocks it is the one of the plan; 0 when
// there is none.
func (p *part) users() []int {
	var users []int
	for _, b := range p.blocks {
		users = append(users, b.Users)
	}
	if len(users) == 0 && len(p.plan.Users) > 0 {
		users = append(users, slices.Max(p.plan.Users))
	}
	if len(users) == 0 {
		users = append(users, 0)
	}
	slices.Sort(users)
	return slices.Compact(users)
}

// under is the part of the blocks of a number of users. In a run without blocks it is the whole.
func (p *part) under(users int) *part {
	own := *p
	if len(p.blocks) == 0 {
		return &own
	}
	own.blocks = slices.DeleteFunc(slices.Clone(p.blocks), func(b *block) bool { return b.Users != users })
	numbers := make(map[int]bool)
	for _, b := range own.blocks {
		numbers[b.Number] = true
	}
	own.run = &record.Run{Processes: p.run.Processes}
	for _, s := range p.run.Series {
		if numbers[s.Block] {
			own.run.Series = append(own.run.Series, s)
		}
	}
	return &own
}

// windows are the times during which a strategy was measured, in µs since 1970.
func (p *part) windows(strategy fanout.Strategy) [][2]int64 {
	var windows [][2]int64
	for _, b := range p.blocks {
		if b.Strategy == strategy {
			windows = append(windows, [2]int64{b.from, b.to})
		}
	}
	for _, s := range p.run.Series {
		if len(p.blocks) == 0 && s.Strategy == strategy && s.Phase == measure.Measured {
			windows = append(windows, [2]int64{s.Start, s.End})
		}
	}
	return windows
}

// searchTypes are those that a run has batches of, in their order.
func searchTypes(run *record.Run) []fanout.SearchType {
	var found []fanout.SearchType
	for _, s := range run.Series {
		if !slices.Contains(found, s.SearchType) {
			found = append(found, s.SearchType)
		}
	}
	order := fanout.SearchTypes()
	slices.SortFunc(found, func(a, b fanout.SearchType) int {
		return cmp.Or(cmp.Compare(slices.Index(order, a), slices.Index(order, b)), cmp.Compare(a, b))
	})
	return found
}
