package examples_test

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/klauspost/compress/snappy"
	"github.com/stretchr/testify/assert"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// receiver stands in for a Prometheus that k6 sends its metrics to, by remote write or by OTLP.
type receiver struct {
	url string

	mu     sync.Mutex
	series map[string]map[string]map[string]bool // values by metric, as Prometheus names it, and label
}

func startReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{series: make(map[string]map[string]map[string]bool)}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /api/v1/write", func(w http.ResponseWriter, request *http.Request) {
		body, err := io.ReadAll(request.Body)
		assert.NoError(t, err)
		text, err := snappy.Decode(nil, body)
		assert.NoError(t, err)
		r.written(t, text)
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("POST /api/v1/otlp/v1/metrics", func(w http.ResponseWriter, request *http.Request) {
		body, err := io.ReadAll(request.Body)
		assert.NoError(t, err)
		r.exported(t, body)
		w.Header().Set("Content-Type", "application/x-protobuf")
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, request *http.Request) {
		assert.Fail(t, "k6 asked for "+request.Method+" "+request.URL.Path)
		w.WriteHeader(http.StatusNotFound)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	r.url = server.URL
	return r
}

// decode reads a message of a type that k6 links into this binary.
func decode(t *testing.T, name protoreflect.FullName, body []byte, value any) {
	t.Helper()
	kind, err := protoregistry.GlobalTypes.FindMessageByName(name)
	if !assert.NoError(t, err) {
		return
	}
	message := kind.New().Interface()
	assert.NoError(t, proto.Unmarshal(body, message))
	text, err := protojson.Marshal(message)
	assert.NoError(t, err)
	assert.NoError(t, json.Unmarshal(text, value))
}

// written takes a push by remote write.
func (r *receiver) written(t *testing.T, body []byte) {
	t.Helper()
	var request struct {
		Timeseries []struct {
			Labels []struct{ Name, Value string }
		}
	}
	decode(t, "prometheus.WriteRequest", body, &request)
	for _, series := range request.Timeseries {
		labels := make(map[string]string)
		for _, label := range series.Labels {
			labels[label.Name] = label.Value
		}
		name := labels["__name__"]
		delete(labels, "__name__")
		r.add(name, labels)
	}
}

// exported takes a push by OTLP.
func (r *receiver) exported(t *testing.T, body []byte) {
	t.Helper()
	type points struct {
		IsMonotonic bool
		DataPoints  []struct {
			Attributes []struct {
				Key   string
				Value struct{ StringValue string }
			}
		}
	}
	var request struct {
		ResourceMetrics []struct {
			ScopeMetrics []struct {
				Metrics []struct {
					Name, Unit            string
					Sum, Gauge, Histogram *points
				}
			}
		}
	}
	decode(t, "opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest", body, &request)
	for _, resource := range request.ResourceMetrics {
		for _, scope := range resource.ScopeMetrics {
			for _, metric := range scope.Metrics {
				name := prometheusName(metric.Name, metric.Unit)
				switch {
				case metric.Histogram != nil:
					for _, point := range metric.Histogram.DataPoints {
						labels := map[string]string{}
						for _, a := range point.Attributes {
							labels[a.Key] = a.Value.StringValue
						}
						r.add(name+"_count", labels)
						r.add(name+"_sum", labels)
						labels["le"] = "+Inf"
						r.add(name+"_bucket", labels)
					}
				default:
					of := metric.Gauge
					if metric.Sum != nil {
						of = metric.Sum
						assert.True(t, of.IsMonotonic, metric.Name)
						name = strings.TrimSuffix(name, "_total") + "_total"
					}
					for _, point := range of.DataPoints {
						labels := map[string]string{}
						for _, a := range point.Attributes {
							labels[a.Key] = a.Value.StringValue
						}
						r.add(name, labels)
					}
				}
			}
		}
	}
}

// prometheusName is what Prometheus makes of a name in OpenTelemetry: with underscores, and the unit in words.
func prometheusName(name, unit string) string {
	name = regexp.MustCompile(`[^a-zA-Z0-9_]`).ReplaceAllString(name, "_")
	if word := map[string]string{"ms": "milliseconds", "By": "bytes"}[unit]; word != "" {
		name += "_" + word
	}
	return name
}

func (r *receiver) add(name string, labels map[string]string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.series[name] == nil {
		r.series[name] = make(map[string]map[string]bool)
	}
	for label, value := range labels {
		if r.series[name][label] == nil {
			r.series[name][label] = make(map[string]bool)
		}
		r.series[name][label][value] = true
	}
}

// received is what has arrived.
func (r *receiver) received() map[string]map[string]map[string]bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return maps.Clone(r.series)
}
