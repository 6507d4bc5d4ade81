package page

import (
	"fmt"
	"strings"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/report"
)

// distribution is how long the batches of one load take, from the median to the far tail.
type distribution struct {
	Load       *load
	Strategies []fanout.Strategy
	Plot       plot
	// Ends says where lines end for want of batches.
	Ends string
}

func newDistributions(r *report.Report, loads []load) []distribution {
	last := lastPercentile(r, loads)
	var values []float64
	for i := range loads {
		for j := range loads[i].Results {
			values = append(values, known(loads[i].Results[j].Tail)...)
		}
	}
	// One axis for all, so that they can be held against one another.
	y := valueAxis("batch duration, ms", values...)
	list := make([]distribution, 0, len(loads))
	for i := range loads {
		list = append(list, newDistribution(r.Percentiles, &loads[i], last, y))
	}
	return list
}

// ends are the percentiles that the axis can end at.
func ends() []float64 { return []float64{95, 99, 99.9, 99.99} }

// lastPercentile is where the axis of all distributions ends: beyond the last percentile that is known of any.
func lastPercentile(r *report.Report, loads []load) float64 {
	last := 0.0
	for i := range loads {
		for j := range loads[i].Results {
			for k, n := range loads[i].Results[j].Tail {
				if isKnown(n) && k < len(r.Percentiles) {
					last = max(last, r.Percentiles[k])
				}
			}
		}
	}
	for _, end := range ends() {
		if end >= last {
			return end
		}
	}
	return 99.99
}

func newDistribution(percentiles []float64, l *load, last float64, y axis) distribution {
	d := distribution{Load: l}
	x := axis{scale: nines{50, last}, Label: "percentile of batches"}
	x.ticks([]float64{50, 99, 99.9, 99.99, 90, 95, 75}, func(p float64) string { return "p" + decimal(p, 2) })
	d.Plot = plot{
		Label: "Batch duration over percentiles, " + l.Title, Size: "tall", X: x, Y: y,
		Reads: newReads(y, "ms"),
	}
	var stops, short []string
	for _, p := range percentiles {
		stops = append(stops, "p"+decimal(p, 3))
	}
	d.Plot.Reads.Stops = strings.Join(stops, " ")
	for i := range l.Results {
		result := &l.Results[i]
		d.Strategies = append(d.Strategies, result.Strategy)
		var p pen
		reached := 0.0
		for j, n := range result.Tail {
			if at, ok := n.Get(); ok && j < len(percentiles) && percentiles[j] <= last {
				p.to(x.at(percentiles[j]), y.at(at))
				reached = percentiles[j]
			}
		}
		d.Plot.Lines = append(d.Plot.Lines, line{Class: class(result.Strategy), Name: string(result.Strategy), Path: p.String()})
		if reached < last && reached > 0 {
			short = append(short, fmt.Sprintf("%s at p%s", result.Strategy, decimal(reached, 3)))
		}
		for _, end := range []float64{50, 90, 95, 99, 99.9, 99.99} {
			d.point(percentiles, result, end, x, y)
		}
	}
	if len(short) > 0 {
		d.Ends = "Lines end where fewer than ten batches lie beyond: " + strings.Join(short, ", ") + "."
	}
	return d
}

// point marks a percentile on a line with the strategy's shape.
func (d *distribution) point(percentiles []float64, r *report.Result, percentile float64, x, y axis) {
	for i, p := range percentiles {
		if p != percentile || i >= len(r.Tail) || !isKnown(r.Tail[i]) {
			continue
		}
		d.Plot.Points = append(d.Plot.Points, point{
			X: place(x.at(p)), Y: place(y.at(value(r.Tail[i]))), Class: class(r.Strategy), Mark: mark(r.Strategy),
			Title: fmt.Sprintf("%s, p%s: %s ms", r.Strategy, decimal(p, 2), r.Tail[i].Text()),
		})
	}
}

// newReads says how values are read from lines over an upright axis.
func newReads(y axis, unit string) *reads {
	r := &reads{YUnit: unit}
	s := y.scale
	if f, ok := s.(flipped); ok {
		s = f.scale
	}
	switch s := s.(type) {
	case linear:
		r.YFrom, r.YTo = s.from, s.to
	case logarithmic:
		r.YFrom, r.YTo, r.Log = s.from, s.to, true
	}
	return r
}
