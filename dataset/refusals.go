package dataset

import (
	"fmt"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

const (
	// maxRefused ends a seed: a server that refuses this many objects refuses them all, for a reason like a full disk.
	maxRefused = 1000

	namedRefusals = 10 // the others are only counted
)

// refusal is an object that the server did not take.
type refusal struct{ what, reason string }

// refusals counts them and keeps the first.
type refusals struct {
	count int
	first refusal
}

func (r *refusals) add(one refusal) {
	if r.count == 0 {
		r.first = one
	}
	r.count++
}

func (r *refusals) tooMany() bool { return r.count >= maxRefused }

func (r *refusals) err() error {
	switch {
	case r.count == 0:
		return nil
	case r.tooMany():
		return fmt.Errorf("the server has refused %s, and the seed gave up (%s: %s)", fanout.Count(r.count, "object", "objects"), r.first.what, r.first.reason)
	default:
		return fmt.Errorf("the server refused %s (%s: %s)", fanout.Count(r.count, "object", "objects"), r.first.what, r.first.reason)
	}
}
