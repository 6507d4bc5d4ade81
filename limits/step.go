package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
	"github.com/xk6-weaviate/xk6-weaviate/record"
	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

// step is a client under one load, and what it took.
type step struct {
	strategy fanout.Strategy
	users    int
	rate     int // batches per second of an open model; 0 for a closed one

	perSecond   float64 // batches
	steady      bool    // the window holds enough batches, one after the other, for perSecond to be true
	failed      int64
	batches     int64
	dropped     int64 // that an open model could not start
	lost        int64 // dispatched and not recorded
	p50, p99    time.Duration
	cpu         float64 // share of the cores
	connections int
	descriptors int
	memory      int64  // the most that was resident, in bytes
	saturated   string // why, in a word or two; empty when it is not
}

// load says how much the client is to send.
func (s *step) load() string {
	switch {
	case s.rate > 0:
		return fmt.Sprintf("%d batches/s", s.rate)
	case s.users == 1:
		return "1 user"
	default:
		return fmt.Sprintf("%d users", s.users)
	}
}

// steadyShare is how many median batches the window must hold, one after the other. Where it holds fewer, users are still waiting for
// what they sent before it, and its batches end long after it: what is carried in it is less than what is carried for long.
const steadyShare = 4

// before is the part of a run in which users are added, or warm up.
const before = 2 * time.Second

// measureStep runs a step.
func measureStep(ctx context.Context, at target, folder string, window time.Duration, s step) (step, error) {
	variables := []string{
		"STRATEGY=" + string(s.strategy), fmt.Sprint("USERS=", s.users), "LIMIT=200", "SETTLE=0s", "RUN_TIME=" + (before + window).String(),
	}
	if s.rate > 0 {
		variables = append(variables, fmt.Sprint("RATE=", s.rate), "WARMUP="+before.String())
	} else {
		variables = append(variables, fmt.Sprint("SPAWN_RATE=", float64(s.users)/before.Seconds()))
	}
	looks, run, err := client(ctx, at, folder, window/20, variables...)
	if err != nil {
		return s, err
	}
	for _, l := range looks {
		s.connections, s.descriptors = max(s.connections, l.connections), max(s.descriptors, l.descriptors)
		s.memory = max(s.memory, l.memory)
	}
	s.lost = run.Lost()
	total := run.Total(s.strategy, measure.Measured)
	if total == nil {
		return s, fmt.Errorf("%s, %d users: no batch was measured", s.strategy, s.users)
	}
	s.batches, s.failed = total.Batches(), total.Batches()-total.Outcomes[fanout.Full]
	s.p50, s.p99 = total.Duration.Quantile(0.5), total.Duration.Quantile(0.99)
	measured := min(window, run.Measured(s.strategy))
	// Batches that were begun in the window may end long after it: they took that time, too.
	s.steady = s.p50 <= window/steadyShare
	s.perSecond = float64(s.batches) / max(measured, total.Elapsed()).Seconds()
	used := run.ClientUse(total.Start, total.Start+measured.Microseconds())
	s.cpu, s.dropped = float64(used.CPU)/1e6/measured.Seconds()/run.Cores(), used.Dropped
	s.saturated = saturation(run, &s, used, measured)
	return s, nil
}

// saturation holds the client against the checks that a report holds it against: that it had no processor time left, that its goroutines
// waited for a processor, or that it was kept from running. In an open model, it is also what it could not start.
func saturation(run *record.Run, s *step, used record.ClientRow, measured time.Duration) string {
	block := verdict.Block{
		Strategy: s.strategy, Users: s.users, Measured: measured, Batches: s.batches, P50: s.p50,
		ClientCPU: verdict.Known(float64(used.CPU) / 1e6), ClientCores: verdict.Known(run.Cores()),
		ClientWait: verdict.Known(float64(used.Latency) / 1e6), ClientHeld: verdict.Known(float64(used.Held) / 1e6 / measured.Seconds()),
	}
	var names []string
	for _, c := range verdict.ClientChecks(&block, verdict.DefaultThresholds()) {
		if c.Status == verdict.Fail {
			names = append(names, c.Name)
		}
	}
	if s.dropped > 0 {
		names = append(names, "dropped iterations")
	}
	return strings.Join(names, ", ")
}

// kneeShare is the share of the most batches per second, of all steps, from which on more users bring nothing.
const kneeShare = 0.9

// knee is the first of some steady steps that carries kneeShare of the most that any carries.
func knee(steps []step) *step {
	most := 0.0
	for i := range steps {
		if steps[i].steady {
			most = max(most, steps[i].perSecond)
		}
	}
	for i := range steps {
		if steps[i].steady && steps[i].perSecond >= kneeShare*most {
			return &steps[i]
		}
	}
	return nil
}
