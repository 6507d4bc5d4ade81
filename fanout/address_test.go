package fanout_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

func grpcAddress(url, given string) (address string, secure bool, err error) {
	base, err := fanout.ParseURL(url)
	if err != nil {
		return "", false, err
	}
	return fanout.GRPCAddress(base, given)
}

func TestGRPCAddress(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		url, grpc string
		want      string
		secure    bool
	}{
		// by convention
		{"http://127.0.0.1:8080", "", "127.0.0.1:50051", false},
		{"http://[::1]:8080", "", "[::1]:50051", false},
		{"https://weaviate.example.com", "", "weaviate.example.com:50051", true},
		{"https://weaviate.example.com/prefix/", "", "weaviate.example.com:50051", true},
		// Weaviate Cloud
		{"https://abc123.weaviate.cloud", "", "grpc-abc123.weaviate.cloud:443", true},
		{"https://abc123.c0.europe-west3.gcp.weaviate.cloud", "", "grpc-abc123.c0.europe-west3.gcp.weaviate.cloud:443", true},
		{"https://abc123.weaviate.cloud:443/", "", "grpc-abc123.weaviate.cloud:443", true},
		{"https://Abc123.Weaviate.Cloud", "", "grpc-Abc123.Weaviate.Cloud:443", true},
		{"https://sandbox.weaviate.network", "", "sandbox.grpc.weaviate.network:443", true},
		{"https://abc123.weaviate.cloud", "grpc-abc123.weaviate.cloud", "grpc-abc123.weaviate.cloud:443", true},
		{"https://abc123.weaviate.cloud", "grpc-abc123.weaviate.cloud:443", "grpc-abc123.weaviate.cloud:443", true},
		{"https://abc123.weaviate.cloud", "https://grpc-abc123.weaviate.cloud/", "grpc-abc123.weaviate.cloud:443", true},
		{"https://abc123.weaviate.cloud", "https://grpc-abc123.weaviate.cloud", "grpc-abc123.weaviate.cloud:443", true},
		{"https://notweaviate.cloud", "", "notweaviate.cloud:50051", true},
		{"https://weaviate.cloud.example.com", "", "weaviate.cloud.example.com:50051", true},
		// said outright
		{"http://127.0.0.1:8080", "127.0.0.1:50052", "127.0.0.1:50052", false},
		{"https://a.example.com", "b.example.com:50051", "b.example.com:50051", true},
		{"https://a.example.com", "http://b.example.com:50051", "b.example.com:50051", false},
		{"https://a.example.com", "grpc://b.example.com:50051", "b.example.com:50051", false},
		{"http://a.example.com", "https://b.example.com:8443", "b.example.com:8443", true},
		{"http://a.example.com", "grpcs://b.example.com", "b.example.com:443", true},
	} {
		got, secure, err := grpcAddress(c.url, c.grpc)
		require.NoError(t, err, "%s %s", c.url, c.grpc)
		require.Equal(t, c.want, got, "%s %s", c.url, c.grpc)
		require.Equal(t, c.secure, secure, "%s %s", c.url, c.grpc)
	}
	for _, c := range []struct{ url, grpc, want string }{
		{"127.0.0.1:8080", "", `url "127.0.0.1:8080" is not an address: write it as http://host:8080`},
		{"ftp://a", "", "is not an address"},
		{"http://a?b", "", "has a query or a fragment"},
		{"http://a", "b", `grpc address "b" is not host:port: write it as 127.0.0.1:50051`},
		{"http://a", ":50051", "is not host:port"},
		{"http://a", "https://", "is not host:port"},
		{"http://a", "http://b", "is not host:port"},
	} {
		_, _, err := grpcAddress(c.url, c.grpc)
		require.ErrorContains(t, err, c.want)
	}
}
