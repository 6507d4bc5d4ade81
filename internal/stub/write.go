package stub

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"sync/atomic"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	protocol "github.com/weaviate/weaviate/grpc/generated/protocol/v1"
)

// writes is what the server keeps of writes: it takes all of them, and stores nothing.
type writes struct {
	behaviour  atomic.Pointer[Behaviour]
	refusal    atomic.Pointer[string]
	count      atomic.Int64
	last       atomic.Pointer[Write]
	lastCreate atomic.Pointer[protocol.BatchObjectsRequest]
	lastDelete atomic.Pointer[protocol.BatchDeleteRequest]
	lastFetch  atomic.Pointer[string]
}

// Write is a write as it came over HTTP.
type Write struct {
	Method string
	URI    string // path and query, as sent
	Body   string
}

// SetWrites changes how writes, and fetches of one object, are answered from now on. Over gRPC, faults are those of a search.
func (s *Server) SetWrites(b Behaviour) { s.writes.behaviour.Store(&b) }

// RefuseObjects refuses every other object of a batch with a reason from now on, from the first; none if it is empty.
func (s *Server) RefuseObjects(reason string) { s.writes.refusal.Store(&reason) }

// Writes is the number of writes received, whatever became of them.
func (s *Server) Writes() int { return int(s.writes.count.Load()) }

// LastWrite is the last write over HTTP; the zero Write if there was none.
func (s *Server) LastWrite() Write {
	if w := s.writes.last.Load(); w != nil {
		return *w
	}
	return Write{}
}

// LastFetch is the path and query of the last request for a list of objects, as sent; empty if there was none.
func (s *Server) LastFetch() string {
	if uri := s.writes.lastFetch.Load(); uri != nil {
		return *uri
	}
	return ""
}

// LastCreate is the last BatchObjects over gRPC; nil if there was none.
func (s *Server) LastCreate() *protocol.BatchObjectsRequest { return s.writes.lastCreate.Load() }

// LastDelete is the last BatchDelete over gRPC; nil if there was none.
func (s *Server) LastDelete() *protocol.BatchDeleteRequest { return s.writes.lastDelete.Load() }

// writeREST takes a write and answers with its body, as Weaviate does.
func (s *Server) writeREST(w http.ResponseWriter, r *http.Request) {
	s.writes.count.Add(1)
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the client has gone
	}
	s.writes.last.Store(&Write{r.Method, r.URL.RequestURI(), string(body)})
	reply := body
	if r.URL.Path == "/v1/objects" {
		reply = withID(body)
	}
	b := s.writes.behave()
	if !s.sleep(r.Context(), b.delay()) {
		panic(http.ErrAbortHandler)
	}
	if b.Fault.strikes() {
		s.spoil(w, r, &struck{&member{}, b.Fault}, reply)
		return
	}
	send(w, reply)
}

// withID gives an object the id that it lacks.
func withID(body []byte) []byte {
	var o object
	if json.Unmarshal(body, &o) != nil {
		return body
	}
	if o["id"] == nil {
		o["id"] = idText([16]byte{15: 1})
	}
	reply, err := json.Marshal(o)
	if err != nil {
		panic(err) // it was JSON
	}
	return reply
}

func (w *writes) behave() *Behaviour {
	if b := w.behaviour.Load(); b != nil {
		return b
	}
	return &Behaviour{}
}

func (s *Server) batchObjects(ctx context.Context, request *protocol.BatchObjectsRequest) (any, error) {
	s.writes.lastCreate.Store(request)
	reply := &protocol.BatchObjectsReply{}
	if reason := s.writes.refusal.Load(); reason != nil && *reason != "" {
		for i := 0; i < len(request.GetObjects()); i += 2 {
			reply.Errors = append(reply.Errors, &protocol.BatchObjectsReply_BatchError{Index: int32(i), Error: *reason})
		}
	}
	return s.writeGRPC(ctx, reply)
}

// batchDelete deletes one object, so it says.
func (s *Server) batchDelete(ctx context.Context, request *protocol.BatchDeleteRequest) (any, error) {
	s.writes.lastDelete.Store(request)
	one := &protocol.BatchDeleteObject{Uuid: append(make([]byte, 15), 1), Successful: true}
	reply := &protocol.BatchDeleteReply{Matches: 1, Successful: 1, Objects: []*protocol.BatchDeleteObject{one}}
	if reason := s.writes.refusal.Load(); reason != nil && *reason != "" {
		reply.Successful, reply.Failed = 0, 1
		one.Successful, one.Error = false, reason
	}
	return s.writeGRPC(ctx, reply)
}

func (s *Server) writeGRPC(ctx context.Context, reply proto.Message) (any, error) {
	s.writes.count.Add(1)
	if md, ok := metadata.FromIncomingContext(ctx); ok {
		s.counters.lastMetadata.Store(&md)
	}
	if err := s.authenticate(ctx); err != nil {
		return nil, err
	}
	b := s.writes.behave()
	if !s.sleep(ctx, b.delay()) {
		return nil, status.Error(codes.Canceled, "the request or the server ended")
	}
	if b.Fault.strikes() {
		return s.spoilSearch(ctx, &b.Fault, nil)
	}
	return reply, nil
}
