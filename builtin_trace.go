package weaviate

import (
	"crypto/tls"
	"net"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	"go.k6.io/k6/v2/lib/netext/httpext"
)

// requestTracer times the parts of an HTTP request as k6's own Tracer does. That one goes by the clock of the day: when somebody sets it
// while a request is in flight, the request has taken an hour, or less than nothing. This one goes by the clock that nobody can set.
type requestTracer struct {
	began time.Time

	// When something happened, in nanoseconds since it began and never 0; 0 when it did not. Hooks can be called late, when the request
	// has been given up.
	getConn, connectStart, connectDone, handshakeStart, handshakeDone, gotConn, wroteRequest, firstByte atomic.Int64

	reused  bool
	address net.Addr
}

// trace begins to time a request, and are the hooks that do.
func (t *requestTracer) trace() *httptrace.ClientTrace {
	t.began = time.Now()
	return &httptrace.ClientTrace{
		GetConn:      func(string) { t.getConn.Store(t.now()) },
		ConnectStart: func(string, string) { t.first(&t.connectStart) }, // there can be several at a time, by IPv4 and IPv6
		ConnectDone: func(_, _ string, err error) {
			if err == nil {
				t.first(&t.connectDone)
			}
		},
		TLSHandshakeStart: func() { t.first(&t.handshakeStart) },
		TLSHandshakeDone: func(_ tls.ConnectionState, err error) {
			if err == nil {
				t.first(&t.handshakeDone)
			}
		},
		GotConn: t.connected,
		WroteRequest: func(info httptrace.WroteRequestInfo) {
			if info.Err == nil {
				t.wroteRequest.Store(t.now())
			}
		},
		GotFirstResponseByte: func() { t.first(&t.firstByte) },
	}
}

func (t *requestTracer) now() int64 { return int64(time.Since(t.began)) + 1 }

func (t *requestTracer) first(at *atomic.Int64) { at.CompareAndSwap(0, t.now()) }

// connected is called when there is a connection. One that was there before took no time, whatever was begun meanwhile.
func (t *requestTracer) connected(info httptrace.GotConnInfo) {
	now := t.now()
	t.gotConn.Store(now)
	t.reused, t.address = info.Reused, info.Conn.RemoteAddr()
	parts := []*atomic.Int64{&t.connectStart, &t.connectDone}
	if _, encrypted := info.Conn.(*tls.Conn); encrypted {
		parts = append(parts, &t.handshakeStart, &t.handshakeDone)
	}
	for _, part := range parts {
		if info.Reused {
			part.Store(now)
		} else {
			part.CompareAndSwap(0, now)
		}
	}
}

// done is called when the request has ended, and tells its parts as k6's Tracer.Done does.
func (t *requestTracer) done() *httpext.Trail {
	ended := t.now()
	trail := &httpext.Trail{
		EndTime: t.began.Add(time.Duration(ended)), ConnReused: t.reused, ConnRemoteAddr: t.address,
		Blocked:        between(t.getConn.Load(), t.gotConn.Load()),
		Connecting:     between(t.connectStart.Load(), t.connectDone.Load()),
		TLSHandshaking: between(t.handshakeStart.Load(), t.handshakeDone.Load()),
	}
	wrote, first := t.wroteRequest.Load(), t.firstByte.Load()
	sent := t.handshakeDone.Load()
	if sent == 0 {
		sent = t.connectDone.Load()
	}
	trail.Sending = between(sent, wrote)
	if first == 0 {
		trail.Waiting = between(wrote, ended)
	} else {
		trail.Waiting, trail.Receiving = between(wrote, first), between(first, ended)
	}
	trail.ConnDuration = trail.Connecting + trail.TLSHandshaking
	trail.Duration = trail.Sending + trail.Waiting + trail.Receiving
	return trail
}

// between is the time between two things, if both happened, and in that order. (A reply may begin before the request has all been sent.)
func between(from, to int64) time.Duration {
	if from == 0 || to == 0 {
		return 0
	}
	return time.Duration(max(0, to-from))
}
