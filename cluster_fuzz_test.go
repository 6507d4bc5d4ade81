package weaviate

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/weaviate/weaviate-go-client/v5/weaviate/schema"
	"github.com/weaviate/weaviate/entities/models"
)

// FuzzCluster counts what a server says of its collections and shards, whatever that is.
func FuzzCluster(f *testing.F) {
	for _, seed := range [][2]string{
		{`{"classes":[{"class":"A"}]}`, `{"nodes":[{"shards":[{"class":"A","objectCount":5,"vectorQueueLength":1}]}]}`},
		{`{"classes":[null]}`, `{"nodes":[null,{"shards":[null]}]}`}, {`{}`, `null`}, {`{"classes":[{}]}`, `{"nodes":[{"shards":null}]}`},
	} {
		f.Add([]byte(seed[0]), []byte(seed[1]))
	}
	f.Fuzz(func(t *testing.T, classes, nodes []byte) {
		var dump schema.Dump
		var status models.NodesStatusResponse
		if json.Unmarshal(classes, &dump.Schema) != nil || json.Unmarshal(nodes, &status) != nil {
			return
		}
		searches, err := searchesOf(nil, &dump)
		require.NoError(t, err)
		byName := make(map[string]*collectionObject)
		for i := range searches {
			byName[searches[i].Collection] = &collectionObject{}
		}
		addShards(byName, &status)
	})
}
