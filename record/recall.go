package record

import "github.com/xk6-weaviate/xk6-weaviate/measure"

// Recall is how much of what is truly nearest was found by the members of which that was measured. It counts objects, so that parts add
// up to the whole.
type Recall struct {
	// Queries is the number of those members.
	Queries int64 `json:"queries"`
	// Wanted is how many objects they were to find, and Found how many of them they found.
	Found  int64 `json:"found"`
	Wanted int64 `json:"wanted"`
}

// Share is the recall, from 0 to 1; 0 when there was nothing to find.
func (r *Recall) Share() float64 {
	if r == nil || r.Wanted == 0 {
		return 0
	}
	return float64(r.Found) / float64(r.Wanted)
}

// Recall is that of all collections together; nil when none was measured.
func (s *Series) Recall() *Recall {
	var sum *Recall
	for _, c := range s.Collections {
		sum = sum.merge(c.Recall)
	}
	return sum
}

// add counts a member, if its recall was measured.
func (r *Recall) add(member measure.Recall) *Recall {
	if member.Wanted == 0 {
		return r
	}
	return r.merge(&Recall{Queries: 1, Found: int64(member.Found), Wanted: int64(member.Wanted)})
}

// merge is the sum of both, which are left as they are.
func (r *Recall) merge(other *Recall) *Recall {
	switch {
	case r == nil:
		return other
	case other == nil:
		return r
	default:
		return &Recall{r.Queries + other.Queries, r.Found + other.Found, r.Wanted + other.Wanted}
	}
}
