package fanout

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"

	"github.com/google/uuid"
	"google.golang.org/grpc/metadata"

	protocol "github.com/weaviate/weaviate/grpc/generated/protocol/v1"
)

// Page says which objects of a collection to read: those that follow one, in the order of their ids.
type Page struct {
	Collection string
	Tenant     string // empty in a collection without tenants
	// Vector names the vector to read with each, in a collection with named vectors.
	Vector string
	// After is the last object of the page before; zero for the first page.
	After [16]byte
	// Limit is how many objects there are in a page at most.
	Limit int
}

// StoredObject is an object as the server has it.
type StoredObject struct {
	ID     [16]byte  // its UUID
	Vector []float32 // empty if it has none
}

// ReadPage reads one page, over gRPC. It is not measured. A page without objects is behind the last.
func (c *Client) ReadPage(ctx context.Context, p *Page) ([]StoredObject, error) {
	conn, err := c.grpc.get()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, c.config.Timeout)
	defer cancel()
	reply, err := protocol.NewWeaviateClient(conn).Search(metadata.NewOutgoingContext(ctx, c.metadata), p.message())
	if err != nil {
		return nil, c.Hide(err)
	}
	objects := make([]StoredObject, len(reply.GetResults()))
	for i, result := range reply.GetResults() {
		if objects[i], err = p.object(result.GetMetadata()); err != nil {
			return nil, c.Hide(err)
		}
	}
	return objects, nil
}

// message is the request: a search for nothing, which lists.
func (p *Page) message() *protocol.SearchRequest {
	request := searchMessage(&Query{Collection: p.Collection, Tenant: p.Tenant, Limit: p.Limit})
	if p.After != [16]byte{} {
		request.After = uuid.UUID(p.After).String()
	}
	if p.Vector == "" {
		request.Metadata.Vector = true
	} else {
		request.Metadata.Vectors = []string{p.Vector}
	}
	return request
}

func (p *Page) object(m *protocol.MetadataResult) (StoredObject, error) {
	id, err := uuid.Parse(m.GetId())
	if err != nil {
		return StoredObject{}, fmt.Errorf("the server listed an object of %s whose id, %q, is no UUID", p.Collection, m.GetId())
	}
	bytes := m.GetVectorBytes()
	if p.Vector != "" {
		bytes = nil
		for _, vector := range m.GetVectors() {
			if vector.GetType() == protocol.Vectors_VECTOR_TYPE_MULTI_FP32 {
				return StoredObject{}, fmt.Errorf("the vector %s of collection %s is many vectors an object", p.Vector, p.Collection)
			}
			if vector.GetName() == p.Vector {
				bytes = vector.GetVectorBytes()
			}
		}
	}
	return StoredObject{ID: id, Vector: vectorOf(bytes)}, nil
}

// vectorOf reads the wire form of a vector: little-endian float32.
func vectorOf(bytes []byte) []float32 {
	const size = 4
	vector := make([]float32, len(bytes)/size)
	for i := range vector {
		vector[i] = math.Float32frombits(binary.LittleEndian.Uint32(bytes[i*size:]))
	}
	return vector
}
