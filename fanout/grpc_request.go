package fanout

import (
	"encoding/binary"
	"math"

	protocol "github.com/weaviate/weaviate/grpc/generated/protocol/v1"
	"google.golang.org/protobuf/proto"
)

// searchRequest encodes one query as a weaviate.v1.SearchRequest that asks for the same fields of the same objects as
// the query's GraphQL sub-query.
func searchRequest(q *Query) ([]byte, error) { return proto.Marshal(searchMessage(q)) }

func searchMessage(q *Query) *protocol.SearchRequest {
	request := &protocol.SearchRequest{
		Collection: q.Collection,
		Tenant:     q.Tenant,
		Limit:      uint32(q.Limit),   //nolint:gosec // Validate holds it to 1..MaxInt32
		Offset:     uint32(q.Offset),  //nolint:gosec // Validate holds it to 0..MaxInt32
		Autocut:    uint32(q.Autocut), //nolint:gosec // Validate holds it to 0..MaxInt32
		// Never nil: without it, Weaviate returns every property.
		Properties: &protocol.PropertiesRequest{NonRefProperties: q.Properties},
		Metadata:   metadataRequest(q),

		ConsistencyLevel: q.ConsistencyLevel.message(),
		// What today's clients set: the reply format of Weaviate 1.27 and later.
		Uses_123Api: true, //nolint:staticcheck // deprecated, and still what the server looks at
		Uses_125Api: true, //nolint:staticcheck // the same
		Uses_127Api: true,
	}
	if q.Where != nil {
		request.Filters = filterMessage(q.Where)
	}
	setSearch(request, q)
	return request
}

// setSearch sets what is searched for.
func setSearch(request *protocol.SearchRequest, q *Query) {
	var targets *protocol.Targets
	if q.TargetVector != "" {
		targets = &protocol.Targets{TargetVectors: []string{q.TargetVector}}
	}
	switch {
	case len(q.NearText) > 0:
		request.NearText = &protocol.NearTextSearch{Query: q.NearText, Distance: q.Distance, Certainty: q.Certainty, Targets: targets}
	case q.Type == Vector:
		request.NearVector = &protocol.NearVector{
			VectorBytes: vectorBytes(q.Vector), //nolint:staticcheck // understood by all servers from 1.23 on
			Distance:    q.Distance,
			Certainty:   q.Certainty,
			Targets:     targets,
		}
	case q.Type == BM25:
		request.Bm25Search = &protocol.BM25{Query: q.Text, Properties: q.SearchProperties, SearchOperator: q.Keywords.message()}
	case q.Type == Hybrid:
		alpha := float32(q.Alpha)
		request.HybridSearch = &protocol.Hybrid{
			Query:       q.Text,
			Properties:  q.SearchProperties,
			VectorBytes: vectorBytes(q.Vector), //nolint:staticcheck // understood by all servers from 1.23 on
			Targets:     targets,
			// Servers before 1.36 read the first, later ones the second.
			Alpha:         alpha, //nolint:staticcheck // see above
			AlphaParam:    &alpha,
			UseAlphaParam: true,

			FusionType:         q.Fusion.grpc(),
			Bm25SearchOperator: q.Keywords.message(),
		}
		if q.MaxVectorDistance != nil {
			request.HybridSearch.Threshold = &protocol.Hybrid_VectorDistance{VectorDistance: float32(*q.MaxVectorDistance)}
		}
	}
}

// message is the level as gRPC requests carry it; nil for the server's own default.
func (l ConsistencyLevel) message() *protocol.ConsistencyLevel {
	if l == "" {
		return nil
	}
	level := l.grpc()
	return &level
}

func (l ConsistencyLevel) grpc() protocol.ConsistencyLevel {
	switch l {
	case ConsistencyOne:
		return protocol.ConsistencyLevel_CONSISTENCY_LEVEL_ONE
	case ConsistencyQuorum:
		return protocol.ConsistencyLevel_CONSISTENCY_LEVEL_QUORUM
	case ConsistencyAll:
		return protocol.ConsistencyLevel_CONSISTENCY_LEVEL_ALL
	default:
		return protocol.ConsistencyLevel_CONSISTENCY_LEVEL_UNSPECIFIED
	}
}

// vectorBytes is the wire form of a vector: little-endian float32.
func vectorBytes(v []float32) []byte {
	b := make([]byte, 0, 4*len(v))
	for _, x := range v {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
	}
	return b
}
