package fanout_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/stub"
)

// TestSecretsAreHidden: a server quotes what it was sent, and the error texts do not.
func TestSecretsAreHidden(t *testing.T) {
	t.Parallel()
	const quote = "Bearer open-sesame, sk-0123456789, tenant-x, abc"
	for _, strategy := range fanout.Strategies() {
		for name, fault := range map[string]stub.Fault{
			"refused": stub.HTTPStatus(http.StatusForbidden, quote), "field": stub.FieldError(quote), "document": stub.DocumentError(quote),
			"status": stub.GRPCStatus(codes.PermissionDenied, quote),
		} {
			t.Run(string(strategy)+" "+name, func(t *testing.T) {
				t.Parallel()
				server := stub.Start(t)
				server.SetAll(stub.Behaviour{Fault: fault})
				client := newClient(t, server, func(c *fanout.Config) {
					c.Header = http.Header{
						"Authorization": {"Bearer open-sesame"}, "X-Openai-Api-Key": {"sk-0123456789"}, "X-Tenant": {"tenant-x"},
						"X-Short-Token": {"abc"},
					}
				})
				result := do(t, client, nine(t, server), strategy)
				for i := range result.Members {
					if m := &result.Members[i]; !m.OK() {
						require.Contains(t, m.Error, "Bearer [hidden], [hidden], tenant-x, abc")
					}
				}
			})
		}
	}
}

func TestAPasswordInAnAddressIsNotShown(t *testing.T) {
	t.Parallel()
	for _, address := range []string{
		"http://me:secret@host:8080", "https://me:secret@", "ftp://me:secret@host", "http://me:secret@host:port", "http://me:sec%ret@host",
		"http://me:secret@host/?a=b",
	} {
		_, err := fanout.ParseURL(address)
		require.Error(t, err)
		require.NotContains(t, err.Error(), "secret")
		require.NotContains(t, err.Error(), "sec%ret")
	}
	for _, address := range []string{"me:secret@host:50051", "grpcs://secret@host:443", "https://me:secret@host", "me@secret@host:1"} {
		_, _, err := fanout.ParseGRPC(address)
		require.ErrorContains(t, err, `grpc address "…@host`)
		require.ErrorContains(t, err, "has a user name")
		require.NotContains(t, err.Error(), "secret")
	}
	_, err := fanout.ParseURL("https://host/base?token=secret#secret")
	require.EqualError(t, err, `url "https://host/base" has a query or a fragment: write only scheme, host and port`)
	_, err = fanout.ParseURL("http://me:secret@host:8080")
	require.EqualError(t, err, `url "http://me:xxxxx@host:8080" has a user name: leave it out, and let the client send it as the header Authorization`)
}

// TestUserAgent: both sides are told the same name, that of a header before that of the configuration.
func TestUserAgent(t *testing.T) {
	t.Parallel()
	server := stub.Start(t)
	for want, header := range map[string]http.Header{"configured": nil, "given": {"User-Agent": {"given"}}} {
		client := newClient(t, server, func(c *fanout.Config) { c.UserAgent, c.Header = "configured", header })
		for _, strategy := range fanout.Strategies() {
			require.Equal(t, fanout.Full, do(t, client, nine(t, server), strategy).Outcome())
			if strategy.Protocol() == fanout.GraphQL {
				require.Equal(t, want, server.LastHeader().Get("User-Agent"))
			} else {
				require.Regexp(t, "^"+want+" grpc-go/", server.LastMetadata().Get("user-agent")[0])
			}
		}
	}
}
