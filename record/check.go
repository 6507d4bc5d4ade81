package record

import (
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
)

// What is read is checked as it comes, so that nobody who works with a Run has to be on guard: no count is negative or so
// large that sums overflow, no pointer is missing, names are short and of the known ones where those are known.

// maxName is how long a name may be, in bytes. Weaviate's own are shorter than 256.
const maxName = 4 << 10

func checkCounts(counts ...int64) error {
	for _, n := range counts {
		if n < 0 || n > maxCount {
			return fmt.Errorf("a count is %d", n)
		}
	}
	return nil
}

func checkName(name string) error {
	if name == "" || len(name) > maxName || !utf8.ValidString(name) {
		return errors.New("a name is empty or too long")
	}
	return nil
}

// checkStep accepts the steps of time lines: powers of two, and 0 for one that is empty.
func checkStep(step int64) error {
	if step < 0 || step > 1<<30 || step&(step-1) != 0 {
		return fmt.Errorf("the step of a time line is %d", step)
	}
	return nil
}

func (p *Process) check() error {
	if err := checkName(p.ID); err != nil {
		return err
	}
	if p.Server != nil {
		if err := checkCounts(p.Server.Scrapes, p.Server.Failed); err != nil {
			return err
		}
	}
	if p.Info != nil {
		if err := checkInfo(p.Info); err != nil {
			return err
		}
	}
	return checkCounts(p.Start, p.End, p.Batches, p.Dispatched, p.FirstBlock, int64(p.Machine.CPUs), int64(p.Machine.Procs))
}

func checkInfo(info *measure.RunInfo) error {
	for _, c := range info.Collections {
		if err := errors.Join(checkName(c.Name), checkCounts(c.Objects, int64(c.Dimensions))); err != nil {
			return err
		}
	}
	if info.Comparison != nil {
		if err := checkCounts(int64(info.Comparison.Sets), int64(info.Comparison.Unsteady), int64(info.Comparison.Different)); err != nil {
			return err
		}
	}
	if truth := info.Truth; truth != nil {
		if err := checkCounts(int64(truth.Depth), int64(truth.Sets)); err != nil {
			return err
		}
		if !(truth.Rate >= 0 && truth.Rate <= 1) {
			return errors.New("the rate at which recall is measured is no share")
		}
	}
	plan := info.Plan
	if plan == nil {
		return nil
	}
	if plan.Block < 0 || plan.Warmup < 0 || plan.Drain < 0 || plan.RunTime < 0 || plan.Ramp < 0 || plan.Measured() < 0 {
		return errors.New("a plan has lengths of time that cannot be")
	}
	if err := bound("planned blocks", len(plan.Blocks), maxBlocks); err != nil {
		return err
	}
	for _, b := range plan.Blocks {
		if _, err := fanout.ParseStrategy(string(b.Strategy)); err != nil {
			return err
		}
		if err := checkCounts(int64(b.Round), int64(b.Users)); err != nil {
			return err
		}
	}
	return nil
}

func (r ClientRow) check() error {
	return checkCounts(r.Span, r.CPU, r.Throttled, r.Held, r.Memory, r.Heap, r.Collections, r.Pause, r.Latency, r.Goroutines, r.Users, r.Dropped)
}

func (r ServerRow) check() error {
	return checkCounts(r.Span, r.CPU, r.Memory, r.Goroutines)
}

func (s *ServerSpan) check() error {
	if s.Block < -1 || s.End < s.Start {
		return errors.New("a span of the server ends before it begins")
	}
	for _, q := range s.Queries {
		if err := checkCounts(q.Count, q.Time); err != nil {
			return err
		}
	}
	return checkCounts(s.Start, s.End, s.CPU, s.Memory, s.Goroutines)
}

func (s *Series) check() error {
	if s.Block < -1 || s.Block > maxCount || !slices.Contains(append(measure.Phases(), measure.Canceled), s.Phase) || s.End < s.Start {
		return errors.New("a series is of no block, phase or time that can be")
	}
	if _, err := fanout.ParseStrategy(string(s.Strategy)); err != nil {
		return err
	}
	for outcome, n := range s.Outcomes {
		if !slices.Contains(fanout.Outcomes(), outcome) {
			return errors.New("a series has an outcome that is none")
		}
		if err := checkCounts(n); err != nil {
			return err
		}
	}
	if batches := s.Batches(); batches == 0 || s.Duration.Count() != batches || s.Failed.Count() > batches {
		return errors.New("the counts of a series do not add up")
	}
	return errors.Join(checkName(string(s.SearchType)), checkCounts(s.Start, s.End, s.Outlasted, s.TimedOut))
}

func (c *Collection) check() error {
	for category, failure := range c.Failures {
		if failure == nil || !slices.Contains(fanout.Categories(), category) || len(failure.Texts) > maxTexts {
			return errors.New("a collection has failures of no category")
		}
		if err := checkCounts(failure.Count); err != nil {
			return err
		}
		for _, text := range failure.Texts {
			if err := checkCounts(text.Count); err != nil {
				return err
			}
		}
	}
	if err := c.Recall.check(); err != nil {
		return err
	}
	return errors.Join(checkName(c.Name), checkCounts(c.Queries, c.Objects, c.Bytes))
}

func (r *Recall) check() error {
	if r == nil {
		return nil
	}
	if r.Queries == 0 || r.Wanted == 0 || r.Found > r.Wanted {
		return errors.New("a recall is of nothing, or above 1")
	}
	return checkCounts(r.Queries, r.Found, r.Wanted)
}

func (r BatchRow) check() error {
	return checkCounts(r.Batches, r.Failed, r.Queries, r.FailedQueries, r.BatchTime, r.RequestTime, r.Bytes)
}

func (s *Sample) check() error {
	if len(s.Members) > maxMembers || s.Duration > longest || !slices.Contains(fanout.Outcomes(), s.Outcome) {
		return errors.New("a sample is of no batch that can be")
	}
	for i := range s.Members {
		m := &s.Members[i]
		if err := errors.Join(checkName(m.Collection), checkCounts(m.Start, m.End, m.Wait, m.Took, int64(m.Objects), int64(m.Bytes))); err != nil {
			return err
		}
	}
	return checkCounts(s.Start, s.Duration, s.Wait)
}
