package dataset

import (
	"encoding/json"
	"strconv"
	"strings"

	"google.golang.org/protobuf/types/known/structpb"
)

// kind is the type of a property, found out from all the values of a file's column.
type kind uint8

const (
	unknown kind = iota // no value was seen: null, or an empty cell of a CSV file
	text
	whole // a whole number
	number
	boolean
	texts // a list of texts
)

// maxWhole is the largest whole number that a float64, which is how gRPC carries it, holds exactly.
const maxWhole = 1 << 53

// dataType is the kind as Weaviate calls it. A column without any value is text.
func (k kind) dataType() []string { return []string{k.String()} }

func (k kind) String() string {
	return [...]string{"text", "text", "int", "number", "boolean", "text[]"}[k]
}

func (k kind) isText() bool { return k == unknown || k == text || k == texts }

// join is the kind of a column that has values of both kinds. It is false when there is none.
func (k kind) join(other kind) (kind, bool) {
	switch {
	case k == other, other == unknown:
		return k, true
	case k == unknown:
		return other, true
	case k == whole && other == number, k == number && other == whole:
		return number, true
	default:
		return unknown, false
	}
}

// cell is a value of a CSV file, whose kind is to be found out.
type cell string

// kindOf is the kind of a value as a file's reader gave it. It is false for one that cannot be a property.
func kindOf(value any) (kind, bool) {
	switch v := value.(type) {
	case nil:
		return unknown, true
	case cell:
		return v.kind(), true
	case string:
		return text, true
	case json.Number:
		return numeric(string(v)), true
	case bool:
		return boolean, true
	case []any:
		for _, item := range v {
			if _, ok := item.(string); !ok {
				return unknown, false
			}
		}
		if len(v) == 0 {
			return unknown, true
		}
		return texts, true
	default:
		return unknown, false
	}
}

// kind is what the cell would be in JSON, without the quotes if it is a text.
func (c cell) kind() kind {
	switch {
	case c == "":
		return unknown
	case c == "true", c == "false":
		return boolean
	case (c[0] == '-' || c[0] >= '0' && c[0] <= '9') && json.Valid([]byte(c)):
		return numeric(string(c))
	default:
		return text
	}
}

// numeric tells whole numbers from others. Those that a float64 cannot hold are text, which loses nothing.
func numeric(digits string) kind {
	if strings.ContainsAny(digits, ".eE") {
		if _, err := strconv.ParseFloat(digits, 64); err != nil {
			return text
		}
		return number
	}
	if n, err := strconv.ParseInt(digits, 10, 64); err != nil || n < -maxWhole || n > maxWhole {
		return text
	}
	return whole
}

// as makes a property's value of this kind; nil for none.
func (k kind) as(value any) *structpb.Value {
	switch v := value.(type) {
	case nil:
		return nil
	case cell:
		if v == "" {
			return nil
		}
		return k.parse(string(v))
	case json.Number:
		return k.parse(string(v))
	case string:
		return structpb.NewStringValue(v)
	case bool:
		return structpb.NewBoolValue(v)
	case []any:
		list := &structpb.ListValue{}
		for _, item := range v {
			item, _ := item.(string)
			list.Values = append(list.Values, structpb.NewStringValue(item))
		}
		return structpb.NewListValue(list)
	default:
		return nil
	}
}

func (k kind) parse(value string) *structpb.Value {
	switch k {
	case whole, number:
		n, _ := strconv.ParseFloat(value, 64) // it was tried when the kind was found out
		return structpb.NewNumberValue(n)
	case boolean:
		return structpb.NewBoolValue(value == "true")
	default:
		return structpb.NewStringValue(value)
	}
}
