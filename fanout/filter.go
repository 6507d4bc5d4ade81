package fanout

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	protocol "github.com/weaviate/weaviate/grpc/generated/protocol/v1"
)

// Filter says which objects of a collection a query considers. It is either a comparison (Path, Operator, Value) or combines
// other filters (Operator, Operands). As JSON it has the shape of Weaviate's own GraphQL filters:
// {"path": ["year"], "operator": "GreaterThan", "valueInt": 1990}.
type Filter struct {
	Operator FilterOperator
	// Operands are what And, Or and Not combine: at least one, and exactly one for Not.
	Operands []Filter
	// Path is the property compared: its name, or, for a property of a referenced object, the reference, the collection it
	// leads to, and that one's property.
	Path []string
	// Value is what the property is compared with: a string, Date, int64, float64 or bool, or a slice of these for
	// ContainsAny, ContainsAll and ContainsNone; a GeoRange for WithinGeoRange. Its type must be the property's: over
	// GraphQL, Weaviate refuses another one.
	Value any
}

// FilterOperator is how a filter compares or combines.
type FilterOperator string

// The operators of filters.
const (
	And              FilterOperator = "And"
	Or               FilterOperator = "Or"
	Not              FilterOperator = "Not"
	Equal            FilterOperator = "Equal"
	NotEqual         FilterOperator = "NotEqual"
	GreaterThan      FilterOperator = "GreaterThan"
	GreaterThanEqual FilterOperator = "GreaterThanEqual"
	LessThan         FilterOperator = "LessThan"
	LessThanEqual    FilterOperator = "LessThanEqual"
	Like             FilterOperator = "Like"           // takes a string with * and ?
	IsNull           FilterOperator = "IsNull"         // takes a bool
	ContainsAny      FilterOperator = "ContainsAny"    // takes a slice
	ContainsAll      FilterOperator = "ContainsAll"    // takes a slice
	ContainsNone     FilterOperator = "ContainsNone"   // takes a slice
	WithinGeoRange   FilterOperator = "WithinGeoRange" // takes a GeoRange
)

// Date is a point in time as RFC 3339 writes it: 2006-01-02T15:04:05Z.
type Date string

// GeoRange is the area around a place.
type GeoRange struct {
	Center   GeoCoordinates `json:"geoCoordinates"`
	Distance GeoDistance    `json:"distance"`
}

// GeoCoordinates are a place, in degrees.
type GeoCoordinates struct {
	Latitude  float32 `json:"latitude"`
	Longitude float32 `json:"longitude"`
}

// GeoDistance is how far from it, in metres.
type GeoDistance struct {
	Max float32 `json:"max"`
}

// maxExactInt is the largest whole number that is the same over GraphQL, where Weaviate reads it as a float64.
const maxExactInt = 1 << 53

// filterOperators lists the operators with what they are over gRPC.
//
//nolint:gochecknoglobals // a table
var filterOperators = []struct {
	operator FilterOperator
	grpc     protocol.Filters_Operator
}{
	{And, protocol.Filters_OPERATOR_AND},
	{Or, protocol.Filters_OPERATOR_OR},
	{Not, protocol.Filters_OPERATOR_NOT},
	{Equal, protocol.Filters_OPERATOR_EQUAL},
	{NotEqual, protocol.Filters_OPERATOR_NOT_EQUAL},
	{GreaterThan, protocol.Filters_OPERATOR_GREATER_THAN},
	{GreaterThanEqual, protocol.Filters_OPERATOR_GREATER_THAN_EQUAL},
	{LessThan, protocol.Filters_OPERATOR_LESS_THAN},
	{LessThanEqual, protocol.Filters_OPERATOR_LESS_THAN_EQUAL},
	{Like, protocol.Filters_OPERATOR_LIKE},
	{IsNull, protocol.Filters_OPERATOR_IS_NULL},
	{ContainsAny, protocol.Filters_OPERATOR_CONTAINS_ANY},
	{ContainsAll, protocol.Filters_OPERATOR_CONTAINS_ALL},
	{ContainsNone, protocol.Filters_OPERATOR_CONTAINS_NONE},
	{WithinGeoRange, protocol.Filters_OPERATOR_WITHIN_GEO_RANGE},
}

// grpc is the operator over gRPC; unspecified for one that does not exist.
func (o FilterOperator) grpc() protocol.Filters_Operator {
	for _, known := range filterOperators {
		if known.operator == o {
			return known.grpc
		}
	}
	return protocol.Filters_OPERATOR_UNSPECIFIED
}

func (o FilterOperator) combines() bool { return o == And || o == Or || o == Not }

// Validate says what is wrong with a filter, in a sentence that names the value and what to change.
func (f *Filter) Validate() error {
	if f.Operator.grpc() == protocol.Filters_OPERATOR_UNSPECIFIED {
		names := make([]string, len(filterOperators))
		for i, known := range filterOperators {
			names[i] = string(known.operator)
		}
		return fmt.Errorf("unknown operator %q%s The operators are %s",
			f.Operator, DidYouMean(string(f.Operator), names), strings.Join(names, ", "))
	}
	if !f.Operator.combines() {
		return f.validateComparison()
	}
	switch {
	case len(f.Path) > 0 || f.Value != nil:
		return fmt.Errorf("%s has a path or a value: give it operands only", f.Operator)
	case len(f.Operands) == 0:
		return fmt.Errorf("%s has no operands: give it the filters that it combines", f.Operator)
	case f.Operator == Not && len(f.Operands) != 1:
		return fmt.Errorf("%s has %d operands: give it exactly one", f.Operator, len(f.Operands))
	}
	for i := range f.Operands {
		if err := f.Operands[i].Validate(); err != nil {
			return fmt.Errorf("operand %d of %s: %w", i+1, f.Operator, err)
		}
	}
	return nil
}

func (f *Filter) validateComparison() error {
	if len(f.Operands) > 0 {
		return fmt.Errorf("%s has operands: only And, Or and Not combine others", f.Operator)
	}
	if len(f.Path)%2 == 0 {
		return fmt.Errorf("the path %q has %d parts: give it a property's name, or reference, collection and property",
			f.Path, len(f.Path))
	}
	for _, part := range f.Path {
		if err := checkText("the path", part); err != nil {
			return err
		}
	}
	if f.Value == nil {
		return fmt.Errorf("%s on %q has no value: give it one, like valueInt", f.Operator, f.Path)
	}
	if err := checkValue(f.Value); err != nil {
		return fmt.Errorf("%s on %q: %w", f.Operator, f.Path, err)
	}
	if takes := f.Operator.misfit(f.Value); takes != "" {
		key, _ := valueKey(f.Value)
		return fmt.Errorf("%s on %q does not take this %s: give it %s", f.Operator, f.Path, key, takes)
	}
	return nil
}

// misfit says what the operator takes instead of the value; nothing if it takes the value.
func (o FilterOperator) misfit(value any) string {
	_, list := valueKey(value)
	_, isText := value.(string)
	_, isBool := value.(bool)
	_, isGeo := value.(GeoRange)
	switch o {
	case ContainsAny, ContainsAll, ContainsNone:
		if !list {
			return "an array, like valueText: ['a', 'b']"
		}
	case Like:
		if !isText {
			return "valueText, in which * and ? stand for any characters and any one"
		}
	case IsNull:
		if !isBool {
			return "valueBoolean"
		}
	case WithinGeoRange:
		if !isGeo {
			return "valueGeoRange"
		}
	default:
		if list || isGeo {
			return "one valueText, valueDate, valueInt, valueNumber or valueBoolean"
		}
	}
	return ""
}

// valueKey names a filter's value as Weaviate does, and says whether it is a list; empty for what is no value.
func valueKey(value any) (key string, list bool) {
	switch value.(type) {
	case string:
		return "valueText", false
	case []string:
		return "valueText", true
	case Date:
		return "valueDate", false
	case []Date:
		return "valueDate", true
	case int64:
		return "valueInt", false
	case []int64:
		return "valueInt", true
	case float64:
		return "valueNumber", false
	case []float64:
		return "valueNumber", true
	case bool:
		return "valueBoolean", false
	case []bool:
		return "valueBoolean", true
	case GeoRange:
		return "valueGeoRange", false
	default:
		return "", false
	}
}

// checkValue holds a filter's value to what both protocols can carry unchanged.
func checkValue(value any) error {
	switch v := value.(type) {
	case string:
		return checkUTF8("valueText", v)
	case []string:
		return checkEach(v, func(text string) error { return checkUTF8("valueText", text) })
	case Date:
		return checkDate(v)
	case []Date:
		return checkEach(v, checkDate)
	case int64:
		return checkInt(v)
	case []int64:
		return checkEach(v, checkInt)
	case float64:
		return checkFinite(v)
	case []float64:
		return checkEach(v, checkFinite)
	case bool:
		return nil
	case []bool:
		return checkEach(v, func(bool) error { return nil })
	case GeoRange:
		return v.validate()
	default:
		return fmt.Errorf("a value of type %T: use a string, Date, int64, float64, bool, a slice of these, or a GeoRange", value)
	}
}

func checkEach[T any](list []T, check func(T) error) error {
	if len(list) == 0 {
		return errors.New("the array of values is empty: give it at least one")
	}
	for _, value := range list {
		if err := check(value); err != nil {
			return err
		}
	}
	return nil
}

func checkDate(date Date) error {
	if _, err := time.Parse(time.RFC3339, string(date)); err != nil {
		return fmt.Errorf("valueDate %q is no date: write it as 2006-01-02T15:04:05Z", date)
	}
	return nil
}

func checkInt(n int64) error {
	if n < -maxExactInt || n > maxExactInt {
		return fmt.Errorf("valueInt %d is beyond ±2^53: Weaviate would round it over GraphQL", n)
	}
	return nil
}

func checkFinite(x float64) error {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return fmt.Errorf("valueNumber is %v: use a finite number", x)
	}
	return nil
}

// validate is written so that NaN fails too.
func (g *GeoRange) validate() error {
	c := g.Center
	if !(c.Latitude >= -90 && c.Latitude <= 90 && c.Longitude >= -180 && c.Longitude <= 180) {
		return fmt.Errorf("geoCoordinates are %v, %v: use a latitude of -90 to 90 and a longitude of -180 to 180 degrees",
			c.Latitude, c.Longitude)
	}
	if !(g.Distance.Max > 0) || math.IsInf(float64(g.Distance.Max), 0) {
		return fmt.Errorf("the distance is %v: use a max above 0, in metres", g.Distance.Max)
	}
	return nil
}
