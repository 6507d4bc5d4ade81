package main

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// load is a row of steps on one server.
type load struct {
	at       target
	strategy fanout.Strategy
	open     bool
	steps    []step
}

func (l *load) title() string {
	model := "closed model"
	if l.open {
		model = "open model"
	}
	return fmt.Sprintf("%s, %s, %s", l.at.Name, l.strategy, model)
}

// measureLoad measures all loads and prints a table of each.
func measureLoad(ctx context.Context, s *settings, targets []target, folder string, stdout, stderr io.Writer) error {
	var tables strings.Builder
	fmt.Fprintf(&tables, "Measured with `-users %s -rates %s -window %v -longest %v` on %d cores.\n\n",
		join(s.users), join(s.rates), s.window, s.longest, runtime.NumCPU())
	var lost int64
	for _, at := range targets {
		capacities := make(map[fanout.Strategy]float64) // the most batches per second that were carried in the closed model
		for _, l := range []load{
			{at: at, strategy: fanout.ParallelGRPC}, {at: at, strategy: fanout.ParallelGraphQL}, {at: at, strategy: fanout.ParallelGRPC, open: true},
		} {
			if err := l.measure(ctx, s, folder, capacities, stderr); err != nil {
				return err
			}
			for i := range l.steps {
				lost += max(l.steps[i].lost, -l.steps[i].lost)
			}
			tables.WriteString(l.table() + "\n")
		}
	}
	if err := publish(stdout, s.page, "load", tables.String()); err != nil {
		return err
	}
	if lost != 0 {
		return fmt.Errorf("%d batches were dispatched and not recorded, or the other way round", lost)
	}
	return nil
}

func (l *load) measure(ctx context.Context, s *settings, folder string, capacities map[fanout.Strategy]float64, stderr io.Writer) error {
	most := s.users[len(s.users)-1]
	var steps []step
	for _, users := range s.users {
		steps = append(steps, step{strategy: l.strategy, users: users})
	}
	if l.open {
		steps = nil
		for _, rate := range s.rates {
			steps = append(steps, step{strategy: l.strategy, users: most, rate: rate})
		}
	}
	for i := range steps {
		steps[i].expect(capacities[l.strategy], s)
		_, _ = fmt.Fprintf(stderr, "%s: %s for %v after %v …\n", l.title(), steps[i].load(), steps[i].window, steps[i].warmup)
		measured, err := measureStep(ctx, l.at, folder, s, steps[i])
		if err != nil {
			return err
		}
		if !l.open {
			capacities[l.strategy] = max(capacities[l.strategy], measured.perSecond)
		}
		l.steps = append(l.steps, measured)
	}
	return nil
}

// table is the load in Markdown.
func (l *load) table() string {
	out := table.NewWriter()
	k := knee(l.steps)
	header := table.Row{"users", "batches/s"}
	if l.open {
		header = table.Row{"rate", "batches/s", "dropped/s"}
	}
	header = append(header, "in flight", "p50 ms", "p99 ms", "window s", "failed", "client CPU", "connections", "descriptors", "memory MB")
	if !l.open {
		header = append(header, "MB per user")
	}
	out.AppendHeader(append(header, "lost", "saturated"))
	for i := range l.steps {
		s := &l.steps[i]
		perSecond, saturated := "unsteady", s.saturated
		if s.steady {
			perSecond = fmt.Sprintf("%.1f", s.perSecond)
		}
		row := table.Row{s.users, perSecond}
		if l.open {
			row = table.Row{s.rate, perSecond, fmt.Sprintf("%.1f", s.dropped)}
		}
		row = append(row, fmt.Sprintf("%.1f", s.inFlight), milliseconds(s.p50), milliseconds(s.p99), s.window.Seconds(), s.failed,
			fmt.Sprintf("%.0f %%", 100*s.cpu), s.connections, s.descriptors, s.memory>>20)
		if !l.open {
			each := ""
			if first := l.steps[0]; s.users > first.users {
				each = fmt.Sprintf("%.2f", float64(s.memory-first.memory)/(1<<20)/float64(s.users-first.users))
			}
			row = append(row, each)
			if saturated == "" && k != nil && s.users > k.users {
				saturated = serverSaturated
			}
		}
		out.AppendRow(append(row, s.lost, saturated))
	}
	text := "**" + l.title() + "**\n\n" + out.RenderMarkdown() + "\n"
	if k != nil && !l.open {
		text += fmt.Sprintf("\nThe knee: %s, %.1f batches/s.\n", k.load(), k.perSecond)
	}
	return text
}
