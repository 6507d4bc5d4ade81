package fanout

import (
	"context"
	"errors"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/connectivity"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/encoding"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/mem"
	"google.golang.org/grpc/metadata"

	protocol "github.com/weaviate/weaviate/grpc/generated/protocol/v1"
)

// reconnectDelay bounds the pause before a lost connection is tried again. gRPC's own default grows to two minutes, in which
// a user whose server is back long since would only see failures.
const reconnectDelay = time.Second

// The windows of a stream and of the connection: how much a server may send before the client has taken any of it. They hold all
// that a batch asks for, mostly. gRPC's own begin at 64 KB, less than a batch's replies, and grow while it measures the way there
// and back; until then a server far away is held up by its client.
const (
	streamWindow     = 4 << 20
	connectionWindow = 16 << 20
)

// prepareGRPC makes ready for the one HTTP/2 connection of a client. It is made on first use: whoever searches over GraphQL only has
// no use for what goes with it, the less the more users there are.
func (c *Client) prepareGRPC() {
	c.grpc.open = c.newConnection
	c.metadata = metadata.MD{}
	for name, values := range c.config.Header {
		c.metadata.Append(strings.ToLower(name), values...)
	}
}

// newConnection makes a connection that its first call opens.
func (c *Client) newConnection() (*grpc.ClientConn, error) {
	if c.config.GRPC == "" {
		return nil, errNoGRPC
	}
	security := insecure.NewCredentials()
	if c.config.GRPCSecure {
		security = credentials.NewTLS(c.config.TLS.Clone())
	}
	pause := backoff.DefaultConfig
	pause.BaseDelay, pause.MaxDelay = reconnectDelay/10, reconnectDelay
	return grpc.NewClient("passthrough:///"+c.config.GRPC,
		grpc.WithContextDialer(c.dialThroughProxy),
		grpc.WithTransportCredentials(security),
		grpc.WithUserAgent(c.config.UserAgent),
		grpc.WithConnectParams(grpc.ConnectParams{Backoff: pause, MinConnectTimeout: c.config.Timeout}),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxMessage)),
		grpc.WithMaxHeaderListSize(maxHeader),
		grpc.WithInitialWindowSize(streamWindow),
		grpc.WithInitialConnWindowSize(connectionWindow),
		grpc.WithDisableRetry(),
		grpc.WithDisableServiceConfig(),
		grpc.WithIdleTimeout(0), // never: a client stands for a user who stays
	)
}

// connection is the one of the client or, if none is to be used twice, a new one. It must be released; dead is as for a batch.
func (c *Client) connection() (conn *grpc.ClientConn, release func(dead bool), err error) {
	if c.config.NoConnectionReuse {
		conn, err = c.newConnection()
		return conn, func(bool) { _ = conn.Close() }, err
	}
	held, err := c.grpc.hold()
	if err != nil {
		return nil, nil, err
	}
	return held.ClientConn, func(dead bool) { c.grpc.release(held, dead) }, nil
}

// search sends member i as one gRPC search and reads its reply.
func (b *batch) search(request []byte, i int) {
	m := &b.result.Members[i]
	m.Start = b.since()
	conn := b.held.ClientConn
	if b.client.config.NoConnectionReuse {
		own, err := b.client.newConnection()
		if err != nil {
			m.End = b.since()
			m.fail(failf(CategoryConnection, "%v", err))
			return
		}
		defer func() { _ = own.Close() }()
		conn = own
	}
	m.Wait = b.connect(conn)
	ctx := b.ctx
	if len(b.client.metadata) > 0 {
		ctx = metadata.NewOutgoingContext(ctx, b.client.metadata)
	}
	reply := searchReply{kept: b.keptOf(i)}
	err := conn.Invoke(ctx, protocol.Weaviate_Search_FullMethodName, request, &reply,
		grpc.ForceCodecV2(wireCodec{}), grpc.MaxCallRecvMsgSize(maxReply))
	m.End = b.since()
	m.Bytes = reply.size
	if err != nil {
		code, failed := b.grpcFailure(err)
		m.Status = int(code)
		m.fail(failed)
		return
	}
	if reply.err != nil {
		m.fail(failf(CategoryBadReply, "the reply is not a SearchReply message: %v", reply.err))
		return
	}
	m.Objects, m.Took, m.HasTook = reply.objects, reply.took, true
}

// connect waits until the connection is open, and says how long that took. When it cannot be opened, the call that follows
// says why.
func (f *flight) connect(conn *grpc.ClientConn) time.Duration {
	state := conn.GetState()
	if state == connectivity.Ready {
		return 0
	}
	start := time.Now()
	conn.Connect()
	for state = conn.GetState(); state != connectivity.Ready && state != connectivity.TransientFailure; {
		if !conn.WaitForStateChange(f.ctx, state) {
			break
		}
		state = conn.GetState()
	}
	return time.Since(start)
}

// Health asks the gRPC side whether it serves.
func (c *Client) Health(ctx context.Context) error {
	conn, err := c.grpc.get()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, c.config.Timeout)
	defer cancel()
	reply, err := healthpb.NewHealthClient(conn).Check(
		metadata.NewOutgoingContext(ctx, c.metadata), &healthpb.HealthCheckRequest{}, grpc.WaitForReady(false))
	if withoutHealth(err) {
		return nil // it speaks gRPC, and that is what was asked
	}
	if err != nil {
		return err
	}
	if reply.GetStatus() != healthpb.HealthCheckResponse_SERVING {
		return errors.New("gRPC health is " + reply.GetStatus().String())
	}
	return nil
}

// Count is the exact number of objects of a collection, or of one of its tenants. (What /v1/nodes tells leaves out objects that
// were not yet written to disk.)
func (c *Client) Count(ctx context.Context, collection, tenant string) (int64, error) {
	conn, err := c.grpc.get()
	if err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeout(ctx, c.config.Timeout)
	defer cancel()
	reply, err := protocol.NewWeaviateClient(conn).Aggregate(metadata.NewOutgoingContext(ctx, c.metadata),
		&protocol.AggregateRequest{Collection: collection, Tenant: tenant, ObjectsCount: true})
	return reply.GetSingleResult().GetObjectsCount(), err
}

// wireCodec passes requests through as they were encoded, once, and has replies scanned where they lie: neither message is
// built. It is for search alone: it knows no other types.
type wireCodec struct{}

var _ encoding.CodecV2 = wireCodec{}

func (wireCodec) Name() string { return "proto" }

func (wireCodec) Marshal(v any) (mem.BufferSlice, error) {
	return mem.BufferSlice{mem.SliceBuffer(v.([]byte))}, nil
}

func (wireCodec) Unmarshal(data mem.BufferSlice, v any) error {
	v.(*searchReply).scan(data)
	return nil
}
