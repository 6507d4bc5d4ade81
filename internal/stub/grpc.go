package stub

import (
	"context"
	"fmt"
	"math"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/encoding"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/mem"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	protocol "github.com/weaviate/weaviate/grpc/generated/protocol/v1"
)

// registerGRPC registers the services by hand, so that a search is neither decoded nor encoded.
func (s *Server) registerGRPC() {
	s.grpc.RegisterService(&grpc.ServiceDesc{
		ServiceName: protocol.Weaviate_ServiceDesc.ServiceName,
		Methods: []grpc.MethodDesc{
			{MethodName: "Search", Handler: unary(s.search)},
			{MethodName: "Aggregate", Handler: unary(s.aggregate)},
			{MethodName: "BatchObjects", Handler: unary(s.batchObjects)},
			{MethodName: "BatchDelete", Handler: unary(s.batchDelete)},
		},
	}, nil)
	s.grpc.RegisterService(&grpc.ServiceDesc{
		ServiceName: healthpb.Health_ServiceDesc.ServiceName,
		Methods:     []grpc.MethodDesc{{MethodName: "Check", Handler: unary(s.health)}},
	}, nil)
}

// unary makes a method of a function that needs no service value.
func unary[T any](f func(context.Context, *T) (any, error)) grpc.MethodHandler {
	return func(_ any, ctx context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
		request := new(T)
		if err := decode(request); err != nil {
			return nil, err
		}
		return f(ctx, request)
	}
}

func (s *Server) health(context.Context, *healthpb.HealthCheckRequest) (any, error) {
	return &healthpb.HealthCheckResponse{Status: healthpb.HealthCheckResponse_SERVING}, nil
}

func (s *Server) aggregate(ctx context.Context, request *protocol.AggregateRequest) (any, error) {
	if err := s.authenticate(ctx); err != nil {
		return nil, err
	}
	c := s.collections[request.GetCollection()]
	if c == nil {
		return nil, status.Errorf(codes.Unknown, "parse params: could not find class %s in schema", request.GetCollection())
	}
	count := int64(c.Objects)
	return &protocol.AggregateReply{Result: &protocol.AggregateReply_SingleResult{
		SingleResult: &protocol.AggregateReply_Single{ObjectsCount: &count},
	}}, nil
}

func (s *Server) authenticate(ctx context.Context) error {
	if s.config.APIKey == "" {
		return nil
	}
	for _, value := range metadata.ValueFromIncomingContext(ctx, "authorization") {
		if value == bearer+s.config.APIKey {
			return nil
		}
	}
	return status.Error(codes.Unauthenticated, refused)
}

// search answers one gRPC search.
func (s *Server) search(ctx context.Context, call *searchCall) (any, error) {
	timing := s.timingOfCall(ctx)
	s.counters.searchCalls.Add(1)
	if md, ok := metadata.FromIncomingContext(ctx); ok {
		s.counters.lastMetadata.Store(&md)
	}
	if err := s.authenticate(ctx); err != nil {
		return nil, err
	}
	c := s.collections[call.collection]
	if c == nil {
		return nil, status.Errorf(codes.Unknown, "could not find class %s in schema", call.collection)
	}
	s.counters.enter()
	defer s.counters.leave()
	c.grpc.Add(1)
	c.lastCall.Store(call)
	if err := s.barrier.pass(ctx, s.done); err != nil {
		if ctx.Err() != nil {
			return nil, status.FromContextError(ctx.Err()).Err()
		}
		return nil, status.Error(codes.Aborted, err.Error())
	}
	if err := c.refusal(call); err != nil {
		return nil, err
	}
	b := c.behaviour.Load()
	delay := b.delay()
	if !s.sleep(ctx, delay) {
		return nil, status.Error(codes.Canceled, "the request or the server ended")
	}
	took := delay
	if b.Took != 0 {
		took = b.Took
	}
	reply := c.reply(call, took)
	if b.Fault.strikes() {
		return s.spoilSearch(ctx, &b.Fault, reply)
	}
	timing.endsNext(c.Name)
	return reply, nil
}

// refusal is why Weaviate would not search.
func (c *collection) refusal(call *searchCall) error {
	for _, p := range call.selection.properties {
		if !c.has(p) {
			return status.Errorf(codes.Unknown, "extract properties request: get property by name %s for class %s: no such prop with name '%s' "+
				"found in class '%s' in the schema. Check your schema files for which properties in this class are available", p, c.Name, p, c.Name)
		}
	}
	if message := c.wrongVector(call.vector); message != "" {
		return status.Error(codes.Unknown, message)
	}
	return nil
}

// reply is the SearchReply to a call.
func (c *collection) reply(call *searchCall, took time.Duration) rawReply {
	sel := call.selection
	if call.everything {
		sel.properties = c.properties()
	}
	head := protowire.AppendTag(make([]byte, 0, 5), fieldReplyTook, protowire.Fixed32Type)
	head = protowire.AppendFixed32(head, math.Float32bits(float32(took.Seconds())))
	return rawReply{mem.SliceBuffer(head), mem.SliceBuffer(c.results(call.limit, sel))}
}

// spoilSearch answers a search with a fault. reply is what it would have been.
func (s *Server) spoilSearch(ctx context.Context, fault *Fault, reply rawReply) (any, error) {
	switch fault.kind {
	case faultGRPCStatus:
		return nil, status.Error(fault.code, fault.text)
	case faultField, faultDocument:
		return nil, status.Error(codes.Unknown, fault.text)
	case faultEmpty:
		return rawReply{}, nil
	case faultMalformed:
		return rawReply{mem.SliceBuffer("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff no message \xff")}, nil
	case faultTruncated:
		whole := mem.BufferSlice(reply).Materialize()
		return rawReply{mem.SliceBuffer(whole[:len(whole)/2])}, nil
	case faultCut, faultResetBefore, faultResetMidReply:
		if client, ok := peer.FromContext(ctx); ok {
			s.grpcSide.reset(client.Addr.String())
		}
		return nil, status.Error(codes.Unavailable, "the connection was cut")
	case faultHang:
		s.hang(ctx)
		return nil, status.Error(codes.Canceled, "the request or the server ended")
	case faultOversized:
		return oversizedReply(fault.size), nil
	default:
		return reply, nil
	}
}

// oversizedReply is a proper message of more than size bytes, all of it the same few kilobytes.
func oversizedReply(size int) rawReply {
	head := protowire.AppendTag(nil, fieldReplyGenerative, protowire.BytesType)
	head = protowire.AppendVarint(head, uint64(size)) //nolint:gosec // a test's own number
	reply := rawReply{mem.SliceBuffer(head)}
	chunk := make([]byte, 64<<10)
	for i := range chunk {
		chunk[i] = filler[i%len(filler)]
	}
	for ; size > 0; size -= len(chunk) {
		reply = append(reply, mem.SliceBuffer(chunk[:min(size, len(chunk))]))
	}
	return reply
}

// rawReply is a message as it goes over the wire.
type rawReply mem.BufferSlice

// searchCall is what the server reads of a SearchRequest; raw is the whole.
type searchCall struct {
	raw        []byte
	collection string
	limit      int
	vector     int // its length
	selection  selection
	everything bool // all properties
}

// Field numbers of weaviate.v1.SearchRequest and what is in it.
const (
	fieldCollection        = 1
	fieldProperties        = 20
	fieldMetadata          = 21
	fieldLimit             = 30
	fieldHybrid            = 41
	fieldNearVector        = 43
	fieldNonRefProperties  = 1 // PropertiesRequest
	fieldReturnAll         = 11
	fieldUUID              = 1 // MetadataRequest
	fieldNearVectorBytes   = 4
	fieldHybridVectorBytes = 6
	float32Size            = 4
)

// read reads the request in raw.
func (c *searchCall) read() error {
	c.limit, c.everything = defaultGRPCLimit, true
	return eachField(c.raw, func(field protowire.Number, number uint64, bytes []byte) error {
		switch field {
		case fieldCollection:
			c.collection = string(bytes)
		case fieldLimit:
			if number > 0 {
				c.limit = int(min(number, math.MaxInt32))
			}
		case fieldProperties:
			c.everything = false
			return eachField(bytes, func(field protowire.Number, number uint64, bytes []byte) error {
				switch field {
				case fieldNonRefProperties:
					c.selection.properties = append(c.selection.properties, string(bytes))
				case fieldReturnAll:
					c.everything = number != 0
				}
				return nil
			})
		case fieldMetadata:
			return eachField(bytes, func(field protowire.Number, number uint64, _ []byte) error {
				if field == fieldUUID && number != 0 {
					c.selection.additional = append(c.selection.additional, "id")
				}
				return nil
			})
		case fieldNearVector:
			return c.readVector(bytes, fieldNearVectorBytes)
		case fieldHybrid:
			return c.readVector(bytes, fieldHybridVectorBytes)
		}
		return nil
	})
}

func (c *searchCall) readVector(message []byte, vector protowire.Number) error {
	return eachField(message, func(field protowire.Number, _ uint64, bytes []byte) error {
		if field == vector {
			c.vector = len(bytes) / float32Size
		}
		return nil
	})
}

// eachField calls f for each field of a message, with its number or its bytes.
func eachField(message []byte, f func(field protowire.Number, number uint64, bytes []byte) error) error {
	for len(message) > 0 {
		field, kind, n := protowire.ConsumeTag(message)
		if n < 0 {
			return protowire.ParseError(n)
		}
		message = message[n:]
		var number uint64
		var bytes []byte
		switch kind {
		case protowire.VarintType:
			number, n = protowire.ConsumeVarint(message)
		case protowire.BytesType:
			bytes, n = protowire.ConsumeBytes(message)
		default:
			n = protowire.ConsumeFieldValue(field, kind, message)
		}
		if n < 0 {
			return protowire.ParseError(n)
		}
		if err := f(field, number, bytes); err != nil {
			return err
		}
		message = message[n:]
	}
	return nil
}

// rawCodec passes replies through as they are and reads of requests what is needed; everything else is protobuf.
type rawCodec struct{}

var _ encoding.CodecV2 = rawCodec{}

func (rawCodec) Name() string { return "proto" }

func (rawCodec) Marshal(v any) (mem.BufferSlice, error) {
	switch m := v.(type) {
	case rawReply:
		return mem.BufferSlice(m), nil
	case proto.Message:
		b, err := proto.Marshal(m)
		return mem.BufferSlice{mem.SliceBuffer(b)}, err
	default:
		return nil, fmt.Errorf("stub: cannot encode %T", v)
	}
}

func (rawCodec) Unmarshal(data mem.BufferSlice, v any) error {
	switch m := v.(type) {
	case *searchCall:
		m.raw = data.Materialize()
		return m.read()
	case proto.Message:
		return proto.Unmarshal(data.Materialize(), m)
	default:
		return fmt.Errorf("stub: cannot decode %T", v)
	}
}
