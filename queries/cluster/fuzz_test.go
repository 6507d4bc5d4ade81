package cluster

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
	api "github.com/weaviate/weaviate-go-client/v5/weaviate"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/queries"
)

// says is a transport that answers everything with the same.
type says []byte

func (s says) RoundTrip(request *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(bytes.NewReader(s)), Request: request,
	}, nil
}

// FuzzReplies asks a server that answers with whatever somebody made up, as `k6 x weaviate queries` asks it. An error is fine, a panic
// is not, and what is made of the answers is sent to nobody unless it is a query.
func FuzzReplies(f *testing.F) {
	for _, seed := range [][3]string{
		{
			`{"classes":[{"class":"A","properties":[{"name":"title","dataType":["text"]}],"vectorIndexType":"hnsw"}]}`, `[{"name":"t","activityStatus":"HOT"}]`,
			`{"objects":[{"class":"A","properties":{"title":"love"},"vector":[1,2]}]}`,
		},
		{`{"classes":[null]}`, `[null]`, `{"objects":[null]}`}, {`{"classes":[{"class":"A","properties":[null]}]}`, `null`, `{"objects":null}`},
		{`{"classes":[{"class":"A","properties":[{"name":"a}B{","dataType":["text"]}]}]}`, `[]`, `{"objects":[{"properties":[1]}]}`},
		{`{"classes":[{"class":"A","vectorConfig":{"v":{}},"properties":[{"dataType":null,"name":"x"}],"multiTenancyConfig":{"enabled":true}}]}`, `[{}]`, `{"objects":[{"vectors":{"v":[[1]]}}]}`},
		{"", "x", "<html>"},
	} {
		f.Add([]byte(seed[0]), []byte(seed[1]), []byte(seed[2]), "t")
	}
	engine, err := fanout.NewClient(fanout.Config{URL: "http://127.0.0.1:1"})
	require.NoError(f, err)
	f.Cleanup(func() { _ = engine.Close() })
	f.Fuzz(func(t *testing.T, schema, tenants, objects []byte, tenant string) {
		ask := func(reply []byte) *Cluster {
			client, err := api.NewClient(api.Config{Scheme: "http", Host: "127.0.0.1:1", ConnectionClient: &http.Client{Transport: says(reply)}})
			require.NoError(t, err)
			return &Cluster{url: "http://127.0.0.1:1", engine: engine, api: client}
		}
		c := ask(schema)
		if c.readSchema(t.Context()) != nil || len(c.classes) == 0 {
			return
		}
		names := make([]string, 0, len(c.classes))
		for name := range c.classes {
			names = append(names, name)
		}
		c.api = ask(tenants).api
		for _, choice := range []Choice{{ByVector: true, ByText: true}, {ByText: true, Tenant: tenant}, {ByVector: true, Tenant: tenant}} {
			choice.Collections = names
			targets, err := c.Targets(t.Context(), choice)
			if err != nil {
				continue
			}
			sampled := ask(objects)
			makeFile(t, sampled, targets)
		}
	})
}

// makeFile makes a query file of what the server said, as far as that can be.
func makeFile(t *testing.T, c *Cluster, targets []queries.Target) {
	t.Helper()
	samples, err := c.Samples(context.Background(), targets, 0)
	if err != nil {
		return
	}
	terms, err := samples.Terms(samples.Texts())
	if err != nil {
		return
	}
	for _, searchType := range fanout.SearchTypes() {
		file, err := queries.Make(queries.Options{SearchType: searchType, Terms: terms, Targets: targets})
		if err != nil {
			continue
		}
		sets, err := file.QuerySets(1)
		if err != nil {
			continue
		}
		for _, q := range sets[0].Queries() {
			require.NoError(t, q.Validate())
		}
	}
}
