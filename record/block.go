package record

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
)

// Block is one strategy running for some seconds inside a run.
type Block struct {
	Number int
	// Round and Users are those of the plan; -1 and 0 when there is none.
	Round, Users int
	Strategy     fanout.Strategy
	// Warmup and Measure are the block's two phases; nil when no batch was dispatched in one.
	Warmup, Measure *Series
	// Measured is for how long the block was in the phase measure.
	Measured time.Duration
	// Client is what all client processes used in that time. Its CPU is to be held against Run.Cores.
	Client ClientRow
	// Server is what the server used during the block, its warm-up included; nil when it was not asked or did not answer.
	Server *ServerSpan
}

// Batches is the number of batches of both phases.
func (b *Block) Batches() int64 {
	var sum int64
	for _, s := range []*Series{b.Warmup, b.Measure} {
		if s != nil {
			sum += s.Batches()
		}
	}
	return sum
}

// Blocks are the blocks of the plan, also those in which nothing was recorded, and those that have batches without being
// planned. They are ordered by number.
func (r *Run) Blocks() []*Block {
	type key struct {
		number   int
		strategy fanout.Strategy
	}
	blocks := make(map[key]*Block)
	if plan := r.Plan(); plan != nil {
		for i, planned := range plan.Blocks {
			blocks[key{i, planned.Strategy}] = &Block{
				Number: i, Round: planned.Round, Users: planned.Users, Strategy: planned.Strategy,
			}
		}
	}
	for _, s := range r.Series {
		if s.Block < 0 || s.Phase == measure.Canceled {
			continue
		}
		k := key{s.Block, s.Strategy}
		b := blocks[k]
		if b == nil {
			b = &Block{Number: s.Block, Round: -1, Strategy: s.Strategy}
			blocks[k] = b
		}
		if s.Phase == measure.Warmup {
			b.Warmup = b.Warmup.orMerge(s)
		} else {
			b.Measure = b.Measure.orMerge(s)
		}
	}
	ordered := slices.SortedFunc(maps.Values(blocks), func(a, b *Block) int {
		return cmp.Or(cmp.Compare(a.Number, b.Number), cmp.Compare(a.Strategy, b.Strategy))
	})
	for _, b := range ordered {
		b.Server = r.serverSpan(b.Number)
		if b.Measure != nil {
			b.Measured = r.measured(b.Measure)
			b.Client = r.ClientUse(b.Measure.Start, b.Measure.Start+b.Measured.Microseconds())
		}
	}
	return ordered
}

// orMerge is other, merged into the series if there is one.
func (s *Series) orMerge(other *Series) *Series {
	if s == nil {
		return other
	}
	return s.Merge(other)
}

// serverSpan is what the server used in a block, as the first process tells that knows it.
func (r *Run) serverSpan(block int) *ServerSpan {
	for _, p := range r.Processes {
		if p.Server == nil {
			continue
		}
		for _, s := range p.Server.Spans {
			if s.Block == block && s.Phase == "" {
				return s
			}
		}
	}
	return nil
}
