package truth

import (
	"bytes"
	"slices"

	"github.com/google/uuid"
)

// Recall compares what a search found with what there was to find: ids are those of the objects in its reply, nearest first, and
// limit is how many it had asked for. Of wanted true objects it found so many; wanted is 0 where the query has no truth.
//
// Wanted is the limit, or the query's Depth if that is less, and only so many ids count: what a search returns beyond does not make
// up for what it missed. An object that ties with the last wanted one is as good as that one, but not as one that is nearer.
func (s *Set) Recall(query, limit int, ids []string) (found, wanted int) {
	if query < 0 || query >= len(s.Queries) || s.Queries[query] == nil {
		return 0, 0
	}
	return s.Queries[query].recall(limit, ids)
}

func (q *Query) recall(limit int, ids []string) (found, wanted int) {
	wanted = min(limit, q.Depth)
	if wanted <= 0 {
		return 0, 0
	}
	last := float64(q.Distances[wanted-1])
	nearer, _ := slices.BinarySearchFunc(q.Distances, last-q.Tolerance, compareDistance)
	var had [(2*MaxDepth + 63) / 64]uint64
	tied := 0
	for _, text := range ids[:min(len(ids), wanted)] {
		i, ok := q.index(text)
		if !ok || had[i/64]&(1<<(i%64)) != 0 {
			continue
		}
		had[i/64] |= 1 << (i % 64)
		switch {
		case i < nearer:
			found++
		case float64(q.Distances[i]) <= last+q.Tolerance:
			tied++
		}
	}
	return found + min(tied, wanted-nearer), wanted
}

func compareDistance(d float32, limit float64) int {
	if float64(d) < limit {
		return -1
	}
	return 1
}

// index is where an object is among the nearest.
func (q *Query) index(text string) (int, bool) {
	id, err := uuid.Parse(text)
	if err != nil {
		return 0, false
	}
	at, found := slices.BinarySearchFunc(q.byID, id, func(i int32, id uuid.UUID) int { return bytes.Compare(q.IDs[i][:], id[:]) })
	if !found {
		return 0, false
	}
	return int(q.byID[at]), true
}

// order makes the query ready for recall.
func (q *Query) order() {
	q.byID = make([]int32, len(q.IDs))
	for i := range q.byID {
		q.byID[i] = int32(i)
	}
	slices.SortFunc(q.byID, func(a, b int32) int { return bytes.Compare(q.IDs[a][:], q.IDs[b][:]) })
}
