package weaviate

import (
	"testing"

	"github.com/grafana/sobek"
	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

func TestClientConfig(t *testing.T) {
	t.Parallel()
	header := func(o clientOptions) map[string][]string {
		config, err := o.config()
		require.NoError(t, err)
		return config.Header
	}
	require.Empty(t, header(clientOptions{url: "http://a"}))
	require.Equal(t, map[string][]string{"Authorization": {"Bearer key"}, "X-Openai-Api-Key": {"other"}},
		header(clientOptions{url: "http://a", apiKey: "key", headers: map[string]string{"X-OpenAI-Api-Key": "other"}}))
	require.Equal(t, map[string][]string{"Authorization": {"Basic x"}},
		header(clientOptions{url: "http://a", apiKey: "key", headers: map[string]string{"authorization": "Basic x"}}), "headers win")
	require.Equal(t, map[string][]string{"X-Weaviate-Cluster-Url": {"https://a.weaviate.cloud"}},
		header(clientOptions{url: "https://a.weaviate.cloud/"}))

	for want, o := range map[string]clientOptions{
		"the value of header Authorization cannot be sent": {url: "http://a", apiKey: "secret\n"},
		"the value of header X-A cannot be sent":           {url: "http://a", headers: map[string]string{"x-a": "secret€"}},
		`header name "A B" cannot be sent`:                 {url: "http://a", headers: map[string]string{"A B": "secret"}},
		`tenant "a b" is not a Weaviate name`:              {url: "http://a", defaults: fanout.Defaults{Tenant: "a b"}},
	} {
		_, err := o.config()
		require.ErrorContains(t, err, want)
		require.NotContains(t, err.Error(), "secret")
	}
}

func TestATokenIsSentLikeAKeyAndWins(t *testing.T) {
	t.Parallel()
	value := evaluate(t, `{ url: 'http://a', apiKey: 'key', authToken: 'token' }`)
	o, err := (&instance{}).readClientOptions(value)
	require.NoError(t, err)
	config, err := o.config()
	require.NoError(t, err)
	require.Equal(t, "Bearer token", config.Header.Get("Authorization"))
}

// TestSecretsAreNotShown: what is wrong with a key or a header is said without it.
func TestSecretsAreNotShown(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`({ authToken: 1234567 })`:                      "new Client(options): authToken must be a string",
		`({ apiKey: 1234567 })`:                         "new Client(options): apiKey must be a string",
		`({ headers: 'Authorization: 1234567' })`:       "new Client(options): headers must be an object of strings",
		`({ headers: { Authorization: ['1234567'] } })`: "new Client(options): headers must be an object of strings",
	} {
		value, err := sobek.New().RunString(text)
		require.NoError(t, err)
		_, err = (&instance{}).readClientOptions(value)
		require.EqualError(t, err, want)
	}
}
