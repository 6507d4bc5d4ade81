package weaviate

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/grafana/sobek"
	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// FuzzArguments gives any JSON to all that reads what a script passes. What is taken can be used, and what is not is refused by a
// sentence.
func FuzzArguments(f *testing.F) {
	for _, seed := range []string{
		`{"url":"https://a.weaviate.cloud","apiKey":"secret","headers":{"a":1},"timeout":"30s","concurrency":3,"tenant":"t"}`,
		`{"grpc":"grpcs://host","strategy":"multi","consistencyLevel":"ONE","tags":{"a":"b"},"builtinMetrics":false,"timeout":500}`,
		`[{"collection":"A","nearVector":{"vector":[1,2.5]},"limit":3,"where":{"path":["a"],"operator":"Equal","valueInt":1}}]`,
		`{"collection":"A","hybrid":{"query":"x","alpha":0.5,"vector":[1]},"properties":["a"],"autocut":1}`,
		`[{"collection":"A","nearText":{"concepts":["x"]},"targetVector":"t"},{"collection":"B","bm25":{"query":"x","properties":["a^2"]}}]`,
		`{"phase":"ramp","block":1,"tags":{"a":true},"strategy":"bulk","ids":true}`,
		`null`, `[]`, `{"__proto__":null,"toString":1}`, `[[[]]]`, `"text"`, `1e999`,
	} {
		f.Add(seed)
	}
	mi := &instance{}
	over, cancel := context.WithCancel(f.Context())
	cancel()
	f.Fuzz(func(t *testing.T, text string) {
		rt := sobek.New()
		require.NoError(t, rt.Set("text", text))
		value, err := rt.RunString("JSON.parse(text)")
		if err != nil {
			return
		}
		said := func(err error) {
			if err != nil {
				require.NotEmpty(t, err.Error())
			}
		}
		options, err := mi.readClientOptions(value)
		said(err)
		if err == nil {
			config, err := options.config()
			said(err)
			if err == nil {
				engine, err := fanout.NewClient(config)
				require.NoError(t, err)
				require.NoError(t, engine.Close())
				_, err = json.Marshal(options.plain())
				require.NoError(t, err)
			}
		}
		for _, m := range []method{{}, {unmeasured: true}, {strategy: fanout.Multi}} {
			said((&batchParams{}).read(value, m))
		}
		for _, read := range []func(sobek.Value) (*querySet, error){toSet, toSingle} {
			given, err := read(value)
			said(err)
			if err != nil {
				continue
			}
			engine, err := fanout.NewClient(fanout.Config{URL: fanout.DefaultURL, GRPC: "127.0.0.1:1"})
			require.NoError(t, err)
			for _, strategy := range fanout.Strategies() { // all is encoded, and nothing sent
				_, err := engine.Do(over, given.set, strategy, fanout.Options{})
				require.NoError(t, err)
			}
			require.NoError(t, engine.Close())
		}
	})
}
