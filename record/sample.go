package record

import (
	"cmp"
	"time"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// sampleClasses is how finely batches are told apart to be sampled: a power of two of durations has 2^sampleClasses classes, so
// that for any quantile of the durations there is a whole batch within 19 % of it.
const sampleClasses = 2

// maxMembers is how many members a batch has at most that is sampled: more can be shown to nobody.
const maxMembers = 1000

// Sample is one whole batch. Times are in µs, those of members from the start of the batch.
type Sample struct {
	// Start is in µs since 1970.
	Start    int64          `json:"start"`
	Duration int64          `json:"duration"`
	Wait     int64          `json:"wait,omitempty"`
	Outcome  fanout.Outcome `json:"outcome"`
	Members  []SampleMember `json:"members"`
}

// SampleMember is one member of a sampled batch.
type SampleMember struct {
	Collection string `json:"collection"`
	Start      int64  `json:"start,omitempty"`
	End        int64  `json:"end"`
	Wait       int64  `json:"wait,omitempty"`
	// Took is the server's own search time; 0 when it did not tell.
	Took     int64           `json:"took,omitempty"`
	Objects  int             `json:"objects,omitempty"`
	Bytes    int             `json:"bytes,omitempty"`
	Category fanout.Category `json:"category,omitempty"`
}

// class is the class of durations that a batch is sampled for.
func class(duration int64) int { return bucketOf(duration, sampleClasses) }

func (s *Sample) class() int { return class(s.Duration) }

// rank decides which batch is sampled: of each class the one of the least rank. It follows from the batch alone, so parts of
// a run choose the same as the whole. Full batches come before those with failures.
type rank uint64

// rankOf begins a rank; mix adds what tells the batch from others.
func rankOf(start, duration int64) rank { return rank(0).mix(start).mix(duration) }

func (r rank) mix(v int64) rank { // splitmix64
	x := uint64(r) ^ uint64(v) //nolint:gosec // bits, not a number
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return rank(x ^ x>>31)
}

func (r rank) end(outcome fanout.Outcome) rank {
	r >>= 1
	if outcome != fanout.Full {
		r |= 1 << 63
	}
	return r
}

func (s *Sample) rank() rank {
	r := rankOf(s.Start, s.Duration)
	for i := range s.Members {
		r = r.mix(s.Members[i].End)
	}
	return r.end(s.Outcome)
}

// newSample copies what is kept of a batch that started at a time in µs since 1970.
func newSample(start int64, result *fanout.Result) *Sample {
	s := &Sample{
		Start: start, Duration: microseconds(result.Duration), Wait: microseconds(result.Wait), Outcome: result.Outcome(),
		Members: make([]SampleMember, len(result.Members)),
	}
	queries := result.Set.Queries()
	for i := range result.Members {
		m := &result.Members[i]
		s.Members[i] = SampleMember{
			Collection: queries[i].Collection, Start: microseconds(m.Start), End: microseconds(m.End), Wait: microseconds(m.Wait),
			Took: microseconds(m.Took), Objects: m.Objects, Bytes: m.Bytes, Category: m.Category,
		}
	}
	return s
}

func mergeSamples(a, b []*Sample) []*Sample {
	return mergeSorted(a, b,
		func(a, b *Sample) int { return cmp.Compare(a.class(), b.class()) },
		func(a, b *Sample) *Sample {
			if b.rank() < a.rank() {
				return b
			}
			return a
		})
}

// Sample is the sampled batch whose duration is nearest to one, like a quantile of all; nil when there are no batches.
func (s *Series) Sample(duration time.Duration) *Sample {
	var nearest *Sample
	for _, sample := range s.Samples {
		if nearest == nil || distance(sample, duration) < distance(nearest, duration) {
			nearest = sample
		}
	}
	return nearest
}

func distance(s *Sample, duration time.Duration) int64 {
	d := s.Duration - microseconds(duration)
	return max(d, -d)
}
