package fanout

import (
	"encoding/json"
	"strconv"
)

// firstMemberLine is the line of a document that holds its first sub-query. With each sub-query on a line of its own, the
// line in a document error (unknown class, unknown property) tells the collection.
const firstMemberLine = 2

// document writes one GraphQL document for the queries, wrapped in the JSON that POST /v1/graphql takes. Sub-query i is
// answered under the alias m<i>, so that replies and errors are told apart by position, whatever the names.
func document(queries []Query) ([]byte, error) {
	text := make([]byte, 0, 256*len(queries))
	text = append(text, "{Get{\n"...)
	for i := range queries {
		text = appendSubQuery(text, i, &queries[i])
		text = append(text, '\n')
	}
	text = append(text, "}}"...)
	return json.Marshal(struct {
		Query string `json:"query"`
	}{string(text)})
}

func appendSubQuery(b []byte, i int, q *Query) []byte {
	b = append(b, 'm')
	b = strconv.AppendInt(b, int64(i), 10)
	b = append(b, ':')
	b = append(b, q.Collection...)
	b = append(b, "(limit:"...)
	b = strconv.AppendInt(b, int64(q.Limit), 10)
	if q.Offset > 0 {
		b = append(b, ",offset:"...)
		b = strconv.AppendInt(b, int64(q.Offset), 10)
	}
	b = appendScope(b, q)
	b = appendSearch(b, q)
	b = append(b, "){"...)
	for _, p := range q.Properties {
		b = append(b, p...)
		b = append(b, ' ')
	}
	return append(appendAdditional(b, q), '}')
}

// appendScope writes the arguments that narrow a search down.
func appendScope(b []byte, q *Query) []byte {
	if q.Tenant != "" {
		b = append(b, ",tenant:"...)
		b = appendString(b, q.Tenant)
	}
	if q.ConsistencyLevel != "" {
		b = append(b, ",consistencyLevel:"...)
		b = append(b, q.ConsistencyLevel...)
	}
	if q.Autocut > 0 {
		b = append(b, ",autocut:"...)
		b = strconv.AppendInt(b, int64(q.Autocut), 10)
	}
	if q.Where != nil {
		b = append(b, ",where:"...)
		b = appendFilter(b, q.Where)
	}
	return b
}

// appendSearch writes the argument that says what is searched for.
func appendSearch(b []byte, q *Query) []byte {
	switch {
	case len(q.NearText) > 0:
		b = append(b, ",nearText:{concepts:"...)
		b = appendList(b, q.NearText, appendString[string])
	case q.Type == Vector:
		b = append(b, ",nearVector:{vector:"...)
		b = appendVector(b, q.Vector)
	case q.Type == BM25:
		b = append(b, ",bm25:{query:"...)
		b = appendString(b, q.Text)
		b = appendKeywords(b, "searchOperator", q.Keywords)
	case q.Type == Hybrid:
		b = append(b, ",hybrid:{query:"...)
		b = appendString(b, q.Text)
		b = append(b, ",alpha:"...)
		b = strconv.AppendFloat(b, q.Alpha, 'f', -1, 64)
		if q.Vector != nil {
			b = append(b, ",vector:"...)
			b = appendVector(b, q.Vector)
		}
		if q.Fusion != "" {
			b = append(b, ",fusionType:"...)
			b = append(b, q.Fusion...)
			b = append(b, "Fusion"...)
		}
		b = appendCut(b, "maxVectorDistance", q.MaxVectorDistance)
		b = appendKeywords(b, "bm25SearchOperator", q.Keywords)
	}
	b = appendCut(b, "distance", q.Distance)
	b = appendCut(b, "certainty", q.Certainty)
	if q.TargetVector != "" {
		b = append(b, ",targetVectors:"...)
		b = appendList(b, []string{q.TargetVector}, appendString[string])
	}
	if q.Type != Vector && len(q.SearchProperties) > 0 {
		b = append(b, ",properties:"...)
		b = appendList(b, q.SearchProperties, appendString[string])
	}
	return append(b, '}')
}

// appendCut writes a number that may be left out.
func appendCut(b []byte, name string, value *float64) []byte {
	if value == nil {
		return b
	}
	b = append(b, ',')
	b = append(b, name...)
	b = append(b, ':')
	return strconv.AppendFloat(b, *value, 'g', -1, 64)
}

// appendVector writes the vector as a literal: Weaviate takes no GraphQL variable there.
func appendVector(b []byte, v []float32) []byte {
	return appendList(b, v, func(b []byte, x float32) []byte { return strconv.AppendFloat(b, float64(x), 'g', -1, 32) })
}

// appendString writes a GraphQL string. Its grammar is that of JSON, which escapes all that could end the literal.
func appendString[T ~string](b []byte, s T) []byte {
	quoted, err := json.Marshal(string(s))
	if err != nil {
		panic(err) // a string always marshals
	}
	return append(b, quoted...)
}

// encodeEach encodes one request per query.
func encodeEach(queries []Query, encode func([]Query) ([]byte, error)) ([][]byte, error) {
	out := make([][]byte, len(queries))
	for i := range queries {
		var err error
		if out[i], err = encode(queries[i : i+1]); err != nil {
			return nil, err
		}
	}
	return out, nil
}
