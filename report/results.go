package report

import (
	"cmp"
	"slices"
	"time"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
	"github.com/xk6-weaviate/xk6-weaviate/record"
	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

// result is what was measured of a strategy; nil when that is nothing.
func (p *part) result(strategy fanout.Strategy, collections []CollectionInfo) *Result {
	total := p.run.Total(strategy, measure.Measured)
	if total == nil {
		return nil
	}
	elapsed := p.run.Measured(strategy).Seconds()
	durations := total.FailedAt(p.timeLimit)
	r := &Result{
		Strategy: strategy, Batches: total.Batches(), Failed: total.Batches() - total.Outcomes[fanout.Full],
		TimedOut: atLeast(total.Failed, p.timeLimit), Partial: total.Outcomes[fanout.Partial], Total: total.Outcomes[fanout.Failed],
		Outlasted: total.Outlasted, Measured: significant(elapsed, 6),
		Duration: summary(durations), Tail: tail(durations), Use: p.use(strategy),
	}
	if elapsed > 0 {
		r.Throughput = rounded(float64(r.Batches-r.Failed) / elapsed)
	}
	for _, c := range total.Collections {
		r.Queries += c.Queries
		r.FailedQueries += c.FailedQueries()
		r.OwnTimes = r.OwnTimes || c.Duration.Count() > 0
	}
	server := p.serverMeans(strategy)
	for _, info := range collections {
		own := CollectionResult{Collection: info.Name, Server: server[info.Name]}
		if c := total.Collection(info.Name); c != nil {
			own.fill(c, p.timeLimit)
		}
		r.Collections = append(r.Collections, own)
	}
	r.Holding = holding(total)
	r.Anatomy = anatomy(total)
	r.Failures = failures(total)
	return r
}

func (r *CollectionResult) fill(c *record.Collection, timeLimit time.Duration) {
	r.Queries, r.Failed = c.Queries, c.FailedQueries()
	if c.Queries > 0 {
		r.Objects = rounded(float64(c.Objects) / float64(c.Queries))
	}
	members := record.Series{Duration: c.Duration, Failed: c.Failed}
	r.Duration = summary(members.FailedAt(timeLimit))
	if c.Took.Count() >= verdict.P50.Batches() {
		r.Took = quantile(c.Took.Quantile(0.5))
	}
}

// quantileOf is a quantile of a distribution, if enough lies beyond it.
func quantileOf(h *record.Histogram, q float64) Number {
	if !verdict.Enough(h.Count(), q) {
		return Number{}
	}
	return quantile(h.Quantile(q))
}

func summary(h *record.Histogram) Summary {
	s := Summary{
		P50: quantileOf(h, 0.5), P95: quantileOf(h, 0.95), P99: quantileOf(h, 0.99), P999: quantileOf(h, 0.999),
	}
	if h.Count() > 0 {
		s.Mean, s.Max = exact(h.Mean()), exact(h.Max())
	}
	return s
}

// percentiles are those of latency distributions, evenly spaced on an axis on which the tail is logarithmic.
func percentiles() []float64 {
	return []float64{
		50, 60, 68, 75, 80, 84, 87, 90, 92, 93.5, 95, 96, 96.8, 97.5, 98, 98.4, 98.7, 99, 99.2, 99.35, 99.5, 99.6, 99.68, 99.75, 99.8,
		99.84, 99.87, 99.9, 99.92, 99.935, 99.95, 99.96, 99.975, 99.98, 99.987, 99.99,
	}
}

// tail are the percentiles of a distribution.
func tail(h *record.Histogram) []Number {
	points := make([]Number, 0, len(percentiles()))
	for _, percentile := range percentiles() {
		points = append(points, quantileOf(h, percentile/100))
	}
	return points
}

// holding says which collections hold the batch back.
func holding(total *record.Series) []Holding {
	var list []Holding
	for _, c := range total.Collections {
		if c.Slowest() == 0 {
			continue
		}
		list = append(list, Holding{
			Collection: c.Name, Slowest: c.Slowest(), Share: rounded(float64(c.Slowest()) / float64(total.Batches())),
			Margin: quantileOf(c.Margin, 0.5), MarginP95: quantileOf(c.Margin, 0.95),
			With: quantileOf(total.Duration, 0.95), Without: quantileOf(total.Without(c.Name), 0.95),
		})
	}
	slices.SortStableFunc(list, func(a, b Holding) int { return cmp.Compare(b.Slowest, a.Slowest) })
	return list
}

// failures are the failed members, by collection and category.
func failures(total *record.Series) []Failure {
	var list []Failure
	for _, c := range total.Collections {
		for _, category := range fanout.Categories() {
			failure := c.Failures[category]
			if failure == nil || failure.Count == 0 {
				continue
			}
			own := Failure{
				Collection: c.Name, Category: category, Count: failure.Count, Share: rounded(float64(failure.Count) / float64(c.Queries)),
			}
			for _, text := range failure.Texts {
				own.Texts = append(own.Texts, FailureText(text))
			}
			slices.SortStableFunc(own.Texts, func(a, b FailureText) int { return cmp.Compare(b.Count, a.Count) })
			list = append(list, own)
		}
	}
	slices.SortStableFunc(list, func(a, b Failure) int { return cmp.Compare(b.Count, a.Count) })
	return list
}

// serverMeans is, for each collection, the mean time of a search by the server's own metrics, in the blocks of a strategy.
func (p *part) serverMeans(strategy fanout.Strategy) map[string]Number {
	type sum struct{ count, time int64 }
	sums := make(map[string]sum)
	add := func(span *record.ServerSpan) {
		for _, q := range span.Queries {
			s := sums[q.Collection]
			sums[q.Collection] = sum{s.count + q.Count, s.time + q.Time}
		}
	}
	for _, b := range p.blocks {
		if b.Strategy == strategy && b.Server != nil {
			add(b.Server)
		}
	}
	for _, process := range p.run.Processes {
		if len(p.blocks) > 0 || process.Server == nil {
			continue
		}
		for _, span := range process.Server.Spans {
			if span.Phase == measure.Measured {
				add(span)
			}
		}
		break // all processes ask the same server
	}
	means := make(map[string]Number, len(sums))
	for name, s := range sums {
		if s.count > 0 {
			means[name] = rounded(float64(s.time) / float64(s.count) / 1000)
		}
	}
	return means
}

// use is what a strategy's blocks cost the client and the server, on average, and at most of memory.
func (p *part) use(strategy fanout.Strategy) Use {
	var u Use
	var shares, waits, helds, cpus, memories []float64
	for _, window := range p.windows(strategy) {
		used := p.clientUse(window[0], window[1])
		b := verdict.Block{ClientCPU: used.cpu, ClientCores: used.cores, Measured: time.Duration(window[1]-window[0]) * time.Microsecond}
		if share, known := clientShare(&b); known {
			shares = append(shares, share)
		}
		if wait, known := used.wait.Get(); known {
			waits = append(waits, 1000*wait)
		}
		if held, known := used.held.Get(); known {
			helds = append(helds, held)
		}
	}
	for _, b := range p.blocks {
		if b.Strategy != strategy {
			continue
		}
		if cpu, known := b.judged.ServerCPU.Get(); known && b.judged.Batches > 0 {
			cpus = append(cpus, 1000*cpu/float64(b.judged.Batches))
		}
		if memory, known := b.judged.ServerMemory.Get(); known {
			memories = append(memories, memory)
		}
	}
	u.ClientCPU, u.ClientWait, u.ClientHeld, u.ServerCPU = mean(shares), mean(waits), mean(helds), mean(cpus)
	if len(memories) > 0 {
		u.ServerMemory = Known(slices.Max(memories))
	}
	return u
}

func mean(values []float64) Number {
	if len(values) == 0 {
		return Number{}
	}
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return Known(significant(sum/float64(len(values)), 3))
}
