package weaviate

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/grafana/sobek"
	"go.k6.io/k6/v2/lib/types"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// fields say what reads each key of an object given by a script.
type fields map[string]func(sobek.Value) error

// keyError is what is wrong with a key of an object given by a script. The path leads to it through the objects around it.
type keyError struct {
	path string
	err  error
}

func (e *keyError) Error() string { return e.path + " " + e.err.Error() }

func (e *keyError) Unwrap() error { return e.err }

// wrongAt says that something is wrong with a key, or, where the error says that it is with a key of that one, with the path to there.
func wrongAt(key string, err error) error {
	var inner *keyError
	if !errors.As(err, &inner) {
		return &keyError{key, err}
	}
	if !strings.HasPrefix(inner.path, "[") {
		key += "."
	}
	return &keyError{key + inner.path, inner.err}
}

// readObject reads an object given by a script strictly: a key that nothing reads is an error, or a typing error would be
// measured as a default. Undefined and null leave all fields as they are.
func readObject(what string, value sobek.Value, read fields) error {
	return named(what, read.from(value))
}

// named puts the name of what was read before an error.
func named(what string, err error) error {
	var inner *keyError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &inner):
		return fmt.Errorf("%s: %w", what, err)
	default:
		return fmt.Errorf("%s %w", what, err)
	}
}

// from reads an object as readObject does. Its errors go on from the name of what it is.
func (read fields) from(value sobek.Value) error {
	return read.fromKnowing(value, func(string) error { return nil })
}

// fromKnowing reads an object as from does. unknown says what there is to say of a key that nothing reads; nil for nothing.
func (read fields) fromKnowing(value sobek.Value, unknown func(key string) error) error {
	if isMissing(value) {
		return nil
	}
	object, ok := value.(*sobek.Object)
	if !ok || object.ClassName() != "Object" {
		return fmt.Errorf("must be an object, not %s", describe(value))
	}
	for _, key := range object.Keys() {
		set, ok := read[key]
		if !ok {
			if err := unknown(key); err != nil {
				return wrongAt(key, err)
			}
			names := make([]string, 0, len(read))
			for name := range read {
				names = append(names, name)
			}
			slices.Sort(names)
			return fmt.Errorf("has no %q%s It takes %s", key, fanout.DidYouMean(key, names), strings.Join(names, ", "))
		}
		field := object.Get(key)
		if sobek.IsUndefined(field) {
			continue
		}
		if err := set(field); err != nil {
			return wrongAt(key, err)
		}
	}
	return nil
}

func isMissing(value sobek.Value) bool {
	return value == nil || sobek.IsUndefined(value) || sobek.IsNull(value)
}

// handle is the Go value behind an object that this module gave to the script. Only the type of other objects is looked at:
// exporting them would copy all that they hold.
func handle[T any](value sobek.Value) (T, bool) {
	var none T
	if value == nil || value.ExportType() != reflect.TypeFor[T]() {
		return none, false
	}
	given, ok := value.Export().(T)
	return given, ok
}

// describe says what a script gave, shortened.
func describe(value sobek.Value) (text string) {
	if value == nil {
		return "undefined"
	}
	defer func() {
		if recover() != nil { // its toString throws, or it has none
			text = "an object"
		}
	}()
	text = value.String()
	if _, ok := value.Export().(string); ok {
		text = fmt.Sprintf("%q", text)
	}
	if runes := []rune(text); len(runes) > 60 {
		text = string(runes[:60]) + "…"
	}
	return text
}

func readString(to *string) func(sobek.Value) error {
	return func(value sobek.Value) error {
		text, ok := value.Export().(string)
		if !ok {
			return fmt.Errorf("must be a string, not %s", describe(value))
		}
		*to = text
		return nil
	}
}

func readBool(to *bool) func(sobek.Value) error {
	return func(value sobek.Value) error {
		b, ok := value.Export().(bool)
		if !ok {
			return fmt.Errorf("must be true or false, not %s", describe(value))
		}
		*to = b
		return nil
	}
}

func readNumber(to *float64) func(sobek.Value) error {
	return func(value sobek.Value) error {
		number, ok := exportNumber(value.Export())
		if !ok {
			return fmt.Errorf("must be a number, not %s", describe(value))
		}
		*to = number
		return nil
	}
}

// readNumberIfAny reads a number that has no default.
func readNumberIfAny(to **float64) func(sobek.Value) error {
	return func(value sobek.Value) error {
		*to = new(float64)
		return readNumber(*to)(value)
	}
}

func readCount(to *int, least int) func(sobek.Value) error {
	return func(value sobek.Value) error {
		number, ok := exportNumber(value.Export())
		if !ok || number != math.Trunc(number) || number < float64(least) || number > math.MaxInt32 {
			return fmt.Errorf("must be a whole number from %d up, not %s", least, describe(value))
		}
		*to = int(number)
		return nil
	}
}

func exportNumber(value any) (float64, bool) {
	switch n := value.(type) {
	case int64:
		return float64(n), true
	case float64:
		return n, true
	default:
		return 0, false
	}
}

// readDuration reads what k6 takes for a duration: a string with a unit, or a number of milliseconds.
func readDuration(to *time.Duration) func(sobek.Value) error {
	return func(value sobek.Value) error {
		d, err := types.GetDurationValue(value.Export())
		if err != nil || d <= 0 {
			return fmt.Errorf("must be a duration above 0, like '30s' or 500 (milliseconds), not %s", describe(value))
		}
		*to = d
		return nil
	}
}

func readStringMap(to *map[string]string) func(sobek.Value) error { //nolint:gocritic // it makes the map, as the others make their values
	return func(value sobek.Value) error {
		object, ok := value.(*sobek.Object)
		if !ok || object.ClassName() != "Object" {
			return fmt.Errorf("must be an object of strings, not %s", describe(value))
		}
		*to = make(map[string]string, len(object.Keys()))
		for _, key := range object.Keys() {
			switch v := object.Get(key).Export().(type) {
			case string, int64, float64, bool:
				(*to)[key] = fmt.Sprint(v)
			default:
				return fmt.Errorf("has %q: %s, which is not a string", key, describe(object.Get(key)))
			}
		}
		return nil
	}
}

func readStrings(to *[]string) func(sobek.Value) error {
	return func(value sobek.Value) error {
		list, ok := value.Export().([]any)
		if !ok {
			return fmt.Errorf("must be an array of strings, not %s", describe(value))
		}
		*to = make([]string, len(list))
		for i, item := range list {
			text, ok := item.(string)
			if !ok {
				return fmt.Errorf("must be an array of strings; element %d is %v", i, item)
			}
			(*to)[i] = text
		}
		return nil
	}
}

// readVector reads a plain array (whose numbers come as integers and floats mixed) or a typed array. The vector is copied:
// the script may write to its own while a batch is in flight.
func readVector(to *[]float32) func(sobek.Value) error {
	return func(value sobek.Value) error {
		switch list := value.Export().(type) {
		case []float32:
			*to = slices.Clone(list)
		case []float64:
			*to = make([]float32, len(list))
			for i, x := range list {
				(*to)[i] = float32(x)
			}
		case []any:
			*to = make([]float32, len(list))
			for i, item := range list {
				number, ok := exportNumber(item)
				if !ok {
					return fmt.Errorf("must be an array of numbers; element %d is %v", i, item)
				}
				(*to)[i] = float32(number)
			}
		default:
			return fmt.Errorf("must be an array of numbers or a Float32Array, not %s", describe(value))
		}
		return nil
	}
}
