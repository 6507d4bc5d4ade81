package stub

import (
	"net/http"
	"slices"
	"sync/atomic"

	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"

	protocol "github.com/weaviate/weaviate/grpc/generated/protocol/v1"
)

// counters is what the server saw.
type counters struct {
	httpRequests atomic.Int64
	documents    atomic.Int64
	searchCalls  atomic.Int64
	inFlight     atomic.Int64
	mostInFlight atomic.Int64
	lastHeader   atomic.Pointer[http.Header]
	lastMetadata atomic.Pointer[metadata.MD]
}

// enter counts a search request in; leave counts it out.
func (c *counters) enter() {
	now := c.inFlight.Add(1)
	for {
		most := c.mostInFlight.Load()
		if now <= most || c.mostInFlight.CompareAndSwap(most, now) {
			return
		}
	}
}

func (c *counters) leave() { c.inFlight.Add(-1) }

// Stats is what the server saw since it was started or Reset.
type Stats struct {
	HTTPRequests int // of every kind
	Documents    int // GraphQL documents, those inside of a /v1/graphql/batch each counted
	Calls        int // gRPC searches, whatever became of them
	InFlight     int // search requests being served now: an HTTP request counts once, whatever it holds
	MostInFlight int // at once, ever
	HTTPOpened   int // connections
	GRPCOpened   int
	HTTPOpen     int // connections now
	GRPCOpen     int
}

// Stats returns the counters as they are now.
func (s *Server) Stats() Stats {
	c := &s.counters
	return Stats{
		HTTPRequests: int(c.httpRequests.Load()), Documents: int(c.documents.Load()), Calls: int(c.searchCalls.Load()),
		InFlight: int(c.inFlight.Load()), MostInFlight: int(c.mostInFlight.Load()),
		HTTPOpened: int(s.httpSide.opened.Load()), GRPCOpened: int(s.grpcSide.opened.Load()),
		HTTPOpen: s.httpSide.count(), GRPCOpen: s.grpcSide.count(),
	}
}

// Requests is the number of HTTP requests and gRPC searches received.
func (s *Server) Requests() int {
	return int(s.counters.httpRequests.Load() + s.counters.searchCalls.Load())
}

// Searches is how often a collection was searched, by protocol: sub-queries of GraphQL documents, and gRPC calls.
func (s *Server) Searches(collection string) (graphql, grpc int) {
	c := s.collections[collection]
	if c == nil {
		return 0, 0
	}
	return int(c.graphql.Load()), int(c.grpc.Load())
}

// Reset sets the counters and what was last received back. Connections that are open stay counted as open.
func (s *Server) Reset() {
	c := &s.counters
	c.httpRequests.Store(0)
	c.documents.Store(0)
	c.searchCalls.Store(0)
	c.mostInFlight.Store(c.inFlight.Load())
	c.lastHeader.Store(nil)
	c.lastMetadata.Store(nil)
	s.httpSide.opened.Store(0)
	s.grpcSide.opened.Store(0)
	for _, collection := range s.collections {
		collection.graphql.Store(0)
		collection.grpc.Store(0)
		collection.lastBody.Store(nil)
		collection.lastCall.Store(nil)
	}
}

// LastHeader is the header of the last HTTP request; nil if there was none.
func (s *Server) LastHeader() http.Header {
	if h := s.counters.lastHeader.Load(); h != nil {
		return h.Clone()
	}
	return nil
}

// LastMetadata is the metadata of the last gRPC search; nil if there was none.
func (s *Server) LastMetadata() metadata.MD {
	if m := s.counters.lastMetadata.Load(); m != nil {
		return m.Copy()
	}
	return nil
}

// LastBody is the body of the last HTTP request that searched the collection; nil if there was none.
func (s *Server) LastBody(collection string) []byte {
	if c := s.collections[collection]; c != nil {
		if body := c.lastBody.Load(); body != nil {
			return []byte(*body)
		}
	}
	return nil
}

// LastSearch is the last gRPC search of the collection; nil if there was none or it cannot be decoded.
func (s *Server) LastSearch(collection string) *protocol.SearchRequest {
	c := s.collections[collection]
	if c == nil {
		return nil
	}
	call := c.lastCall.Load()
	if call == nil {
		return nil
	}
	request := new(protocol.SearchRequest)
	if proto.Unmarshal(slices.Clone(call.raw), request) != nil {
		return nil
	}
	return request
}
