package weaviate

import (
	"crypto/tls"
	"errors"
	"net"
	"net/http/httptrace"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.k6.io/k6/v2/lib/netext/httpext"
)

// TestRequestTracerTellsWhatK6sDoes holds the tracer to k6's own, as long as nobody sets the clock.
func TestRequestTracerTellsWhatK6sDoes(t *testing.T) {
	t.Parallel()
	plain := &net.TCPConn{}
	got := func(c net.Conn, reused bool) func(*httptrace.ClientTrace) {
		return func(h *httptrace.ClientTrace) { h.GotConn(httptrace.GotConnInfo{Conn: c, Reused: reused}) }
	}
	getConn := func(h *httptrace.ClientTrace) { h.GetConn("host:1") }
	connectStart := func(h *httptrace.ClientTrace) { h.ConnectStart("tcp", "host:1") }
	connectDone := func(h *httptrace.ClientTrace) { h.ConnectDone("tcp", "host:1", nil) }
	connectFailed := func(h *httptrace.ClientTrace) { h.ConnectDone("tcp", "host:1", errors.New("no")) }
	handshakeStart := func(h *httptrace.ClientTrace) { h.TLSHandshakeStart() }
	handshakeDone := func(h *httptrace.ClientTrace) { h.TLSHandshakeDone(tls.ConnectionState{}, nil) }
	handshakeFailed := func(h *httptrace.ClientTrace) { h.TLSHandshakeDone(tls.ConnectionState{}, errors.New("no")) }
	wrote := func(h *httptrace.ClientTrace) { h.WroteRequest(httptrace.WroteRequestInfo{}) }
	wroteNot := func(h *httptrace.ClientTrace) { h.WroteRequest(httptrace.WroteRequestInfo{Err: errors.New("no")}) }
	firstByte := func(h *httptrace.ClientTrace) { h.GotFirstResponseByte() }
	for name, hooks := range map[string][]func(*httptrace.ClientTrace){
		"a new connection":             {getConn, connectStart, connectDone, got(plain, false), wrote, firstByte},
		"an old one":                   {getConn, got(plain, true), wrote, firstByte},
		"another was begun":            {getConn, connectStart, got(plain, true), connectDone, wrote, firstByte},
		"two are tried":                {getConn, connectStart, connectStart, connectFailed, connectDone, got(plain, false), wrote, firstByte},
		"by TLS":                       {getConn, connectStart, connectDone, handshakeStart, handshakeDone, got(tls.Client(plain, nil), false), wrote, firstByte},
		"an old one by TLS":            {getConn, got(tls.Client(plain, nil), true), wrote, firstByte},
		"HTTP/2 that takes up another": {getConn, got(tls.Client(plain, nil), false), wrote, firstByte},
		"the handshake fails":          {getConn, connectStart, connectDone, handshakeStart, handshakeFailed},
		"nobody is there":              {getConn, connectStart, connectFailed},
		"no reply":                     {getConn, got(plain, true), wrote},
		"it cannot be sent":            {getConn, got(plain, true), wroteNot},
		"the reply comes first":        {getConn, got(plain, true), firstByte, wrote},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var theirs httpext.Tracer
				var ours requestTracer
				both := []*httptrace.ClientTrace{theirs.Trace(), ours.trace()}
				for i, hook := range hooks {
					time.Sleep(time.Duration(i+1) * time.Millisecond)
					for _, trace := range both {
						hook(trace)
					}
				}
				time.Sleep(time.Second)
				want, got := theirs.Done(), ours.done()
				require.True(t, want.EndTime.Equal(got.EndTime.Add(-1)), "%v %v", want.EndTime, got.EndTime)
				got.EndTime = want.EndTime
				require.Equal(t, want, got)
				require.True(t, ours.done().Duration >= 0)
			})
		})
	}
}
