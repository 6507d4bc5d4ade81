package fanout

import (
	"context"
	"errors"

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
	reply, err := protocol.NewWeaviateClient(conn).BatchObjects(metadata.NewOutgoingContext(ctx, c.metadata),
		&protocol.BatchObjectsRequest{Objects: objects})
	if err != nil {
		return nil, err
	}
	refusals := make([]Refusal, len(reply.GetErrors()))
	for i, e := range reply.GetErrors() {
		refusals[i] = Refusal{int(e.GetIndex()), errors.New(e.GetError())}
	}
	return refusals, nil
}
