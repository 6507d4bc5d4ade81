package fanout

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

const (
	// idleConnections is how many connections a client may keep: room for the largest batch that anyone sends.
	idleConnections = 256

	// readSize is how much of a reply is read at once.
	readSize = 32 << 10

	// excerptSize is how much of a refused request's reply is kept for the error text.
	excerptSize = 512
)

//nolint:gochecknoglobals // a pool is shared by design
var readBuffers = sync.Pool{New: func() any { b := make([]byte, readSize); return &b }}

// newTransport makes the HTTP side of a client. k6's own transport keeps 6 idle connections a host, so three of nine would
// be reopened every batch; this one has room for all of them.
func newTransport(config *Config) *http.Transport {
	transport := &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         config.Dial,
		ForceAttemptHTTP2:   true,
		MaxIdleConns:        idleConnections,
		MaxIdleConnsPerHost: idleConnections,
		IdleConnTimeout:     idleTimeout,
		DisableCompression:  true,
	}
	if config.TLS != nil {
		transport.TLSClientConfig = config.TLS.Clone()
	}
	return transport
}

// newRequestTemplate makes the request that all GraphQL requests of a client are shallow copies of. It has no GetBody, so
// that nothing is sent twice behind the measurement.
func newRequestTemplate(base *url.URL, config *Config) *http.Request {
	header := config.Header.Clone()
	if header == nil {
		header = make(http.Header)
	}
	header.Set("Content-Type", "application/json")
	if config.UserAgent != "" && header.Get("User-Agent") == "" {
		header.Set("User-Agent", config.UserAgent)
	}
	target := *base
	target.Path += "/v1/graphql"
	return &http.Request{
		Method: http.MethodPost, URL: &target, Host: base.Host, Header: header,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}
}

// body is a request body that allocates nothing but itself.
type body struct{ bytes.Reader }

func (*body) Close() error { return nil }

// sendDocument sends one GraphQL document and sorts its reply into the members whose sub-queries it holds. Members of one
// document share one start, one end and one failure of the whole.
func (b *batch) sendDocument(document []byte, i int, members []Member) {
	start := b.since()
	scan := replyScanner{fields: make([]field, len(members))}
	var wait time.Duration
	status, failed := b.exchange(document, i, &scan, &wait)
	end := b.since()

	for k := range members {
		m := &members[k]
		m.Start, m.End, m.Wait, m.Status = start, end, wait, status
		m.Objects = scan.fields[k].objects
		if failed != nil {
			m.fail(failed)
		} else if f := scan.failure(k); f != nil {
			m.fail(f)
		}
	}
	members[0].Bytes = scan.size
}

// exchange sends a document and reads its reply to the end, through the scanner.
func (b *batch) exchange(document []byte, i int, scan *replyScanner, wait *time.Duration) (int, *failure) {
	request := b.request(document, i, wait)
	reply, err := b.client.http.RoundTrip(request)
	if err != nil {
		b.requestEnds(i, nil, err)
		return 0, b.transportFailure(err)
	}
	defer func() { _ = reply.Body.Close() }()
	if reply.StatusCode != http.StatusOK {
		excerpt, err := io.ReadAll(io.LimitReader(reply.Body, excerptSize))
		scan.size = len(excerpt)
		b.requestEnds(i, reply, err)
		return reply.StatusCode, statusFailure(reply.StatusCode, reply.Header.Get("Location"), excerptOf(excerpt))
	}
	err = scan.readFrom(reply.Body)
	b.requestEnds(i, reply, err)
	if err != nil {
		return reply.StatusCode, b.transportFailure(err)
	}
	return reply.StatusCode, scan.finish()
}

// request makes the HTTP request for a document, with hooks for the wait for a connection and for the observer.
func (b *batch) request(document []byte, i int, wait *time.Duration) *http.Request {
	ctx := b.ctx
	if b.observer != nil {
		if trace := b.observer.RequestStarts(i); trace != nil {
			ctx = httptrace.WithClientTrace(ctx, trace)
		}
	}
	started := time.Now()
	request := b.client.template.WithContext(waitTrace(ctx, started, wait))
	content := &body{}
	content.Reset(document)
	request.Body, request.ContentLength = content, int64(len(document))
	return request
}

// waitTrace measures how long the request waits for a connection.
func waitTrace(ctx context.Context, started time.Time, wait *time.Duration) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { *wait = time.Since(started) },
	})
}

func (b *batch) requestEnds(i int, reply *http.Response, err error) {
	if b.observer != nil {
		b.observer.RequestEnds(i, reply, err)
	}
}

// excerptOf makes one short line of the beginning of a reply.
func excerptOf(reply []byte) string {
	for !utf8.Valid(reply) && len(reply) > 0 {
		reply = reply[:len(reply)-1]
	}
	return strings.Join(strings.Fields(string(reply)), " ")
}

// readFrom reads a reply to its end, in pieces, through the scanner.
func (s *replyScanner) readFrom(r io.Reader) error {
	buffer := readBuffers.Get().(*[]byte)
	defer readBuffers.Put(buffer)
	for {
		n, err := r.Read(*buffer)
		s.scan((*buffer)[:n])
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if s.size > maxReply {
			return nil // finish reports it
		}
	}
}
