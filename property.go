package weaviate

import (
	"errors"
	"fmt"
	"time"

	"github.com/grafana/sobek"
)

// maxDepth bounds how deep the values of an object's properties may be nested: one that holds itself would have no end.
const maxDepth = 64

// readProperties reads an object's properties.
func readProperties(to *map[string]any) func(sobek.Value) error { //nolint:gocritic // it makes the map
	return func(value sobek.Value) error {
		if isMissing(value) {
			return nil
		}
		object, ok := value.(*sobek.Object)
		if !ok || object.ClassName() != "Object" {
			return fmt.Errorf("must be an object, not %s", describe(value))
		}
		properties, err := plain(value.Export(), 0)
		if err != nil {
			return err
		}
		*to, ok = properties.(map[string]any)
		if !ok {
			return fmt.Errorf("must be an object, not %s", describe(value))
		}
		return nil
	}
}

// plain makes a value of the types that Weaviate's APIs carry: string, float64, bool, nil, lists and maps of these. A date becomes
// text, as in JSON.
func plain(value any, depth int) (any, error) {
	if depth > maxDepth {
		return nil, errors.New("are nested too deep, or hold themselves")
	}
	switch v := value.(type) {
	case nil, string, bool, float64:
		return v, nil
	case int64:
		return float64(v), nil
	case time.Time:
		return v.UTC().Format(time.RFC3339Nano), nil
	case []any:
		return plainList(v, depth)
	case []float32:
		return plainList(v, depth)
	case []float64:
		return plainList(v, depth)
	case float32:
		return float64(v), nil
	case map[string]any:
		properties := make(map[string]any, len(v))
		for key, item := range v {
			var err error
			if properties[key], err = plain(item, depth+1); err != nil {
				return nil, err
			}
		}
		return properties, nil
	default:
		return nil, fmt.Errorf("hold a %T, which Weaviate has no type for", value)
	}
}

func plainList[T any](list []T, depth int) ([]any, error) {
	values := make([]any, len(list))
	for i := range list {
		var err error
		if values[i], err = plain(list[i], depth+1); err != nil {
			return nil, err
		}
	}
	return values, nil
}
