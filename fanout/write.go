package fanout

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"

	protocol "github.com/weaviate/weaviate/grpc/generated/protocol/v1"
)

// Create writes objects in one request, over gRPC, as Import does. The server may take some and refuse others. The error says that
// the objects cannot be sent at all, and then none were.
func (c *Client) Create(ctx context.Context, objects []Object) (*Call, []Refusal, error) {
	request := &protocol.BatchObjectsRequest{
		Objects: make([]*protocol.BatchObject, len(objects)), ConsistencyLevel: c.config.Defaults.ConsistencyLevel.message(),
	}
	for i := range objects {
		var err error
		if request.Objects[i], err = objects[i].message(); err != nil {
			return nil, nil, fmt.Errorf("object %d: %w", i+1, err)
		}
	}
	call := &Call{Operation: BatchCreate, Collection: collectionOf(objects)}
	var refusals []Refusal
	c.call(ctx, call, nil, func(f *flight) *failure {
		return f.grpcCall(call, func(ctx context.Context, conn *grpc.ClientConn) (err error) {
			refusals, err = c.batchObjects(ctx, conn, request)
			return err
		})
	})
	if !call.OK() {
		return call, nil, nil
	}
	call.refuse(refusals)
	call.Objects = len(objects) - call.Refused
	return call, refusals, nil
}

// Deletion says which objects of a collection to delete.
type Deletion struct {
	Collection string
	Where      *Filter
	// DryRun only finds them.
	DryRun           bool
	Tenant           string
	ConsistencyLevel ConsistencyLevel
}

// Deleted is what became of a deletion.
type Deleted struct {
	// Matches is how many objects the filter finds. The server deletes no more at once than it is set to (10,000).
	Matches, Successful, Failed int
	Objects                     []DeletedObject
}

// DeletedObject is one object that was to be deleted.
type DeletedObject struct {
	ID [16]byte // its UUID
	// Reason is why it was not deleted; nil if it was.
	Reason error
}

// Delete deletes the objects that a filter finds, in one request over gRPC; the result is nil if that failed. The error says that
// the request is wrong, and then none was sent.
func (c *Client) Delete(ctx context.Context, d *Deletion) (*Call, *Deleted, error) {
	if d.Where == nil {
		return nil, nil, errors.New("where is missing: give it a filter like { path: ['title'], operator: 'Like', valueText: '*' }")
	}
	if err := d.Where.Validate(); err != nil {
		return nil, nil, fmt.Errorf("where is wrong: %w", err)
	}
	request := &protocol.BatchDeleteRequest{
		Collection: d.Collection, Filters: filterMessage(d.Where), Verbose: true, DryRun: d.DryRun,
		ConsistencyLevel: d.ConsistencyLevel.message(),
	}
	if d.Tenant != "" {
		request.Tenant = &d.Tenant
	}
	call := &Call{Operation: BatchDelete, Collection: d.Collection}
	var reply *protocol.BatchDeleteReply
	c.call(ctx, call, nil, func(f *flight) *failure {
		return f.grpcCall(call, func(ctx context.Context, conn *grpc.ClientConn) (err error) {
			reply, err = protocol.NewWeaviateClient(conn).BatchDelete(ctx, request)
			return err
		})
	})
	if !call.OK() {
		return call, nil, nil
	}
	deleted := c.readDeleted(reply)
	call.refuse(deleted.refusals())
	if !d.DryRun {
		call.Objects = deleted.Successful
	}
	return call, deleted, nil
}

func (c *Client) readDeleted(reply *protocol.BatchDeleteReply) *Deleted {
	deleted := &Deleted{
		Matches: int(reply.GetMatches()), Successful: int(reply.GetSuccessful()), Failed: int(reply.GetFailed()),
		Objects: make([]DeletedObject, len(reply.GetObjects())),
	}
	for i, o := range reply.GetObjects() {
		copy(deleted.Objects[i].ID[:], o.GetUuid())
		if !o.GetSuccessful() {
			deleted.Objects[i].Reason = errors.New(c.HideText(o.GetError()))
		}
	}
	return deleted
}

func (d *Deleted) refusals() []Refusal {
	var refusals []Refusal
	for i := range d.Objects {
		if reason := d.Objects[i].Reason; reason != nil {
			refusals = append(refusals, Refusal{i, reason})
		}
	}
	return refusals
}

// refuse notes the objects that the server refused. The first says what kind of failure it is.
func (c *Call) refuse(refusals []Refusal) {
	c.Refused = len(refusals)
	if len(refusals) == 0 {
		return
	}
	c.Category = CategoryGRPC
	if strings.Contains(refusals[0].Reason.Error(), rateLimitText) {
		c.Category = CategoryRateLimited
	}
}

// grpcCall sends one call on the client's connection.
func (f *flight) grpcCall(call *Call, do func(context.Context, *grpc.ClientConn) error) *failure {
	conn, release, err := f.client.connection()
	if err != nil {
		call.Status = int(codes.Unavailable)
		return failf(CategoryConnection, "%v", err)
	}
	dead := false
	defer func() { release(dead) }()
	call.Wait = f.connect(conn)
	if err := do(metadata.NewOutgoingContext(f.ctx, f.client.metadata), conn); err != nil {
		code, failed := f.grpcFailure(err)
		call.Status = int(code)
		dead = failed.category == CategoryTimeout && ended(f.ctx) // a call has one reply: nothing of it came
		return failed
	}
	return nil
}
