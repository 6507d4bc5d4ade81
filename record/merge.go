package record

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/xk6-weaviate/xk6-weaviate/measure"
)

// Merge puts the parts of a run that several k6 processes shared together. It is exact: what is merged is what one process
// would have recorded of all batches. Parts of different runs are refused.
func Merge(runs ...*Run) (*Run, error) {
	if len(runs) == 0 {
		return nil, errors.New("there are no run files to merge: name at least one")
	}
	merged := runs[0]
	for _, run := range runs[1:] {
		if err := merged.fits(run); err != nil {
			return nil, err
		}
		merged = &Run{
			Processes: mergeSorted(merged.Processes, run.Processes, (*Process).compare,
				func(p, _ *Process) *Process { return p }),
			Series: mergeSorted(merged.Series, run.Series, (*Series).compare, (*Series).Merge),
		}
	}
	return merged, nil
}

func (s *Series) compare(other *Series) int { return s.Key.compare(other.Key) }

// fits says in a sentence why another run is not a part of the same one.
func (r *Run) fits(other *Run) error {
	for _, p := range r.Processes {
		for _, q := range other.Processes {
			if p.ID == q.ID {
				return fmt.Errorf("two of the run files hold the same process (%s): name each part of a run once", p.ID)
			}
		}
	}
	if len(r.Processes) == 0 || len(other.Processes) == 0 {
		return nil
	}
	a, b := r.Processes[0].Versions, other.Processes[0].Versions
	if a.Extension != b.Extension || a.K6 != b.K6 {
		return fmt.Errorf("the run files are of different versions (xk6-weaviate %s with k6 %s, and %s with %s): "+
			"run all parts with one binary", a.Extension, a.K6, b.Extension, b.K6)
	}
	return fitInfo(r.Info(), other.Info())
}

func fitInfo(a, b *measure.RunInfo) error {
	if a == nil || b == nil {
		return nil
	}
	if a.Queries.SHA256 != b.Queries.SHA256 || a.Queries.Limit != b.Queries.Limit {
		return fmt.Errorf("the run files are of different queries (%s, limit %d, and %s, limit %d): "+
			"merge only parts of one run", a.Queries.File, a.Queries.Limit, b.Queries.File, b.Queries.Limit)
	}
	planA, errA := json.Marshal(a.Plan)
	planB, errB := json.Marshal(b.Plan)
	if err := errors.Join(errA, errB); err != nil {
		return err
	}
	if !bytes.Equal(planA, planB) {
		return errors.New("the run files are of different plans (strategies, users, rounds or blocks): merge only parts of one run")
	}
	return nil
}
