package fanout_test

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/stub"
)

func reach(t *testing.T, ctx context.Context, config fanout.Config) error { //nolint:revive // t goes first in tests
	t.Helper()
	client, err := fanout.NewClient(config)
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Close() })
	return client.Reach(ctx)
}

func TestReachIsContentWithAWeaviate(t *testing.T) {
	t.Parallel()
	plain := stub.Start(t, stub.With(stub.Config{APIKey: "sesame"}))
	require.NoError(t, reach(t, t.Context(), fanout.Config{
		URL: plain.URL() + "/", GRPC: plain.GRPC(), Header: http.Header{"Authorization": {"Bearer sesame"}},
	}))
	secure := stub.Start(t, stub.With(stub.Config{TLS: &stub.TLS{}}))
	trusting := &tls.Config{RootCAs: secure.Roots(), MinVersion: tls.VersionTLS12}
	require.NoError(t, reach(t, t.Context(), fanout.Config{URL: secure.URL(), GRPC: secure.GRPC(), GRPCSecure: true, TLS: trusting}))

	// The certificate is good, so that it is not what is wrong.
	grpcURL := "https://" + secure.GRPC()
	err := reach(t, t.Context(), fanout.Config{URL: grpcURL, GRPC: secure.GRPC(), GRPCSecure: true, TLS: trusting})
	require.EqualError(t, err, grpcURL+" is a gRPC port: set WEAVIATE_GRPC to it, and WEAVIATE_URL to the HTTP port (usually 8080)")
	web := strings.TrimPrefix(secure.URL(), "https://")
	err = reach(t, t.Context(), fanout.Config{URL: secure.URL(), GRPC: web, GRPCSecure: true, TLS: trusting})
	require.EqualError(t, err, web+" is an HTTP port: set WEAVIATE_GRPC to the gRPC port (usually 50051)")
}

func TestReachSaysThatTheServerIsNotReady(t *testing.T) {
	t.Parallel()
	starting := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	t.Cleanup(starting.Close)
	err := reach(t, t.Context(), fanout.Config{URL: starting.URL, GRPC: "127.0.0.1:1"})
	require.EqualError(t, err, "the server at "+starting.URL+" is not ready: wait until "+starting.URL+"/v1/.well-known/ready answers 200")
}

func TestReachDoesNotWaitForEver(t *testing.T) {
	t.Parallel()
	silent, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0") // connections are never accepted
	require.NoError(t, err)
	t.Cleanup(func() { _ = silent.Close() })
	address := silent.Addr().String()
	good := stub.Start(t)
	for want, config := range map[string]fanout.Config{
		"http://" + address + " did not answer in time: check the host and its firewall, or set WEAVIATE_URL":  {URL: "http://" + address, GRPC: good.GRPC()},
		"grpc://" + address + " did not answer in time: check the host and its firewall, or set WEAVIATE_GRPC": {URL: good.URL(), GRPC: address},
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		require.ErrorContains(t, reach(t, ctx, config), want)
		cancel()
	}
}
