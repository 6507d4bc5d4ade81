package record

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
)

// Key tells one series from the others.
type Key struct {
	// Block is the number of the block; -1 outside of blocks.
	Block      int               `json:"block"`
	Phase      measure.Phase     `json:"phase"`
	Strategy   fanout.Strategy   `json:"strategy"`
	SearchType fanout.SearchType `json:"searchType"`
}

func (k Key) compare(other Key) int {
	return cmp.Or(
		cmp.Compare(k.Block, other.Block), cmp.Compare(k.Strategy, other.Strategy),
		cmp.Compare(k.Phase, other.Phase), cmp.Compare(k.SearchType, other.SearchType),
	)
}

// Series is what one strategy did in one phase of one block. Distributions are nil when nothing was counted, and for what the
// strategy cannot know.
type Series struct {
	Key
	// Start is the dispatch of the first batch and End the completion of the last, in µs since 1970.
	Start int64 `json:"start"`
	End   int64 `json:"end"`
	// Outcomes counts batches by outcome.
	Outcomes map[fanout.Outcome]int64 `json:"outcomes"`
	// Outlasted is the number of batches that were complete only after the end of their block.
	Outlasted int64 `json:"outlasted,omitempty"`
	// TimedOut is the number of batches of which one or more members met the batch limit.
	TimedOut int64 `json:"timedOut,omitempty"`
	// Duration are the batch durations, failed batches included.
	Duration *Histogram `json:"duration,omitempty"`
	// Failed are the durations of the batches with one or more failed members.
	Failed *Histogram `json:"failed,omitempty"`
	// Overhead is what batches took beyond their slowest member; fan-outs only.
	Overhead *Histogram `json:"overhead,omitempty"`
	// Wait is how long the longest-waiting member of each batch was without a connection.
	Wait *Histogram `json:"wait,omitempty"`

	// Collections are ordered by name.
	Collections []*Collection `json:"-"`
	// Timeline says what happened when.
	Timeline Timeline[BatchRow] `json:"-"`
	// Samples are some of the batches, whole: for every class of durations one, ordered by class.
	Samples []*Sample `json:"-"`
}

// Collection is one collection's part of a series.
type Collection struct {
	Name string `json:"name"`
	// Queries is the number of members.
	Queries int64 `json:"queries"`
	// Duration are the members' own durations, failed ones included; nil when the strategy cannot know them.
	Duration *Histogram `json:"duration,omitempty"`
	// Failed are the durations of the members that failed; nil when the strategy cannot know them.
	Failed *Histogram `json:"failed,omitempty"`
	// Wait is how long members were without a connection; part of the duration.
	Wait *Histogram `json:"wait,omitempty"`
	// Took are the server's own search times; gRPC only.
	Took *Histogram `json:"took,omitempty"`
	// Failures are the failed members by category.
	Failures map[fanout.Category]*Failure `json:"failures,omitempty"`
	// Objects is the number of objects returned, Bytes the length of the replies. The members of one document share one reply:
	// its bytes are the first collection's.
	Objects int64 `json:"objects"`
	Bytes   int64 `json:"bytes"`
	// Recall is that of the members of which it was measured; nil when there are none.
	Recall *Recall `json:"recall,omitempty"`
	// Held are the durations of the batches in which this collection completed last, Without what they would have been
	// without it, and Margin how much later it was than the second last; fan-outs only.
	Held    *Histogram `json:"held,omitempty"`
	Without *Histogram `json:"without,omitempty"`
	Margin  *Histogram `json:"margin,omitempty"`
}

// Slowest is the number of batches in which this collection completed last.
func (c *Collection) Slowest() int64 { return c.Held.Count() }

// FailedQueries is the number of failed members.
func (c *Collection) FailedQueries() int64 {
	var sum int64
	for _, f := range c.Failures {
		sum += f.Count
	}
	return sum
}

// Batches is the number of batches.
func (s *Series) Batches() int64 {
	var sum int64
	for _, n := range s.Outcomes {
		sum += n
	}
	return sum
}

// Elapsed is the time from the dispatch of the first batch to the completion of the last.
func (s *Series) Elapsed() time.Duration { return toDuration(s.End - s.Start) }

// Collection is the part of the collection of a name; nil when there is none.
func (s *Series) Collection(name string) *Collection {
	i, found := slices.BinarySearchFunc(s.Collections, name, func(c *Collection, name string) int {
		return cmp.Compare(c.Name, name)
	})
	if !found {
		return nil
	}
	return s.Collections[i]
}

// Without are the batch durations as they would have been without a collection; nil when the strategy cannot know.
func (s *Series) Without(collection string) *Histogram {
	c := s.Collection(collection)
	if c == nil || !s.Strategy.FansOut() {
		return nil
	}
	return s.Duration.Minus(c.Held).Merge(c.Without)
}

// FailedAt are the batch durations with those of failed batches replaced by a time, like the batch limit: a batch that
// failed at once must not count as a fast one.
func (s *Series) FailedAt(limit time.Duration) *Histogram {
	return s.Duration.Minus(s.Failed).Merge(repeated(limit, s.Failed.Count()))
}

// Merge is a series of the batches of both, which are left as they are. Its key is this one's.
func (s *Series) Merge(other *Series) *Series {
	merged := &Series{
		Key: s.Key, Start: min(s.Start, other.Start), End: max(s.End, other.End),
		Outcomes:  maps.Clone(s.Outcomes),
		Outlasted: s.Outlasted + other.Outlasted, TimedOut: s.TimedOut + other.TimedOut,
		Duration: s.Duration.Merge(other.Duration), Failed: s.Failed.Merge(other.Failed),
		Overhead: s.Overhead.Merge(other.Overhead), Wait: s.Wait.Merge(other.Wait),
		Timeline: s.Timeline.merge(other.Timeline),
		Samples:  mergeSamples(s.Samples, other.Samples),
	}
	for outcome, n := range other.Outcomes {
		merged.Outcomes[outcome] += n
	}
	merged.Collections = mergeSorted(s.Collections, other.Collections,
		(*Collection).compare, (*Collection).merge)
	return merged
}

func (c *Collection) compare(other *Collection) int { return cmp.Compare(c.Name, other.Name) }

func (c *Collection) merge(other *Collection) *Collection {
	merged := &Collection{
		Name: c.Name, Queries: c.Queries + other.Queries, Objects: c.Objects + other.Objects, Bytes: c.Bytes + other.Bytes,
		Duration: c.Duration.Merge(other.Duration), Failed: c.Failed.Merge(other.Failed), Wait: c.Wait.Merge(other.Wait),
		Took: c.Took.Merge(other.Took), Held: c.Held.Merge(other.Held), Without: c.Without.Merge(other.Without),
		Margin: c.Margin.Merge(other.Margin), Recall: c.Recall.merge(other.Recall),
	}
	if len(c.Failures)+len(other.Failures) == 0 {
		return merged
	}
	merged.Failures = maps.Clone(c.Failures)
	if merged.Failures == nil {
		merged.Failures = make(map[fanout.Category]*Failure, len(other.Failures))
	}
	for category, failure := range other.Failures {
		merged.Failures[category] = merged.Failures[category].merge(failure)
	}
	return merged
}

// mergeSorted is the union of two ordered lists. What is in both is merged.
func mergeSorted[T any](a, b []T, compare func(a, b T) int, merge func(a, b T) T) []T {
	merged := make([]T, 0, max(len(a), len(b)))
	for len(a) > 0 && len(b) > 0 {
		switch order := compare(a[0], b[0]); {
		case order < 0:
			merged, a = append(merged, a[0]), a[1:]
		case order > 0:
			merged, b = append(merged, b[0]), b[1:]
		default:
			merged, a, b = append(merged, merge(a[0], b[0])), a[1:], b[1:]
		}
	}
	return append(append(merged, a...), b...)
}
