package fanout

import (
	"net"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzAddress reads addresses as somebody typed them. One that is taken names a host, has nobody's password in it, and sends no plain
// text where TLS was asked for; no error shows a password.
func FuzzAddress(f *testing.F) {
	for _, seed := range [][2]string{
		{"http://127.0.0.1:8080", "127.0.0.1:50051"}, {"https://x.weaviate.cloud", ""}, {"https://[::1]:8080/path/", "grpcs://[::1]:1"},
		{"http://me:marked-secret@host", "me:marked-secret@host:1"}, {"http://host:port", "host"}, {"ftp://host", "https://host"},
		{"http://a\x1b[31m", "a\x00:1"}, {"http://x.weaviate.network", "x.weaviate.cloud"}, {"http://%zz", "grpc:///"}, {"", ""}, {"http://h?a=b#c", "::1:50051"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, address, given string) {
		base, err := ParseURL(address)
		if err != nil {
			if _, tail, found := strings.Cut(address, ":marked-secret@"); found && !strings.Contains(tail, "marked-secret") && strings.HasPrefix(address, "http://me:") {
				require.NotContains(t, err.Error(), "marked-secret")
			}
			return
		}
		require.NotEmpty(t, base.Host)
		require.Nil(t, base.User)
		require.Contains(t, []string{"http", "https"}, base.Scheme)
		grpc, secure, err := GRPCAddress(base, given)
		if err != nil {
			return
		}
		_, _, err = net.SplitHostPort(grpc)
		require.NoError(t, err)
		if base.Scheme == "https" && !strings.Contains(given, "://") {
			require.True(t, secure, "gRPC follows the HTTP address")
		}
		if strings.HasPrefix(given, "grpcs://") || strings.HasPrefix(given, "https://") {
			require.True(t, secure)
		}
		_ = hostPort(&url.URL{Host: base.Host, Scheme: base.Scheme})
	})
}
