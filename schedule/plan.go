package schedule

import "github.com/xk6-weaviate/xk6-weaviate/measure"

// Plan is the schedule as a run file holds it.
func (s *Schedule) Plan() *measure.Plan {
	o := &s.options
	plan := &measure.Plan{
		Seed: o.Seed, Strategies: o.Strategies, Users: o.Users, Rate: o.Rate, RunTime: s.Length(), Ramp: s.Ramp(),
	}
	if len(s.blocks) == 0 {
		plan.Warmup = s.before() - s.Ramp() // of a run at a rate
		return plan
	}
	plan.Block, plan.Warmup, plan.Drain = o.Block, o.Warmup, o.Drain
	plan.Blocks = make([]measure.PlannedBlock, len(s.blocks))
	for i, block := range s.blocks {
		plan.Blocks[i] = measure.PlannedBlock{Strategy: block.Strategy, Round: block.Round, Users: block.Users}
	}
	return plan
}
