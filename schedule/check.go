package schedule

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

const (
	// maxBlocks is more than a week of blocks, and what a run file's plan has room for.
	maxBlocks = 20_000
	// maxUsers is more than one machine can be.
	maxUsers = 1_000_000
	// maxDuration is longer than anybody waits.
	maxDuration = 365 * 24 * time.Hour
)

// check says what is wrong with the options, by the names of the variables that set them.
func (o *Options) check() error {
	switch {
	case len(o.Strategies) == 0:
		return fmt.Errorf("STRATEGY names none: use one or more of %v", fanout.Strategies())
	case len(o.Users) == 0 || slices.Min(o.Users) < 1:
		return fmt.Errorf("USERS is %v: use at least 1", o.Users)
	case o.MostUsers() > maxUsers:
		return fmt.Errorf("USERS is %d: use at most %d", o.MostUsers(), maxUsers)
	case max(o.RunTime, o.Block, o.Warmup, o.Drain, o.Settle) > maxDuration:
		return fmt.Errorf("RUN_TIME, BLOCK, WARMUP, DRAIN and SETTLE are %v, %v, %v, %v and %v: use at most a year",
			o.RunTime, o.Block, o.Warmup, o.Drain, o.Settle)
	case o.RunTime <= 0:
		return fmt.Errorf("RUN_TIME is %v: use a duration above 0, like 5m", o.RunTime)
	case o.Rate < 0:
		return fmt.Errorf("RATE is %d: use at least 1 batch a second", o.Rate)
	case o.Rate > 0 && len(o.Users) > 1:
		return errors.New("RATE and a list of USERS contradict one another: at a fixed rate, USERS is only the most batches at once; give one number")
	}
	for i, strategy := range o.Strategies {
		if slices.Contains(o.Strategies[:i], strategy) {
			return fmt.Errorf("STRATEGY names %s twice: name each once (the baseline runs twice a round by itself)", strategy)
		}
	}
	for i, users := range o.Users[1:] {
		if users <= o.Users[i] {
			return fmt.Errorf("USERS has %d after %d: write a sweep in rising order, each number once", users, o.Users[i])
		}
	}
	if o.inBlocks() {
		return o.checkBlocks()
	}
	return o.checkAlone()
}

func (o *Options) checkBlocks() error {
	switch {
	case o.Block <= 0 || o.Warmup < 0 || o.Drain < 0:
		return fmt.Errorf("BLOCK, WARMUP and DRAIN are %v, %v and %v: use durations, and a BLOCK above 0", o.Block, o.Warmup, o.Drain)
	case o.Warmup+o.Drain >= o.Block:
		return fmt.Errorf("WARMUP and DRAIN (%v and %v) leave nothing to measure of a BLOCK of %v: shorten them or lengthen it",
			o.Warmup, o.Drain, o.Block)
	case o.Rounds < 0:
		return fmt.Errorf("ROUNDS is %d: use at least 1", o.Rounds)
	}
	rounds := cmp.Or(o.Rounds, MinRounds)
	if rounds > maxBlocks/(o.perRound()*len(o.Users)) || o.RunTime/o.Block > maxBlocks {
		return fmt.Errorf("a BLOCK of %v, a RUN_TIME of %v and %d ROUNDS make more than %d blocks: lengthen the one or lower the others",
			o.Block, o.RunTime, o.Rounds, maxBlocks)
	}
	return nil
}

func (o *Options) checkAlone() error {
	if o.Rate > 0 {
		if o.Warmup >= o.RunTime {
			return fmt.Errorf("WARMUP takes %v and RUN_TIME is %v, so nothing would be measured: raise RUN_TIME or lower WARMUP",
				o.Warmup, o.RunTime)
		}
		return nil
	}
	if !(o.SpawnRate > 0) {
		return fmt.Errorf("SPAWN_RATE is %v: use a number of users a second above 0", o.SpawnRate)
	}
	if seconds := float64(o.MostUsers()) / o.SpawnRate; seconds > maxDuration.Seconds() {
		return fmt.Errorf("SPAWN_RATE is %g: at that, %d USERS take longer than a year to be there", o.SpawnRate, o.MostUsers())
	}
	if ramp := o.ramp(); ramp >= o.RunTime {
		return fmt.Errorf("the ramp takes %v (%d USERS at a SPAWN_RATE of %g a second) and RUN_TIME is %v, so nothing would be "+
			"measured: raise RUN_TIME or SPAWN_RATE, or lower USERS", ramp.Round(time.Millisecond), o.MostUsers(), o.SpawnRate, o.RunTime)
	}
	return nil
}
