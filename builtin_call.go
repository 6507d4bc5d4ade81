package weaviate

import (
	protocol "github.com/weaviate/weaviate/grpc/generated/protocol/v1"
	"go.k6.io/k6/v2/metrics"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// observeREST prepares for one request of a call. The pattern stands for its path: each name and id in the tags would make time
// series of their own.
func (b *builtinMetrics) observeREST(method, pattern string) *observed {
	if b == nil {
		return nil
	}
	return &observed{
		builtin: b, protocol: fanout.REST, method: method, url: b.url + pattern, requests: make([]observedRequest, 1),
	}
}

// observeGRPC prepares for one gRPC call.
func (b *builtinMetrics) observeGRPC() *observed {
	if b == nil {
		return nil
	}
	return &observed{builtin: b, protocol: fanout.GRPC}
}

// callSamples are the samples of k6's own metrics for a call.
func (o *observed) callSamples(base metrics.TagsAndMeta, call *fanout.Call) []metrics.Sample {
	switch {
	case o == nil:
		return nil
	case o.protocol == fanout.GRPC:
		method := protocol.Weaviate_BatchObjects_FullMethodName
		if call.Operation == fanout.BatchDelete {
			method = protocol.Weaviate_BatchDelete_FullMethodName
		}
		return []metrics.Sample{o.builtin.grpcSample(base, method, call.Status, call.Start.Add(call.Duration), call.Duration)}
	case o.requests[0].trail == nil:
		return nil
	default:
		return o.httpSamples(base, &o.requests[0], call.Status, call.Category)
	}
}
