package tests_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/klauspost/compress/snappy"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
	"github.com/xk6-weaviate/xk6-weaviate/internal/stub"
)

const cloudToken = "a-token"

// cloud stands in for the service that k6's output cloud sends its metrics to.
type cloud struct {
	url string

	mu      sync.Mutex
	counts  map[string]int // of the observations of each metric
	labels  map[string]map[string]bool
	refused []string
}

func startCloud(t *testing.T) *cloud {
	t.Helper()
	c := &cloud{counts: make(map[string]int), labels: make(map[string]map[string]bool)}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.mu.Lock()
		defer c.mu.Unlock()
		if r.Method != http.MethodPost || r.URL.Path != "/v2/metrics/1234" || r.Header.Get("Content-Encoding") != "snappy" ||
			r.Header.Get("Authorization") != "Token "+cloudToken {
			c.refused = append(c.refused, r.Method+" "+r.URL.Path)
			w.WriteHeader(http.StatusNotFound)
			return
		}
		body, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		c.take(t, body)
	}))
	t.Cleanup(server.Close)
	c.url = server.URL
	return c
}

// take reads one push, a message of k6's own that it does not export. The lock is held.
func (c *cloud) take(t *testing.T, body []byte) {
	t.Helper()
	text, err := snappy.Decode(nil, body)
	assert.NoError(t, err)
	kind, err := protoregistry.GlobalTypes.FindMessageByName("metrics.MetricSet")
	if !assert.NoError(t, err) {
		return
	}
	set := kind.New()
	assert.NoError(t, proto.Unmarshal(text, set.Interface()))
	each(set, "metrics", func(metric protoreflect.Message) {
		name := get(metric, "name").String()
		if c.labels[name] == nil {
			c.labels[name] = make(map[string]bool)
		}
		each(metric, "time_series", func(series protoreflect.Message) {
			each(series, "labels", func(label protoreflect.Message) {
				c.labels[name][get(label, "name").String()+"="+get(label, "value").String()] = true
			})
			for samples, count := range map[protoreflect.Name]protoreflect.Name{
				"counter_samples": "value", "gauge_samples": "count", "rate_samples": "total_count", "trend_hdr_samples": "count",
			} {
				if field := series.Descriptor().Fields().ByName(samples); series.Has(field) {
					each(series.Get(field).Message(), "values", func(value protoreflect.Message) {
						if v := get(value, count); count == "value" {
							c.counts[name] += int(v.Float())
						} else {
							c.counts[name] += int(v.Uint())
						}
					})
				}
			}
		})
	})
}

func get(message protoreflect.Message, field protoreflect.Name) protoreflect.Value {
	return message.Get(message.Descriptor().Fields().ByName(field))
}

func each(message protoreflect.Message, field protoreflect.Name, f func(protoreflect.Message)) {
	for list, i := get(message, field).List(), 0; i < list.Len(); i++ {
		f(list.Get(i).Message())
	}
}

// TestCloudGetsAllMetrics streams a run to k6's output cloud and holds what arrives against the JSON output beside it.
func TestCloudGetsAllMetrics(t *testing.T) {
	t.Parallel()
	server, service := stub.Start(t), startCloud(t)
	server.Set("SongLyrics_10k", stub.Behaviour{Fault: stub.RateLimit().When(stub.Every(2))})
	out := filepath.Join(t.TempDir(), "out.json")
	result := run(t, 0, k6run.Options{
		Env: append(at(server), "K6_CLOUD_HOST="+service.url, "K6_CLOUD_TOKEN="+cloudToken, "K6_CLOUD_STACK_ID=1", "K6_CLOUD_PUSH_REF_ID=1234",
			"K6_CLOUD_NAME=test", "K6_CLOUD_TRACES_ENABLED=false"),
		Stdin: prelude + `
			export const options = { vus: 2, iterations: 20 };
			export default function () {
				for (const strategy of ['multi', 'bulk', 'parallel-graphql', 'parallel-grpc', 'sequential-grpc']) {
					client.run(set, { strategy });
				}
			}`,
	}, "run", "--quiet", "--out", "cloud", "--out", "json="+out, "-")
	require.NotContains(t, result.Stderr, "level=error")
	require.NotContains(t, result.Stderr, cloudToken)
	byMetric := readSamples(t, out)
	service.mu.Lock()
	defer service.mu.Unlock()
	require.Empty(t, service.refused)
	for _, name := range ofBatches() {
		got, want := service.counts[name], byMetric[name].count()
		switch name {
		case "weaviate_batches", "weaviate_query_failures", "weaviate_query_objects", "weaviate_query_slowest", "http_reqs": // counters
			want = byMetric[name].sum()
		}
		require.NotZero(t, want, name)
		require.Equal(t, want, got, name)
		require.True(t, service.labels[name]["scenario=default"], name)
		if strings.HasPrefix(name, "weaviate_query") {
			require.True(t, service.labels[name]["collection=SongLyrics"] || name == "weaviate_query_failures", name)
			require.True(t, service.labels[name]["strategy=parallel-grpc"], name)
		}
	}
	require.True(t, service.labels["weaviate_query_failures"]["category=rate_limited"])
	require.True(t, service.labels["weaviate_batches"]["outcome=partial"])
}
