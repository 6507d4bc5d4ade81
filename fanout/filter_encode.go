package fanout

import (
	"strconv"

	protocol "github.com/weaviate/weaviate/grpc/generated/protocol/v1"
)

// appendFilter writes a filter as a GraphQL object. Texts are quoted, operators are of a fixed list.
func appendFilter(b []byte, f *Filter) []byte {
	b = append(b, "{operator:"...)
	b = append(b, f.Operator...)
	if f.Operator.combines() {
		b = append(b, ",operands:["...)
		for i := range f.Operands {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendFilter(b, &f.Operands[i])
		}
		return append(b, "]}"...)
	}
	key, _ := valueKey(f.Value)
	b = append(b, ",path:"...)
	b = appendList(b, f.Path, appendString[string])
	b = append(b, ',')
	b = append(b, key...)
	b = append(b, ':')
	return append(appendValue(b, f.Value), '}')
}

func appendValue(b []byte, value any) []byte {
	number := func(b []byte, x float64) []byte { return strconv.AppendFloat(b, x, 'g', -1, 64) }
	whole := func(b []byte, n int64) []byte { return strconv.AppendInt(b, n, 10) }
	switch v := value.(type) {
	case string:
		return appendString(b, v)
	case []string:
		return appendList(b, v, appendString[string])
	case Date:
		return appendString(b, v)
	case []Date:
		return appendList(b, v, appendString[Date])
	case int64:
		return whole(b, v)
	case []int64:
		return appendList(b, v, whole)
	case float64:
		return number(b, v)
	case []float64:
		return appendList(b, v, number)
	case bool:
		return strconv.AppendBool(b, v)
	case []bool:
		return appendList(b, v, strconv.AppendBool)
	case GeoRange:
		b = append(b, "{geoCoordinates:{latitude:"...)
		b = number(b, float64(v.Center.Latitude))
		b = append(b, ",longitude:"...)
		b = number(b, float64(v.Center.Longitude))
		b = append(b, "},distance:{max:"...)
		b = number(b, float64(v.Distance.Max))
		return append(b, "}}"...)
	default:
		panic("fanout: a filter's value that Validate let pass")
	}
}

// appendList writes a GraphQL list.
func appendList[T any](b []byte, list []T, one func([]byte, T) []byte) []byte {
	b = append(b, '[')
	for i, item := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = one(b, item)
	}
	return append(b, ']')
}

// filterMessage encodes a filter for gRPC.
func filterMessage(f *Filter) *protocol.Filters {
	message := &protocol.Filters{Operator: f.Operator.grpc()}
	if f.Operator.combines() {
		for i := range f.Operands {
			message.Filters = append(message.Filters, filterMessage(&f.Operands[i]))
		}
		return message
	}
	message.Target = filterTarget(f.Path)
	setTestValue(message, f.Value)
	return message
}

// filterTarget is a path over gRPC: a property, or what is behind a reference. The object's id, which GraphQL knows as id and
// _id, has the second name only.
func filterTarget(path []string) *protocol.FilterTarget {
	if len(path) == 1 {
		property := path[0]
		if property == "id" {
			property = "_id"
		}
		return &protocol.FilterTarget{Target: &protocol.FilterTarget_Property{Property: property}}
	}
	return &protocol.FilterTarget{Target: &protocol.FilterTarget_MultiTarget{MultiTarget: &protocol.FilterReferenceMultiTarget{
		On: path[0], TargetCollection: path[1], Target: filterTarget(path[2:]),
	}}}
}

// setTestValue sets the value. Dates travel as texts: the schema says what they are.
func setTestValue(message *protocol.Filters, value any) {
	switch v := value.(type) {
	case string:
		message.TestValue = &protocol.Filters_ValueText{ValueText: v}
	case Date:
		message.TestValue = &protocol.Filters_ValueText{ValueText: string(v)}
	case []string:
		message.TestValue = &protocol.Filters_ValueTextArray{ValueTextArray: &protocol.TextArray{Values: v}}
	case []Date:
		texts := make([]string, len(v))
		for i, date := range v {
			texts[i] = string(date)
		}
		message.TestValue = &protocol.Filters_ValueTextArray{ValueTextArray: &protocol.TextArray{Values: texts}}
	case int64:
		message.TestValue = &protocol.Filters_ValueInt{ValueInt: v}
	case []int64:
		message.TestValue = &protocol.Filters_ValueIntArray{ValueIntArray: &protocol.IntArray{Values: v}}
	case float64:
		message.TestValue = &protocol.Filters_ValueNumber{ValueNumber: v}
	case []float64:
		message.TestValue = &protocol.Filters_ValueNumberArray{ValueNumberArray: &protocol.NumberArray{Values: v}}
	case bool:
		message.TestValue = &protocol.Filters_ValueBoolean{ValueBoolean: v}
	case []bool:
		message.TestValue = &protocol.Filters_ValueBooleanArray{ValueBooleanArray: &protocol.BooleanArray{Values: v}}
	case GeoRange:
		message.TestValue = &protocol.Filters_ValueGeo{ValueGeo: &protocol.GeoCoordinatesFilter{
			Latitude: v.Center.Latitude, Longitude: v.Center.Longitude, Distance: v.Distance.Max,
		}}
	}
}
