package queries

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// MaxSize bounds a query file in bytes: far beyond any real one, and short of what hurts.
const MaxSize = 256 << 20

// anyLimit stands for the limit of the run while a file is checked.
const anyLimit = 1

// Read reads a query file and checks all of it; name is what errors call it.
func Read(r io.Reader, name string) (*File, error) {
	text, err := io.ReadAll(io.LimitReader(r, MaxSize+1))
	if err != nil {
		return nil, fmt.Errorf("cannot read the query file %s: %w", name, err)
	}
	if len(text) > MaxSize {
		return nil, fmt.Errorf("the query file %s is larger than %d MiB: split it", name, MaxSize>>20)
	}
	f, err := parse(text)
	if err != nil {
		return nil, fmt.Errorf("the query file %s is wrong: %w", name, err)
	}
	return f, nil
}

func parse(text []byte) (*File, error) {
	text, err := plainText(text)
	switch {
	case err != nil:
		return nil, err
	case len(bytes.TrimSpace(text)) == 0:
		return nil, errors.New("it is empty: make one with `k6 x weaviate queries`")
	}
	// The version first: another one may have other keys.
	var head struct {
		Version json.RawMessage `json:"version"`
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return nil, malformed(text, err)
	}
	if version := string(head.Version); version != strconv.Itoa(Version) {
		if version == "" {
			version = "missing"
		}
		return nil, fmt.Errorf("its version is %s, and this binary reads version %d: make the file again with `k6 x weaviate queries`",
			excerpt([]byte(version)), Version)
	}
	f := &File{}
	if err := f.read(newWalker(text)); err != nil {
		return nil, err
	}
	if err := f.check(); err != nil {
		return nil, err
	}
	return f, nil
}

var errNotUTF8 = errors.New("it is not UTF-8 text (UTF-16, or no text at all): save it as UTF-8")

// plainText is a file's text without a byte order mark, which editors on Windows add.
func plainText(text []byte) ([]byte, error) {
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	if bytes.HasPrefix(text, []byte("\xff\xfe")) || bytes.HasPrefix(text, []byte("\xfe\xff")) || bytes.IndexByte(text, 0) >= 0 {
		return nil, errNotUTF8
	}
	return text, nil
}

// malformed says in which line a file stops being JSON.
func malformed(text []byte, err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &kind):
		return fmt.Errorf("it holds one %s: a query file is an object, as `k6 x weaviate queries` makes it", kind.Value)
	case !errors.As(err, &syntax):
		return err
	case syntax.Offset >= int64(len(text)):
		return errors.New("it ends in the middle: it was cut short, so get a whole copy or make it again")
	case bytes.IndexByte([]byte("NI"), text[syntax.Offset-1]) >= 0:
		return fmt.Errorf("line %d: NaN and Infinity are not JSON: use finite numbers", lineOf(text, syntax.Offset))
	default:
		return fmt.Errorf("line %d: it is not JSON there (%w)", lineOf(text, syntax.Offset), err)
	}
}

// read reads the file's keys.
func (f *File) read(w *walker) error {
	_, err := w.object(fields{
		"version":    w.value(&f.Version),
		"searchType": w.value(&f.SearchType),
		"embedder":   w.value(&f.Embedder),
		"dimensions": w.value(&f.Dimensions),
		"properties": w.value(&f.Properties),
		"sets": func() error {
			return w.list(func() error {
				f.Sets = append(f.Sets, Set{})
				if err := f.Sets[len(f.Sets)-1].read(w); err != nil {
					return fmt.Errorf("set %d: %w", len(f.Sets), err)
				}
				return nil
			})
		},
	})
	return err
}

func (s *Set) read(w *walker) error {
	_, err := w.object(fields{
		"text":   w.value(&s.Text),
		"vector": w.value(&s.Vector),
		"queries": func() error {
			return w.list(func() error {
				s.Queries = append(s.Queries, Query{})
				return s.Queries[len(s.Queries)-1].read(w)
			})
		},
	})
	if err == nil && len(s.Queries) == 0 {
		err = errors.New("it has no queries: give it one per collection")
	}
	return err
}

func (q *Query) read(w *walker) error {
	_, err := w.object(fields{
		"collection":   w.value(&q.Collection),
		"tenant":       w.value(&q.Tenant),
		"targetVector": w.value(&q.TargetVector),
		"where":        w.value(&q.Where),
		"autocut":      w.value(&q.Autocut),
		"limit":        w.value(&q.Limit),
		"properties":   w.value(&q.Properties),
		"nearVector": search(w, &q.NearVector, func(n *NearVector) fields {
			return fields{"vector": w.value(&n.Vector)}
		}),
		"nearText": search(w, &q.NearText, func(n *NearText) fields {
			return fields{"concepts": w.value(&n.Concepts)}
		}),
		"bm25": search(w, &q.BM25, func(b *BM25) fields {
			return fields{"query": w.value(&b.Query), "properties": w.value(&b.Properties)}
		}),
		"hybrid": search(w, &q.Hybrid, func(h *Hybrid) fields {
			return fields{
				"query": w.value(&h.Query), "alpha": w.value(&h.Alpha), "vector": w.value(&h.Vector),
				"properties": w.value(&h.Properties),
			}
		}),
	})
	if err != nil {
		return err
	}
	return q.checkSearches()
}

// search reads one of a query's searches.
func search[T any](w *walker, to **T, keys func(*T) fields) func() error {
	return func() error {
		value := new(T)
		found, err := w.object(keys(value))
		if found {
			*to = value
		}
		return err
	}
}

// check holds the file to what a test relies on: every set searches the same collections, once each, and every query can be
// sent.
func (f *File) check() error {
	if len(f.Sets) == 0 {
		return errors.New("it has no query sets: give it at least one")
	}
	sets, err := f.QuerySets(anyLimit)
	if err != nil {
		return err
	}
	want := make(map[string]bool)
	for _, name := range f.Collections() {
		want[name] = true
	}
	for i, set := range sets {
		for _, q := range set.Queries() {
			if !want[q.Collection] {
				return fmt.Errorf("set %d searches %s, which set 1 does not: every set needs the same collections", i+1, q.Collection)
			}
		}
		if set.Len() != len(want) {
			return fmt.Errorf("set %d searches %d collections and set 1 %d: every set needs the same collections",
				i+1, set.Len(), len(want))
		}
		if t := set.SearchType(); f.SearchType != fanout.SearchMixed && t != f.SearchType {
			return fmt.Errorf("set %d is of search type %s, and the file says %q: correct searchType, or call it mixed", i+1, t, f.SearchType)
		}
	}
	return checkDimensions(f, sets)
}
