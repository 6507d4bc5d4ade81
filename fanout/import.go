package fanout

import (
	"context"
	"errors"
	"fmt"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	protocol "github.com/weaviate/weaviate/grpc/generated/protocol/v1"
)

// Refusal is why the server did not take one object of an import.
type Refusal struct {
	Index  int // of the object
	Reason error
}

// Import writes objects in one request, over gRPC; those with an id that is there replace the ones that are. It is for set-up and not
// measured. The server may take some and refuse others. An error is the whole request's, with its gRPC status.
func (c *Client) Import(ctx context.Context, objects []*protocol.BatchObject) ([]Refusal, error) {
	conn, err := c.grpc.get()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, c.config.Timeout)
	defer cancel()
	return c.batchObjects(metadata.NewOutgoingContext(ctx, c.metadata), conn, &protocol.BatchObjectsRequest{Objects: objects})
}

// batchObjects sends the request. The context carries the client's metadata.
func (c *Client) batchObjects(ctx context.Context, conn *grpc.ClientConn, request *protocol.BatchObjectsRequest) ([]Refusal, error) {
	reply, err := protocol.NewWeaviateClient(conn).BatchObjects(ctx, request)
	if err != nil {
		return nil, err
	}
	refusals := make([]Refusal, len(reply.GetErrors()))
	for i, e := range reply.GetErrors() {
		index := int(e.GetIndex())
		if index < 0 || index >= len(request.GetObjects()) {
			return nil, fmt.Errorf("the server refused object %d of %d, of which there is none", index, len(request.GetObjects()))
		}
		refusals[i] = Refusal{index, errors.New(c.HideText(e.GetError()))}
	}
	return refusals, nil
}
