package fanout

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	protocol "github.com/weaviate/weaviate/grpc/generated/protocol/v1"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// TestFilterIsTheSameEverywhere holds what a filter is as JSON, in a GraphQL document and over gRPC against each other.
func TestFilterIsTheSameEverywhere(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		json, graphql, grpc string
		filter              Filter
	}{
		"a number": {
			json:    `{"operator":"GreaterThan","path":["year"],"valueInt":1990}`,
			filter:  Filter{Operator: GreaterThan, Path: []string{"year"}, Value: int64(1990)},
			graphql: `{operator:GreaterThan,path:["year"],valueInt:1990}`,
			grpc:    `{"operator":"OPERATOR_GREATER_THAN","valueInt":"1990","target":{"property":"year"}}`,
		},
		"nested": {
			json: `{"operands":[{"operator":"Like","path":["title"],"valueText":"lo*"},{"operands":[{"operator":"IsNull",` +
				`"path":["artist"],"valueBoolean":true}],"operator":"Not"}],"operator":"And"}`,
			filter: Filter{Operator: And, Operands: []Filter{
				{Operator: Like, Path: []string{"title"}, Value: "lo*"},
				{Operator: Not, Operands: []Filter{{Operator: IsNull, Path: []string{"artist"}, Value: true}}},
			}},
			graphql: `{operator:And,operands:[{operator:Like,path:["title"],valueText:"lo*"},` +
				`{operator:Not,operands:[{operator:IsNull,path:["artist"],valueBoolean:true}]}]}`,
			grpc: `{"operator":"OPERATOR_AND","filters":[{"operator":"OPERATOR_LIKE","valueText":"lo*","target":{"property":"title"}},` +
				`{"operator":"OPERATOR_NOT","filters":[{"operator":"OPERATOR_IS_NULL","valueBoolean":true,"target":{"property":"artist"}}]}]}`,
		},
		"lists": {
			json: `{"operands":[{"operator":"ContainsAny","path":["genre"],"valueText":["rock","pop"]},` +
				`{"operator":"ContainsAll","path":["years"],"valueInt":[1,-2]},{"operator":"ContainsNone","path":["rates"],` +
				`"valueNumber":[0.5,2000000]},{"operator":"ContainsAny","path":["flags"],"valueBoolean":[true,false]},` +
				`{"operator":"ContainsAny","path":["on"],"valueDate":["2020-01-02T03:04:05Z"]}],"operator":"Or"}`,
			filter: Filter{Operator: Or, Operands: []Filter{
				{Operator: ContainsAny, Path: []string{"genre"}, Value: []string{"rock", "pop"}},
				{Operator: ContainsAll, Path: []string{"years"}, Value: []int64{1, -2}},
				{Operator: ContainsNone, Path: []string{"rates"}, Value: []float64{0.5, 2e6}},
				{Operator: ContainsAny, Path: []string{"flags"}, Value: []bool{true, false}},
				{Operator: ContainsAny, Path: []string{"on"}, Value: []Date{"2020-01-02T03:04:05Z"}},
			}},
			graphql: `{operator:Or,operands:[{operator:ContainsAny,path:["genre"],valueText:["rock","pop"]},` +
				`{operator:ContainsAll,path:["years"],valueInt:[1,-2]},{operator:ContainsNone,path:["rates"],valueNumber:[0.5,2e+06]},` +
				`{operator:ContainsAny,path:["flags"],valueBoolean:[true,false]},` +
				`{operator:ContainsAny,path:["on"],valueDate:["2020-01-02T03:04:05Z"]}]}`,
			grpc: `{"operator":"OPERATOR_OR","filters":[` +
				`{"operator":"OPERATOR_CONTAINS_ANY","valueTextArray":{"values":["rock","pop"]},"target":{"property":"genre"}},` +
				`{"operator":"OPERATOR_CONTAINS_ALL","valueIntArray":{"values":["1","-2"]},"target":{"property":"years"}},` +
				`{"operator":"OPERATOR_CONTAINS_NONE","valueNumberArray":{"values":[0.5,2000000]},"target":{"property":"rates"}},` +
				`{"operator":"OPERATOR_CONTAINS_ANY","valueBooleanArray":{"values":[true,false]},"target":{"property":"flags"}},` +
				`{"operator":"OPERATOR_CONTAINS_ANY","valueTextArray":{"values":["2020-01-02T03:04:05Z"]},"target":{"property":"on"}}]}`,
		},
		"behind a reference": {
			json:    `{"operator":"NotEqual","path":["by","Artist","name"],"valueText":"x"}`,
			filter:  Filter{Operator: NotEqual, Path: []string{"by", "Artist", "name"}, Value: "x"},
			graphql: `{operator:NotEqual,path:["by","Artist","name"],valueText:"x"}`,
			grpc: `{"operator":"OPERATOR_NOT_EQUAL","valueText":"x","target":{"multiTarget":{"on":"by","targetCollection":"Artist",` +
				`"target":{"property":"name"}}}}`,
		},
		"a date": {
			json:    `{"operator":"LessThanEqual","path":["_creationTimeUnix"],"valueDate":"2020-01-02T03:04:05+01:00"}`,
			filter:  Filter{Operator: LessThanEqual, Path: []string{"_creationTimeUnix"}, Value: Date("2020-01-02T03:04:05+01:00")},
			graphql: `{operator:LessThanEqual,path:["_creationTimeUnix"],valueDate:"2020-01-02T03:04:05+01:00"}`,
			grpc: `{"operator":"OPERATOR_LESS_THAN_EQUAL","valueText":"2020-01-02T03:04:05+01:00",` +
				`"target":{"property":"_creationTimeUnix"}}`,
		},
		"a place": {
			json: `{"operator":"WithinGeoRange","path":["at"],"valueGeoRange":{"geoCoordinates":{"latitude":48.25,"longitude":-16.5},` +
				`"distance":{"max":2000}}}`,
			filter: Filter{Operator: WithinGeoRange, Path: []string{"at"}, Value: GeoRange{
				Center: GeoCoordinates{Latitude: 48.25, Longitude: -16.5}, Distance: GeoDistance{Max: 2000},
			}},
			graphql: `{operator:WithinGeoRange,path:["at"],valueGeoRange:{geoCoordinates:{latitude:48.25,longitude:-16.5},distance:{max:2000}}}`,
			grpc: `{"operator":"OPERATOR_WITHIN_GEO_RANGE","valueGeo":{"latitude":48.25,"longitude":-16.5,"distance":2000},` +
				`"target":{"property":"at"}}`,
		},
		"a text that would end the literal": {
			json:    `{"operator":"Equal","path":["t\"){x}#"],"valueText":"a\"}) { b } \\ \n"}`,
			filter:  Filter{Operator: Equal, Path: []string{`t"){x}#`}, Value: "a\"}) { b } \\ \n"},
			graphql: `{operator:Equal,path:["t\"){x}#"],valueText:"a\"}) { b } \\ \n"}`,
			grpc:    `{"operator":"OPERATOR_EQUAL","valueText":"a\"}) { b } \\ \n","target":{"property":"t\"){x}#"}}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var read Filter
			require.NoError(t, json.Unmarshal([]byte(c.json), &read))
			require.Equal(t, c.filter, read)
			require.NoError(t, read.Validate())
			written, err := json.Marshal(c.filter)
			require.NoError(t, err)
			require.JSONEq(t, c.json, string(written))
			require.Equal(t, c.graphql, string(appendFilter(nil, &c.filter)))
			want := &protocol.Filters{}
			require.NoError(t, protojson.Unmarshal([]byte(c.grpc), want))
			require.True(t, proto.Equal(want, filterMessage(&c.filter)), "%s", protojson.Format(filterMessage(&c.filter)))
		})
	}
}

// TestFiltersAreNoDeeperThanMayBe: each level is read again for each around it, so that a file of some kilobytes would take minutes.
func TestFiltersAreNoDeeperThanMayBe(t *testing.T) {
	t.Parallel()
	nested := func(levels int) []byte {
		return []byte(strings.Repeat(`{"operator":"And","operands":[`, levels) + `{"operator":"Equal","path":["a"],"valueText":"[[[\"[[["}` + strings.Repeat(`]}`, levels))
	}
	var f Filter
	require.NoError(t, f.UnmarshalJSON(nested(31)))
	require.NoError(t, f.Validate())
	require.ErrorContains(t, f.UnmarshalJSON(nested(32)), "a filter has brackets within each other more than 64 deep")
	require.ErrorContains(t, f.UnmarshalJSON(nested(4000)), "more than 64 deep")
}

func TestFilterOperatorsAllHaveTheirOwnNumber(t *testing.T) {
	t.Parallel()
	seen := make(map[protocol.Filters_Operator]FilterOperator)
	for _, known := range filterOperators {
		require.Empty(t, seen[known.grpc], "%s", known.operator)
		seen[known.grpc] = known.operator
	}
	require.Len(t, seen, len(protocol.Filters_Operator_name)-1, "all but unspecified")
}

func TestFilterErrorsNameTheValueAndTheRemedy(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`3`:    `a filter must be an object like { path: ['year'], operator: 'GreaterThan', valueInt: 1990 }, not 3`,
		`[]`:   `must be an object`,
		`{}`:   `unknown operator ""`,
		`null`: `must be an object`,
		`{"operator":"Equals","path":["a"],"valueInt":1}`: `unknown operator "Equals": did you mean "Equal"? The operators are And, Or,`,
		`{"operator":7}`: `must be a string, not 7`,
		`{"operator":"Equal","path":["a"],"valueString":"x","valueText":"y"}`: `a filter has both valueText and valueString, its older name: give it one value`,
		`{"operator":"Equal","path":"a","valueInt":1}`:                        `path must be an array of strings, like ['year'], not "a"`,
		`{"operator":"Equal","path":["a",null],"valueInt":1}`:                 `path must be an array of strings, like ['year'], not null`,
		`{"operator":"Equal","valueInt":1}`:                                   `the path [] has 0 parts`,
		`{"operator":"Equal","path":["a","B"],"valueInt":1}`:                  `the path ["a" "B"] has 2 parts: give it a property's name, or reference, collection and property`,
		`{"operator":"Equal","path":[""],"valueInt":1}`:                       `the path is empty`,
		`{"operator":"Equal","path":["a"]}`:                                   `Equal on ["a"] has no value`,
		`{"operator":"Equal","path":["a"],"valueInt":1.5}`:                    `valueInt must be a whole number, or an array of whole numbers, not 1.5`,
		`{"operator":"Equal","path":["a"],"valueInt":null}`:                   `valueInt must be a whole number, or an array of whole numbers, not null`,
		`{"operator":"ContainsAny","path":["a"],"valueText":["x",null]}`:      `valueText must be a string, or an array of strings, not null`,
		`{"operator":"ContainsAny","path":["a"],"valueText":[]}`:              `the array of values is empty`,
		`{"operator":"ContainsAny","path":["a"],"valueText":"x"}`:             `ContainsAny on ["a"] does not take this valueText: give it an array`,
		`{"operator":"Equal","path":["a"],"valueText":["x"]}`:                 `give it one valueText`,
		`{"operator":"Like","path":["a"],"valueInt":1}`:                       `give it valueText, in which *`,
		`{"operator":"IsNull","path":["a"],"valueText":"true"}`:               `give it valueBoolean`,
		`{"operator":"WithinGeoRange","path":["a"],"valueInt":1}`:             `give it valueGeoRange`,
		`{"operator":"Equal","path":["a"],"valueInt":1,"valueText":"x"}`:      `a filter has both valueInt and valueText: give it one value`,
		`{"operator":"Equal","path":["a"],"valueInt":9007199254740993}`:       `valueInt 9007199254740993 is beyond`,
		`{"operator":"Equal","path":["a"],"valueDate":"yesterday"}`:           `valueDate "yesterday" is no date: write it as`,
		`{"operator":"Equal","path":["a"],"operands":[],"valueInt":1}`:        ``,
		`{"operator":"Equal","path":["a"],"operands":[{"operator":"And"}]}`:   `Equal has operands: only And, Or and Not`,
		`{"operator":"And"}`:                                                    `And has no operands`,
		`{"operator":"And","operands":{}}`:                                      `operands must be an array of filters`,
		`{"operator":"And","operands":[3]}`:                                     `operand 1: a filter must be an object`,
		`{"operator":"And","operands":[{"operator":"Equal","path":["a"]}]}`:     `operand 1 of And: Equal on ["a"] has no value`,
		`{"operator":"And","path":["a"],"operands":[{"operator":"And"}]}`:       `And has a path or a value: give it operands only`,
		`{"operator":"Not","operands":[{"operator":"And"},{"operator":"And"}]}`: `Not has 2 operands: give it exactly one`,
		`{"operator":"WithinGeoRange","path":["a"],"valueGeoRange":{"max":1}}`:  `valueGeoRange must be { geoCoordinates:`,
		`{"operator":"WithinGeoRange","path":["a"],"valueGeoRange":{}}`:         `the distance is 0: use a max above 0, in metres`,
		`{"operator":"WithinGeoRange","path":["a"],"valueGeoRange":{"geoCoordinates":{"latitude":91,"longitude":0},"distance":{"max":1}}}`: `latitude of -90 to 90`,
	} {
		var f Filter
		err := f.UnmarshalJSON([]byte(text))
		if err == nil {
			err = f.Validate()
		}
		if want == "" {
			require.NoError(t, err, text)
			continue
		}
		require.ErrorContains(t, err, want, text)
	}
	require.ErrorContains(t, (&Filter{Operator: Equal, Path: []string{"a"}, Value: 1}).Validate(), "a value of type int: use a string")
	require.ErrorContains(t, (&Filter{Operator: Equal, Path: []string{"a"}, Value: "\xff"}).Validate(), "not UTF-8")
	_, err := json.Marshal(Filter{Operator: Equal, Value: 1})
	require.ErrorContains(t, err, "a value of type int")
}

// FuzzFilter: whatever is a valid filter is the same after it was written and read again, and stays on its line of a document,
// with every text and bracket closed.
func FuzzFilter(f *testing.F) {
	f.Add([]byte(`{"operator":"And","operands":[{"operator":"Equal","path":["a"],"valueText":"x\"}\n"}]}`))
	f.Add([]byte(`{"operator":"ContainsAny","path":["a","B","c"],"valueNumber":[1e300,-0.5]}`))
	f.Add([]byte(`{"operator":"WithinGeoRange","path":["a"],"valueGeoRange":{"geoCoordinates":{"latitude":1},"distance":{"max":2}}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var filter, again Filter
		if filter.UnmarshalJSON(text) != nil || filter.Validate() != nil {
			return
		}
		written, err := json.Marshal(filter)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(written, &again))
		require.Equal(t, filter, again)
		graphql := appendFilter(nil, &filter)
		require.NotContains(t, string(graphql), "\n")
		open := 0
		for i := 0; i < len(graphql); i++ {
			switch graphql[i] {
			case '"':
				i += stringEnd(graphql[i+1:])
			case '{', '[':
				open++
			case '}', ']':
				open--
			}
		}
		require.Zero(t, open, "%s", graphql)
		_, err = proto.Marshal(filterMessage(&filter))
		require.NoError(t, err)
	})
}
