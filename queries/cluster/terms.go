package cluster

import (
	"context"
	"fmt"
	"slices"

	"github.com/xk6-weaviate/xk6-weaviate/queries"
)

const (
	sampledSets = 40  // query sets of sampled texts
	mostSampled = 200 // objects read of a collection: vectors beyond that come again
)

// Samples are objects of each of some targets.
type Samples struct {
	targets []queries.Target
	objects [][]Object // by target
}

// Samples reads objects of the targets, enough for so many query sets; 0 stands for as many as are made of sampled texts.
func (c *Cluster) Samples(ctx context.Context, targets []queries.Target, sets int) (*Samples, error) {
	if sets == 0 {
		sets = sampledSets
	}
	s := &Samples{targets: targets, objects: make([][]Object, len(targets))}
	for i := range targets {
		var err error
		if s.objects[i], err = c.Sample(ctx, &targets[i], min(sets, mostSampled)); err != nil {
			return nil, err
		}
		if len(s.objects[i]) == 0 {
			return nil, fmt.Errorf("collection %s is empty%s: fill it first", targets[i].Collection, ofTenant(&targets[i]))
		}
	}
	return s, nil
}

func ofTenant(target *queries.Target) string {
	if target.Tenant == "" {
		return ""
	}
	return " for tenant " + target.Tenant
}

// Length is the length of the vectors of all targets. It is an error if they differ: no vector can be searched for in all then.
func (s *Samples) Length() (int, error) {
	lengths, err := s.lengths()
	if err != nil {
		return 0, err
	}
	for i, length := range lengths {
		if length != lengths[0] {
			return 0, fmt.Errorf("collection %s has vectors of %d numbers and %s of %d: use --embedder sample, which takes each "+
				"collection's own, or make files for them apart (--collections)",
				s.targets[0].Collection, lengths[0], s.targets[i].Collection, length)
		}
	}
	return lengths[0], nil
}

// lengths are the lengths of the targets' vectors.
func (s *Samples) lengths() ([]int, error) {
	lengths := make([]int, len(s.targets))
	for i := range s.targets {
		vectors := vectorsOf(s.objects[i])
		if len(vectors) == 0 {
			name := s.targets[i].TargetVector
			if name != "" {
				name = " " + name
			}
			return nil, fmt.Errorf("the objects of collection %s%s have no vector%s: leave it out, or make files for keyword "+
				"searches only (--search-types bm25)", s.targets[i].Collection, ofTenant(&s.targets[i]), name)
		}
		lengths[i] = len(vectors[0])
	}
	return lengths, nil
}

func vectorsOf(objects []Object) []queries.Vector {
	var vectors []queries.Vector
	for i := range objects {
		if len(objects[i].Vector) > 0 {
			vectors = append(vectors, objects[i].Vector)
		}
	}
	return vectors
}

// Texts are search terms: the beginnings of the objects' texts, the collections in turn, each once. There may be none.
func (s *Samples) Texts() []string {
	var texts []string
	seen := map[string]bool{"": true}
	for _, object := range s.inTurn() {
		if !seen[object.Text] && len(texts) < sampledSets {
			seen[object.Text] = true
			texts = append(texts, object.Text)
		}
	}
	return texts
}

// inTurn are the objects, one of each target after the other.
func (s *Samples) inTurn() []Object {
	var list []Object
	for row, more := 0, true; more; row++ {
		more = false
		for _, objects := range s.objects {
			if row < len(objects) {
				list = append(list, objects[row])
				more = true
			}
		}
	}
	return list
}

// Terms gives texts vectors of the objects. Where the vectors of all targets have one length, all are searched for the same
// one, that of the object with the text if there is one; where they differ, each target is searched for vectors of its own.
// Without texts, there is a term for each of the first vectors.
func (s *Samples) Terms(texts []string) ([]queries.Term, error) {
	lengths, err := s.lengths()
	if err != nil {
		return nil, err
	}
	if len(texts) == 0 {
		texts = make([]string, min(sampledSets, len(vectorsOf(s.inTurn()))))
	}
	terms := make([]queries.Term, len(texts))
	for i, text := range texts {
		terms[i].Text = text
	}
	if slices.Min(lengths) == slices.Max(lengths) {
		s.share(terms)
		return terms, nil
	}
	for i := range terms {
		terms[i].Own = make(map[string]queries.Vector, len(s.targets))
		for k := range s.targets {
			vectors := vectorsOf(s.objects[k])
			terms[i].Own[s.targets[k].Collection] = vectors[i%len(vectors)]
		}
	}
	return terms, nil
}

// share gives each term one vector for all targets.
func (s *Samples) share(terms []queries.Term) {
	objects := s.inTurn()
	byText := make(map[string]queries.Vector)
	for i := range objects {
		if text := objects[i].Text; text != "" && byText[text] == nil && len(objects[i].Vector) > 0 {
			byText[text] = objects[i].Vector
		}
	}
	vectors := vectorsOf(objects)
	for i := range terms {
		terms[i].Vector = byText[terms[i].Text]
		if terms[i].Vector == nil {
			terms[i].Vector = vectors[i%len(vectors)]
		}
	}
}
