package fanout_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// frameServer is an HTTP/2 server over TLS whose answers are single frames.
type frameServer struct {
	address string
	trust   *tls.Config
	streams atomic.Int64 // opened by clients
	answer  func(s *frameServer, w *frameWriter, stream uint32, n int64)
}

func serveFrames(t *testing.T, answer func(*frameServer, *frameWriter, uint32, int64)) *frameServer {
	t.Helper()
	lender := httptest.NewTLSServer(http.NotFoundHandler()) // its certificate is good for this one too
	t.Cleanup(lender.Close)
	roots := x509.NewCertPool()
	roots.AddCert(lender.Certificate())
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{
		Certificates: lender.TLS.Certificates, NextProtos: []string{"h2"}, MinVersion: tls.VersionTLS12,
	})
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	s := &frameServer{
		address: listener.Addr().String(), trust: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}, answer: answer,
	}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go s.serve(conn)
		}
	}()
	return s
}

func (s *frameServer) serve(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	if _, err := io.CopyN(io.Discard, conn, int64(len(http2.ClientPreface))); err != nil {
		return
	}
	w := &frameWriter{conn: conn, framer: http2.NewFramer(conn, conn)}
	w.failed(w.framer.WriteSettings())
	for {
		frame, err := w.framer.ReadFrame()
		if err != nil {
			return
		}
		switch frame := frame.(type) {
		case *http2.SettingsFrame:
			if !frame.IsAck() {
				w.failed(w.framer.WriteSettingsAck())
			}
		case *http2.PingFrame:
			if !frame.IsAck() {
				w.failed(w.framer.WritePing(true, frame.Data))
			}
		case *http2.HeadersFrame:
			s.answer(s, w, frame.StreamID, s.streams.Add(1))
		}
	}
}

// frameWriter writes one connection's frames.
type frameWriter struct {
	conn   net.Conn
	framer *http2.Framer
}

// failed closes a connection on which nothing can be written any more.
func (w *frameWriter) failed(err error) {
	if err != nil {
		w.close()
	}
}

func (w *frameWriter) close() { _ = w.conn.Close() }

func (w *frameWriter) reset(stream uint32, code http2.ErrCode) {
	w.failed(w.framer.WriteRSTStream(stream, code))
}

// goodbye says that no stream was looked at, and goes.
func (w *frameWriter) goodbye() {
	w.failed(w.framer.WriteGoAway(0, http2.ErrCodeNo, nil))
	w.close()
}

func (w *frameWriter) headers(stream uint32, end bool, pairs ...string) {
	var block bytes.Buffer
	encoder := hpack.NewEncoder(&block)
	for i := 0; i < len(pairs); i += 2 {
		_ = encoder.WriteField(hpack.HeaderField{Name: pairs[i], Value: pairs[i+1]}) // to memory
	}
	w.failed(w.framer.WriteHeaders(http2.HeadersFrameParam{
		StreamID: stream, BlockFragment: block.Bytes(), EndHeaders: true, EndStream: end,
	}))
}

// searchReply answers a gRPC search with a message of 0 bytes. For a GraphQL request it is no JSON.
func (w *frameWriter) searchReply(stream uint32) {
	w.headers(stream, false, ":status", "200", "content-type", "application/grpc")
	w.failed(w.framer.WriteData(stream, false, make([]byte, 5)))
	w.headers(stream, true, "grpc-status", "0")
}

// endedReply ends a reply before it is complete.
func (w *frameWriter) endedReply(stream uint32) {
	w.headers(stream, false, ":status", "200", "content-type", "application/grpc", "content-length", "9")
	w.failed(w.framer.WriteData(stream, true, make([]byte, 5)))
}

// halfReply begins a reply and goes.
func (w *frameWriter) halfReply(stream uint32) {
	w.headers(stream, false, ":status", "200", "content-type", "application/grpc")
	w.failed(w.framer.WriteData(stream, false, []byte{0, 0, 0, 0, 9, 1}))
	w.close()
}
