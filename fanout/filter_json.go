package fanout

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// filterKeys are the keys of a filter as JSON, with what reads each.
//
//nolint:gochecknoglobals // a table
var filterKeys map[string]func(f *Filter, text []byte) error

func init() { //nolint:gochecknoinits // the table and what it calls need each other
	filterKeys = map[string]func(f *Filter, text []byte) error{
		"operator":      func(f *Filter, text []byte) error { return readJSON(text, "a string", &f.Operator) },
		"operands":      (*Filter).readOperands,
		"path":          (*Filter).readPath,
		"valueText":     readValue[string]("a string, or an array of strings"),
		"valueString":   readValue[string]("a string, or an array of strings"), // what Weaviate called valueText before 1.19
		"valueDate":     readValue[Date]("a date like '2006-01-02T15:04:05Z', or an array of dates"),
		"valueInt":      readValue[int64]("a whole number, or an array of whole numbers"),
		"valueNumber":   readValue[float64]("a number, or an array of numbers"),
		"valueBoolean":  readValue[bool]("true or false, or an array of these"),
		"valueGeoRange": (*Filter).readGeoRange,
	}
}

// maxFilterDepth bounds how deep filters are within each other, brackets of all kinds counted: each level is read again for those around
// it.
const maxFilterDepth = 64

// UnmarshalJSON reads a filter strictly: a key that nothing reads is an error, or a typing error would be measured as another
// search. It does not validate.
func (f *Filter) UnmarshalJSON(text []byte) error {
	if deeper(text, maxFilterDepth) {
		return fmt.Errorf("a filter has brackets within each other more than %d deep: write it flatter", maxFilterDepth)
	}
	var object map[string]json.RawMessage
	if json.Unmarshal(text, &object) != nil || object == nil {
		return fmt.Errorf("a filter must be an object like { path: ['year'], operator: 'GreaterThan', valueInt: 1990 }, not %s",
			shortened(text))
	}
	*f = Filter{}
	keys := slices.Sorted(maps.Keys(filterKeys))
	for _, key := range slices.Sorted(maps.Keys(object)) {
		read, ok := filterKeys[key]
		if !ok {
			return fmt.Errorf("a filter has no %q%s It takes %s", key, DidYouMean(key, keys), strings.Join(keys, ", "))
		}
		if err := read(f, object[key]); err != nil {
			return err
		}
	}
	return nil
}

// deeper says whether brackets in a JSON text are within each other deeper than that.
func deeper(text []byte, most int) bool {
	depth, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
			if depth > most {
				return true
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return false
}

// MarshalJSON writes a filter in the shape that UnmarshalJSON reads.
func (f Filter) MarshalJSON() ([]byte, error) {
	object := map[string]any{"operator": f.Operator}
	if len(f.Operands) > 0 {
		object["operands"] = f.Operands
	}
	if len(f.Path) > 0 {
		object["path"] = f.Path
	}
	if f.Value != nil {
		key, _ := valueKey(f.Value)
		if key == "" {
			return nil, checkValue(f.Value)
		}
		object[key] = f.Value
	}
	return json.Marshal(object)
}

func (f *Filter) readOperands(text []byte) error {
	var list []json.RawMessage
	if err := readJSON(text, "an array of filters", &list); err != nil {
		return fmt.Errorf("operands %w", err)
	}
	f.Operands = make([]Filter, len(list))
	for i := range list {
		if err := f.Operands[i].UnmarshalJSON(list[i]); err != nil {
			return fmt.Errorf("operand %d: %w", i+1, err)
		}
	}
	return nil
}

func (f *Filter) readPath(text []byte) error {
	path, err := readList[string](text, "an array of strings, like ['year']")
	f.Path = path
	if err != nil {
		return fmt.Errorf("path %w", err)
	}
	return nil
}

func (f *Filter) readGeoRange(text []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	var geo *GeoRange
	if err := decoder.Decode(&geo); err != nil || geo == nil {
		return fmt.Errorf("valueGeoRange must be { geoCoordinates: { latitude, longitude }, distance: { max } }, not %s", shortened(text))
	}
	return f.setValue(*geo)
}

// readValue reads one value or an array of them.
func readValue[T any](want string) func(*Filter, []byte) error {
	return func(f *Filter, text []byte) error {
		var value any
		var one T
		var err error
		if bytes.HasPrefix(text, []byte("[")) {
			value, err = readList[T](text, want)
		} else {
			err = readJSON(text, want, &one)
			value = one
		}
		if err != nil {
			key, _ := valueKey(one)
			return fmt.Errorf("%s %w", key, err)
		}
		return f.setValue(value)
	}
}

func (f *Filter) setValue(value any) error {
	if f.Value != nil {
		first, _ := valueKey(f.Value)
		second, _ := valueKey(value)
		if first == second {
			second = "valueString, its older name"
		}
		return fmt.Errorf("a filter has both %s and %s: give it one value", first, second)
	}
	f.Value = value
	return nil
}

func readList[T any](text []byte, want string) ([]T, error) {
	var parts []json.RawMessage
	if err := readJSON(text, want, &parts); err != nil {
		return nil, err
	}
	list := make([]T, len(parts))
	for i, part := range parts {
		if err := readJSON(part, want, &list[i]); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// readJSON reads what must not be null: encoding/json takes null for any type's zero.
func readJSON(text []byte, want string, to any) error {
	err := json.Unmarshal(text, to)
	if bytes.Equal(bytes.TrimSpace(text), []byte("null")) {
		err = errors.New("null")
	}
	if err != nil {
		return fmt.Errorf("must be %s, not %s", want, shortened(text))
	}
	return nil
}

// shortened is the beginning of a JSON text, for error messages.
func shortened(text []byte) string {
	const most = 60
	if len(text) > most {
		return excerptOf(text[:most]) + "…"
	}
	return string(text)
}
