package weaviate

import (
	"net"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"strings"

	protocol "github.com/weaviate/weaviate/grpc/generated/protocol/v1"
	"go.k6.io/k6/v2/lib"
	"go.k6.io/k6/v2/lib/netext"
	"go.k6.io/k6/v2/lib/netext/httpext"
	"go.k6.io/k6/v2/metrics"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// builtinMetrics emits k6's own http_req_* and grpc_req_duration for the requests of a client, with the tags that k6's own
// modules give them, so that thresholds and dashboards made for those work here.
type builtinMetrics struct {
	metrics *metrics.BuiltinMetrics
	enabled *metrics.SystemTagSet
	url     string
	grpc    string
}

func newBuiltinMetrics(state *lib.State, config *fanout.Config) *builtinMetrics {
	return &builtinMetrics{
		metrics: state.BuiltinMetrics, enabled: state.Options.SystemTags,
		url:  strings.TrimSuffix(config.URL, "/"),
		grpc: config.GRPC,
	}
}

// observed are the requests of one batch. A nil one observes nothing.
type observed struct {
	builtin  *builtinMetrics
	protocol fanout.Protocol
	url      string // of the HTTP requests
	requests []observedRequest
}

// observedRequest is one HTTP request. The engine's goroutine for it writes, the VU's reads after all are joined.
type observedRequest struct {
	tracer *httpext.Tracer
	trail  *httpext.Trail
	reply  *http.Response
}

// observe prepares for a batch; a nil receiver (builtinMetrics: false) observes nothing.
func (b *builtinMetrics) observe(strategy fanout.Strategy, members int) *observed {
	if b == nil {
		return nil
	}
	o := &observed{builtin: b, protocol: strategy.Protocol(), url: b.url + strategy.Path()}
	if o.protocol == fanout.GraphQL {
		o.requests = make([]observedRequest, members)
	}
	return o
}

// forEngine is the observer that the engine is to call: none for gRPC, whose results say all.
func (o *observed) forEngine() fanout.Observer {
	if o == nil || o.protocol != fanout.GraphQL {
		return nil
	}
	return o
}

func (o *observed) RequestStarts(i int) *httptrace.ClientTrace {
	o.requests[i].tracer = &httpext.Tracer{}
	return o.requests[i].tracer.Trace()
}

func (o *observed) RequestEnds(i int, reply *http.Response, _ error) {
	o.requests[i].trail = o.requests[i].tracer.Done()
	o.requests[i].reply = reply
}

// samples are the samples of k6's own metrics for the batch.
func (o *observed) samples(base metrics.TagsAndMeta, result *fanout.Result) []metrics.Sample {
	if o == nil {
		return nil
	}
	var samples []metrics.Sample
	if o.protocol == fanout.GRPC {
		samples = make([]metrics.Sample, 0, len(result.Members))
		for i := range result.Members {
			if m := &result.Members[i]; !m.Unsent {
				samples = append(samples, o.builtin.grpcSample(base.Clone(), result, m))
			}
		}
		return samples
	}
	for i := range o.requests {
		if r := &o.requests[i]; r.trail != nil {
			samples = append(samples, o.httpSamples(base.Clone(), r, &result.Members[i])...)
		}
	}
	return samples
}

func (o *observed) httpSamples(tags metrics.TagsAndMeta, r *observedRequest, m *fanout.Member) []metrics.Sample {
	b := o.builtin
	set := func(tag metrics.SystemTag, value string) { tags.SetSystemTagOrMetaIfEnabled(b.enabled, tag, value) }
	name, named := tags.Tags.Get(metrics.TagName.String())
	if !named {
		name = o.url
		set(metrics.TagName, name)
	}
	set(metrics.TagURL, name)
	set(metrics.TagMethod, http.MethodPost)
	set(metrics.TagStatus, strconv.Itoa(m.Status))
	expected := r.reply != nil && m.Status >= 200 && m.Status < 400
	if r.reply != nil {
		set(metrics.TagProto, r.reply.Proto)
		if m.Status >= 400 {
			set(metrics.TagErrorCode, strconv.Itoa(1000+m.Status)) // k6's scheme
		}
		if r.reply.TLS != nil {
			info, ocsp := netext.ParseTLSConnState(r.reply.TLS)
			set(metrics.TagTLSVersion, info.Version)
			set(metrics.TagOCSPStatus, ocsp.Status)
		}
	} else {
		set(metrics.TagError, string(m.Category))
	}
	if b.enabled.Has(metrics.TagIP) && r.trail.ConnRemoteAddr != nil {
		if ip, _, err := net.SplitHostPort(r.trail.ConnRemoteAddr.String()); err == nil {
			tags.SetSystemTagOrMeta(metrics.TagIP, ip)
		}
	}
	set(metrics.TagExpectedResponse, strconv.FormatBool(expected))
	r.trail.SaveSamples(b.metrics, &tags)
	return append(r.trail.Samples, metrics.Sample{
		TimeSeries: metrics.TimeSeries{Metric: b.metrics.HTTPReqFailed, Tags: tags.Tags},
		Time:       r.trail.EndTime, Metadata: tags.Metadata, Value: metrics.B(!expected),
	})
}

func (b *builtinMetrics) grpcSample(tags metrics.TagsAndMeta, result *fanout.Result, m *fanout.Member) metrics.Sample {
	method := protocol.Weaviate_Search_FullMethodName
	set := func(tag metrics.SystemTag, value string) { tags.SetSystemTagOrMetaIfEnabled(b.enabled, tag, value) }
	set(metrics.TagURL, b.grpc+method)
	service, name, _ := strings.Cut(strings.TrimPrefix(method, "/"), "/")
	set(metrics.TagService, service)
	set(metrics.TagMethod, name)
	if _, named := tags.Tags.Get(metrics.TagName.String()); !named {
		set(metrics.TagName, method)
	}
	set(metrics.TagStatus, strconv.Itoa(m.Status))
	return metrics.Sample{
		TimeSeries: metrics.TimeSeries{Metric: b.metrics.GRPCReqDuration, Tags: tags.Tags},
		Time:       result.Start.Add(m.End), Metadata: tags.Metadata, Value: metrics.D(m.Duration()),
	}
}
