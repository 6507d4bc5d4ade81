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

	warmup, window time.Duration // how long it runs before it is measured, and how long it is

	perSecond   float64 // batches that completed without a failure
	inFlight    float64 // batches, on average
	steady      bool    // perSecond is what is carried for long
	failed      int64
	dropped     float64 // batches per second that an open model could not start
	lost        int64   // dispatched and not recorded
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

// measureStep runs a step. What is not steady is run once more, for as long as a step may be.
func measureStep(ctx context.Context, at target, folder string, o *settings, s step) (step, error) {
	measured, err := s.measure(ctx, at, folder)
	if err != nil || measured.steady || s.window >= o.longest {
		return measured, err
	}
	s.warmup, s.window = max(s.warmup, o.longest/2), o.longest
	return s.measure(ctx, at, folder)
}

func (s step) measure(ctx context.Context, at target, folder string) (step, error) {
	// The window has whole seconds of the clock, as a run file has: it begins up to one later.
	variables := []string{
		"STRATEGY=" + string(s.strategy), fmt.Sprint("USERS=", s.users), "LIMIT=200", "SETTLE=0s",
		"RUN_TIME=" + (s.warmup + s.window + time.Second).String(),
	}
	counts := time.Duration(0) // how long before the window batches count as measured
	if s.rate > 0 {
		variables = append(variables, fmt.Sprint("RATE=", s.rate), "WARMUP="+s.warmup.String())
	} else {
		counts = s.warmup / 2
		variables = append(variables, fmt.Sprint("SPAWN_RATE=", float64(s.users)/(s.warmup-counts).Seconds()))
	}
	looks, run, err := client(ctx, at, folder, max(shortestLook, s.window/20), variables...)
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
		return s, fmt.Errorf("%s, %s: no batch was measured", s.strategy, s.load())
	}
	start := time.UnixMicro(total.Start).Add(counts).Truncate(time.Second).Add(time.Second)
	end := start.Add(s.window)
	c := completedIn(run, start.Unix(), end.Unix())
	s.steady, s.inFlight, s.failed = c.steady(s.window), c.inFlight, c.Failed
	s.p50, s.p99 = c.Duration.Quantile(0.5), c.Duration.Quantile(0.99)
	s.perSecond = float64(c.Batches-c.Failed) / s.window.Seconds()
	used := run.ClientUse(start.UnixMicro(), end.UnixMicro())
	s.cpu, s.dropped = float64(used.CPU)/1e6/s.window.Seconds()/run.Cores(), float64(used.Dropped)/s.window.Seconds()
	s.saturated = s.saturation(run, used)
	return s, nil
}

// serverSaturated is what batches wait for when they do not wait for the client.
const serverSaturated = "server"

// lostShare is how much of its rate an open model may drop or see fail, or something is saturated.
const lostShare = 0.01

// saturation holds the client against the checks that a report holds it against: that it had no processor time left, that its goroutines
// waited for a processor, or that it was kept from running. Where it passes them all, and an open model's batches could not start or failed, it
// is the server.
func (s *step) saturation(run *record.Run, used record.ClientRow) string {
	block := verdict.Block{
		Strategy: s.strategy, Users: s.users, Measured: s.window, P50: s.p50,
		ClientCPU: verdict.Known(float64(used.CPU) / 1e6), ClientCores: verdict.Known(run.Cores()),
		ClientWait: verdict.Known(float64(used.Latency) / 1e6), ClientHeld: verdict.Known(float64(used.Held) / 1e6 / s.window.Seconds()),
	}
	var names []string
	for _, c := range verdict.ClientChecks(&block, verdict.DefaultThresholds()) {
		if c.Status == verdict.Fail {
			names = append(names, c.Name)
		}
	}
	if len(names) == 0 && s.rate > 0 && s.dropped+float64(s.failed)/s.window.Seconds() > lostShare*float64(s.rate) {
		return serverSaturated
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
