// Package record is the output `--out weaviate=FILE`: it takes whole batches off k6's sample channel into histograms and
// leaves them in a run file.
package record

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
)

// Version is the version of the run file's format.
const Version = 1

// Run is what one run recorded.
type Run struct {
	Version int       `json:"version"`
	Series  []*Series `json:"series"`
}

// Series is what one strategy did in one phase of one block.
type Series struct {
	Key
	// Outcomes counts batches by outcome.
	Outcomes map[fanout.Outcome]int64 `json:"outcomes"`
	// Duration are the batch durations, failed batches included.
	Duration    *Histogram    `json:"duration"`
	Collections []*Collection `json:"collections"`
}

// Key tells one series from the others.
type Key struct {
	Block      int               `json:"block"`
	Phase      measure.Phase     `json:"phase"`
	Strategy   fanout.Strategy   `json:"strategy"`
	SearchType fanout.SearchType `json:"searchType"`
}

// Collection is one collection's part of a series.
type Collection struct {
	Name string `json:"name"`
	// Duration are the members' own durations; nil when the strategy cannot know them.
	Duration *Histogram `json:"duration,omitempty"`
	// Failures counts failed members by category.
	Failures map[fanout.Category]int64 `json:"failures,omitempty"`
	// Objects is the number of objects returned.
	Objects int64 `json:"objects"`
	// Slowest is the number of batches in which this collection completed last.
	Slowest int64 `json:"slowest"`
}

// Batches is the number of batches.
func (s *Series) Batches() int64 {
	var sum int64
	for _, n := range s.Outcomes {
		sum += n
	}
	return sum
}

// Merge adds another series to this one.
func (s *Series) Merge(other *Series) {
	for outcome, n := range other.Outcomes {
		s.Outcomes[outcome] += n
	}
	s.Duration.Merge(other.Duration)
	for _, c := range other.Collections {
		s.collection(c.Name).merge(c)
	}
}

func newSeries(key Key) *Series {
	return &Series{Key: key, Outcomes: make(map[fanout.Outcome]int64), Duration: newHistogram()}
}

func (s *Series) collection(name string) *Collection {
	for _, c := range s.Collections {
		if c.Name == name {
			return c
		}
	}
	c := &Collection{Name: name, Failures: make(map[fanout.Category]int64)}
	s.Collections = append(s.Collections, c)
	return c
}

func (c *Collection) merge(other *Collection) {
	if other.Duration != nil {
		c.durations().Merge(other.Duration)
	}
	for category, n := range other.Failures {
		c.Failures[category] += n
	}
	c.Objects += other.Objects
	c.Slowest += other.Slowest
}

func (c *Collection) durations() *Histogram {
	if c.Duration == nil {
		c.Duration = newHistogram()
	}
	return c.Duration
}

// add counts one batch.
func (s *Series) add(result *fanout.Result) {
	s.Outcomes[result.Outcome()]++
	s.Duration.Add(result.Duration)
	queries := result.Set.Queries()
	for i := range result.Members {
		m := &result.Members[i]
		c := s.collection(queries[i].Collection)
		if result.TimesMember(i) {
			c.durations().Add(m.Duration())
		}
		if !m.OK() {
			c.Failures[m.Category]++
		}
		c.Objects += int64(m.Objects)
		if i == result.Slowest() {
			c.Slowest++
		}
	}
}

// Total merges the series of a strategy's phase over all blocks; nil when there are none.
func (r *Run) Total(strategy fanout.Strategy, phase measure.Phase) *Series {
	var total *Series
	for _, s := range r.Series {
		if s.Strategy != strategy || s.Phase != phase {
			continue
		}
		if total == nil {
			total = newSeries(s.Key)
		}
		total.Merge(s)
	}
	return total
}

func (r *Run) sort() {
	slices.SortFunc(r.Series, func(a, b *Series) int {
		if a.Block != b.Block {
			return a.Block - b.Block
		}
		return strings.Compare(string(a.Strategy)+" "+string(a.Phase)+" "+string(a.SearchType),
			string(b.Strategy)+" "+string(b.Phase)+" "+string(b.SearchType))
	})
	for _, s := range r.Series {
		slices.SortFunc(s.Collections, func(a, b *Collection) int { return strings.Compare(a.Name, b.Name) })
	}
}

// Write writes the run file.
func (r *Run) Write(w io.Writer) error {
	r.sort()
	compressed := gzip.NewWriter(w)
	if err := json.NewEncoder(compressed).Encode(r); err != nil {
		return err
	}
	return compressed.Close()
}

// Read reads a run file.
func Read(from io.Reader, name string) (*Run, error) {
	compressed, err := gzip.NewReader(from)
	if err != nil {
		return nil, fmt.Errorf("%s is not a run file: %w", name, err)
	}
	r := &Run{}
	if err := json.NewDecoder(compressed).Decode(r); err != nil {
		return nil, fmt.Errorf("%s is not a whole run file: %w", name, err)
	}
	if r.Version != Version {
		return nil, fmt.Errorf("%s is a run file of version %d: this binary reads version %d", name, r.Version, Version)
	}
	return r, nil
}
