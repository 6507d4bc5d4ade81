package record

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestErrorTextsHoldNoSecrets(t *testing.T) {
	t.Parallel()
	clean := newCleaner(
		map[string]string{"WEAVIATE_API_KEY": "marked-secret", "PATH": "/usr/bin", "SHORT_KEY": "abc"},
		map[string]string{"DB_PASSWORD": "marked-secret-longer", "OPENAI_TOKEN": "tok-1234"},
	)
	for text, want := range map[string]string{
		"all is well in /usr/bin with abc":                "all is well in /usr/bin with abc",
		"refused marked-secret by":                        "refused … by",
		"refused marked-secret-longer by tok-1234":        "refused … by …",
		"Authorization: Bearer eyJhbG.x-y_z was wrong":    "Authorization: Bearer … was wrong",
		"basic dXNlcjpwYXNz":                              "basic …",
		`{"api_key": "sk-other", "limit": 5}`:             `{"api_key": "…", "limit": 5}`,
		"?api-key=sk-other&x=1":                           "?api-key=…&x=1",
		"password=hunter2; next":                          "password=…; next",
		"Get http://user:pass@host:8080/x":                "Get http://host:8080/x",
		"read tcp 127.0.0.1:48392->127.0.0.1:8080: reset": "read tcp 127.0.0.1:8080: reset",
		"write tcp [::1]:5->[::1]:8080: broken pipe":      "write tcp [::1]:8080: broken pipe",
		"a\x1b[31mred\x07 line\nand another\u202eone":     "a [31mred  line and another one",
		"\xff\xfe":               "\uFFFD",
		strings.Repeat("é", 500): strings.Repeat("é", 300) + "…",
		strings.Repeat("x", 290) + " marked-secret " + "and more": strings.Repeat("x", 290) + " … and mor…",
	} {
		require.Equal(t, want, clean.errorText(text))
		require.Equal(t, want, clean.errorText(text), "the same when it is remembered")
	}
	for i := range 10 * maxCleaned {
		clean.errorText(strings.Repeat("y", i))
	}
	require.LessOrEqual(t, len(clean.cleaned), maxCleaned, "what is remembered is bounded")
}

func TestCommandLinesHoldNoSecrets(t *testing.T) {
	t.Parallel()
	clean := newCleaner(map[string]string{"WEAVIATE_API_KEY": "marked-secret"})
	got := clean.arguments([]string{
		"k6", "run", "-e", "WEAVIATE_API_KEY=x", "--env", "my_token=y=z", "--env=SECRET_SAUCE=w", "-eDB_PASSWORD=v", "-e", "USERS=5",
		"--secret-source", "mock=a=b", "--secret-source=file=/c", "--tag", "team=search", "--out", "influxdb=http://u:p@host:8086/db",
		"--header", "marked-secret", "script.js",
	})
	require.Equal(t, []string{
		"k6", "run", "-e", "WEAVIATE_API_KEY=…", "--env", "my_token=…", "--env=SECRET_SAUCE=…", "-eDB_PASSWORD=…", "-e", "USERS=5",
		"--secret-source", "…", "--secret-source=…", "--tag", "team=search", "--out", "influxdb=http://host:8086/db",
		"--header", "…", "script.js",
	}, got)
	require.Len(t, clean.arguments(make([]string, 5000)), maxArguments)
}

func TestOptionsHoldNoSecrets(t *testing.T) {
	t.Parallel()
	clean := newCleaner(map[string]string{"WEAVIATE_API_KEY": "marked-secret"})
	require.JSONEq(t, `{
		"vus": 5, "tlsAuth": [{"cert": "x", "key": "…", "password": "…"}], "userAgent": "me …",
		"scenarios": {"a": {"env": {"API_TOKEN": "…", "USERS": "5"}, "on": true}}
	}`, string(clean.json([]byte(`{
		"vus": 5, "tlsAuth": [{"cert": "x", "key": "PRIVATE", "password": "p"}], "userAgent": "me marked-secret",
		"scenarios": {"a": {"env": {"API_TOKEN": "t", "USERS": "5"}, "gracefulStop": null, "on": true}}
	}`))))
	require.Nil(t, clean.json([]byte("no JSON")))
}
