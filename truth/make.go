package truth

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/queries"
)

// DefaultSets is how many query sets get a truth unless somebody says otherwise: more than a test needs to tell recalls apart.
const DefaultSets = 100

// Source is where the objects are. Its errors are whole sentences, or those of gRPC.
type Source interface {
	// Index says which vector a query with that target vector searches, and by which distance.
	Index(collection, target string) (vector, distance string, err error)
	// Count is the exact number of objects.
	Count(ctx context.Context, collection, tenant string) (int64, error)
	// ReadPage reads objects in the order of their ids.
	ReadPage(ctx context.Context, page *fanout.Page) ([]fanout.StoredObject, error)
}

// Queries is a query file and the SHA-256 of its bytes.
type Queries struct {
	*queries.File

	SHA256 string // in hexadecimal digits
}

// ReadQueries reads a query file; name is what errors call it.
func ReadQueries(r io.Reader, name string) (*Queries, error) {
	hash := sha256.New()
	file, err := queries.Read(io.TeeReader(r, hash), name)
	if err != nil {
		return nil, err
	}
	return &Queries{file, hex.EncodeToString(hash.Sum(nil))}, nil
}

// Options say what truth to make.
type Options struct {
	// Sets is how many query sets get one at most, spread over the file; Depth how many objects are looked for, per query.
	Sets, Depth int
	// Progress is told how far it is; Note what should be known. Both may be nil.
	Progress func(Progress)
	Note     func(string)
}

// Progress says how far the making of a truth is, in objects that were compared with the queries.
type Progress struct {
	Collection        string
	Done, Total       int64 // of the collection
	AllDone, AllTotal int64 // of all
}

// ErrNone says that no query of a file can have a truth.
var ErrNone = errors.New("no query has a truth: only vector queries do, by a vector of their own and without where, autocut, offset, distance or certainty")

// Make finds the nearest objects by comparing every query with every object, which it reads once for each collection.
// It is an error if objects come or go meanwhile.
func Make(ctx context.Context, source Source, file *Queries, o Options) (*File, error) {
	m := &maker{source: source, options: o, file: &File{Queries: file.SHA256, Depth: o.Depth}}
	if err := m.choose(file); err != nil {
		return nil, err
	}
	for i := range m.places {
		if err := m.look(ctx, &m.places[i]); err != nil {
			return nil, err
		}
	}
	for i := range m.places {
		if err := m.search(ctx, &m.places[i]); err != nil {
			return nil, err
		}
	}
	return m.finish()
}

// maker makes one truth.
type maker struct {
	source  Source
	options Options
	file    *File
	places  []place

	done, total int64
	untold      int // queries whose ties are too many
}

// place is a collection, or a tenant of it, with the queries that search it.
type place struct {
	target     string // vector
	collection Collection
	dimensions int
	searches   []search
}

// search is a query's vector and where its truth goes.
type search struct {
	vector []float32
	truth  **Query
}

// HaveTruth says whether any query of the file can have one.
func (q *Queries) HaveTruth() bool {
	sets, err := q.QuerySets(1)
	return err == nil && slices.ContainsFunc(sets, func(s *fanout.Set) bool { return slices.ContainsFunc(s.Queries(), hasTruth) })
}

// Depth is how deep the truth must be for a test with that limit: as many as its queries ask for.
func (q *Queries) Depth(limit int) int {
	depth := limit
	for i := range q.Sets {
		for _, query := range q.Sets[i].Queries {
			if query.Limit != nil {
				depth = max(depth, *query.Limit)
			}
		}
	}
	return min(depth, MaxDepth)
}

// About says in short what the truth of a query file is.
func (f *File) About(of *Queries) string {
	objects := int64(0)
	for i := range f.Collections {
		objects += f.Collections[i].Objects
	}
	return fmt.Sprintf("%d of %d query sets, the nearest %d of %d objects", f.Covers(), len(of.Sets), f.Depth, objects)
}

// choose chooses the query sets that get a truth, evenly among those with a query that can.
func (m *maker) choose(file *Queries) error {
	sets, err := file.QuerySets(1)
	if err != nil {
		return err
	}
	var able []int
	for i, set := range sets {
		if slices.ContainsFunc(set.Queries(), hasTruth) {
			able = append(able, i)
		}
	}
	if len(able) == 0 {
		return ErrNone
	}
	n := min(m.options.Sets, len(able))
	m.file.Sets = make([]Set, n)
	for i := range n {
		s := &m.file.Sets[i]
		s.Index = able[i*len(able)/n]
		asked := sets[s.Index].Queries()
		s.Queries = make([]*Query, len(asked))
		for k := range asked {
			if hasTruth(asked[k]) {
				m.add(&asked[k], &s.Queries[k])
			}
		}
	}
	return nil
}

// hasTruth says whether it is known what a query should find: the nearest of all objects.
func hasTruth(q fanout.Query) bool {
	cut := q.Autocut != 0 || q.Offset != 0 || q.Distance != nil || q.Certainty != nil
	return q.Type == fanout.Vector && len(q.Vector) > 0 && q.Where == nil && !cut
}

func (m *maker) add(q *fanout.Query, truth **Query) {
	one := place{
		target: q.TargetVector, dimensions: len(q.Vector),
		collection: Collection{Name: q.Collection, Tenant: q.Tenant},
	}
	at := slices.IndexFunc(m.places, func(p place) bool { return p.target == one.target && p.collection == one.collection })
	if at < 0 {
		at = len(m.places)
		m.places = append(m.places, one)
	}
	m.places[at].searches = append(m.places[at].searches, search{q.Vector, truth})
}

// look finds out what there is to search.
func (m *maker) look(ctx context.Context, p *place) error {
	vector, distance, err := m.source.Index(p.collection.Name, p.target)
	if err != nil {
		return err
	}
	p.collection.Vector, p.collection.Distance = vector, Distance(distance)
	if !slices.Contains(Distances(), p.collection.Distance) {
		return fmt.Errorf("collection %s compares vectors by the distance %q, of which the truth is not known: the distances are %v",
			p.collection.Name, distance, Distances())
	}
	if p.collection.Objects, err = m.source.Count(ctx, p.collection.Name, p.collection.Tenant); err != nil {
		return err
	}
	if p.collection.Objects == 0 {
		return fmt.Errorf("%s is empty: fill it first", p.collection.title())
	}
	m.total += p.collection.Objects
	m.file.Collections = append(m.file.Collections, p.collection)
	return nil
}

// title is what sentences call a collection.
func (c *Collection) title() string {
	if c.Tenant == "" {
		return "collection " + c.Name
	}
	return fmt.Sprintf("tenant %s of collection %s", c.Tenant, c.Name)
}

// search finds the truth of all queries in one place.
func (m *maker) search(ctx context.Context, p *place) error {
	s := &scan{source: m.source, collection: &p.collection, dimensions: p.dimensions, progress: func(done int64) { m.report(p, done) }}
	for i := range p.searches {
		s.nearest = append(s.nearest, newNearest(p.searches[i].vector, m.options.Depth))
	}
	if err := s.run(ctx); err != nil {
		return err
	}
	after, err := m.source.Count(ctx, p.collection.Name, p.collection.Tenant)
	switch {
	case err != nil:
		return err
	case after != p.collection.Objects || s.read != after:
		return fmt.Errorf("%s had %d objects, then %d, and %d were read: somebody writes to it, and no truth would last; make it when nobody does",
			p.collection.title(), p.collection.Objects, after, s.read)
	case s.vectors == 0:
		return fmt.Errorf("no object of %s has the vector that the queries search", p.collection.title())
	case s.vectors < s.read:
		m.note("%d of the %d objects of %s have no vector: no vector search finds them", s.read-s.vectors, s.read, p.collection.title())
	}
	m.done += s.read
	for i := range p.searches {
		q := s.nearest[i].truth()
		if q == nil {
			m.untold++
			continue
		}
		if err := q.check(); err != nil {
			return fmt.Errorf("%s: %w", p.collection.title(), err)
		}
		*p.searches[i].truth = q
	}
	return nil
}

func (m *maker) report(p *place, done int64) {
	if m.options.Progress != nil {
		m.options.Progress(Progress{p.collection.Name, done, p.collection.Objects, m.done + done, m.total})
	}
}

func (m *maker) note(format string, args ...any) {
	if m.options.Note != nil {
		m.options.Note(fmt.Sprintf(format, args...))
	}
}

// finish leaves out the sets of which nothing is known.
func (m *maker) finish() (*File, error) {
	m.file.Sets = slices.DeleteFunc(m.file.Sets, func(s Set) bool { return s.depth() == 0 })
	if len(m.file.Sets) == 0 {
		return nil, errors.New("of no query it can be told what is nearest: too many objects are at the same distance")
	}
	if m.untold > 0 {
		m.note("%s no truth: too many objects are at the same distance", fanout.Count(m.untold, "query has", "queries have"))
	}
	return m.file, m.file.check()
}
