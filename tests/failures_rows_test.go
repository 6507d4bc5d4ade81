package tests_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/stub"
)

// Rows that have tests of their own.
const (
	restarted = "the server is killed, and started again"
	ended     = "`gracefulStop` has passed, Ctrl-C, `exec.test.abort()`, a threshold that aborts"
)

// theKey is an API key that no text may show.
const theKey = "a-key-that-is-secret"

// nobody is an address of this machine where nothing listens.
const nobody = "127.0.0.1:1"

// failures are the rows, in the order of the page.
func failures() []failure {
	var all []failure
	for _, group := range failureGroups() {
		all = append(all, group.rows...)
	}
	return all
}

// failureGroup is a section of the page.
type failureGroup struct {
	title string
	rows  []failure
}

func failureGroups() []failureGroup {
	return []failureGroup{
		{"No connection", connectionRows()},
		{"No reply in time", timeRows()},
		{"A status instead of a reply", statusRows()},
		{"A reply that cannot be read", replyRows()},
		{"A search that Weaviate refuses", searchRows()},
		{"The end of the run", endRows()},
	}
}

func connectionRows() []failure {
	refused := func(_ *testing.T, j *job) { j.at("http://"+nobody, nobody) }
	// A label that ends in a hyphen is no host name: resolvers say so at once, and ask nobody.
	unknown := func(_ *testing.T, j *job) { j.at("http://weaviate-.invalid:8080", "weaviate-.invalid:50051") }
	misnamed := func(t *testing.T, j *job) {
		t.Helper()
		j.start(t, stub.Config{TLS: &stub.TLS{ServerName: "weaviate.example"}})
		j.roots, j.unseen = j.server.RootsPEM(), true
	}
	untrusted := func(t *testing.T, j *job) {
		t.Helper()
		j.start(t, stub.Config{TLS: &stub.TLS{}})
		j.unseen = true
	}
	inFlight := func(t *testing.T, j *job) {
		t.Helper()
		j.start(t, stub.Config{})
		j.unseen = true
		j.server.SetAll(stub.Behaviour{Delay: 300 * time.Millisecond})
		if j.Strategy == fanout.ParallelGRPC {
			j.server.SetAll(stub.Behaviour{Fault: stub.Hang()}) // until the connection is gone
		}
		j.strike(stub.Behaviour{Delay: 300 * time.Millisecond, Fault: stub.ResetMidReply()})
	}
	const unavailable = `Unavailable: connection error: desc = "transport: `
	return []failure{
		{
			happens: "nothing listens at the address",
			cases: []failureCase{
				{overGraphQL, everyone, fanout.CategoryConnection, 0, "dial tcp …: connect: connection refused", refused},
				{overGRPC, everyone, fanout.CategoryConnection, 14, unavailable + `Error while dialing: dial tcp …: connect: connection refused"`, refused},
			},
			advice: "Start the server, or set `WEAVIATE_URL` and `WEAVIATE_GRPC` to where it is.",
		},
		{
			happens: "the host name is not known (DNS)",
			cases: []failureCase{
				{overGraphQL, everyone, fanout.CategoryConnection, 0, "lookup …: no such host", unknown},
				{overGRPC, everyone, fanout.CategoryConnection, 14, unavailable + `Error while dialing: lookup …: no such host"`, unknown},
			},
			advice: "Correct the address; k6's option `hosts` gives a name an address of its own.",
		},
		{
			happens: "the certificate is for another name",
			cases: []failureCase{
				{overGraphQL, everyone, fanout.CategoryConnection, 0, "tls: failed to verify certificate: x509: …", misnamed},
				{overGRPC, everyone, fanout.CategoryConnection, 14, unavailable + `authentication handshake failed: tls: failed to verify certificate: x509: …`, misnamed},
			},
			advice: "Use the name that the certificate is for. k6's `insecureSkipTLSVerify` takes any, on both protocols.",
		},
		{
			happens: "nobody trusts the certificate",
			cases: []failureCase{
				{overGraphQL, everyone, fanout.CategoryConnection, 0, "tls: failed to verify certificate: x509: certificate signed by unknown authority…", untrusted},
				{overGRPC, everyone, fanout.CategoryConnection, 14, unavailable + `authentication handshake failed: tls: failed to verify certificate: x509: certificate signed by unknown authority…`, untrusted},
			},
			advice: "Let `SSL_CERT_FILE` name a file with the certificate of who signed it (Linux).",
		},
		{
			happens: "the connection is reset before the reply",
			cases: []failureCase{
				{overGraphQL, request, fanout.CategoryConnection, 0, "read tcp …: read: connection reset by peer", strikes(stub.ResetBefore())},
				{overGRPC, connection, fanout.CategoryConnection, 14, "Unavailable: …", inFlight},
			},
			advice: "See the server's log, and what is between: load balancers and proxies cut connections that they find idle or old.",
		},
		{
			happens: "the connection is reset in mid-reply",
			cases: []failureCase{
				{overGraphQL, request, fanout.CategoryConnection, 200, "read tcp …: read: connection reset by peer", strikes(stub.ResetMidReply())},
			},
			advice: "As above. Over gRPC, a reply counts once it is whole, so that this is the row above.",
		},
		{
			happens: "the connection is closed in mid-reply",
			cases: []failureCase{
				{overGraphQL, request, fanout.CategoryConnection, 200, "the server closed the connection before the reply was complete: unexpected EOF", strikes(stub.CutMidReply())},
			},
			advice: "As above. Weaviate itself does so after 60 s, its write timeout.",
		},
		{
			happens: restarted, elsewhere: true,
			cases: []failureCase{
				{fanout.Strategies(), everyone, fanout.CategoryConnection, 0, "…", nil},
			},
			advice: "Nothing: a user's next batch after the restart succeeds. Over gRPC the pause before a lost connection is tried again grows " +
				"to one second, no more; the batches until then fail at once.",
		},
	}
}

func timeRows() []failure {
	const limited = "no complete reply within the batch limit of 3s"
	strike := func(fault stub.Fault) func(*testing.T, *job) {
		return func(t *testing.T, j *job) {
			t.Helper()
			strikes(fault)(t, j)
			j.Options["timeout"] = "3s"
		}
	}
	drip := strike(stub.Drip(1, 200*time.Millisecond))
	slowPipe := func(t *testing.T, j *job) {
		t.Helper()
		j.start(t, stub.Config{})
		j.at(j.server.URL(), slowly(t, j.server.GRPC()))
		j.Options["timeout"], j.unseen = "3s", true
	}
	return []failure{
		{
			happens: "the server hangs",
			cases: []failureCase{
				{overGraphQL, request, fanout.CategoryTimeout, 0, limited, strike(stub.Hang())},
				{overGRPC, limit, fanout.CategoryTimeout, int(codes.DeadlineExceeded), limited, strike(stub.Hang())},
			},
			advice: "Raise the client's `timeout`, the limit of a batch (30 s), or send less: fewer users, a lower limit.",
		},
		{
			happens: "the reply comes a few bytes at a time",
			cases: []failureCase{
				{overGraphQL, request, fanout.CategoryTimeout, 200, limited, drip},
				{overGRPC[:1], everyone, fanout.CategoryTimeout, int(codes.DeadlineExceeded), limited, slowPipe},
			},
			advice: "As above. A reply that is slow but in time succeeds, and its whole time counts.",
		},
		{
			happens: "gRPC `DeadlineExceeded` from the server, before the batch limit",
			cases: []failureCase{
				{overGRPC, alone, fanout.CategoryTimeout, int(codes.DeadlineExceeded), "DeadlineExceeded: context deadline exceeded", strikes(stub.GRPCStatus(codes.DeadlineExceeded, "context deadline exceeded"))},
			},
			advice: "Something on the way, or a module of Weaviate, has a shorter limit of its own: see their settings.",
		},
	}
}

func statusRows() []failure {
	graphql := func(happens string, code int, category fanout.Category, text, advice string) failure {
		return failure{happens: happens, advice: advice, cases: []failureCase{
			{overGraphQL, request, category, code, text, strikes(stub.HTTPStatus(code, ""))},
		}}
	}
	status := func(code codes.Code, category fanout.Category, message, advice string) failure {
		return failure{happens: "gRPC `" + code.String() + "`", advice: advice, cases: []failureCase{
			{overGRPC, alone, category, int(code), code.String() + ": " + message, strikes(stub.GRPCStatus(code, message))},
		}}
	}
	keyless := func(t *testing.T, j *job) {
		t.Helper()
		j.start(t, stub.Config{APIKey: theKey})
		j.Options["apiKey"] = "another-key"
	}
	quoted := func(t *testing.T, j *job) {
		t.Helper()
		j.start(t, stub.Config{})
		j.Options["apiKey"] = theKey
		j.strike(stub.Behaviour{Fault: stub.HTTPStatus(http.StatusForbidden, "no right for "+theKey)})
		if j.Strategy.Protocol() == fanout.GRPC {
			j.strike(stub.Behaviour{Fault: stub.GRPCStatus(codes.PermissionDenied, "no right for "+theKey)})
		}
	}
	balancer := func(code int) func(*testing.T, *job) {
		return func(t *testing.T, j *job) { t.Helper(); j.at("http://"+nobody, webServer(t, code)) }
	}
	return []failure{
		{
			happens: "the API key is missing, wrong or expired (401)",
			cases: []failureCase{
				{overGraphQL, everyone, fanout.CategoryAuth, 401, "HTTP 401 Unauthorized: …anonymous access not enabled…", keyless},
				{overGRPC, everyone, fanout.CategoryAuth, int(codes.Unauthenticated), "Unauthenticated: anonymous access not enabled…", keyless},
			},
			advice: "Set `WEAVIATE_API_KEY` in the environment.",
		},
		{
			happens: "the API key may not do this (403)",
			cases: []failureCase{
				{overGraphQL, request, fanout.CategoryAuth, 403, "HTTP 403 Forbidden: no right for [hidden]", quoted},
				{overGRPC, alone, fanout.CategoryAuth, int(codes.PermissionDenied), "PermissionDenied: no right for [hidden]", quoted},
			},
			advice: "Give the key's role the rights `read_collections` and `read_data` of the collection, and see the next row.",
		},
		{
			happens: someCollections, elsewhere: true,
			cases: []failureCase{
				{
					[]fanout.Strategy{fanout.Multi, fanout.ParallelGraphQL}, everyone, fanout.CategoryAuth, 403,
					"HTTP 403 Forbidden: …due to GraphQL introspection, this role must have the permission to `read_collections` on `*` (all) collections…", nil,
				},
			},
			advice: "Use `parallel-grpc`, which asks for rights to the collections that are searched, or give the role `read_collections` on all, `*`.",
		},
		{
			happens: bulkRefused, elsewhere: true,
			cases:  []failureCase{{[]fanout.Strategy{fanout.Bulk}, everyone, fanout.CategoryAuth, 200, "rbac: user is not authenticated", nil}},
			advice: "Leave `bulk` out: nobody's key is enough, and one with rights to some collections gets the status 403.",
		},
		graphql("HTTP 422", 422, fanout.CategoryHTTP, "HTTP 422 Unprocessable Entity: …",
			"The text says what: a request that this version does not take, or GraphQL is switched off (below)."),
		{
			happens: graphqlOff, elsewhere: true,
			cases: []failureCase{
				{overGraphQL, everyone, fanout.CategoryHTTP, 422, "HTTP 422 Unprocessable Entity: …graphql…", nil},
			},
			advice: "Use `parallel-grpc`, or set `DISABLE_GRAPHQL=false` on a server of your own.",
		},
		graphql("HTTP 429", 429, fanout.CategoryRateLimited, "HTTP 429 Too Many Requests: …", "Send less, or raise the limit where it is set."),
		graphql("HTTP 500", 500, fanout.CategoryHTTP, "HTTP 500 Internal Server Error: …", "See the server's log."),
		graphql("HTTP 503", 503, fanout.CategoryHTTP, "HTTP 503 Service Unavailable: …",
			"The server starts, or is in maintenance, or a load balancer found none: wait until `/v1/.well-known/ready` answers 200."),
		status(codes.Unknown, fanout.CategoryGRPC, "something is wrong", "The text says what: nearly every error of Weaviate over gRPC has this code."),
		status(codes.Unavailable, fanout.CategoryConnection, "the server is in maintenance", "As for HTTP 503. It is also what gRPC says of a broken connection."),
		status(codes.ResourceExhausted, fanout.CategoryRateLimited, "usage limit reached", "The server's usage limit: send less, or raise it."),
		status(codes.Canceled, fanout.CategoryGRPC, "context canceled", "Weaviate, or what is between, gave the search up: see their logs."),
		{
			happens: "a load balancer answers gRPC with HTTP 503",
			cases: []failureCase{
				{overGRPC, everyone, fanout.CategoryHTTP, int(codes.Unavailable), "Unavailable: unexpected HTTP status code received from server: 503 (Service Unavailable)…", balancer(503)},
			},
			advice: "It finds no server, or does not know that this is HTTP/2: see its settings.",
		},
		{
			happens: "a load balancer answers gRPC with HTTP 429",
			cases: []failureCase{
				{overGRPC, everyone, fanout.CategoryRateLimited, int(codes.Unavailable), "Unavailable: unexpected HTTP status code received from server: 429 (Too Many Requests)…", balancer(429)},
			},
			advice: "Send less, or raise its limit.",
		},
	}
}

// webServer is a web server where a gRPC server should be; it gives its address. With 200, it shows a page.
func webServer(t *testing.T, code int) string {
	t.Helper()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(code)
		_, _ = io.WriteString(w, "<html><body>Hello</body></html>")
	}))
	server.Config.Protocols = new(http.Protocols)
	server.Config.Protocols.SetUnencryptedHTTP2(true)
	server.Start()
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://")
}

// slowly is a way to an address on which the replies come a few bytes at a time.
func slowly(t *testing.T, address string) string {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			server, err := new(net.Dialer).Dial("tcp", address)
			if err != nil {
				_ = client.Close()
				return
			}
			go func() { _, _ = io.Copy(server, client); _ = server.Close() }()
			go func() { drip(client, server); _ = client.Close() }()
		}
	}()
	return listener.Addr().String()
}

func drip(to io.Writer, from io.Reader) {
	buffer := make([]byte, 4)
	for {
		n, err := from.Read(buffer)
		if _, wrong := to.Write(buffer[:n]); wrong != nil || err != nil {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
}
