package queries

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// maxSize bounds a query file: far beyond any real one, and short of what hurts.
const maxSize = 256 << 20

// anyLimit stands for the limit of the run while a file is checked.
const anyLimit = 1

// Read reads a query file and checks all of it; name is what errors call it.
func Read(r io.Reader, name string) (*File, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxSize+1))
	if err != nil {
		return nil, fmt.Errorf("cannot read the query file %s: %w", name, err)
	}
	if len(text) > maxSize {
		return nil, fmt.Errorf("the query file %s is larger than %d MiB: split it", name, maxSize>>20)
	}
	f, err := parse(text)
	if err != nil {
		return nil, fmt.Errorf("the query file %s is wrong: %w", name, err)
	}
	return f, nil
}

func parse(text []byte) (*File, error) {
	if len(bytes.TrimSpace(text)) == 0 {
		return nil, errors.New("it is empty: make one with `k6 x weaviate queries`")
	}
	// The version first: another one may have other keys.
	var head struct {
		Version *int `json:"version"`
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return nil, located(text, err)
	}
	if head.Version == nil || *head.Version != Version {
		return nil, fmt.Errorf("its version is %s: this binary reads version %d; make the file again with `k6 x weaviate queries`",
			orNone(head.Version), Version)
	}
	f := &File{}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(f); err != nil {
		return nil, located(text, err)
	}
	return f, f.check()
}

func orNone(version *int) string {
	if version == nil {
		return "missing"
	}
	return fmt.Sprint(*version)
}

// located says in which line a JSON error is, and suggests the key that an unknown one was meant to be.
func located(text []byte, err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	offset := int64(-1)
	switch {
	case errors.As(err, &syntax):
		if syntax.Offset >= int64(len(text)) {
			return fmt.Errorf("it ends in the middle (%w): it was cut short, so get a whole copy", err)
		}
		offset = syntax.Offset
	case errors.As(err, &kind):
		offset = kind.Offset
		err = fmt.Errorf("%s must be %s, not %s", kind.Field, described(kind.Type), kind.Value)
	}
	if offset >= 0 {
		return fmt.Errorf("line %d: %w", 1+bytes.Count(text[:offset], []byte("\n")), err)
	}
	if _, quoted, ok := strings.Cut(err.Error(), "unknown field "); ok {
		key := strings.Trim(quoted, `"`)
		return fmt.Errorf("unknown key %q: did you mean %q?", key, fanout.Nearest(key, keys()))
	}
	return err
}

func described(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Slice:
		return "an array"
	case reflect.Struct, reflect.Pointer, reflect.Map:
		return "an object"
	case reflect.String:
		return "a string"
	case reflect.Int:
		return "a whole number"
	default:
		return "a number that fits a " + t.Kind().String()
	}
}

// keys are all keys of the format.
func keys() []string {
	var names []string
	for _, t := range []reflect.Type{
		reflect.TypeFor[File](), reflect.TypeFor[Set](), reflect.TypeFor[Query](),
		reflect.TypeFor[BM25](), reflect.TypeFor[Hybrid](),
	} {
		for i := range t.NumField() {
			name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
			names = append(names, name)
		}
	}
	return names
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
	return nil
}
