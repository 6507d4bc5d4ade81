package truth

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// check holds the file to what recall relies on.
func (f *File) check() error {
	if hash, err := hex.DecodeString(f.Queries); err != nil || len(hash) != sha256.Size || hex.EncodeToString(hash) != f.Queries {
		return errors.New("queries is not the SHA-256 of a query file, in 64 small hexadecimal digits")
	}
	switch {
	case f.Depth < 1 || f.Depth > MaxDepth:
		return fmt.Errorf("depth is %d: it is 1 to %d", f.Depth, MaxDepth)
	case len(f.Collections) == 0:
		return errors.New("it has no collections")
	case len(f.Sets) == 0:
		return errors.New("it has no query sets")
	}
	seen := make(map[Collection]bool, len(f.Collections))
	for _, c := range f.Collections {
		if err := c.check(); err != nil {
			return fmt.Errorf("collection %q: %w", c.Name, err)
		}
		key := Collection{Name: c.Name, Tenant: c.Tenant, Vector: c.Vector}
		if seen[key] {
			return fmt.Errorf("collection %s is there twice: keep one", c.Name)
		}
		seen[key] = true
	}
	before := -1
	for i := range f.Sets {
		s := &f.Sets[i]
		if s.Index <= before {
			return fmt.Errorf("set %d comes after set %d: sets are in the order of the query file, from 0", s.Index, before)
		}
		if s.depth() > f.Depth {
			return fmt.Errorf("set %d has a depth of %d, and the file of %d", s.Index, s.depth(), f.Depth)
		}
		before = s.Index
	}
	return nil
}

func (c *Collection) check() error {
	if err := fanout.CheckCollection(c.Name); err != nil {
		return err
	}
	if !slices.Contains(Distances(), c.Distance) {
		return fmt.Errorf("unknown distance %q: the distances are %v", c.Distance, Distances())
	}
	if c.Objects < 0 {
		return fmt.Errorf("it has %d objects: no fewer than 0 are possible", c.Objects)
	}
	return nil
}

func (q *Query) check() error {
	n := len(q.IDs)
	switch {
	case q.Depth < 1 || q.Depth > MaxDepth:
		return fmt.Errorf("depth is %d: it is 1 to %d", q.Depth, MaxDepth)
	case n != len(q.Distances):
		return fmt.Errorf("it has %d ids and %d distances: each object has both", n, len(q.Distances))
	case n < q.Depth || n > 2*MaxDepth:
		return fmt.Errorf("it has %d objects: there are from its depth, %d, to %d", n, q.Depth, 2*MaxDepth)
	case !(q.Tolerance >= 0) || math.IsInf(q.Tolerance, 0):
		return fmt.Errorf("tolerance is %v: it is a number from 0 up", q.Tolerance)
	}
	for i, d := range q.Distances {
		if math.IsNaN(float64(d)) || math.IsInf(float64(d), 0) || i > 0 && d < q.Distances[i-1] {
			return fmt.Errorf("distance %d is %v: distances are finite, and none is less than the one before", i, d)
		}
	}
	for i, at := range q.byID {
		if i > 0 && q.IDs[at] == q.IDs[q.byID[i-1]] {
			return fmt.Errorf("object %s is there twice", q.IDs[at])
		}
	}
	return nil
}
