package weaviate

import (
	"net"
	"net/http"
	"net/http/httptrace"
	"net/netip"
	"strconv"
	"strings"
	"time"

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

	// The tags of the request before: those of the next one are the same, mostly.
	lastHTTP httpTags
	lastGRPC grpcTags
}

// httpTags are the tags of an HTTP request, and what they follow from.
type httpTags struct {
	from httpRequest
	tags *metrics.TagSet
}

// httpRequest is what the tags of an HTTP request follow from.
type httpRequest struct {
	base       *metrics.TagSet
	method     string
	url        string
	replied    bool
	status     int
	category   fanout.Category
	proto      string
	tlsVersion string
	ocspStatus string
	address    netip.Addr
}

// grpcTags are the tags of a gRPC call, and what they follow from.
type grpcTags struct {
	base   *metrics.TagSet
	method string
	status int
	tags   *metrics.TagSet
}

func newBuiltinMetrics(state *lib.State, config *fanout.Config) *builtinMetrics {
	return &builtinMetrics{
		metrics: state.BuiltinMetrics, enabled: state.Options.SystemTags,
		url:  strings.TrimSuffix(config.URL, "/"),
		grpc: config.GRPC,
	}
}

// observed are the requests of one batch, or that of one call. A nil one observes nothing.
type observed struct {
	builtin  *builtinMetrics
	protocol fanout.Protocol
	method   string // of the HTTP requests
	url      string // of the HTTP requests
	requests []observedRequest
}

// observedRequest is one HTTP request. The engine's goroutine for it writes, the VU's reads after all are joined.
type observedRequest struct {
	tracer requestTracer
	trail  *httpext.Trail
	reply  *http.Response
}

// observe prepares for a batch; a nil receiver (builtinMetrics: false) observes nothing.
func (b *builtinMetrics) observe(strategy fanout.Strategy, members int) *observed {
	if b == nil {
		return nil
	}
	o := &observed{builtin: b, protocol: strategy.Protocol(), method: http.MethodPost, url: b.url + strategy.Path()}
	if o.protocol == fanout.GraphQL {
		o.requests = make([]observedRequest, members)
	}
	return o
}

// forEngine is the observer that the engine is to call: none for gRPC, whose results say all.
func (o *observed) forEngine() fanout.Observer {
	if o == nil || o.protocol == fanout.GRPC {
		return nil
	}
	return o
}

func (o *observed) RequestStarts(i int) *httptrace.ClientTrace { return o.requests[i].tracer.trace() }

func (o *observed) RequestEnds(i int, reply *http.Response, _ error) {
	o.requests[i].trail = o.requests[i].tracer.done()
	o.requests[i].reply = reply
}

// samplesPerRequest is how many samples k6 has of an HTTP request.
const samplesPerRequest = 9

// samples are the samples of k6's own metrics for the batch. No tag that is set here is one that k6 keeps as metadata; so all
// samples share the VU's.
func (o *observed) samples(base metrics.TagsAndMeta, result *fanout.Result) []metrics.Sample {
	if o == nil {
		return nil
	}
	if o.protocol == fanout.GRPC {
		samples := make([]metrics.Sample, 0, len(result.Members))
		for i := range result.Members {
			if m := &result.Members[i]; !m.Unsent {
				samples = append(samples, o.builtin.grpcSample(base, grpcSearch, m.Status, result.Start.Add(m.End), m.Duration()))
			}
		}
		return samples
	}
	samples := make([]metrics.Sample, 0, samplesPerRequest*len(o.requests))
	for i := range o.requests {
		if r := &o.requests[i]; r.trail != nil {
			samples = append(samples, o.httpSamples(base, r, result.Members[i].Status, result.Members[i].Category)...)
		}
	}
	return samples
}

func (o *observed) httpSamples(base metrics.TagsAndMeta, r *observedRequest, status int, category fanout.Category) []metrics.Sample {
	from := httpRequest{
		base: base.Tags, method: o.method, url: o.url, replied: r.reply != nil, status: status, address: addressOf(r.trail.ConnRemoteAddr),
	}
	if r.reply == nil {
		from.category = category
	} else {
		from.proto = r.reply.Proto
		if r.reply.TLS != nil {
			info, ocsp := netext.ParseTLSConnState(r.reply.TLS)
			from.tlsVersion, from.ocspStatus = info.Version, ocsp.Status
		}
	}
	b := o.builtin
	if b.lastHTTP.from != from {
		b.lastHTTP = httpTags{from, from.tags(b.enabled)}
	}
	tags := metrics.TagsAndMeta{Tags: b.lastHTTP.tags, Metadata: base.Metadata}
	r.trail.SaveSamples(b.metrics, &tags)
	return append(r.trail.Samples, metrics.Sample{
		TimeSeries: metrics.TimeSeries{Metric: b.metrics.HTTPReqFailed, Tags: tags.Tags},
		Time:       r.trail.EndTime, Metadata: tags.Metadata, Value: metrics.B(!from.expected()),
	})
}

// addressOf is the IP address of a connection's other end; invalid when it has none.
func addressOf(end net.Addr) netip.Addr {
	if tcp, ok := end.(*net.TCPAddr); ok {
		return tcp.AddrPort().Addr().Unmap()
	}
	return netip.Addr{}
}

// expected says whether k6 counts the reply as one that was expected.
func (r *httpRequest) expected() bool { return r.replied && r.status >= 200 && r.status < 400 }

// tags are those that k6 gives an HTTP request, as far as they are enabled.
func (r *httpRequest) tags(enabled *metrics.SystemTagSet) *metrics.TagSet {
	tags := metrics.TagsAndMeta{Tags: r.base}
	set := func(tag metrics.SystemTag, value string) { tags.SetSystemTagOrMetaIfEnabled(enabled, tag, value) }
	name, named := tags.Tags.Get(metrics.TagName.String())
	if !named {
		name = r.url
		set(metrics.TagName, name)
	}
	set(metrics.TagURL, name)
	set(metrics.TagMethod, r.method)
	set(metrics.TagStatus, strconv.Itoa(r.status))
	if r.replied {
		set(metrics.TagProto, r.proto)
		if r.status >= 400 {
			set(metrics.TagErrorCode, strconv.Itoa(1000+r.status)) // k6's scheme
		}
		if r.tlsVersion != "" {
			set(metrics.TagTLSVersion, r.tlsVersion)
			set(metrics.TagOCSPStatus, r.ocspStatus)
		}
	} else {
		set(metrics.TagError, string(r.category))
	}
	if r.address.IsValid() {
		set(metrics.TagIP, r.address.String())
	}
	set(metrics.TagExpectedResponse, strconv.FormatBool(r.expected()))
	return tags.Tags
}

// grpcSearch is the method of a search.
const grpcSearch = protocol.Weaviate_Search_FullMethodName

func (b *builtinMetrics) grpcSample(
	base metrics.TagsAndMeta, method string, status int, end time.Time, duration time.Duration,
) metrics.Sample {
	if last := &b.lastGRPC; last.tags == nil || last.base != base.Tags || last.method != method || last.status != status {
		b.lastGRPC = grpcTags{base.Tags, method, status, b.grpcTags(base.Tags, method, status)}
	}
	return metrics.Sample{
		TimeSeries: metrics.TimeSeries{Metric: b.metrics.GRPCReqDuration, Tags: b.lastGRPC.tags},
		Time:       end, Metadata: base.Metadata, Value: metrics.D(duration),
	}
}

// grpcTags are those that k6 gives a gRPC call, as far as they are enabled.
func (b *builtinMetrics) grpcTags(base *metrics.TagSet, method string, status int) *metrics.TagSet {
	tags := metrics.TagsAndMeta{Tags: base}
	set := func(tag metrics.SystemTag, value string) { tags.SetSystemTagOrMetaIfEnabled(b.enabled, tag, value) }
	set(metrics.TagURL, b.grpc+method)
	service, name, _ := strings.Cut(strings.TrimPrefix(method, "/"), "/")
	set(metrics.TagService, service)
	set(metrics.TagMethod, name)
	if _, named := tags.Tags.Get(metrics.TagName.String()); !named {
		set(metrics.TagName, method)
	}
	set(metrics.TagStatus, strconv.Itoa(status))
	return tags.Tags
}
