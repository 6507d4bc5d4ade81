package fanout

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
)

// RESTRequest is one request to Weaviate's REST API.
type RESTRequest struct {
	Operation Operation
	// Collection is what the request is about; empty for several.
	Collection string
	Method     string
	// Path is below the server's address, like /v1/schema, escaped (Path makes one).
	Path  string
	Query url.Values
	// Body is JSON; nil for none.
	Body []byte
	// Count reads how many objects a reply tells of; nil for a reply of no interest. Its error says what is wrong with the reply.
	Count func(reply []byte) (int, error)
}

// Path joins the parts of a path below /v1, which may hold any characters.
func Path(parts ...string) string {
	path := []byte("/v1")
	for _, part := range parts {
		path = append(append(path, '/'), url.PathEscape(part)...)
	}
	return string(path)
}

// target is the request's URL. It is not cleaned: what a script names must not lead anywhere else.
func (r *RESTRequest) target(base *url.URL) *url.URL {
	target := *base
	target.RawPath = base.EscapedPath() + r.Path
	target.Path, _ = url.PathUnescape(target.RawPath) // Path has escaped it
	target.RawQuery = r.Query.Encode()
	return &target
}

// REST sends a request and returns the reply to it; nil if it failed. The observer, nil for none, is told of it as request 0.
func (c *Client) REST(ctx context.Context, r *RESTRequest, observer Observer) (*Call, []byte) {
	call := &Call{Operation: r.Operation, Collection: r.Collection}
	var reply []byte
	c.call(ctx, call, observer, func(f *flight) *failure {
		var x exchange
		f.roundTrip(&x, f.restRequest(r, call), 0, func(piece []byte) { reply = append(reply, piece...) })
		call.Status = x.status
		if x.failed == nil {
			x.failed = r.read(call, reply)
		}
		return x.failed
	})
	if !call.OK() {
		return call, nil
	}
	return call, reply
}

// read reads what the call tells of the reply. Also a reply of no interest must be one of Weaviate's: JSON, or nothing.
func (r *RESTRequest) read(call *Call, reply []byte) *failure {
	if len(reply) > 0 && !json.Valid(reply) {
		return failf(CategoryBadReply, "the reply is not JSON; it begins %q", excerptOf(reply[:min(len(reply), excerptSize)]))
	}
	if r.Count == nil {
		return nil
	}
	var err error
	if call.Objects, err = r.Count(reply); err != nil {
		return failf(CategoryBadReply, "%v", err)
	}
	return nil
}

func (f *flight) restRequest(r *RESTRequest, call *Call) *http.Request {
	request := f.client.document.WithContext(f.traced(0, &call.Wait))
	request.Method, request.URL = r.Method, r.target(f.client.base)
	request.Body = http.NoBody
	if r.Body != nil {
		request.Body, request.ContentLength = io.NopCloser(bytes.NewReader(r.Body)), int64(len(r.Body))
	}
	return request
}
