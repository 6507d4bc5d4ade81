// Package schedule says what a run does when: a pure function of the time since its start. The scripts, the bench and the
// record all ask it, so that they cannot disagree.
package schedule

import (
	"fmt"
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
	// Strategies to run. One runs by itself, after a ramp; several run in blocks that alternate.
	Strategies []fanout.Strategy
	// Users is how many users (VUs) there are.
	Users int
	// SpawnRate is how many users start each second during the ramp of a single strategy.
	SpawnRate float64
	// RunTime is the length of the whole run, the ramp included.
	RunTime time.Duration
	// Rounds is how often each strategy gets its blocks; 0 for as many as RunTime holds, and at least MinRounds.
	Rounds int
	// Block is the length of a block. Its first Warmup does not count; in its last Drain no batch starts.
	Block, Warmup, Drain time.Duration
	// Settle is how long to wait, at most, before the run, until the server's times stop changing; 0 for not at all.
	Settle time.Duration
	// Seed decides the order of the strategies within each round.
	Seed uint64
}

// Schedule is the plan of one run.
type Schedule struct {
	options Options
	blocks  []fanout.Strategy // by number; empty when one strategy runs by itself
	perTurn int               // blocks in a round
}

// Moment is what a run does at some time since its start.
type Moment struct {
	Strategy fanout.Strategy
	Phase    measure.Phase
	// Block and Round count from 0; both are -1 when one strategy runs by itself.
	Block, Round int
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
	if len(o.Strategies) == 1 {
		return s, nil
	}
	// The baseline runs twice a round: how much the two differ is what a difference has to exceed.
	turn := slices.Clone(o.Strategies)
	if slices.Contains(turn, fanout.Baseline) {
		turn = append(turn, fanout.Baseline)
	}
	s.perTurn = len(turn)
	rounds := o.Rounds
	if rounds == 0 {
		rounds = max(MinRounds, int(o.RunTime/(o.Block*time.Duration(s.perTurn))))
	}
	random := rand.New(rand.NewPCG(o.Seed, 0)) //nolint:gosec // an order that can be repeated, not a secret
	for range rounds {
		random.Shuffle(len(turn), func(i, j int) { turn[i], turn[j] = turn[j], turn[i] })
		s.blocks = append(s.blocks, turn...)
	}
	return s, nil
}

func (o *Options) check() error {
	switch {
	case len(o.Strategies) == 0:
		return fmt.Errorf("no strategy is named: use one or more of %v", fanout.Strategies())
	case o.Users < 1:
		return fmt.Errorf("USERS is %d: use at least 1", o.Users)
	case o.RunTime <= 0:
		return fmt.Errorf("RUN_TIME is %v: use a duration above 0, like 5m", o.RunTime)
	}
	for i, strategy := range o.Strategies {
		if slices.Contains(o.Strategies[:i], strategy) {
			return fmt.Errorf("STRATEGY names %s twice: name each once", strategy)
		}
	}
	if len(o.Strategies) == 1 {
		return o.checkRamp()
	}
	switch {
	case o.Block <= 0 || o.Warmup < 0 || o.Drain < 0:
		return fmt.Errorf("BLOCK, WARMUP and DRAIN are %v, %v and %v: use durations, and a BLOCK above 0", o.Block, o.Warmup, o.Drain)
	case o.Warmup+o.Drain >= o.Block:
		return fmt.Errorf("WARMUP and DRAIN (%v and %v) leave nothing to measure of a BLOCK of %v: shorten them or lengthen it",
			o.Warmup, o.Drain, o.Block)
	case o.Rounds < 0:
		return fmt.Errorf("ROUNDS is %d: use at least 1", o.Rounds)
	}
	return nil
}

func (o *Options) checkRamp() error {
	if !(o.SpawnRate > 0) {
		return fmt.Errorf("SPAWN_RATE is %v: use a number of users a second above 0", o.SpawnRate)
	}
	if ramp := o.ramp(); ramp >= o.RunTime {
		return fmt.Errorf("the ramp takes %v (%d USERS at a SPAWN_RATE of %g a second) and RUN_TIME is %v, so nothing would be "+
			"measured: raise RUN_TIME or SPAWN_RATE, or lower USERS", ramp.Round(time.Millisecond), o.Users, o.SpawnRate, o.RunTime)
	}
	return nil
}

// ramp is how long it takes until all users are there.
func (o *Options) ramp() time.Duration {
	return time.Duration(float64(o.Users) / o.SpawnRate * float64(time.Second))
}

// Options are what the schedule was made from.
func (s *Schedule) Options() Options { return s.options }

// Ramp is how long users are added; 0 when the run starts at full strength.
func (s *Schedule) Ramp() time.Duration {
	if len(s.blocks) > 0 {
		return 0
	}
	return s.options.ramp()
}

// Blocks are the strategies of the blocks in their order; empty when one strategy runs by itself.
func (s *Schedule) Blocks() []fanout.Strategy { return s.blocks }

// Rounds is the number of rounds; 0 when one strategy runs by itself.
func (s *Schedule) Rounds() int {
	if s.perTurn == 0 {
		return 0
	}
	return len(s.blocks) / s.perTurn
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
		return s.options.RunTime - s.options.ramp()
	}
	var sum time.Duration
	for _, block := range s.blocks {
		if block == strategy {
			sum += s.options.Block - s.options.Warmup - s.options.Drain
		}
	}
	return sum
}

// At says what the run does at a time since its start.
func (s *Schedule) At(t time.Duration) Moment {
	o := &s.options
	if len(s.blocks) == 0 {
		m := Moment{Strategy: o.Strategies[0], Phase: measure.Measured, Block: -1, Round: -1}
		if t < o.ramp() {
			m.Phase = measure.Ramp
		}
		return m
	}
	block := int(t / o.Block)
	if block >= len(s.blocks) {
		last := len(s.blocks) - 1
		return Moment{
			Strategy: s.blocks[last], Phase: measure.Measured, Block: last, Round: last / s.perTurn, Wait: -1,
		}
	}
	m := Moment{Strategy: s.blocks[block], Phase: measure.Measured, Block: block, Round: block / s.perTurn}
	within := t - time.Duration(block)*o.Block
	if within < o.Warmup {
		m.Phase = measure.Warmup
	}
	if within >= o.Block-o.Drain {
		m.Wait = o.Block - within
	}
	return m
}
