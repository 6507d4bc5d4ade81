package fanout

import (
	"encoding/binary"
	"math"

	protocol "github.com/weaviate/weaviate/grpc/generated/protocol/v1"
	"google.golang.org/protobuf/proto"
)

// searchRequest encodes one query as a weaviate.v1.SearchRequest that asks for the same fields of the same objects as
// the query's GraphQL sub-query.
func searchRequest(q *Query) ([]byte, error) {
	properties := q.Properties
	request := &protocol.SearchRequest{
		Collection: q.Collection,
		Limit:      uint32(q.Limit), //nolint:gosec // Validate holds it to 1..MaxInt32
		// Never nil: without it, Weaviate returns every property.
		Properties: &protocol.PropertiesRequest{NonRefProperties: properties},
		Metadata:   &protocol.MetadataRequest{Uuid: true},
		// What today's clients set: the reply format of Weaviate 1.27 and later.
		Uses_123Api: true, //nolint:staticcheck // deprecated, and still what the server looks at
		Uses_125Api: true, //nolint:staticcheck // the same
		Uses_127Api: true,
	}
	switch q.Type {
	case Vector:
		request.NearVector = &protocol.NearVector{
			VectorBytes: vectorBytes(q.Vector), //nolint:staticcheck // understood by all servers from 1.23 on
		}
	case BM25:
		request.Bm25Search = &protocol.BM25{Query: q.Text, Properties: q.SearchProperties}
	case Hybrid:
		alpha := float32(q.Alpha)
		request.HybridSearch = &protocol.Hybrid{
			Query:       q.Text,
			Properties:  q.SearchProperties,
			VectorBytes: vectorBytes(q.Vector), //nolint:staticcheck // understood by all servers from 1.23 on
			// Servers before 1.36 read the first, later ones the second.
			Alpha:         alpha, //nolint:staticcheck // see above
			AlphaParam:    &alpha,
			UseAlphaParam: true,
		}
	}
	return proto.Marshal(request)
}

// vectorBytes is the wire form of a vector: little-endian float32.
func vectorBytes(v []float32) []byte {
	b := make([]byte, 0, 4*len(v))
	for _, x := range v {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
	}
	return b
}

func (s *Set) grpcRequests() ([][]byte, error) {
	return s.grpc.get(func() ([][]byte, error) {
		return encodeEach(s.queries, func(q []Query) ([]byte, error) { return searchRequest(&q[0]) })
	})
}
