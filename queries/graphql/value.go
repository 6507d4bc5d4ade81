package graphql

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/queries"
)

// unfit notes a value of another kind than the one that is wanted.
func (t *translation) unfit(v *ast.Value, want string) {
	if v.Kind == ast.Variable {
		t.variables(v)
		return
	}
	t.refuse(v.Position, "it must be %s, not %s", want, given(v))
}

// given is a value as an error names it.
func given(v *ast.Value) string {
	switch v.Kind {
	case ast.ObjectValue:
		return "an object"
	case ast.ListValue:
		return "a list"
	case ast.StringValue, ast.BlockValue:
		return fmt.Sprintf("the text %.40q", v.Raw)
	default:
		return fmt.Sprintf("%.40s", v.Raw)
	}
}

// variables notes the variables in a value: what they stand for is in no document.
func (t *translation) variables(v *ast.Value) {
	if v == nil {
		return
	}
	if v.Kind == ast.Variable {
		t.refuse(v.Position, "the variable $%s: write its value where it is used", v.Raw)
	}
	for _, child := range v.Children {
		t.variables(child.Value)
	}
}

func (t *translation) text(to *string) func(*ast.Value) {
	return func(v *ast.Value) {
		if v.Kind != ast.StringValue && v.Kind != ast.BlockValue {
			t.unfit(v, "a string")
			return
		}
		*to = v.Raw
	}
}

// texts reads a list of strings, or one, which GraphQL takes for a list of one.
func (t *translation) texts(to *[]string) func(*ast.Value) {
	return func(v *ast.Value) {
		*to = []string{}
		for _, item := range elements(v) {
			var text string
			t.text(&text)(item)
			*to = append(*to, text)
		}
	}
}

// elements are those of a list, or the value itself.
func elements(v *ast.Value) []*ast.Value {
	if v.Kind != ast.ListValue {
		return []*ast.Value{v}
	}
	list := make([]*ast.Value, len(v.Children))
	for i, child := range v.Children {
		list[i] = child.Value
	}
	return list
}

func (t *translation) whole(to *int) func(*ast.Value) {
	return func(v *ast.Value) {
		n, err := strconv.ParseInt(v.Raw, 10, 32)
		if v.Kind != ast.IntValue || err != nil {
			t.unfit(v, "a whole number")
			return
		}
		*to = int(n)
	}
}

func (t *translation) number(to **float64) func(*ast.Value) {
	return func(v *ast.Value) {
		x, ok := numberOf(v, 64)
		if !ok {
			t.unfit(v, "a number")
			return
		}
		*to = &x
	}
}

func numberOf(v *ast.Value, bits int) (float64, bool) {
	x, err := strconv.ParseFloat(v.Raw, bits)
	return x, (v.Kind == ast.IntValue || v.Kind == ast.FloatValue) && err == nil && !math.IsInf(x, 0)
}

func (t *translation) vector(to *queries.Vector) func(*ast.Value) {
	return func(v *ast.Value) {
		if v.Kind != ast.ListValue {
			t.unfit(v, "a list of numbers")
			return
		}
		*to = make(queries.Vector, 0, len(v.Children))
		for _, child := range v.Children {
			x, ok := numberOf(child.Value, 32)
			if !ok {
				t.unfit(child.Value, "a number that fits a float32")
				return
			}
			*to = append(*to, float32(x))
		}
	}
}

// filter reads a filter, whose shape is that of query files.
func (t *translation) filter(to **fanout.Filter) func(*ast.Value) {
	return func(v *ast.Value) {
		before := len(t.wrong)
		t.variables(v)
		if len(t.wrong) > before {
			return
		}
		text, err := json.Marshal(plain(v))
		filter := &fanout.Filter{}
		if err == nil {
			err = filter.UnmarshalJSON(text)
		}
		if err == nil {
			err = filter.Validate()
		}
		if err != nil {
			t.refuse(v.Position, "where: %s", err)
			return
		}
		*to = filter
	}
}

// plain is a value as encoding/json writes it. Where a filter wants a list, one value stands for it.
func plain(v *ast.Value) any {
	switch v.Kind {
	case ast.ListValue:
		list := []any{}
		for _, item := range elements(v) {
			list = append(list, plain(item))
		}
		return list
	case ast.ObjectValue:
		object := make(map[string]any, len(v.Children))
		for _, child := range v.Children {
			value := plain(child.Value)
			if (child.Name == "path" || child.Name == "operands") && child.Value.Kind != ast.ListValue {
				value = []any{value}
			}
			object[child.Name] = value
		}
		return object
	case ast.IntValue, ast.FloatValue:
		return json.Number(v.Raw)
	case ast.BooleanValue:
		return v.Raw == "true"
	case ast.NullValue:
		return nil
	default:
		return v.Raw
	}
}
