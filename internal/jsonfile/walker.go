package jsonfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// Walker reads JSON that is known to be valid, strictly: a key that nothing reads, or one that comes twice, is an error, and
// every error says in which line. It builds one value at a time, so that a file of empty objects does not become much memory.
type Walker struct {
	text    []byte
	decoder *json.Decoder
	unknown func(key string) error // see Kind
}

// Fields say what reads the value of each key.
type Fields map[string]func() error

func newDecoder(text []byte) *json.Decoder {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber() // a token that is out of place may be any number
	return decoder
}

// located is an error that says already where it is.
type located struct{ error }

func (l located) Unwrap() error { return l.error }

// at says in which line an error is, and at which key, unless that is known.
func (w *Walker) at(key string, err error) error {
	var known located
	if err == nil || errors.As(err, &known) {
		return err
	}
	if key != "" {
		err = fmt.Errorf("%s %w", key, err)
	}
	return located{fmt.Errorf("line %d: %w", lineOf(w.text, w.decoder.InputOffset()), err)}
}

func lineOf(text []byte, offset int64) int {
	return 1 + bytes.Count(text[:min(offset, int64(len(text)))], []byte("\n"))
}

// Object reads an object. It says whether there is one: null stands for none.
func (w *Walker) Object(read Fields) (bool, error) {
	found, err := w.opens('{', "an object")
	if !found || err != nil {
		return false, err
	}
	seen := make(map[string]bool, len(read))
	for w.decoder.More() {
		token, err := w.decoder.Token()
		if err != nil {
			return false, w.at("", err)
		}
		key := token.(string)
		value, ok := read[key]
		if !ok {
			keys := slices.Sorted(maps.Keys(read))
			if w.unknown != nil {
				if err := w.unknown(key); err != nil {
					return false, w.at(key, err)
				}
			}
			return false, w.at("", fmt.Errorf("unknown key %q%s The keys are %s",
				key, fanout.DidYouMean(key, keys), strings.Join(keys, ", ")))
		}
		if seen[key] {
			return false, w.at("", fmt.Errorf("%q is there twice: keep one", key))
		}
		seen[key] = true
		if err := value(); err != nil {
			return false, w.at(key, err)
		}
	}
	return true, w.close()
}

// List reads an array, each element by one call.
func (w *Walker) List(element func() error) error {
	found, err := w.opens('[', "an array")
	if !found || err != nil {
		return err
	}
	for w.decoder.More() {
		if err := element(); err != nil {
			return w.at("", err)
		}
	}
	return w.close()
}

// opens reads the beginning of an object or array, or the null that stands for none.
func (w *Walker) opens(delimiter json.Delim, kind string) (bool, error) {
	token, err := w.decoder.Token()
	if err != nil {
		return false, w.at("", err)
	}
	if token != nil && token != delimiter {
		return false, fmt.Errorf("must be %s, not %s", kind, described(token))
	}
	return token != nil, nil
}

func (w *Walker) close() error {
	_, err := w.decoder.Token()
	return w.at("", err)
}

// Value reads a value of any other kind.
func (w *Walker) Value(to any) func() error {
	return func() error {
		err := w.decoder.Decode(to)
		var kind *json.UnmarshalTypeError
		if errors.As(err, &kind) {
			return fmt.Errorf("must be %s, not %s", nameOf(kind.Type), kind.Value)
		}
		return err
	}
}

func described(token json.Token) string {
	switch token := token.(type) {
	case json.Delim:
		if token == '[' {
			return "an array"
		}
		return "an object"
	case string:
		return Excerpt(fmt.Appendf(nil, "%q", token))
	default:
		return fmt.Sprint(token)
	}
}

func nameOf(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Slice:
		return "an array of strings"
	case reflect.String:
		return "a string"
	case reflect.Int, reflect.Int64:
		return "a whole number"
	case reflect.Float64:
		return "a number"
	default:
		return "an object"
	}
}
