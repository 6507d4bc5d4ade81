// Package schedule says what a run does when: a pure function of the time since its start. The scripts, the bench and the
// record all ask it, so that they cannot disagree.
package schedule

import (
	"math/rand/v2"
	"slices"
	"time"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
)

// MinRounds is the fewest rounds that a run gets when none are asked for: below it, an interval over rounds says little.
const MinRounds = 6

// Options are what a schedule is made from.
type Options struct {
	// Strategies to run. One runs by itself; several run in blocks that alternate.
	Strategies []fanout.Strategy
	// Users is how many users (VUs) there are. Several numbers are a sweep: a group of rounds for each, in rising order.
	Users []int
	// SpawnRate is how many users start each second during the ramp of a single strategy.
	SpawnRate float64
	// Rate is how many batches start each second, whatever becomes of those before (an open model); 0 for a closed loop, in
	// which each user starts a batch once the one before has ended.
	Rate int
	// RunTime is the length of the whole run, the ramp included.
	RunTime time.Duration
	// Rounds is how often each strategy gets its blocks for each number of users; 0 for as many as RunTime holds, and at
	// least MinRounds.
	Rounds int
	// Block is the length of a block. Its first Warmup does not count; in its last Drain no batch starts.
	Block, Warmup, Drain time.Duration
	// Settle is how long to wait, at most, before the run, until the server's times stop changing; 0 for not at all.
	Settle time.Duration
	// Start is when the run begins, at the earliest, by the machine's clock; zero for once it is ready. Processes that share a run begin
	// together by it.
	Start time.Time
	// Seed decides the order of the strategies within each round.
	Seed uint64
}

// Schedule is the plan of one run.
type Schedule struct {
	options  Options
	blocks   []Block // empty when one strategy runs by itself
	perRound int     // blocks in a round
}

// Block is one strategy running for some seconds inside a run.
type Block struct {
	Strategy fanout.Strategy
	// Round counts from 0, over all numbers of users.
	Round int
	Users int
}

// Moment is what a run does at some time since its start.
type Moment struct {
	Strategy fanout.Strategy
	Phase    measure.Phase
	// Block and Round count from 0; both are -1 when one strategy runs by itself.
	Block, Round int
	// Left is the time until the end of the block; 0 when one strategy runs by itself.
	Left time.Duration
	// Wait is how long no batch must start: above 0 in a block's drain, and negative after the last block. One strategy by
	// itself never waits: k6 ends it.
	Wait time.Duration
}

// New checks the options and makes the schedule.
func New(o Options) (*Schedule, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	s := &Schedule{options: o}
	if !o.inBlocks() {
		return s, nil
	}
	round := slices.Clone(o.Strategies)
	if len(round) > 1 {
		// The baseline runs twice a round: how much the two differ is what a difference has to exceed.
		round = append(round, o.Baseline())
	}
	s.perRound = o.perRound()
	rounds := o.Rounds
	if rounds == 0 {
		rounds = max(MinRounds, int(o.RunTime/o.Block)/(s.perRound*len(o.Users)))
	}
	random := rand.New(rand.NewPCG(o.Seed, 0)) //nolint:gosec // an order that can be repeated, not a secret
	for i := range rounds * len(o.Users) {
		random.Shuffle(len(round), func(i, j int) { round[i], round[j] = round[j], round[i] })
		for _, strategy := range round {
			s.blocks = append(s.blocks, Block{strategy, i, o.Users[i/rounds]})
		}
	}
	return s, nil
}

// perRound is how many blocks a round has.
func (o *Options) perRound() int {
	if len(o.Strategies) > 1 {
		return len(o.Strategies) + 1
	}
	return 1
}

// inBlocks says whether the run is divided into blocks.
func (o *Options) inBlocks() bool { return len(o.Strategies) > 1 || len(o.Users) > 1 }

// Baseline is the strategy that the others are compared with: fanout.Baseline if it runs, else the first.
func (o *Options) Baseline() fanout.Strategy {
	if slices.Contains(o.Strategies, fanout.Baseline) {
		return fanout.Baseline
	}
	return o.Strategies[0]
}

// MostUsers is the largest number of users.
func (o *Options) MostUsers() int { return slices.Max(o.Users) }

// ramp is how long it takes until all users are there. In an open model, users stand by from the beginning.
func (o *Options) ramp() time.Duration {
	if o.Rate > 0 || o.inBlocks() {
		return 0
	}
	return time.Duration(float64(o.MostUsers()) / o.SpawnRate * float64(time.Second))
}

// Options are what the schedule was made from.
func (s *Schedule) Options() Options { return s.options }

// Ramp is how long users are added; 0 when the run starts at full strength.
func (s *Schedule) Ramp() time.Duration { return s.options.ramp() }

// Blocks are the blocks in their order; empty when one strategy runs by itself.
func (s *Schedule) Blocks() []Block { return s.blocks }

// Rounds is the number of rounds, over all numbers of users; 0 when one strategy runs by itself.
func (s *Schedule) Rounds() int {
	if s.perRound == 0 {
		return 0
	}
	return len(s.blocks) / s.perRound
}

// Length is how long the run takes, without what batches in flight take at its end.
func (s *Schedule) Length() time.Duration {
	if len(s.blocks) == 0 {
		return s.options.RunTime
	}
	return s.options.Block * time.Duration(len(s.blocks))
}

// Measured is for how long in all a strategy is measured.
func (s *Schedule) Measured(strategy fanout.Strategy) time.Duration {
	if len(s.blocks) == 0 {
		return s.options.RunTime - s.before()
	}
	var sum time.Duration
	for _, block := range s.blocks {
		if block.Strategy == strategy {
			sum += s.options.Block - s.options.Warmup - s.options.Drain
		}
	}
	return sum
}

// before is how long a strategy by itself runs until it counts.
func (s *Schedule) before() time.Duration {
	if len(s.blocks) > 0 {
		return 0
	}
	if s.options.Rate > 0 {
		return s.options.Warmup
	}
	return s.options.ramp()
}

// At says what the run does at a time since its start.
func (s *Schedule) At(t time.Duration) Moment {
	if len(s.blocks) == 0 {
		return s.alone(t)
	}
	o := &s.options
	number := int(t / o.Block)
	if number >= len(s.blocks) {
		number = len(s.blocks) - 1
		last := s.blocks[number]
		return Moment{Strategy: last.Strategy, Phase: measure.Measured, Block: number, Round: last.Round, Wait: -1}
	}
	block := s.blocks[number]
	within := t - time.Duration(number)*o.Block
	m := Moment{
		Strategy: block.Strategy, Phase: measure.Measured, Block: number, Round: block.Round, Left: o.Block - within,
	}
	if within < o.Warmup {
		m.Phase = measure.Warmup
	}
	if m.Left <= o.Drain {
		m.Wait = m.Left
	}
	return m
}

// alone is what a strategy that runs by itself does.
func (s *Schedule) alone(t time.Duration) Moment {
	m := Moment{Strategy: s.options.Strategies[0], Phase: measure.Measured, Block: -1, Round: -1}
	if t < s.before() {
		m.Phase = measure.Ramp
		if s.options.Rate > 0 {
			m.Phase = measure.Warmup
		}
	}
	return m
}
