package fanout_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	_ "google.golang.org/grpc/encoding/gzip" // k6 has it
	"google.golang.org/grpc/status"

	protocol "github.com/weaviate/weaviate/grpc/generated/protocol/v1"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/stub"
)

// TestErrorsAreFitToBeShown: whatever a server says is one line, not too long, and nothing that a terminal would obey.
func TestErrorsAreFitToBeShown(t *testing.T) {
	t.Parallel()
	text := "\x1b]0;owned\x07\x1b[31mred\u202e\u0085 " + strings.Repeat("long ", 5000)
	for _, strategy := range fanout.Strategies() {
		for name, fault := range map[string]stub.Fault{
			"refused": stub.HTTPStatus(http.StatusForbidden, text), "field": stub.FieldError(text), "document": stub.DocumentError(text),
			"status": stub.GRPCStatus(codes.Unknown, text),
		} {
			t.Run(string(strategy)+" "+name, func(t *testing.T) {
				t.Parallel()
				server := stub.Start(t)
				server.SetAll(stub.Behaviour{Fault: fault})
				result := do(t, newClient(t, server), nine(t, server), strategy)
				for i := range result.Members {
					m := &result.Members[i]
					require.False(t, strings.ContainsFunc(m.Error, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }), "%q", m.Error)
					require.Less(t, len(m.Error), 2100)
				}
			})
		}
	}
}

// TestAPieceOfASecretIsHidden: what is kept of a long reply may end in the middle of a key.
func TestAPieceOfASecretIsHidden(t *testing.T) {
	t.Parallel()
	const key = "marked-secret-0123456789"
	server := stub.Start(t)
	server.SetAll(stub.Behaviour{Fault: stub.HTTPStatus(http.StatusInternalServerError, strings.Repeat("x", 500)+key)})
	client := newClient(t, server, func(c *fanout.Config) { c.Header = http.Header{"Authorization": {"Bearer " + key}} })
	for _, strategy := range []fanout.Strategy{fanout.Multi, fanout.Bulk, fanout.ParallelGraphQL} {
		result := do(t, client, nine(t, server), strategy)
		require.Regexp(t, `x\[hidden\]$`, result.Members[0].Error)
	}
	for said, want := range map[string]string{
		"for " + key: "for [hidden]", `{"k":"` + key + `"}`: `{"k":"[hidden]"}`, "a mark": "a [hidden]", "a mar": "a mar",
	} {
		require.Equal(t, want, client.HideText(said))
	}
	basic := newClient(t, server, func(c *fanout.Config) { c.Header = http.Header{"Authorization": {"Basic bWU6b3BlbiBzZXNhbWU="}} })
	require.Equal(t, "[hidden], [hidden] and [hidden]", basic.HideText("bWU6b3BlbiBzZXNhbWU=, me:open sesame and open sesame"))
	odd := newClient(t, server, func(c *fanout.Config) { c.Header = http.Header{"X-Api-Key": {`a"b<c&d/e`}} })
	require.Equal(t, "[hidden] [hidden] [hidden]", odd.HideText(`a"b<c&d/e a\"b\u003cc\u0026d/e a%22b%3Cc%26d%2Fe`))
}

// bomb is a gzip file of so many MiB of zeros: of members that each are one.
func bomb(t *testing.T, size int) []byte {
	t.Helper()
	var member bytes.Buffer
	zipped := gzip.NewWriter(&member)
	_, err := zipped.Write(make([]byte, 1<<20))
	require.NoError(t, err)
	require.NoError(t, zipped.Close())
	return bytes.Repeat(member.Bytes(), size)
}

// TestBombsAreNotUnpacked: what grows beyond any reply when it is decompressed is a bad reply, over either protocol.
func TestBombsAreNotUnpacked(t *testing.T) {
	t.Parallel()
	small := bomb(t, 110)
	httpSide := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(small)
	}))
	t.Cleanup(httpSide.Close)
	grpcSide := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/grpc")
		w.Header().Set("Grpc-Encoding", "gzip")
		w.Header().Set("Trailer", "Grpc-Status")
		_, _ = w.Write(binary.BigEndian.AppendUint32([]byte{1}, uint32(len(small)))) // a message that is compressed, of this length
		_, _ = w.Write(small)
		w.Header().Set("Grpc-Status", "0")
	}))
	grpcSide.Config.Protocols = new(http.Protocols)
	grpcSide.Config.Protocols.SetUnencryptedHTTP2(true)
	grpcSide.Start()
	t.Cleanup(grpcSide.Close)
	client, err := fanout.NewClient(fanout.Config{URL: httpSide.URL, GRPC: grpcSide.Listener.Addr().String(), Timeout: time.Minute})
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Close() })

	set, err := fanout.NewSet([]fanout.Query{{Collection: "A", Type: fanout.BM25, Text: "love", Limit: 1}})
	require.NoError(t, err)
	for _, strategy := range []fanout.Strategy{fanout.Multi, fanout.Bulk, fanout.ParallelGraphQL, fanout.ParallelGRPC} {
		m := do(t, client, set, strategy).Members[0]
		require.Equal(t, fanout.CategoryBadReply, m.Category, "%s: %s", strategy, m.Error)
		require.Less(t, m.Bytes, 1<<20, "it was not unpacked")
		if strategy == fanout.ParallelGRPC {
			require.Contains(t, m.Error, "after decompression larger than max")
		}
	}
}

// TestAPieceOfASecretInQuotesIsHidden: how a reply begins is told in quotes, and may end in the middle of a key.
func TestAPieceOfASecretInQuotesIsHidden(t *testing.T) {
	t.Parallel()
	const key = "marked-secret-0123456789"
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, strings.Repeat("x", 50)+key)
	}))
	t.Cleanup(server.Close)
	client, err := fanout.NewClient(fanout.Config{URL: server.URL, Header: http.Header{"Authorization": {"Bearer " + key}}})
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Close() })
	set, err := fanout.NewSet([]fanout.Query{{Collection: "A", Type: fanout.BM25, Text: "love", Limit: 1}})
	require.NoError(t, err)
	for _, strategy := range []fanout.Strategy{fanout.Multi, fanout.Bulk, fanout.ParallelGraphQL} {
		require.Regexp(t, `it begins "x+\[hidden\]"$`, do(t, client, set, strategy).Members[0].Error)
	}
	require.Equal(t, `begins "a [hidden]"`, client.HideText(`begins "a marked-s"`))
	require.Equal(t, `begins "a mar"`, client.HideText(`begins "a mar"`))
}

// odd is a gRPC side of which each answer is one that no Weaviate gives.
type odd struct {
	protocol.UnimplementedWeaviateServer
	key string
}

func (odd) BatchObjects(_ context.Context, r *protocol.BatchObjectsRequest) (*protocol.BatchObjectsReply, error) {
	if len(r.GetObjects()) > 1 {
		return &protocol.BatchObjectsReply{Took: 1, Errors: []*protocol.BatchObjectsReply_BatchError{{Error: strings.Repeat("x", 33<<20)}}}, nil
	}
	return &protocol.BatchObjectsReply{Errors: []*protocol.BatchObjectsReply_BatchError{{Index: 7, Error: "no"}}}, nil
}

func (o odd) Search(_ context.Context, r *protocol.SearchRequest) (*protocol.SearchReply, error) {
	if r.GetBm25Search() != nil {
		return nil, status.Error(12345, "no")
	}
	return &protocol.SearchReply{Results: []*protocol.SearchResult{{Metadata: &protocol.MetadataResult{Id: o.key}}}}, nil
}

func oddClient(t *testing.T, key string) *fanout.Client {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server := grpc.NewServer()
	protocol.RegisterWeaviateServer(server, odd{key: key})
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	client, err := fanout.NewClient(fanout.Config{
		URL: "http://127.0.0.1:1", GRPC: listener.Addr().String(), Header: http.Header{"Authorization": {"Bearer " + key}},
	})
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// TestRefusalsAreOfWhatWasSent: who looks the object up must not look elsewhere.
func TestRefusalsAreOfWhatWasSent(t *testing.T) {
	t.Parallel()
	_, err := oddClient(t, "marked-secret").Import(t.Context(), []*protocol.BatchObject{{}})
	require.ErrorContains(t, err, "the server refused object 7 of 1, of which there is none")
}

// TestOddAnswersOverGRPC: a message that takes many times its length is bounded by more than a search's reply is, a code that is none is no
// tag of its own, and an id is no way for the key to be shown.
func TestOddAnswersOverGRPC(t *testing.T) {
	t.Parallel()
	client := oddClient(t, "marked-secret")
	_, err := client.Import(t.Context(), []*protocol.BatchObject{{}, {}})
	require.ErrorContains(t, err, "received message larger than max")

	set, err := fanout.NewSet([]fanout.Query{{Collection: "A", Type: fanout.BM25, Text: "love", Limit: 1}})
	require.NoError(t, err)
	m := do(t, client, set, fanout.ParallelGRPC).Members[0]
	require.Equal(t, int(codes.Unknown), m.Status)
	require.Equal(t, fanout.CategoryGRPC, m.Category)
	require.Equal(t, "Unknown: Code(12345): no", m.Error)

	_, err = client.ReadPage(t.Context(), &fanout.Page{Collection: "A", Limit: 1})
	require.EqualError(t, err, `the server listed an object of A whose id, "[hidden]", is no UUID`)
}

// TestErrorsOfSetUpAreShort: also those that are shown as they are, and not kept.
func TestErrorsOfSetUpAreShort(t *testing.T) {
	t.Parallel()
	err := oddClient(t, "marked-secret").Hide(errors.New(strings.Repeat("long ", 5000) + "marked-secret"))
	require.Less(t, len(err.Error()), 2100)
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// TestSetUpIsBounded: what is asked besides searches is bounded too, and the key goes to nobody else.
func TestSetUpIsBounded(t *testing.T) {
	t.Parallel()
	called := false
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called = true }))
	t.Cleanup(other.Close)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/endless":
			_, _ = io.Copy(w, zeros{})
		case "/many":
			_, _ = io.WriteString(w, "["+strings.Repeat("{},", 1<<20)+"{}]")
		case "/header":
			w.Header().Set("X-Long", strings.Repeat("x", 2<<20))
		default:
			http.Redirect(w, r, other.URL, http.StatusTemporaryRedirect)
		}
	}))
	t.Cleanup(server.Close)
	client, err := fanout.NewClient(fanout.Config{URL: server.URL, Header: http.Header{"X-Openai-Api-Key": {"marked-secret"}}})
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Close() })
	get := func(path string) (*http.Response, error) {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+path, http.NoBody)
		require.NoError(t, err)
		request.Header.Set("X-Openai-Api-Key", "marked-secret")
		return client.HTTPClient().Do(request)
	}
	reply, err := get("/endless")
	require.NoError(t, err)
	n, err := io.Copy(io.Discard, reply.Body)
	require.ErrorContains(t, err, "the reply is longer than 104858000 bytes")
	require.EqualValues(t, 104858000, n)
	require.NoError(t, reply.Body.Close())

	reply, err = get("/many")
	require.NoError(t, err)
	_, err = io.Copy(io.Discard, reply.Body)
	require.ErrorContains(t, err, "the reply has more than 1048576 objects")
	require.NoError(t, reply.Body.Close())

	_, err = get("/header")
	require.ErrorContains(t, err, "server response headers exceeded")

	reply, err = get("/elsewhere")
	require.NoError(t, err)
	require.NoError(t, reply.Body.Close())
	require.Equal(t, http.StatusTemporaryRedirect, reply.StatusCode)
	require.ErrorContains(t, client.Reach(t.Context()), "what answers at "+server.URL+" is no Weaviate (HTTP status 307")
	require.False(t, called, "no redirection is followed")
}
