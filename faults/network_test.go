//go:build linux

package faults_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/Shopify/toxiproxy/v2"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/relay"
)

const (
	survivesBoth   = "the run file; users of the other protocol, whose batches all succeed; no user is stuck"
	recordedFull   = "full batches, whose times have it in them"
	recordedLost   = "failed members, `connection`"
	recordedInVain = "failed members, `timeout`, after the batch limit"
)

// harm is what a network does.
type harm struct {
	happens  string
	recorded string
	short    bool
	fresh    bool
	// toxic, stream and attributes are toxiproxy's; begin and end are for what is none of its toxics.
	toxic, stream, attributes string
	// least is how long batches take at least; 0 when the harm fails them.
	least      time.Duration
	categories []fanout.Category
}

func harms() []harm {
	lost, vain := []fanout.Category{fanout.CategoryConnection}, []fanout.Category{fanout.CategoryTimeout, fanout.CategoryConnection}
	return []harm{
		{"latency, 300 ms each way back", recordedFull, false, false, "latency", "downstream", `{"latency": 300}`, 300 * time.Millisecond, nil},
		{"jitter, 0 to 400 ms", recordedFull, false, false, "latency", "downstream", `{"latency": 200, "jitter": 200}`, time.Nanosecond, nil},
		{"little bandwidth, 40 KB/s", recordedFull, false, false, "bandwidth", "downstream", `{"rate": 40}`, time.Nanosecond, nil},
		{"replies that come in slices of 100 bytes", recordedFull, false, false, "slicer", "downstream",
			`{"average_size": 100, "size_variation": 50, "delay": 100}`, time.Nanosecond, nil},
		{"connections that take 1 s to close, each used once", recordedFull, false, true, "slow_close", "downstream", `{"delay": 1000}`, time.Nanosecond, nil},
		{"resets", recordedLost, true, false, "reset_peer", "downstream", `{"timeout": 0}`, 0, lost},
		{"connections that close after 2 KB", recordedLost, false, false, "limit_data", "downstream", `{"bytes": 2000}`, 0, lost},
		{"silence: what is sent never arrives", recordedInVain + "; what is in flight when it ends, `connection`", false, false, "timeout", "upstream", `{"timeout": 0}`, 0, vain},
		{"a blackout: connections close, and none can be opened", recordedLost, false, false, "", "", "", 0, lost},
	}
}

// networkRows are each harm over each protocol, and connections that die in silence.
func networkRows() []row {
	var rows []row
	for _, h := range harms() {
		for _, protocol := range []fanout.Protocol{fanout.GraphQL, fanout.GRPC} {
			rows = append(rows, row{
				happens: h.happens, over: over(protocol), recorded: h.recorded, survives: survivesBoth, short: h.short,
				run: func(t *testing.T, _ *row) time.Duration { t.Helper(); return h.play(t, protocol) },
			})
		}
	}
	for _, protocol := range []fanout.Protocol{fanout.GraphQL, fanout.GRPC} {
		rows = append(rows, row{
			happens: "half-open connections: those that are open die, and nobody says so", over: over(protocol),
			recorded: recordedInVain + "; the next batch opens a new connection", survives: survivesBoth,
			short: protocol == fanout.GRPC,
			run:   func(t *testing.T, _ *row) time.Duration { t.Helper(); return dieInSilence(t, protocol) },
		})
	}
	return rows
}

func over(protocol fanout.Protocol) string {
	if protocol == fanout.GRPC {
		return "gRPC"
	}
	return "GraphQL"
}

func by(protocol fanout.Protocol) func(fanout.Strategy) bool {
	return func(s fanout.Strategy) bool { return s.Protocol() == protocol }
}

func (h *harm) play(t *testing.T, protocol fanout.Protocol) time.Duration {
	t.Helper()
	server := seeded(t)
	http, grpc := newProxy(t, strings.TrimPrefix(server.URL, "http://")), newProxy(t, server.GRPC)
	struck := http
	if protocol == fanout.GRPC {
		struck = grpc
	}
	proxies := []*toxiproxy.Proxy{struck}
	o := outage{
		url: "http://" + http.Listen, grpc: grpc.Listen, fresh: h.fresh, struck: by(protocol), categories: h.categories,
		begin: func() error { return spoil(proxies, h.toxic, h.stream, h.attributes) },
		end:   func() error { return unspoil(t, proxies) },
		what:  "fails",
		as:    func(b *told) bool { return b.Outcome == fanout.Failed },
	}
	switch {
	case h.toxic == "":
		o.begin = func() error { struck.Stop(); return nil }
		o.end = struck.Start
	case h.least > 0:
		o.what = "succeeds and takes its time"
		o.as = func(b *told) bool {
			return full9(b) && b.Duration >= float64(h.least)/float64(time.Millisecond)
		}
	case !slices.Contains(h.categories, fanout.CategoryTimeout):
		// What is small enough may get through.
		o.as = func(b *told) bool { return b.Outcome != fanout.Full }
	}
	return o.play(t)
}

func dieInSilence(t *testing.T, protocol fanout.Protocol) time.Duration {
	t.Helper()
	server := seeded(t)
	http, grpc := relay.Start(t, strings.TrimPrefix(server.URL, "http://")), relay.Start(t, server.GRPC)
	struck := http
	if protocol == fanout.GRPC {
		struck = grpc
	}
	o := outage{
		url: "http://" + http.Address, grpc: grpc.Address, struck: by(protocol), categories: []fanout.Category{fanout.CategoryTimeout},
		begin: func() error { struck.Die(); return nil },
		what:  "fails",
		as:    func(b *told) bool { return b.Outcome != fanout.Full },
	}
	return o.play(t)
}
