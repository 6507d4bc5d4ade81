package weaviate

import (
	"errors"
	"time"

	"github.com/grafana/sobek"
	"go.k6.io/k6/v2/lib"
	"go.k6.io/k6/v2/metrics"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/schedule"
)

// gracefulMargin is how much longer than a batch's limit k6 waits for users at the end of a run, so that the limit and not
// k6 ends a slow batch.
const gracefulMargin = 2 * time.Second

// scheduleObject is what new Schedule() makes.
type scheduleObject struct {
	mi       *instance
	schedule *schedule.Schedule
}

// newSchedule is the constructor new Schedule(): the plan that STRATEGY, USERS, RUN_TIME and the other variables ask for.
func (mi *instance) newSchedule(call sobek.ConstructorCall) *sobek.Object {
	plan, err := schedule.Read(func(name string) string { return mi.env.get(name, "") })
	if err != nil {
		mi.throw("%w", err)
	}
	s := &scheduleObject{mi, plan}
	mi.schedules[call.This] = plan
	rt := mi.vu.Runtime()
	strategies := make([]string, len(plan.Options().Strategies))
	for i, strategy := range plan.Options().Strategies {
		strategies[i] = string(strategy)
	}
	must(rt, call.This.Set("strategies", strategies))
	must(rt, call.This.Set("scenario", s.scenario()))
	must(rt, call.This.Set("rate", plan.Options().Rate))
	must(rt, call.This.Set("settle", plan.Options().Settle.Seconds()))
	must(rt, call.This.Set("now", s.now))
	must(rt, call.This.Set("untilStart", s.untilStart))
	made := time.Now()
	must(rt, call.This.Set("elapsed", func(sobek.FunctionCall) sobek.Value { return rt.ToValue(metrics.D(time.Since(made))) }))
	return nil
}

// untilStart is how long it is until START, in seconds as k6's sleep takes it, negative once it has passed; undefined when none is set.
func (s *scheduleObject) untilStart(sobek.FunctionCall) sobek.Value {
	start := s.schedule.Options().Start
	if start.IsZero() {
		return sobek.Undefined()
	}
	return s.mi.vu.Runtime().ToValue(time.Until(start).Seconds())
}

// scenario is the k6 scenario that carries the plan.
func (s *scheduleObject) scenario() map[string]any {
	o := s.schedule.Options()
	length, graceful := s.schedule.Length(), (fanout.DefaultTimeout + gracefulMargin).String()
	switch {
	case o.Rate > 0:
		return map[string]any{
			"executor": "constant-arrival-rate", "rate": o.Rate, "timeUnit": time.Second.String(), "duration": length.String(),
			"preAllocatedVUs": o.MostUsers(), "maxVUs": o.MostUsers(), "gracefulStop": graceful,
		}
	case len(o.Users) > 1:
		return ramping(o.Users[0], s.sweep(), graceful)
	case len(s.schedule.Blocks()) > 0:
		return map[string]any{
			"executor": "constant-vus", "vus": o.MostUsers(), "duration": length.String(), "gracefulStop": graceful,
		}
	default:
		ramp := s.schedule.Ramp()
		return ramping(1, []any{stage(o.MostUsers(), ramp), stage(o.MostUsers(), length-ramp)}, graceful)
	}
}

func ramping(start int, stages []any, graceful string) map[string]any {
	return map[string]any{
		"executor": "ramping-vus", "startVUs": start, "stages": stages, "gracefulStop": graceful, "gracefulRampDown": graceful,
	}
}

func stage(target int, d time.Duration) map[string]any {
	return map[string]any{"target": target, "duration": d.String()}
}

// sweep raises the users at once between its groups of rounds.
func (s *scheduleObject) sweep() []any {
	o := s.schedule.Options()
	group := s.schedule.Length() / time.Duration(len(o.Users))
	stages := []any{stage(o.Users[0], group)}
	for _, users := range o.Users[1:] {
		stages = append(stages, stage(users, 0), stage(users, group))
	}
	return stages
}

// momentObject is what the plan says about now. wait is in seconds, as k6's sleep takes it.
// A script passes it on as the params of run().
type momentObject struct {
	moment   schedule.Moment
	blockEnd time.Time // zero outside of blocks

	Strategy string  `js:"strategy"`
	Phase    string  `js:"phase"`
	Block    int     `js:"block"`
	Round    int     `js:"round"`
	Wait     float64 `js:"wait"`
}

func (s *scheduleObject) now(sobek.FunctionCall) sobek.Value {
	scenario := lib.GetScenarioState(s.mi.vu.Context())
	if scenario == nil {
		s.mi.throw("now: %w", errors.New("there is no time since the scenario's start outside of one: call it in the default function"))
	}
	now := time.Now()
	m := s.schedule.At(now.Sub(scenario.StartTime))
	var blockEnd time.Time
	if m.Block >= 0 {
		blockEnd = now.Add(m.Left)
	}
	return s.mi.vu.Runtime().ToValue(&momentObject{
		moment: m, blockEnd: blockEnd, Strategy: string(m.Strategy), Phase: string(m.Phase), Block: m.Block, Round: m.Round, Wait: m.Wait.Seconds(),
	})
}
