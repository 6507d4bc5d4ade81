package truth

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/google/uuid"

	"github.com/xk6-weaviate/xk6-weaviate/internal/jsonfile"
)

// MaxSize bounds a truth file in bytes: far beyond any real one, and short of what hurts.
const MaxSize = 256 << 20

const (
	idSize       = 16
	distanceSize = 4

	// maxCollections bounds the collections, and tenants of collections, of a file, and maxQueries the queries of a set.
	maxCollections = 100_000
	maxQueries     = 10_000
)

// Read reads a truth file and checks all of it; name is what errors call it.
func Read(r io.Reader, name string) (*File, error) {
	kind := jsonfile.Kind{
		Name: "truth file", Command: "k6 x weaviate truth", Version: Version, MaxSize: MaxSize,
		TooLong: "make one of fewer query sets (--sets) or of less --depth",
	}
	f := &File{}
	if err := kind.Read(r, name, f.read, f.check); err != nil {
		return nil, err
	}
	return f, nil
}

// read reads the file's keys.
func (f *File) read(w *jsonfile.Walker) error {
	var version int
	_, err := w.Object(jsonfile.Fields{
		"version": w.Value(&version),
		"queries": w.Value(&f.Queries),
		"depth":   w.Value(&f.Depth),
		"collections": jsonfile.Each(w, &f.Collections, func(c *Collection) error {
			if len(f.Collections) == maxCollections {
				return fmt.Errorf("it has more than %d collections", maxCollections)
			}
			return c.read(w)
		}),
		"sets": jsonfile.Each(w, &f.Sets, func(s *Set) error { return s.read(w) }),
	})
	return err
}

func (c *Collection) read(w *jsonfile.Walker) error {
	_, err := w.Object(jsonfile.Fields{
		"name":     w.Value(&c.Name),
		"tenant":   w.Value(&c.Tenant),
		"vector":   w.Value(&c.Vector),
		"distance": w.Value(&c.Distance),
		"objects":  w.Value(&c.Objects),
	})
	if err == nil && c.Name == "" {
		err = errors.New("a collection has no name")
	}
	return err
}

func (s *Set) read(w *jsonfile.Walker) error {
	_, err := w.Object(jsonfile.Fields{
		"set": w.Value(&s.Index),
		"queries": jsonfile.Each(w, &s.Queries, func(q **Query) (err error) {
			if len(s.Queries) == maxQueries {
				return fmt.Errorf("a set has more than %d queries", maxQueries)
			}
			if *q, err = readQuery(w); err != nil {
				return fmt.Errorf("query %d: %w", len(s.Queries)+1, err)
			}
			return nil
		}),
	})
	if err == nil && s.depth() == 0 {
		err = errors.New("a set has no query with a truth")
	}
	return err
}

// depth is up to which limit recall is known of any of the queries.
func (s *Set) depth() int {
	depth := 0
	for _, q := range s.Queries {
		if q != nil {
			depth = max(depth, q.Depth)
		}
	}
	return depth
}

// readQuery reads the truth of a query; nil where it has none.
func readQuery(w *jsonfile.Walker) (*Query, error) {
	q := &Query{}
	var ids, distances string
	found, err := w.Object(jsonfile.Fields{
		"depth":     w.Value(&q.Depth),
		"tolerance": w.Value(&q.Tolerance),
		"ids":       w.Value(&ids),
		"distances": w.Value(&distances),
	})
	if !found || err != nil {
		return nil, err
	}
	list, err := unpack("ids", ids, idSize)
	if err != nil {
		return nil, err
	}
	values, err := unpack("distances", distances, distanceSize)
	if err != nil {
		return nil, err
	}
	q.IDs, q.Distances = make([]uuid.UUID, len(list)/idSize), make([]float32, len(values)/distanceSize)
	for i := range q.IDs {
		q.IDs[i] = uuid.UUID(list[i*idSize:])
	}
	for i := range q.Distances {
		q.Distances[i] = math.Float32frombits(binary.LittleEndian.Uint32(values[i*distanceSize:]))
	}
	q.order()
	if err := q.check(); err != nil {
		return nil, err
	}
	return q, nil
}

// unpack decodes base64 of items that are so many bytes each.
func unpack(what, text string, size int) ([]byte, error) {
	values, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, fmt.Errorf("%s are not base64: %w", what, err)
	}
	if len(values)%size != 0 {
		return nil, fmt.Errorf("%s are %d bytes: each of them takes %d", what, len(values), size)
	}
	return values, nil
}
