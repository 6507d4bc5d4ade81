package stub_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	protocol "github.com/weaviate/weaviate/grpc/generated/protocol/v1"

	"github.com/xk6-weaviate/xk6-weaviate/internal/stub"
)

const testTimeout = 20 * time.Second

func testContext(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), testTimeout)
	t.Cleanup(cancel)
	return ctx
}

// query makes a document with one sub-query a line.
func query(limit int, collections ...string) string {
	b := strings.Builder{}
	b.WriteString("{Get{\n")
	for i, name := range collections {
		fmt.Fprintf(&b, "m%d:%s(limit:%d,nearVector:{vector:[1,0.5,-2e-3]}){title artist _additional{id}}\n", i, name, limit)
	}
	return b.String() + "}}"
}

func jsonOf(t *testing.T, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	require.NoError(t, err)
	return b
}

// post sends documents: one to /v1/graphql, or as a bulk request.
func postTo(ctx context.Context, client *http.Client, url string, body []byte) (int, string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	request.Header.Set("Content-Type", "application/json")
	reply, err := client.Do(request)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = reply.Body.Close() }()
	text, err := io.ReadAll(reply.Body)
	return reply.StatusCode, string(text), err
}

func post(t *testing.T, s *stub.Server, document string) (int, string, error) {
	t.Helper()
	return postTo(testContext(t), newHTTPClient(t), s.URL()+"/v1/graphql", jsonOf(t, map[string]string{"query": document}))
}

func newHTTPClient(t *testing.T) *http.Client {
	t.Helper()
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

func newSearcher(t *testing.T, s *stub.Server, options ...grpc.DialOption) protocol.WeaviateClient {
	t.Helper()
	if len(options) == 0 {
		options = append(options, grpc.WithTransportCredentials(insecure.NewCredentials()))
	}
	conn, err := grpc.NewClient(s.GRPC(), options...)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	return protocol.NewWeaviateClient(conn)
}

func searchRequest(collection string, limit uint32) *protocol.SearchRequest {
	return &protocol.SearchRequest{
		Collection: collection, Limit: limit,
		Properties:  &protocol.PropertiesRequest{NonRefProperties: []string{"title", "artist"}},
		Metadata:    &protocol.MetadataRequest{Uuid: true},
		NearVector:  &protocol.NearVector{VectorBytes: make([]byte, 12)}, //nolint:staticcheck // what the client sends
		Uses_123Api: true, Uses_125Api: true, Uses_127Api: true,          //nolint:staticcheck // the same
	}
}

func get(t *testing.T, s *stub.Server, path string) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(testContext(t), http.MethodGet, s.URL()+path, http.NoBody)
	require.NoError(t, err)
	reply, err := newHTTPClient(t).Do(request)
	require.NoError(t, err)
	defer func() { _ = reply.Body.Close() }()
	text, err := io.ReadAll(reply.Body)
	require.NoError(t, err)
	return reply.StatusCode, string(text)
}
