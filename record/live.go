package record

import (
	"slices"
	"time"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
)

// live is what is being recorded of one series. It is cheap to add to and large: a few kilobytes a distribution. Every few
// seconds it is made into a series, which is small, and released.
type live struct {
	key        Key
	start, end int64
	outcomes   map[fanout.Outcome]int64
	outlasted  int64
	timedOut   int64

	duration, failed, overhead, wait counter

	collections []*liveCollection
	seconds     map[int64]*liveSecond
	latest      *liveSecond // the one of them that was asked for last
	samples     map[int]*liveSample
}

type liveCollection struct {
	Collection // its names and counts

	duration, failed, wait, took, held, without, margin counter
}

type liveSecond struct {
	BatchRow

	duration counter
}

type liveSample struct {
	*Sample

	rank rank
}

func newLive(key Key) *live {
	return &live{
		key: key, outcomes: make(map[fanout.Outcome]int64), seconds: make(map[int64]*liveSecond),
		samples: make(map[int]*liveSample),
	}
}

// add counts one batch that started at a time in µs since 1970.
func (l *live) add(batch *measure.Batch, start int64, clean func(string) string) {
	result := batch.Result
	duration := microseconds(result.Duration)
	end := start + duration
	if l.end == 0 {
		l.start, l.end = start, end
	}
	l.start, l.end = min(l.start, start), max(l.end, end)
	outcome := result.Outcome()
	l.outcomes[outcome]++
	if !batch.BlockEnd.IsZero() && batch.Time.After(batch.BlockEnd) {
		l.outlasted++
	}
	l.duration.add(result.Duration)
	if outcome != fanout.Full {
		l.failed.add(result.Duration)
		if slices.ContainsFunc(result.Members, timedOut) {
			l.timedOut++
		}
	}
	l.wait.add(result.Wait)
	r := rankOf(start, duration)
	for i := range result.Members {
		l.member(batch, i, clean)
		r = r.mix(microseconds(result.Members[i].End))
	}
	l.slowest(result)
	l.row(result, start, end)
	l.sample(result, start, r.end(outcome))
}

func timedOut(m fanout.Member) bool { return m.Category == fanout.CategoryTimeout }

func (l *live) member(batch *measure.Batch, i int, clean func(string) string) {
	result := batch.Result
	m := &result.Members[i]
	c := l.collection(result, i)
	c.Queries++
	c.Objects += int64(m.Objects)
	c.Bytes += int64(m.Bytes)
	if m.HasTook {
		c.took.add(m.Took)
	}
	timed := result.TimesMember(i)
	if timed {
		c.duration.add(m.Duration())
		c.wait.add(m.Wait)
	}
	if batch.Recall != nil {
		c.Recall = c.Recall.add(batch.Recall[i])
	}
	if m.OK() {
		return
	}
	if timed {
		c.failed.add(m.Duration())
	}
	if c.Failures == nil {
		c.Failures = make(map[fanout.Category]*Failure)
	}
	failure := c.Failures[m.Category]
	if failure == nil {
		failure = &Failure{}
		c.Failures[m.Category] = failure
	}
	failure.add(clean(m.Error))
}

// slowest counts what is known of the member that completed last.
func (l *live) slowest(result *fanout.Result) {
	slowest := result.Slowest()
	if slowest < 0 {
		return
	}
	l.overhead.add(result.Overhead())
	c := l.collection(result, slowest)
	c.held.add(result.Duration)
	if len(result.Members) > 1 {
		margin := result.Margin()
		c.margin.add(margin)
		c.without.add(result.Duration - margin)
	}
}

// collection is the part of the collection of member i. Query sets name the same collections in the same order, mostly.
func (l *live) collection(result *fanout.Result, i int) *liveCollection {
	name := result.Set.Queries()[i].Collection
	if i < len(l.collections) && l.collections[i].Name == name {
		return l.collections[i]
	}
	for _, c := range l.collections {
		if c.Name == name {
			return c
		}
	}
	c := &liveCollection{Collection: Collection{Name: name}}
	l.collections = append(l.collections, c)
	return c
}

// microsecondsPerSecond is the length of a row of the time line, as its times are counted.
const microsecondsPerSecond = int64(time.Second / time.Microsecond)

// row counts a batch in the time line: its completion in one second, its time in flight in all that it spans.
func (l *live) row(result *fanout.Result, start, end int64) {
	last := l.second(end / microsecondsPerSecond)
	last.Batches++
	last.Queries += int64(len(result.Members))
	last.FailedQueries += int64(result.Failed())
	if result.Failed() > 0 {
		last.Failed++
	}
	for i := range result.Members {
		last.Bytes += int64(result.Members[i].Bytes)
	}
	last.duration.add(result.Duration)
	l.spread(start, end, func(row *BatchRow, time int64) { row.BatchTime += time })
	count := func(row *BatchRow, time int64) { row.RequestTime += time }
	if result.Requests == 1 {
		l.spread(start, end, count)
		return
	}
	for i := range result.Members {
		m := &result.Members[i]
		l.spread(start+microseconds(m.Start), start+microseconds(m.End), count)
	}
}

// spread adds to each second the part of a time that lies in it.
func (l *live) spread(start, end int64, add func(row *BatchRow, time int64)) {
	for start < end {
		second := start / microsecondsPerSecond
		until := min(end, (second+1)*microsecondsPerSecond)
		add(&l.second(second).BatchRow, until-start)
		start = until
	}
}

func (l *live) second(at int64) *liveSecond {
	if l.latest != nil && l.latest.At == at {
		return l.latest
	}
	s := l.seconds[at]
	if s == nil {
		s = &liveSecond{BatchRow: BatchRow{At: at}}
		l.seconds[at] = s
	}
	l.latest = s
	return s
}

// sample keeps the batch whole if it is the one of its class.
func (l *live) sample(result *fanout.Result, start int64, r rank) {
	if len(result.Members) > maxMembers {
		return
	}
	class := class(microseconds(result.Duration))
	if kept := l.samples[class]; kept == nil || r < kept.rank {
		l.samples[class] = &liveSample{newSample(start, result), r}
	}
}

// series is what was recorded. Only the phase measure counts, so only it is fine.
func (l *live) series() *Series {
	precision := uint8(coarse)
	if l.key.Phase == measure.Measured {
		precision = fine
	}
	of := func(c *counter) *Histogram { return c.histogram().at(precision) }
	s := &Series{
		Key: l.key, Start: l.start, End: l.end, Outcomes: l.outcomes, Outlasted: l.outlasted, TimedOut: l.timedOut,
		Duration: of(&l.duration), Failed: of(&l.failed), Overhead: of(&l.overhead), Wait: of(&l.wait),
		Collections: make([]*Collection, 0, len(l.collections)),
		Timeline:    Timeline[BatchRow]{Step: 1, Rows: make([]BatchRow, 0, len(l.seconds))},
		Samples:     make([]*Sample, 0, len(l.samples)),
	}
	for _, c := range l.collections {
		c.Duration, c.Failed, c.Wait, c.Took = of(&c.duration), of(&c.failed), of(&c.wait), of(&c.took)
		c.Held, c.Without, c.Margin = of(&c.held), of(&c.without), of(&c.margin)
		s.Collections = append(s.Collections, &c.Collection)
	}
	for _, second := range l.seconds {
		second.Duration = second.duration.histogram().at(coarse)
		s.Timeline.Rows = append(s.Timeline.Rows, second.BatchRow)
	}
	for _, sample := range l.samples {
		s.Samples = append(s.Samples, sample.Sample)
	}
	s.sort()
	s.Timeline = s.Timeline.fit()
	return s
}

func (s *Series) sort() {
	slices.SortFunc(s.Collections, (*Collection).compare)
	slices.SortFunc(s.Timeline.Rows, compareRows[BatchRow])
	slices.SortFunc(s.Samples, func(a, b *Sample) int { return a.class() - b.class() })
}
