package fanout

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestRESTTargetsLeadWhereTheyShould: whatever a script names is one part of the path, below that of the server.
func TestRESTTargetsLeadWhereTheyShould(t *testing.T) {
	t.Parallel()
	for base, prefix := range map[string]string{"http://a:1": "http://a:1", "https://a/proxied%2Fhere": "https://a/proxied%2Fhere"} {
		server, err := ParseURL(base)
		require.NoError(t, err)
		for name, want := range map[string]string{
			"Articles": "/v1/schema/Articles",
			"a/b":      "/v1/schema/a%2Fb",
			"..":       "/v1/schema/..",
			"a?b#c%":   "/v1/schema/a%3Fb%23c%25",
		} {
			request := RESTRequest{Path: Path("schema", name), Query: url.Values{"tenant": {"x&y"}}}
			require.Equal(t, prefix+want+"?tenant=x%26y", request.target(server).String())
		}
	}
}
