package report

import (
	"cmp"
	"slices"
	"time"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
	"github.com/xk6-weaviate/xk6-weaviate/record"
)

// maxRows is how many rows the lines of a time line have at most.
const maxRows = 450

// timeline says what happened when.
func (p *part) timeline() Timeline {
	start := p.origin()
	t := Timeline{Start: time.Unix(start, 0).UTC(), Strategies: []StrategyLine{}, Spans: p.spans(start)}
	step := p.step(start)
	t.Step = float64(step)
	for _, strategy := range p.run.Strategies() {
		t.Strategies = append(t.Strategies, p.strategyLine(strategy, start, step))
	}
	t.Client, t.Server = p.clientLine(start, step), p.serverLine(start, step)
	return t
}

// step is how long a row is, in seconds.
func (p *part) step(start int64) int64 {
	step, last := int64(1), start
	for _, s := range p.run.Series {
		step = max(step, s.Timeline.Step)
		last = max(last, s.End/1e6)
	}
	for _, process := range p.run.Processes {
		step = max(step, process.Client.Step)
	}
	for (last-start)/step >= maxRows {
		step *= 2
	}
	return step
}

func (p *part) strategyLine(strategy fanout.Strategy, start, step int64) StrategyLine {
	line := StrategyLine{
		Strategy: strategy, At: []float64{}, P50: []Number{}, P95: []Number{}, Max: []Number{}, Rate: []Number{}, Failed: []Number{}, InFlight: []Number{},
	}
	rows := make(map[int64]*record.BatchRow)
	for _, s := range p.run.Series {
		if s.Strategy != strategy {
			continue
		}
		for i := range s.Timeline.Rows {
			row := &s.Timeline.Rows[i]
			at := (row.At - start) / step
			kept := rows[at]
			if kept == nil {
				kept = &record.BatchRow{At: at}
				rows[at] = kept
			}
			kept.RequestTime += row.RequestTime
			if s.Phase == measure.Canceled { // they were in flight, but neither completed nor failed
				continue
			}
			kept.Batches += row.Batches
			kept.Failed += row.Failed
			kept.Duration = kept.Duration.Merge(row.Duration)
		}
	}
	perSecond := func(n int64) Number { return Known(significant(float64(n)/float64(step), 3)) }
	for _, row := range sorted(rows) {
		line.At = append(line.At, float64(row.At*step))
		line.Rate, line.Failed = append(line.Rate, perSecond(row.Batches)), append(line.Failed, perSecond(row.Failed))
		line.InFlight = append(line.InFlight, Known(significant(float64(row.RequestTime)/1e6/float64(step), 3)))
		line.P50 = append(line.P50, coarseQuantile(row.Duration, 0.5, 1))
		line.P95 = append(line.P95, coarseQuantile(row.Duration, 0.95, 20))
		line.Max = append(line.Max, coarseQuantile(row.Duration, 1, 1))
	}
	return line
}

// coarseQuantile is a quantile of the durations of one row, which are known to about a percent, if there are so many.
func coarseQuantile(h *record.Histogram, q float64, least int64) Number {
	if h.Count() < least {
		return Number{}
	}
	return Known(significant(milliseconds(h.Quantile(q)), 3))
}

func sorted(rows map[int64]*record.BatchRow) []*record.BatchRow {
	list := make([]*record.BatchRow, 0, len(rows))
	for _, row := range rows {
		list = append(list, row)
	}
	slices.SortFunc(list, func(a, b *record.BatchRow) int { return cmp.Compare(a.At, b.At) })
	return list
}

// clientLine adds up what the processes used. What came before the first batch is left out.
func (p *part) clientLine(start, step int64) ClientLine {
	type use struct {
		at, cpu, span, memory, users, dropped int64
		cores                                 float64
	}
	byTime := make(map[int64]*use)
	for _, process := range p.run.Processes {
		own := make(map[int64]*use) // of this process
		for i := range process.Client.Rows {
			row := &process.Client.Rows[i]
			if row.At < start {
				continue
			}
			at := (row.At - start) / step
			u := own[at]
			if u == nil {
				u = &use{at: at, cores: process.Machine.Cores()}
				own[at] = u
			}
			u.cpu, u.span, u.dropped = u.cpu+row.CPU, u.span+row.Span, u.dropped+row.Dropped
			u.memory, u.users = max(u.memory, row.Memory), max(u.users, row.Users)
		}
		for at, u := range own {
			sum := byTime[at]
			if sum == nil {
				byTime[at] = u
				continue
			}
			sum.cpu, sum.memory, sum.users, sum.dropped = sum.cpu+u.cpu, sum.memory+u.memory, sum.users+u.users, sum.dropped+u.dropped
			sum.span, sum.cores = max(sum.span, u.span), sum.cores+u.cores
		}
	}
	list := make([]*use, 0, len(byTime))
	for _, u := range byTime {
		list = append(list, u)
	}
	slices.SortFunc(list, func(a, b *use) int { return cmp.Compare(a.at, b.at) })
	line := ClientLine{At: []float64{}, Users: []Number{}, CPU: []Number{}, Memory: []Number{}, Dropped: []Number{}}
	for _, u := range list {
		line.At = append(line.At, float64(u.at*step))
		line.Users = append(line.Users, Known(float64(u.users)))
		line.CPU = append(line.CPU, Known(significant(float64(u.cpu)/float64(u.span)/u.cores, 3)))
		line.Memory = append(line.Memory, Known(float64(u.memory)))
		line.Dropped = append(line.Dropped, Known(significant(float64(u.dropped)/float64(step), 3)))
	}
	return line
}

// serverLine is what the server used, by the first process that asked it.
func (p *part) serverLine(start, step int64) ServerLine {
	line := ServerLine{At: []float64{}, CPU: []Number{}, Memory: []Number{}}
	for _, process := range p.run.Processes {
		if process.Server == nil {
			continue
		}
		for _, row := range process.Server.Timeline.Rows {
			if row.At < start || row.Span <= 0 {
				continue
			}
			if n := len(line.At); n > 0 && float64(row.At-start) < line.At[n-1]+float64(step) {
				continue // asked twice within a step
			}
			line.At = append(line.At, float64(row.At-start))
			line.CPU = append(line.CPU, Known(significant(float64(row.CPU)/float64(row.Span), 3)))
			line.Memory = append(line.Memory, Known(float64(row.Memory)))
		}
		return line
	}
	return line
}

// spans are the phases of the blocks or, without blocks, of the run.
func (p *part) spans(start int64) []Span {
	spans := []Span{}
	since := func(at int64) float64 { return sinceOrigin(at, start) }
	for _, b := range p.blocks {
		if warmup := p.plan.Warmup.Microseconds(); warmup > 0 && b.Round >= 0 {
			spans = append(spans, Span{
				From: since(b.from - warmup), To: since(b.from), Phase: measure.Warmup, Strategy: b.Strategy, Block: b.Number, Users: b.Users,
			})
		}
		spans = append(spans, Span{
			From: since(b.from), To: since(b.to), Phase: measure.Measured, Strategy: b.Strategy, Block: b.Number, Users: b.Users,
		})
	}
	for _, s := range p.run.Series {
		if len(p.blocks) == 0 && s.Phase != measure.Canceled {
			spans = append(spans, Span{From: since(s.Start), To: since(s.End), Phase: s.Phase, Strategy: s.Strategy, Block: -1})
		}
	}
	slices.SortStableFunc(spans, func(a, b Span) int { return cmp.Compare(a.From, b.From) })
	return thin(spans, maxSpans)
}
