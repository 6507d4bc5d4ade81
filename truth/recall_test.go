package truth_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/truth"
)

func TestRecall(t *testing.T) {
	t.Parallel()
	// Objects 0 to 5 at these distances; the others are further away.
	set := file(t, 4, 0.1, 0.2, 0.3, 0.4, 0.4, 0.4).Set(0)
	for _, c := range []struct {
		name          string
		limit         int
		reply         []string
		found, wanted int
	}{
		{"all", 4, ids(0, 1, 2, 3), 4, 4},
		{"none", 4, ids(6, 7, 8, 9), 0, 4},
		{"half", 4, ids(0, 6, 2, 7), 2, 4},
		{"a short reply", 4, ids(0, 1), 2, 4},
		{"an empty reply", 4, nil, 0, 4},
		{"a smaller limit", 2, ids(0, 2), 1, 2},
		{"a larger limit than the depth", 200, ids(0, 1, 2, 3, 6, 7), 4, 4},
		{"what comes after the wanted ones does not count", 200, ids(6, 7, 0, 1, 2, 3), 2, 4},
		{"another that ties with the last", 4, ids(0, 1, 2, 5), 4, 4},
		{"those that tie are no more than there is room for", 4, ids(3, 4, 5, 0), 2, 4},
		{"one object twice", 4, ids(0, 0, 1, 1), 2, 4},
		{"no ids", 4, []string{"", "x", ids(0)[0] + "0", "00000000"}, 0, 4},
		{"no limit", 0, ids(0), 0, 0},
	} {
		found, wanted := set.Recall(0, c.limit, c.reply)
		require.Equal(t, c.wanted, wanted, c.name)
		require.Equal(t, c.found, found, c.name)
	}
}

func TestDistancesThatDifferByRoundingTie(t *testing.T) {
	t.Parallel()
	f := file(t, 2, 0.1, 0.2, 0.2+1e-7, 0.2+1e-5)
	set := f.Set(0)
	found, _ := set.Recall(0, 2, ids(0, 2))
	require.Equal(t, 2, found)
	found, _ = set.Recall(0, 2, ids(0, 3))
	require.Equal(t, 1, found)
}

func TestWhatHasNoTruth(t *testing.T) {
	t.Parallel()
	f := file(t, 1, 0.1)
	f.Sets[0].Index = 3
	f.Sets[0].Queries = append(f.Sets[0].Queries, nil)
	require.Equal(t, 1, f.Covers())
	require.Nil(t, f.Set(0))
	require.Nil(t, f.Set(4))
	for query, want := range map[int]int{-1: 0, 0: 1, 1: 0, 2: 0} {
		_, wanted := f.Set(3).Recall(query, 10, ids(0))
		require.Equal(t, want, wanted, query)
	}
}

func TestRecallAllocatesNothing(t *testing.T) {
	distances := make([]float32, 200)
	all := make([]int, len(distances))
	for i := range all {
		distances[i], all[i] = float32(i), i
	}
	set, reply := file(t, 200, distances...).Set(0), ids(all...)
	require.Zero(t, testing.AllocsPerRun(10, func() {
		if found, _ := set.Recall(0, 200, reply); found != 200 {
			panic(found)
		}
	}))
}

func BenchmarkRecall(b *testing.B) {
	distances := make([]float32, 200)
	all := make([]int, len(distances))
	for i := range all {
		distances[i], all[i] = float32(i), i
	}
	set, reply := file(b, 200, distances...).Set(0), ids(all...)
	for b.Loop() {
		set.Recall(0, 200, reply)
	}
}

// file is a truth of one query, whose nearest objects are at the given distances.
func file(tb testing.TB, depth int, distances ...float32) *truth.File {
	tb.Helper()
	q := &truth.Query{Depth: depth, Tolerance: 1e-6, Distances: distances}
	for i := range distances {
		q.IDs = append(q.IDs, id(i))
	}
	return reread(tb, &truth.File{
		Queries: hash, Depth: depth, Sets: []truth.Set{{Queries: []*truth.Query{q}}},
		Collections: []truth.Collection{{Name: "Articles", Distance: truth.Cosine, Objects: int64(len(distances))}},
	})
}

const hash = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

// id is the id of object i. Their order is not that of the objects.
func id(i int) uuid.UUID { return uuid.NewSHA1(uuid.NameSpaceOID, []byte{byte(i), byte(i >> 8)}) }

func ids(objects ...int) []string {
	list := make([]string, len(objects))
	for i, o := range objects {
		list[i] = id(o).String()
	}
	return list
}
