package truth_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/queries"
	"github.com/xk6-weaviate/xk6-weaviate/truth"
)

// source is a server that holds objects in memory.
type source struct {
	distance truth.Distance
	// objects are those of each collection, or, under collection/tenant, of a tenant, in the order of their ids.
	objects map[string][]fanout.StoredObject
	counts  int                           // how often it was asked for a count
	extra   func(counts int) int64        // what is added to a count
	fail    func(page *fanout.Page) error // before a page
	endless []fanout.StoredObject         // every page, instead
	vectors map[string][]string           // by collection
	targets []string                      // asked for
	pages   int
}

func (s *source) Index(collection, target string) (string, string, error) {
	if target != "" && !slices.Contains(s.vectors[collection], target) {
		return "", "", fmt.Errorf("collection %s has no vector %s", collection, target)
	}
	s.targets = append(s.targets, collection+" "+target)
	return target, string(s.distance), nil
}

func (s *source) Count(_ context.Context, collection, tenant string) (int64, error) {
	s.counts++
	count := int64(len(s.objects[key(collection, tenant)]))
	if s.extra != nil {
		count += s.extra(s.counts)
	}
	return count, nil
}

func (s *source) ReadPage(_ context.Context, page *fanout.Page) ([]fanout.StoredObject, error) {
	s.pages++
	if s.fail != nil {
		if err := s.fail(page); err != nil {
			return nil, err
		}
	}
	var list []fanout.StoredObject
	for _, o := range s.objects[key(page.Collection, page.Tenant)] {
		if bytes.Compare(o.ID[:], page.After[:]) > 0 && len(list) < page.Limit {
			list = append(list, o)
		}
	}
	if s.endless != nil {
		return s.endless, nil
	}
	return list, nil
}

func key(collection, tenant string) string { return strings.TrimSuffix(collection+"/"+tenant, "/") }

// stored are so many objects in the order of their ids. vector makes object i's.
func stored(n int, vector func(i int) []float32) []fanout.StoredObject {
	list := make([]fanout.StoredObject, n)
	for i := range list {
		list[i] = fanout.StoredObject{ID: id(i), Vector: vector(i)}
	}
	slices.SortFunc(list, func(a, b fanout.StoredObject) int { return bytes.Compare(a.ID[:], b.ID[:]) })
	return list
}

// asked is a query file that searches collections for vectors: a set per vector.
func asked(tb testing.TB, vectors [][]float32, collections ...string) *truth.Queries {
	tb.Helper()
	o := queries.Options{SearchType: fanout.SearchVector}
	for _, name := range collections {
		o.Targets = append(o.Targets, queries.Target{Collection: name})
	}
	for _, v := range vectors {
		o.Terms = append(o.Terms, queries.Term{Text: "x", Vector: v})
	}
	file, err := queries.Make(o)
	require.NoError(tb, err)
	return &truth.Queries{File: file, SHA256: hash}
}

// exact is the distance by its definition.
func exact(d truth.Distance, a, b []float32) float64 {
	var dot, aa, bb, squares, absolute, differing float64
	for i := range a {
		x, y := float64(a[i]), float64(b[i])
		dot, aa, bb = dot+x*y, aa+x*x, bb+y*y
		squares, absolute = squares+(x-y)*(x-y), absolute+math.Abs(x-y)
		if x != y {
			differing++
		}
	}
	switch d {
	case truth.Cosine:
		if aa == 0 || bb == 0 {
			return 1
		}
		return 1 - dot/math.Sqrt(aa)/math.Sqrt(bb)
	case truth.Dot:
		return -dot
	case truth.L2Squared:
		return squares
	case truth.Manhattan:
		return absolute
	default:
		return differing
	}
}

// TestAgainstAFullSort makes truths of random objects, many of which tie, and compares them with what sorting all objects says.
func TestAgainstAFullSort(t *testing.T) {
	t.Parallel()
	for seed := range uint64(40) {
		random := rand.New(rand.NewPCG(seed, 1))
		distance := truth.Distances()[int(seed)%len(truth.Distances())]
		dimensions, n, depth := 1+random.IntN(70), 1+random.IntN(3000), 1+random.IntN(60)
		levels := 1 << (1 + random.IntN(12)) // few levels of each number: many ties
		vector := func(int) []float32 {
			v := make([]float32, dimensions)
			for i := range v {
				v[i] = float32(random.IntN(levels)-levels/2) / 8
			}
			return v
		}
		s := &source{distance: distance, objects: map[string][]fanout.StoredObject{"A": stored(n, vector)}}
		vectors := [][]float32{vector(0), vector(1), vector(2)}
		f, err := truth.Make(t.Context(), s, asked(t, vectors, "A"), truth.Options{Sets: 10, Depth: depth})
		if err != nil {
			require.ErrorContains(t, err, "too many objects are at the same distance")
			continue
		}
		require.Equal(t, f, reread(t, f))
		for i, v := range vectors {
			set := f.Set(i)
			if set == nil {
				continue // all of it ties
			}
			againstASort(t, s.objects["A"], distance, v, set.Queries[0], depth)
		}
	}
}

func againstASort(t *testing.T, objects []fanout.StoredObject, distance truth.Distance, v []float32, q *truth.Query, depth int) {
	t.Helper()
	type at struct {
		id       uuid.UUID
		distance float64
	}
	sorted := make([]at, len(objects))
	for i, o := range objects {
		sorted[i] = at{o.ID, exact(distance, v, o.Vector)}
	}
	slices.SortFunc(sorted, func(a, b at) int { return cmp.Compare(a.distance, b.distance) })
	require.LessOrEqual(t, q.Depth, min(depth, len(sorted)))
	require.InDelta(t, 0, q.Tolerance, 1e-4*max(1, math.Abs(sorted[q.Depth-1].distance)*float64(len(v))), "small beside distances")
	last := sorted[q.Depth-1].distance + q.Tolerance
	want := make(map[uuid.UUID]float64)
	for _, o := range sorted {
		if o.distance <= last {
			want[o.id] = o.distance
		}
	}
	if q.Depth < min(depth, len(sorted)) { // only for ties
		require.Less(t, sorted[2*depth].distance-sorted[q.Depth].distance, 2*q.Tolerance+1e-9)
	}
	require.Len(t, q.IDs, len(want), "all that tie with the last, and no others")
	for i, found := range q.IDs {
		require.Contains(t, want, found)
		require.InDelta(t, want[found], q.Distances[i], 1e-5*max(1, math.Abs(want[found])))
	}
}

func TestWhatIsSearched(t *testing.T) {
	t.Parallel()
	const text = `{"version":1,"searchType":"mixed","properties":["title"],"sets":[
		{"text":"a","vector":[1,0],"queries":[{"collection":"A","nearVector":{}},{"collection":"B","bm25":{}}]},
		{"text":"b","vector":[0,1],"queries":[{"collection":"B","hybrid":{"alpha":1}},{"collection":"A","nearText":{}}]},
		{"text":"c","vector":[1,1],"queries":[{"collection":"B","targetVector":"v","nearVector":{}},{"collection":"A","tenant":"t","nearVector":{"vector":[0,1]}}]},
		{"text":"d","vector":[1,1],"queries":[{"collection":"B","autocut":1,"nearVector":{}},{"collection":"A","nearVector":{},"where":{"path":["x"],"operator":"IsNull","valueBoolean":true}}]},
		{"text":"e","vector":[0,1],"queries":[{"collection":"A","nearVector":{}},{"collection":"B","bm25":{}}]},
		{"text":"f","vector":[0,1],"queries":[{"collection":"A","offset":1,"nearVector":{}},{"collection":"B","nearVector":{"distance":1}}]},
		{"text":"g","vector":[0,1],"queries":[{"collection":"A","nearVector":{"certainty":0}},{"collection":"B","bm25":{}}]}
	]}`
	file, err := truth.ReadQueries(strings.NewReader(text), "my.json")
	require.NoError(t, err)
	require.Len(t, file.SHA256, 64)
	angle := func(i int) []float32 {
		return []float32{float32(math.Cos(float64(i) / 10)), float32(math.Sin(float64(i) / 10))}
	}
	s := &source{
		distance: truth.Cosine, vectors: map[string][]string{"B": {"v"}},
		objects: map[string][]fanout.StoredObject{"A": stored(10, angle), "A/t": stored(5, angle), "B": stored(7, angle)},
	}
	var told []truth.Progress
	f, err := truth.Make(t.Context(), s, file, truth.Options{Sets: 10, Depth: 3, Progress: func(p truth.Progress) { told = append(told, p) }})
	require.NoError(t, err)
	require.Equal(t, file.SHA256, f.Queries)
	require.Equal(t, []string{"A ", "B v", "A "}, s.targets)
	require.Equal(t, []truth.Collection{
		{Name: "A", Distance: truth.Cosine, Objects: 10},
		{Name: "B", Vector: "v", Distance: truth.Cosine, Objects: 7},
		{Name: "A", Tenant: "t", Distance: truth.Cosine, Objects: 5},
	}, f.Collections)
	require.Equal(t, truth.Progress{Collection: "A", Done: 5, Total: 5, AllDone: 22, AllTotal: 22}, told[len(told)-1])
	require.Equal(t, 3, f.Covers())
	for i, want := range [][][]int{{{0, 1, 2}, nil}, nil, {{6, 5, 4}, {4, 3, 2}}, nil, {{9, 8, 7}, nil}, nil, nil} {
		if want == nil {
			require.Nil(t, f.Set(i), i)
			continue
		}
		for k, objects := range want {
			if objects == nil {
				require.Nil(t, f.Set(i).Queries[k])
				continue
			}
			found := make([]string, 0, 3)
			for _, one := range f.Set(i).Queries[k].IDs {
				found = append(found, one.String())
			}
			require.Equal(t, ids(objects...), found, "set %d, query %d", i, k)
		}
	}

	one, err := truth.Make(t.Context(), s, file, truth.Options{Sets: 2, Depth: 3})
	require.NoError(t, err)
	require.Equal(t, []int{0, 2}, []int{one.Sets[0].Index, one.Sets[1].Index}, "spread over the file")
	again, err := truth.Make(t.Context(), s, file, truth.Options{Sets: 10, Depth: 3})
	require.NoError(t, err)
	require.Equal(t, written(t, f), written(t, again), "the same of the same")
}

func TestObjectsWithoutVectors(t *testing.T) {
	t.Parallel()
	s := &source{distance: truth.Dot, objects: map[string][]fanout.StoredObject{"A": stored(10, func(i int) []float32 {
		if i%2 == 1 {
			return nil
		}
		return []float32{float32(i)}
	})}}
	var notes []string
	f, err := truth.Make(t.Context(), s, asked(t, [][]float32{{1}}, "A"), truth.Options{Sets: 1, Depth: 8, Note: func(n string) { notes = append(notes, n) }})
	require.NoError(t, err)
	require.Equal(t, []string{"5 of the 10 objects of collection A have no vector: no vector search finds them"}, notes)
	require.Equal(t, int64(10), f.Collections[0].Objects)
	found, wanted := f.Set(0).Recall(0, 8, ids(8, 6, 4, 2, 0))
	require.Equal(t, [2]int{5, 5}, [2]int{found, wanted}, "no more can be found than there are")
}

func TestWhatHasNoTruthToMake(t *testing.T) {
	t.Parallel()
	angle := func(i int) []float32 { return []float32{float32(i), 1} }
	few := func() *source {
		return &source{distance: truth.Cosine, objects: map[string][]fanout.StoredObject{"A": stored(9, angle), "B": stored(9, angle)}}
	}
	for _, c := range []struct {
		name   string
		change func(s *source, q *truth.Queries)
		want   string
	}{
		{"keywords", func(_ *source, q *truth.Queries) {
			q.SearchType, q.Sets[0].Vector, q.Dimensions = fanout.SearchBM25, nil, 0
			for i := range q.Sets[0].Queries {
				q.Sets[0].Queries[i].NearVector, q.Sets[0].Queries[i].BM25 = nil, &queries.BM25{}
			}
		}, "no query has a truth"},
		{"unknown distance", func(s *source, _ *truth.Queries) { s.distance = "euclid" },
			`collection A compares vectors by the distance "euclid", of which the truth is not known: the distances are [cosine dot l2-squared manhattan hamming]`},
		{"unknown vector", func(_ *source, q *truth.Queries) { q.Sets[0].Queries[1].TargetVector = "w" }, "collection B has no vector w"},
		{"nothing there", func(s *source, _ *truth.Queries) { s.objects["B"] = nil }, "collection B is empty: fill it first"},
		{"another length", func(s *source, _ *truth.Queries) { s.objects["B"][3].Vector = []float32{1, 2, 3} },
			"the vectors of B have 3 numbers and those of the queries 2: make query files that match"},
		{"no vectors", func(s *source, _ *truth.Queries) {
			s.objects["B"] = stored(9, func(int) []float32 { return nil })
		}, "no object of collection B has the vector that the queries search"},
		{"no number", func(s *source, _ *truth.Queries) { s.objects["B"][3].Vector[0] = float32(math.NaN()) }, "has numbers that are none"},
		{"an import before the count", func(s *source, _ *truth.Queries) { s.extra = func(n int) int64 { return int64(n / 3) } },
			"collection A had 9 objects, then 10, and 9 were read: somebody writes to it, and no truth would last; make it when nobody does"},
		{"an import after the count", func(s *source, _ *truth.Queries) { s.extra = func(int) int64 { return 2 } }, "collection A had 11 objects, then 11, and 9 were read"},
		{"an endless list", func(s *source, _ *truth.Queries) {
			s.endless = s.objects["A"][:2]
		}, "cannot read the objects of A: the server lists "},
		{"a refusal", func(s *source, _ *truth.Queries) {
			s.fail = func(*fanout.Page) error { return status.Error(codes.Unknown, "forbidden") }
		}, "cannot read the objects of A: forbidden"},
		{"all at one distance", func(s *source, _ *truth.Queries) {
			s.objects["A"], s.objects["B"] = stored(9, func(int) []float32 { return []float32{1, 1} }), stored(9, func(int) []float32 { return []float32{2, 2} })
		}, "of no query it can be told what is nearest: too many objects are at the same distance"},
	} {
		s, file := few(), asked(t, [][]float32{{1, 2}}, "A", "B")
		c.change(s, file)
		_, err := truth.Make(t.Context(), s, file, truth.Options{Sets: 1, Depth: 2})
		require.ErrorContains(t, err, c.want, c.name)
	}
}

func TestAPageIsAskedForAgain(t *testing.T) {
	t.Parallel()
	s := &source{distance: truth.Dot, objects: map[string][]fanout.StoredObject{"A": stored(3, func(i int) []float32 { return []float32{float32(i)} })}}
	s.fail = func(*fanout.Page) error {
		if s.pages == 1 {
			return status.Error(codes.Unavailable, "restarting")
		}
		return nil
	}
	f, err := truth.Make(t.Context(), s, asked(t, [][]float32{{1}}, "A"), truth.Options{Sets: 1, Depth: 3})
	require.NoError(t, err)
	require.Len(t, f.Set(0).Queries[0].IDs, 3)
}

func TestStopped(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	s := &source{distance: truth.Dot, objects: map[string][]fanout.StoredObject{"A": stored(30, func(i int) []float32 { return []float32{float32(i)} })}}
	s.fail = func(*fanout.Page) error { stop(); return ctx.Err() }
	_, err := truth.Make(ctx, s, asked(t, [][]float32{{1}}, "A"), truth.Options{Sets: 1, Depth: 3})
	require.True(t, errors.Is(err, context.Canceled), err)
}
