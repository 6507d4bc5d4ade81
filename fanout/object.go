package fanout

import (
	"fmt"
	"slices"

	"google.golang.org/protobuf/types/known/structpb"

	protocol "github.com/weaviate/weaviate/grpc/generated/protocol/v1"
)

// Object is one object to be written. As JSON, it is what Weaviate's REST API takes.
type Object struct {
	Collection string `json:"class"`
	// ID is a UUID. Over REST, the server makes one when it is empty; over gRPC there must be one.
	ID     string `json:"id,omitempty"`
	Tenant string `json:"tenant,omitempty"`
	// Properties are made of string, float64, bool, nil, []any and map[string]any.
	Properties map[string]any `json:"properties,omitempty"`
	// Vector is the object's only one, Vectors are named: at most one of the two.
	Vector  []float32            `json:"vector,omitempty"`
	Vectors map[string][]float32 `json:"vectors,omitempty"`
}

// Validate says what is wrong with the object.
func (o *Object) Validate() error {
	if err := CheckCollection(o.Collection); err != nil {
		return err
	}
	return checkTenant(o.Tenant)
}

// CheckCollection holds the name of a collection that is written to Weaviate's grammar. The server makes its first letter a capital.
func CheckCollection(name string) error { return checkName("collection", name, false) }

// message encodes the object for gRPC.
func (o *Object) message() (*protocol.BatchObject, error) {
	properties, err := structpb.NewStruct(o.Properties)
	if err != nil {
		return nil, fmt.Errorf("its properties cannot be sent: %w", err)
	}
	message := &protocol.BatchObject{
		Collection: o.Collection, Uuid: o.ID, Tenant: o.Tenant, VectorBytes: vectorBytes(o.Vector),
		Properties: &protocol.BatchObject_Properties{NonRefProperties: properties},
	}
	for name, vector := range o.Vectors {
		message.Vectors = append(message.Vectors, &protocol.Vectors{
			Name: name, VectorBytes: vectorBytes(vector), Type: protocol.Vectors_VECTOR_TYPE_SINGLE_FP32,
		})
	}
	return message, nil
}

// collectionOf is the collection of all the objects; empty when there are several, or none.
func collectionOf(objects []Object) string {
	if len(objects) == 0 || slices.ContainsFunc(objects, func(o Object) bool { return o.Collection != objects[0].Collection }) {
		return ""
	}
	return objects[0].Collection
}
