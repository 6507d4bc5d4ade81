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

	// headerSize is how much of it is read together with its header. Each connection has a buffer of this size for as long as it is
	// open, of which a small one does: the rest of the reply is read past it.
	headerSize = 1 << 10

	// maxHeader bounds the header of a reply, or the metadata of one over gRPC, in bytes.
	maxHeader = 1 << 20

	// excerptSize is how much of a refused request's reply is kept for the error text.
	excerptSize = 512
)

//nolint:gochecknoglobals // a pool is shared by design
var readBuffers = sync.Pool{New: func() any { b := make([]byte, readSize); return &b }}

// newTransport makes the HTTP side of a client. k6's own transport keeps 6 idle connections a host, so three of nine would
// be reopened every batch; this one has room for all of them.
func newTransport(config *Config) *http.Transport {
	transport := &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            config.Dial,
		ForceAttemptHTTP2:      true,
		MaxIdleConns:           idleConnections,
		MaxIdleConnsPerHost:    idleConnections,
		IdleConnTimeout:        idleTimeout,
		DisableCompression:     true,
		ReadBufferSize:         headerSize,
		MaxResponseHeaderBytes: maxHeader,
		DisableKeepAlives:      config.NoConnectionReuse,
	}
	if config.TLS != nil {
		transport.TLSClientConfig = config.TLS.Clone()
	}
	return transport
}

// newRequestTemplate makes the request that all GraphQL requests of a client to one path are shallow copies of. It has no
// GetBody, so that nothing is sent twice behind the measurement.
func newRequestTemplate(base *url.URL, path string, config *Config) *http.Request {
	header := config.Header.Clone()
	if header == nil {
		header = make(http.Header)
	}
	header.Set("Content-Type", "application/json")
	if config.UserAgent != "" && header.Get("User-Agent") == "" {
		header.Set("User-Agent", config.UserAgent)
	}
	target := *base
	target.Path += path
	return &http.Request{
		Method: http.MethodPost, URL: &target, Host: base.Host, Header: header,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}
}

// exchange is one HTTP request and its reply.
type exchange struct {
	start, end time.Duration
	status     int
	size       int      // of the reply
	failed     *failure // of the whole
}

// sendDocument sends one GraphQL document as request i and sorts its reply into the members whose sub-queries it holds.
func (b *batch) sendDocument(document []byte, i int) {
	members := b.membersOf(i)
	scan := newReplyScanner(len(members))
	defer scan.release()
	x := exchange{start: b.since()}
	request := b.request(b.client.document, document, i, &members[0].Wait)
	kept := b.keptOf(i)
	b.roundTrip(&x, request, i, func(piece []byte) {
		scan.scan(piece)
		kept.keep(piece)
	})
	if x.failed == nil {
		x.failed = scan.finish()
	}
	x.end = b.since()
	x.shareOut(members, scan.fields, scan.failure)
}

// sendBulk sends one list of GraphQL documents and sorts its reply into the members, each of which has a document.
func (b *batch) sendBulk(documents []byte) {
	members := b.result.Members
	scan := bulkScanner{fields: make([]field, len(members))}
	x := exchange{start: b.since()}
	request := b.request(b.client.bulk, documents, 0, &members[0].Wait)
	kept := b.keptOf(0)
	b.roundTrip(&x, request, 0, func(piece []byte) {
		scan.scan(piece)
		kept.keep(piece)
	})
	if x.failed == nil {
		x.failed = scan.finish()
	}
	x.end = b.since()
	x.shareOut(members, scan.fields, scan.failure)
}

// shareOut tells the members what became of the request that they share: one start, one wait, one end, one failure of the
// whole. The first member has the wait already.
func (x *exchange) shareOut(members []Member, fields []field, failure func(k int) *failure) {
	for k := range members {
		m := &members[k]
		m.Start, m.End, m.Wait, m.Status = x.start, x.end, members[0].Wait, x.status
		failed := x.failed
		if failed == nil {
			failed = failure(k)
		}
		if failed != nil {
			m.fail(failed)
			continue
		}
		m.Objects = fields[k].objects
	}
	members[0].Bytes = x.size
}

// roundTrip sends request i and hands its reply to scan, piece by piece.
func (f *flight) roundTrip(x *exchange, request *http.Request, i int, scan func(piece []byte)) {
	reply, err := f.client.http.RoundTrip(request)
	if err != nil {
		f.requestEnds(i, nil, err)
		x.failed = f.transportFailure(err)
		return
	}
	defer func() { _ = reply.Body.Close() }()
	x.status = reply.StatusCode
	if reply.StatusCode != http.StatusOK {
		excerpt, err := io.ReadAll(io.LimitReader(reply.Body, excerptSize))
		// The connection can be kept only once the reply was read to its end, if that is near.
		rest, _ := io.CopyN(io.Discard, reply.Body, readSize)
		x.size = len(excerpt) + int(rest)
		f.requestEnds(i, reply, err)
		x.failed = statusFailure(reply.StatusCode, reply.Header.Get("Location"), excerptOf(excerpt))
		return
	}
	x.size, err = readReply(reply.Body, scan)
	f.requestEnds(i, reply, err)
	switch {
	case err != nil:
		x.failed = f.transportFailure(err)
	case x.size > maxReply:
		x.failed = failf(CategoryBadReply, "the reply is longer than %d bytes: lower the limit", maxReply)
	}
}

// request makes HTTP request i, with hooks for the observer and for the wait for a connection, which goes to wait.
func (f *flight) request(template *http.Request, content []byte, i int, wait *time.Duration) *http.Request {
	request := template.WithContext(f.traced(i, wait))
	// A reader that net/http knows goes out in one piece with the header; any other is sent after it.
	request.Body, request.ContentLength = io.NopCloser(bytes.NewReader(content)), int64(len(content))
	return request
}

// traced is the context of request i, with the hooks of both the observer and the engine in one: httptrace joins two by reflection,
// which costs more than the rest of the request's preparation.
func (f *flight) traced(i int, wait *time.Duration) context.Context {
	var hooks *httptrace.ClientTrace
	if f.observer != nil {
		hooks = f.observer.RequestStarts(i)
	}
	if hooks == nil {
		hooks = &httptrace.ClientTrace{}
	}
	started, observe := time.Now(), hooks.GotConn
	hooks.GotConn = func(info httptrace.GotConnInfo) {
		*wait = time.Since(started)
		if observe != nil {
			observe(info)
		}
	}
	return httptrace.WithClientTrace(f.ctx, hooks)
}

func (f *flight) requestEnds(i int, reply *http.Response, err error) {
	if f.observer != nil {
		f.observer.RequestEnds(i, reply, err)
	}
}

// excerptOf makes one short line of the beginning of a reply.
func excerptOf(reply []byte) string {
	for !utf8.Valid(reply) && len(reply) > 0 {
		reply = reply[:len(reply)-1]
	}
	return strings.Join(strings.Fields(string(reply)), " ")
}

// readReply reads a reply to its end, or until it is longer than any reply may be, and hands it on in pieces as large as the
// buffer, so that few objects are cut in two. It returns how much it read.
func readReply(r io.Reader, scan func(piece []byte)) (size int, err error) {
	buffer := readBuffers.Get().(*[]byte)
	defer readBuffers.Put(buffer)
	for err == nil && size <= maxReply {
		n := 0
		for err == nil && n < len(*buffer) {
			var more int
			more, err = r.Read((*buffer)[n:])
			n += more
		}
		size += n
		scan((*buffer)[:n])
	}
	if err == io.EOF {
		err = nil
	}
	return size, err
}
