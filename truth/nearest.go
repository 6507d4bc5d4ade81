package truth

import (
	"bytes"
	"cmp"
	"container/heap"
	"math"
	"slices"

	"github.com/google/uuid"
)

// neighbour is an object at a distance from a query.
type neighbour struct {
	id       uuid.UUID
	distance float64
	size     float64 // of the terms that the distance is the sum of
}

// compare orders neighbours, the nearest first. No two are equal: so it does not matter in which order they came.
func (n *neighbour) compare(other *neighbour) int {
	return cmp.Or(cmp.Compare(n.distance, other.distance), bytes.Compare(n.id[:], other.id[:]))
}

// nearest keeps the nearest of the objects that it is shown, for one query.
type nearest struct {
	query point
	depth int
	seen  int64
	worst float64 // the distance of the furthest that is kept, once there is no more room
	kept  furthestFirst
}

func newNearest(vector []float32, depth int) *nearest {
	n := &nearest{depth: depth, worst: math.Inf(1)}
	n.query.set(vector)
	return n
}

// room is how many objects are kept: beyond the depth for those that tie with the last.
func (n *nearest) room() int { return 2 * n.depth }

// add shows it an object. The heap's memory grows with what comes.
func (n *nearest) add(id uuid.UUID, distance, size float64) {
	n.seen++
	if distance > n.worst {
		return
	}
	one := neighbour{id, distance, size}
	switch {
	case len(n.kept) < n.room():
		heap.Push(&n.kept, one)
	case one.compare(&n.kept[0]) < 0:
		n.kept[0] = one
		heap.Fix(&n.kept, 0)
	}
	if len(n.kept) == n.room() {
		n.worst = n.kept[0].distance
	}
}

// truth is what was found; nil where more objects tie than are kept. It ends the search.
func (n *nearest) truth() *Query {
	slices.SortFunc(n.kept, func(a, b neighbour) int { return a.compare(&b) })
	q := &Query{Depth: min(n.depth, len(n.kept))}
	size := 0.0
	for i := range n.kept {
		q.Distances = append(q.Distances, float32(n.kept[i].distance))
		if i < q.Depth {
			size = max(size, n.kept[i].size)
		}
	}
	q.Tolerance = tolerance(len(n.query.x), size)
	if n.seen > int64(len(n.kept)) {
		// Who ties with the furthest may not be here: recall is known up to those who do not.
		certain, _ := slices.BinarySearchFunc(q.Distances, float64(q.Distances[len(q.Distances)-1])-q.Tolerance, compareDistance)
		q.Depth = min(q.Depth, certain)
	}
	if q.Depth == 0 {
		return nil
	}
	last := float64(q.Distances[q.Depth-1]) + q.Tolerance
	end, _ := slices.BinarySearchFunc(q.Distances, math.Nextafter(last, math.Inf(1)), compareDistance)
	q.Distances = slices.Clip(q.Distances[:end])
	q.IDs = make([]uuid.UUID, end)
	for i := range q.IDs {
		q.IDs[i] = n.kept[i].id
	}
	q.order()
	return q
}

// furthestFirst is a heap of neighbours.
type furthestFirst []neighbour

func (f furthestFirst) Len() int           { return len(f) }
func (f furthestFirst) Less(i, j int) bool { return f[i].compare(&f[j]) > 0 }
func (f furthestFirst) Swap(i, j int)      { f[i], f[j] = f[j], f[i] }
func (f *furthestFirst) Push(x any)        { *f = append(*f, x.(neighbour)) }

func (f *furthestFirst) Pop() any {
	last := len(*f) - 1
	x := (*f)[last]
	*f = (*f)[:last]
	return x
}
