package page

import (
	"fmt"
	"math"
	"slices"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/report"
	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

// users is the section on how the answer depends on the load.
type users struct {
	// Sweeps are the tests that ran under several loads.
	Sweeps []sweep
	// Loads are those of the others, in words.
	Loads string
}

// sweep is a test under several loads.
type sweep struct {
	Title      string
	Test       *report.Test
	Strategies []fanout.Strategy
	// Carried is latency over throughput, Over latency over users.
	Carried, Over plot
	Crossovers    []report.Crossover
	// Invalid are those that crossovers are not told of: strategies with their loads.
	Invalid []string
}

func newUsers(r *report.Report) users {
	var u users
	var titles []string
	for i := range r.Tests {
		t := &r.Tests[i]
		if len(t.Loads) > 1 {
			u.Sweeps = append(u.Sweeps, newSweep(r, t))
			continue
		}
		for j := range t.Loads {
			titles = append(titles, t.Loads[j].Title())
		}
	}
	if titles = distinct(titles); len(titles) == 1 {
		u.Loads = titles[0]
	}
	return u
}

func newSweep(r *report.Report, t *report.Test) sweep {
	s := sweep{Title: name(r.Title(t)), Test: t, Strategies: t.Strategies, Crossovers: t.Crossovers}
	var latencies []report.Number
	var rates []float64
	for i := range t.Loads {
		for j := range t.Loads[i].Results {
			result := &t.Loads[i].Results[j]
			latencies = append(latencies, result.Duration.P50)
			rates = append(rates, value(result.Throughput))
		}
	}
	most := 0.0
	for _, rate := range rates {
		most = max(most, rate)
	}
	y := valueAxis("median batch duration, ms", known(latencies)...)
	s.Carried = plot{
		Label: "Median batch duration over throughput, " + s.Title, Size: "tall", X: spaced(linearAxis("batches/s", most, 6)), Y: y,
	}
	first, last := float64(max(1, t.Loads[0].Users)), float64(max(1, t.Loads[len(t.Loads)-1].Users))
	if last <= first {
		last = first + 1
	}
	x := axis{scale: logarithmic{first, last}, Label: "users (log scale)"}
	counts := []float64{first, last}
	for i := range t.Loads {
		counts = append(counts, float64(t.Loads[i].Users))
	}
	x.ticks(counts, numeral)
	s.Over = plot{Label: "Median batch duration over users, " + s.Title, Size: "tall", X: x, Y: y}
	for _, strategy := range t.Strategies {
		s.draw(t, strategy)
	}
	for i := range t.Loads {
		for j := range t.Loads[i].Verdicts {
			if v := &t.Loads[i].Verdicts[j]; v.Status == verdict.Invalid {
				s.Invalid = append(s.Invalid, report.Plain(string(v.Strategy))+" with "+t.Loads[i].Title())
			}
		}
	}
	for _, c := range t.Crossovers {
		if at, ok := c.Users.Get(); ok {
			s.Over.Rules = append(s.Over.Rules, rule{At: place(x.at(at)), Class: "crossover", Text: numeral(at)})
		}
	}
	return s
}

// draw draws the line of a strategy into both plots.
func (s *sweep) draw(t *report.Test, strategy fanout.Strategy) {
	var carried, over pen
	for i := range t.Loads {
		l := &t.Loads[i]
		result := l.Result(strategy)
		if result == nil {
			continue
		}
		latency, known := result.Duration.P50.Get()
		rate, ok := result.Throughput.Get()
		if !known || !ok || l.Users == 0 {
			carried.lift()
			over.lift()
			continue
		}
		p := point{
			Class: class(strategy), Mark: mark(strategy), Y: place(s.Over.Y.at(latency)),
			Title: fmt.Sprintf("%s, %s: p50 %s ms, %s batches/s", strategy, l.Title(), result.Duration.P50.Text(), result.Throughput.Text()),
		}
		p.X = place(s.Over.X.at(float64(l.Users)))
		over.to(float64(p.X), float64(p.Y))
		s.Over.Points = append(s.Over.Points, p)
		p.X, p.Text = place(s.Carried.X.at(rate)), report.Count(int64(l.Users))
		if s.written(p) {
			p.Text = ""
		}
		carried.to(float64(p.X), float64(p.Y))
		s.Carried.Points = append(s.Carried.Points, p)
	}
	s.Carried.Lines = append(s.Carried.Lines, line{Class: class(strategy), Name: string(strategy), Path: carried.String()})
	s.Over.Lines = append(s.Over.Lines, line{Class: class(strategy), Name: string(strategy), Path: over.String()})
}

// written says whether the text of a point stands beside another that lies very near.
func (s *sweep) written(p point) bool {
	const near = 0.05
	return slices.ContainsFunc(s.Carried.Points, func(other point) bool {
		return other.Text == p.Text && math.Abs(float64(other.X-p.X)) < near && math.Abs(float64(other.Y-p.Y)) < near
	})
}
