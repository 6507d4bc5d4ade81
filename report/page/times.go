package page

import (
	"math"
	"slices"
	"strconv"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
	"github.com/xk6-weaviate/xk6-weaviate/report"
)

// times is what happened when in one test: plots over the same time, one below the other.
type times struct {
	Title      string
	Key        string
	Test       *report.Test
	Strategies []fanout.Strategy
	Plots      []timePlot
	// Turns shows which strategy ran when.
	Turns []line
	// NoServer says that the server's metrics were not read, and NoFailures that nothing failed.
	NoServer, NoFailures bool
}

// timePlot is one of the plots.
type timePlot struct {
	Title string
	Plot  plot
}

func newTimes(r *report.Report) []times {
	list := make([]times, 0, len(r.Tests))
	for i := range r.Tests {
		if t := newTime(r, &r.Tests[i], strconv.Itoa(i)); len(t.Plots) > 0 {
			list = append(list, t)
		}
	}
	return list
}

func newTime(r *report.Report, test *report.Test, key string) times {
	t := times{Title: name(r.Title(test)), Key: key, Test: test, Strategies: test.Strategies}
	c := newClock(&test.Timeline, key)
	if c.end <= 0 {
		return t
	}
	t.Turns = c.turns()
	t.Plots = append(t.Plots,
		timePlot{"batch duration, ms: p50, and a band up to p95", c.latencies()},
		timePlot{"batches completed per second", c.strategies("batches/s", rateOf)})
	t.NoFailures = true
	for _, line := range test.Timeline.Strategies {
		t.NoFailures = t.NoFailures && !someAbove(line.Failed)
	}
	if !t.NoFailures {
		t.Plots = append(t.Plots, timePlot{"failed batches per second", c.strategies("failed batches/s", failedOf)})
	}
	client, server := &test.Timeline.Client, &test.Timeline.Server
	if someAbove(client.Dropped) {
		t.Plots = append(t.Plots, timePlot{
			"batches not started per second (dropped iterations)", c.single("not started", "batches/s", client.At, client.Dropped, c.step, "client"),
		})
	}
	t.Plots = append(t.Plots,
		timePlot{"users", c.single("users", "", client.At, client.Users, c.step, "client")},
		timePlot{"client CPU, percent of its cores", c.single("client CPU", "%", client.At, inPercent(client.CPU), c.step, "client")})
	t.NoServer = len(server.At) == 0
	if !t.NoServer {
		t.Plots = append(t.Plots, timePlot{"server CPU, cores", c.single("server CPU", "cores", server.At, server.CPU, 0, "server")})
	}
	last := len(t.Plots) - 1
	for i := range t.Plots {
		if i != last {
			for j := range t.Plots[i].Plot.X.Ticks {
				t.Plots[i].Plot.X.Ticks[j].Text = ""
			}
			t.Plots[i].Plot.X.Label = ""
		}
	}
	return t
}

// someAbove says whether any of the values is above 0.
func someAbove(values []report.Number) bool {
	return slices.ContainsFunc(values, func(n report.Number) bool { return value(n) > 0 })
}

func rateOf(l *report.StrategyLine) []report.Number   { return l.Rate }
func failedOf(l *report.StrategyLine) []report.Number { return l.Failed }

func inPercent(shares []report.Number) []report.Number {
	list := make([]report.Number, len(shares))
	for i, n := range shares {
		if v, ok := n.Get(); ok {
			list[i] = report.Known(100 * v)
		}
	}
	return list
}

// clock is the time that the plots of a test have in common.
type clock struct {
	line  *report.Timeline
	step  float64
	end   float64
	x     axis
	key   string
	shade string
}

func newClock(line *report.Timeline, key string) *clock {
	c := &clock{line: line, step: line.Step, key: key}
	for _, list := range line.Strategies {
		for _, at := range list.At {
			c.end = max(c.end, at+c.step)
		}
	}
	for _, span := range line.Spans {
		c.end = max(c.end, span.To)
	}
	if c.end <= 0 {
		return c
	}
	c.x = axis{scale: linear{0, c.end}, Label: "time since the first batch, s"}
	step := niceStep(c.end / 8)
	var ticks []float64
	for i := 0; float64(i)*step <= c.end; i += 2 {
		ticks = append(ticks, float64(i)*step)
	}
	for i := 1; float64(i)*step <= c.end; i += 2 {
		ticks = append(ticks, float64(i)*step)
	}
	c.x.ticks(ticks, numeral)
	var bands [][2]float64
	for _, span := range line.Spans {
		if span.Phase != measure.Measured {
			bands = append(bands, [2]float64{span.From, span.To})
		}
	}
	c.shade = boxes(c.x, bands)
	return c
}

// plot is an empty plot over the time.
func (c *clock) plot(size, label string, y axis, unit string) plot {
	reads := newReads(y, unit)
	reads.XTo, reads.XUnit = c.end, "s"
	x := c.x
	x.Ticks = append([]tick(nil), c.x.Ticks...)
	p := plot{Label: label, Size: size, X: x, Y: y, Shade: c.shade, ShadeID: "shade-" + c.key, Reads: reads}
	c.shade = "" // the first plot draws it for all
	return p
}

// turns are the times at which strategies were measured.
func (c *clock) turns() []line {
	bands := make(map[fanout.Strategy][][2]float64)
	var order []fanout.Strategy
	for _, span := range c.line.Spans {
		if span.Phase != measure.Measured {
			continue
		}
		if bands[span.Strategy] == nil {
			order = append(order, span.Strategy)
		}
		bands[span.Strategy] = append(bands[span.Strategy], [2]float64{span.From, span.To})
	}
	lines := make([]line, 0, len(order))
	for _, s := range order {
		lines = append(lines, line{Class: class(s), Name: string(s), Area: boxes(c.x, bands[s])})
	}
	return lines
}

// latencies draws the median and, as a band above it, the 95th percentile.
func (c *clock) latencies() plot {
	var values [][]report.Number
	for _, l := range c.line.Strategies {
		values = append(values, l.P50, l.P95)
	}
	y := valueAxis("ms", known(values...)...)
	p := c.plot("tall", "Batch duration over time", y, "ms")
	for i := range c.line.Strategies {
		l := &c.line.Strategies[i]
		own := line{Class: class(l.Strategy), Name: string(l.Strategy), Path: c.path(l.At, l.P50, y, c.step)}
		own.Area = c.band(l, y)
		p.Lines = append(p.Lines, own)
	}
	return p
}

// strategies draws one line a strategy.
func (c *clock) strategies(unit string, of func(*report.StrategyLine) []report.Number) plot {
	var all [][]report.Number
	for i := range c.line.Strategies {
		all = append(all, of(&c.line.Strategies[i]))
	}
	most := 0.0
	for _, v := range known(all...) {
		most = max(most, v)
	}
	y := linearAxis(unit, most, 2).flip()
	p := c.plot("low", unit+" over time", y, unit)
	for i := range c.line.Strategies {
		l := &c.line.Strategies[i]
		p.Lines = append(p.Lines, line{Class: class(l.Strategy), Name: string(l.Strategy), Path: c.path(l.At, of(l), y, c.step)})
	}
	return p
}

// single draws one line that is of no strategy.
func (c *clock) single(name, unit string, at []float64, values []report.Number, step float64, class string) plot {
	most := 0.0
	for _, v := range known(values) {
		most = max(most, v)
	}
	if unit == "%" {
		most = max(most, 100)
	}
	y := linearAxis(unit, most, 2).flip()
	p := c.plot("low", name+" over time", y, unit)
	p.Lines = []line{{Class: "line-" + class, Name: name, Path: c.path(at, values, y, step)}}
	return p
}

// path draws values in the middle of their rows. Where rows are missing, the line is interrupted; step 0 never interrupts it.
func (c *clock) path(at []float64, values []report.Number, y axis, step float64) string {
	var p pen
	last := math.Inf(-1)
	for i, begin := range at {
		v, ok := values[i].Get()
		if !ok {
			p.lift()
			continue
		}
		if step > 0 && begin > last+1.5*step {
			p.lift()
		}
		last = begin
		if x := c.x.at(begin + c.step/2); x <= 1 {
			p.to(x, y.at(v))
		}
	}
	return p.String()
}

// band fills what lies between the median and the 95th percentile, where both are known.
func (c *clock) band(l *report.StrategyLine, y axis) string {
	var p pen
	var lower [][2]float64
	end := func() {
		for i := len(lower) - 1; i >= 0; i-- {
			p.to(lower[i][0], lower[i][1])
		}
		lower = nil
		p.fill()
	}
	last := math.Inf(-1)
	for i, begin := range l.At {
		median, ok := l.P50[i].Get()
		high, known := l.P95[i].Get()
		x := c.x.at(begin + c.step/2)
		if begin > last+1.5*c.step || !ok || !known || x > 1 {
			end()
		}
		if !ok || !known || x > 1 {
			continue
		}
		last = begin
		p.to(x, y.at(high))
		lower = append(lower, [2]float64{x, y.at(median)})
	}
	end()
	return p.String()
}
