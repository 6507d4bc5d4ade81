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
	switch q.Type {
	case Vector:
		b = append(b, ",nearVector:{"...)
		b = appendVector(b, q.Vector)
	case BM25:
		b = append(b, ",bm25:{query:"...)
		b = appendString(b, q.Text)
		b = appendSearchProperties(b, q.SearchProperties)
	case Hybrid:
		b = append(b, ",hybrid:{query:"...)
		b = appendString(b, q.Text)
		b = append(b, ",alpha:"...)
		b = strconv.AppendFloat(b, q.Alpha, 'f', -1, 64)
		b = append(b, ',')
		b = appendVector(b, q.Vector)
		b = appendSearchProperties(b, q.SearchProperties)
	}
	b = append(b, "}){"...)
	for _, p := range q.Properties {
		b = append(b, p...)
		b = append(b, ' ')
	}
	return append(b, "_additional{id}}"...)
}

// appendVector writes the vector as a literal: Weaviate takes no GraphQL variable there.
func appendVector(b []byte, v []float32) []byte {
	b = append(b, "vector:["...)
	for i, x := range v {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendFloat(b, float64(x), 'g', -1, 32)
	}
	return append(b, ']')
}

func appendSearchProperties(b []byte, names []string) []byte {
	if len(names) == 0 {
		return b
	}
	b = append(b, ",properties:["...)
	for i, name := range names {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, name)
	}
	return append(b, ']')
}

// appendString writes a GraphQL string. Its grammar is that of JSON, which escapes all that could end the literal.
func appendString(b []byte, s string) []byte {
	quoted, err := json.Marshal(s)
	if err != nil {
		panic(err) // a string always marshals
	}
	return append(b, quoted...)
}

func (s *Set) multiBody() ([]byte, error) {
	return s.multi.get(func() ([]byte, error) { return document(s.queries) })
}

func (s *Set) singleBodies() ([][]byte, error) {
	return s.single.get(func() ([][]byte, error) {
		return encodeEach(s.queries, document)
	})
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
