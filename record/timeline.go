package record

import (
	"cmp"
	"iter"
	"time"
)

// maxRows is how many rows a time line has at most. One that gets longer doubles its step: memory stays flat however long
// the run.
const maxRows = 1800

// Timeline says what happened in each second.
type Timeline[R row[R]] struct {
	// Step is the length of a row in seconds: 1, and a higher power of two for what lasts longer than half an hour.
	Step int64
	// Rows are ordered by time. Seconds in which nothing happened have none.
	Rows []R
}

// row is one step of a time line.
type row[R any] interface {
	// at is when the step begins, in seconds since 1970.
	at() int64
	// moveTo is the row as one that begins at another time.
	moveTo(at int64) R
	// merge is a row of what happened in both.
	merge(other R) R
}

// All are the rows with the times at which they begin.
func (t Timeline[R]) All() iter.Seq2[time.Time, R] {
	return func(yield func(time.Time, R) bool) {
		for _, row := range t.Rows {
			if !yield(time.Unix(row.at(), 0), row) {
				return
			}
		}
	}
}

// append adds a row that is later than all others, or as late as the last.
func (t Timeline[R]) append(row R) Timeline[R] {
	step := max(t.Step, 1)
	row = row.moveTo(row.at() - row.at()%step)
	if n := len(t.Rows); n > 0 && t.Rows[n-1].at() >= row.at() {
		t.Rows[n-1] = t.Rows[n-1].merge(row)
	} else {
		t.Rows = append(t.Rows, row)
	}
	return Timeline[R]{step, t.Rows}.fit()
}

func (t Timeline[R]) merge(other Timeline[R]) Timeline[R] {
	step := max(t.Step, other.Step)
	a, b := t.widen(step), other.widen(step)
	return Timeline[R]{step, mergeSorted(a.Rows, b.Rows, compareRows[R], R.merge)}.fit()
}

func compareRows[R row[R]](a, b R) int { return cmp.Compare(a.at(), b.at()) }

// fit widens the steps until the time from the first row to the last has no more than maxRows. That depends on the two only,
// and not on when it is done: parts of a run come to the same steps as the whole.
func (t Timeline[R]) fit() Timeline[R] {
	if len(t.Rows) == 0 {
		return t
	}
	first, last := t.Rows[0].at(), t.Rows[len(t.Rows)-1].at()
	step := t.Step
	for last/step-first/step >= maxRows {
		step *= 2
	}
	return t.widen(step)
}

// widen makes the steps longer and merges the rows that fall into one.
func (t Timeline[R]) widen(step int64) Timeline[R] {
	if step == t.Step {
		return t
	}
	wide := Timeline[R]{Step: step}
	for _, row := range t.Rows {
		row = row.moveTo(row.at() - row.at()%step)
		if n := len(wide.Rows); n > 0 && wide.Rows[n-1].at() == row.at() {
			wide.Rows[n-1] = wide.Rows[n-1].merge(row)
		} else {
			wide.Rows = append(wide.Rows, row)
		}
	}
	return wide
}

// BatchRow is what batches did in one step. They count in the step in which they were complete.
type BatchRow struct {
	// At is the beginning of the step, in seconds since 1970.
	At int64 `json:"at"`
	// Batches is the number of batches; Failed of them had one or more failed members.
	Batches int64 `json:"batches,omitempty"`
	Failed  int64 `json:"failed,omitempty"`
	// Queries is the number of their members; FailedQueries of them failed.
	Queries       int64 `json:"queries,omitempty"`
	FailedQueries int64 `json:"failedQueries,omitempty"`
	// BatchTime is the time that batches were in flight within the step, all added up, in µs. RequestTime is the same for
	// requests: one for each member of a fan-out, one for a document.
	BatchTime   int64 `json:"batchTime,omitempty"`
	RequestTime int64 `json:"requestTime,omitempty"`
	// Bytes is the length of their replies.
	Bytes int64 `json:"bytes,omitempty"`
	// Duration are the durations of the batches, coarsely.
	Duration *Histogram `json:"duration,omitempty"`
}

// InFlight is how many batches and requests were in flight on average, in a row of a time line with a step.
func (r BatchRow) InFlight(step int64) (batches, requests float64) {
	length := float64(step * microsecondsPerSecond)
	return float64(r.BatchTime) / length, float64(r.RequestTime) / length
}

func (r BatchRow) at() int64 { return r.At }

func (r BatchRow) moveTo(at int64) BatchRow {
	r.At = at
	return r
}

func (r BatchRow) merge(other BatchRow) BatchRow {
	return BatchRow{
		At: r.At, Batches: r.Batches + other.Batches, Failed: r.Failed + other.Failed,
		Queries: r.Queries + other.Queries, FailedQueries: r.FailedQueries + other.FailedQueries,
		BatchTime: r.BatchTime + other.BatchTime, RequestTime: r.RequestTime + other.RequestTime,
		Bytes: r.Bytes + other.Bytes, Duration: r.Duration.Merge(other.Duration),
	}
}
