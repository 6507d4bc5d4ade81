package report

import (
	"time"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
	"github.com/xk6-weaviate/xk6-weaviate/record"
	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

// judged is what a block is judged by. A failed batch counts with the batch limit.
func (p *part) judged(b *block) verdict.Block {
	j := verdict.Block{
		Strategy: b.Strategy, Round: b.Round, Position: b.Number, Users: b.Users, Measured: time.Duration(b.to-b.from) * time.Microsecond,
	}
	used := p.clientUse(b.from, b.to)
	j.ClientCPU, j.ClientCores, j.ClientWait, j.ClientHeld = used.cpu, used.cores, used.wait, used.held
	s := b.Measure
	if s == nil {
		return j
	}
	j.Batches, j.Failed, j.Outlasted = s.Batches(), s.Batches()-s.Outcomes[fanout.Full], s.Outlasted
	j.TimedOut = atLeast(s.Failed, p.timeLimit)
	for _, c := range s.Collections {
		j.Members += c.Queries
		j.FailedMembers += c.FailedQueries()
	}
	j.Recall = recalled(s.Recall())
	durations := s.FailedAt(p.timeLimit)
	j.P50, j.Mean, j.P95 = durations.Quantile(0.5), durations.Mean(), durations.Quantile(0.95)
	j.P99, j.P999, j.MeanTime = durations.Quantile(0.99), durations.Quantile(0.999), s.Duration.Mean()
	j.ServerCPU, j.ServerMemory = p.serverUse(b)
	return j
}

// client says of strategies that ran by themselves, and have no verdict, what is wrong with the client.
func (p *part) client(t verdict.Thresholds) []Note {
	var notes []Note
	for _, strategy := range p.run.Strategies() {
		total := p.run.Total(strategy, measure.Measured)
		if total == nil {
			continue
		}
		alone := p.judged(&block{
			Block: &record.Block{Strategy: strategy, Measure: total},
			from:  total.Start, to: total.Start + p.run.Measured(strategy).Microseconds(),
		})
		for _, c := range verdict.ClientChecks(&alone, t) {
			if c.Status == verdict.Fail {
				notes = append(notes, Note{Text: "INVALID: " + c.Sentence})
			}
		}
	}
	return notes
}

// atLeast counts the durations that are at least so long, to the precision of the histogram.
func atLeast(h *record.Histogram, limit time.Duration) int64 {
	var sum int64
	for d, n := range h.Buckets() {
		if d >= limit-limit/500 {
			sum += n
		}
	}
	return sum
}

// clientUse is what the client used in some time: CPU time in seconds, cores, the wait of its goroutines in seconds, and the share of
// the time in which it was kept from running.
type clientUse struct{ cpu, cores, wait, held verdict.Number }

// enoughSeen is the share of a time that must have been looked at for a figure of it to be known.
const enoughSeen = 0.8

// clientUse adds up what all processes used between two times, in µs since 1970. It is unknown when one of them did not look.
func (p *part) clientUse(from, to int64) clientUse {
	var cpu, cores, wait, held float64
	for _, process := range p.run.Processes {
		var seen, used, waited, stood float64 // µs, but for waited: µs of waiting × µs
		for i := range process.Client.Rows {
			row := &process.Client.Rows[i]
			begins := row.At * 1e6
			inside := float64(min(begins+row.Span, to) - max(begins, from))
			if inside <= 0 || row.Span <= 0 {
				continue
			}
			seen += inside
			used += float64(row.CPU) * inside / float64(row.Span)
			waited += float64(row.Latency) * inside
			stood += float64(row.Held) * inside / float64(row.Span)
		}
		if seen == 0 || seen < enoughSeen*float64(to-from) {
			return clientUse{}
		}
		cpu += used / seen * float64(to-from)
		cores += process.Machine.Cores()
		wait, held = max(wait, waited/seen), max(held, stood/seen)
	}
	return clientUse{verdict.Known(cpu / 1e6), verdict.Known(cores), verdict.Known(wait / 1e6), verdict.Known(held)}
}

// serverUse is what the server used in a block: CPU time in seconds for the batches that count, and its peak memory in bytes.
// It was asked at the ends of the block, so that the warm-up's share has to be taken out.
func (p *part) serverUse(b *block) (cpu, memory verdict.Number) {
	span := b.Server
	if span == nil {
		return cpu, memory
	}
	peak := span.Memory
	for _, process := range p.run.Processes {
		if process.Server == nil {
			continue
		}
		for _, row := range process.Server.Timeline.Rows {
			if row.At*1e6 >= span.Start && row.At*1e6+row.Span <= span.End {
				peak = max(peak, row.Memory)
			}
		}
	}
	measured, all := b.Measure.Batches(), b.Measure.Batches()
	if b.Warmup != nil {
		all += b.Warmup.Batches()
	}
	if span.CPU > 0 && all > 0 {
		cpu = verdict.Known(float64(span.CPU) / 1e6 * float64(measured) / float64(all))
	}
	if peak > 0 {
		memory = verdict.Known(float64(peak))
	}
	return cpu, memory
}

// test is what is judged. Blocks that were cut short are not.
func (p *part) test(searchType fanout.SearchType) *verdict.Test {
	t := &verdict.Test{
		SearchType: searchType, Baseline: p.baseline, Rate: p.rate(), Results: p.results(),
	}
	if settle := p.info.Settle; settle != nil {
		t.Settled = verdict.Fail
		if settle.Settled {
			t.Settled = verdict.Pass
		}
	}
	if p.run.Complete() {
		t.Lost = p.run.Lost()
		for _, process := range p.run.Processes {
			t.Dispatched += process.Dispatched
		}
	}
	t.Parts, t.Apart = p.parts()
	for _, b := range p.blocks {
		if b.whole {
			t.Blocks = append(t.Blocks, b.judged)
		}
	}
	return t
}

// parts is how many processes have batches of the run, and how much later, in seconds, the last of them began its blocks than the first:
// unknown when one of them did not tell.
func (p *part) parts() (count int, apart verdict.Number) {
	var first, last int64
	known := true
	for _, process := range p.run.Processes {
		if process.Batches == 0 {
			continue
		}
		if known = known && process.FirstBlock > 0; count == 0 {
			first = process.FirstBlock
		}
		first, last = min(first, process.FirstBlock), max(last, process.FirstBlock)
		count++
	}
	if known {
		apart = verdict.Known(float64(last-first) / 1e6)
	}
	return count, apart
}

// results are the strategies' results held against the baseline's. They were held against those of the plan's first strategy,
// and not every difference was kept: of those that were not, and where another strategy is the baseline, the largest number that
// is possible counts.
func (p *part) results() map[fanout.Strategy]verdict.Results {
	found := p.info.Comparison
	if found == nil || len(p.plan.Strategies) == 0 {
		return nil
	}
	kept := make(map[fanout.Strategy]int64)
	for _, d := range found.Differences {
		kept[d.Strategy]++
	}
	unkept := max(0, int64(found.Different)-int64(len(found.Differences)))
	unsteady := int64(found.Unsteady)
	compared := max(0, int64(found.Sets)*int64(len(p.info.Collections))-unsteady)
	first := p.plan.Strategies[0]
	different := func(strategy fanout.Strategy) int64 {
		if strategy == first {
			return 0
		}
		return kept[strategy] + unkept
	}
	results := make(map[fanout.Strategy]verdict.Results)
	for _, strategy := range p.plan.Strategies {
		if strategy != p.baseline {
			results[strategy] = verdict.Results{
				Compared: compared, Different: min(compared, different(strategy)+different(p.baseline)), Unsteady: unsteady,
			}
		}
	}
	return results
}
