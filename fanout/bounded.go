package fanout

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
)

// noRedirection hands a redirection to the caller as the reply that it is.
func noRedirection(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// boundedReplies is a transport whose replies end in an error where a broken server would exhaust the client.
type boundedReplies struct{ http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (b boundedReplies) RoundTrip(request *http.Request) (*http.Response, error) {
	reply, err := b.RoundTripper.RoundTrip(request)
	if err == nil {
		reply.Body = &boundedBody{reply.Body, maxReply, maxObjects}
	}
	return reply, err
}

// boundedBody is a body of which so many bytes are read at most, and so many objects, if it is JSON.
type boundedBody struct {
	io.ReadCloser
	left, objects int
}

// Read implements io.Reader.
func (b *boundedBody) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, fmt.Errorf("the reply is longer than %d bytes", maxReply)
	}
	n, err := b.ReadCloser.Read(p[:min(len(p), b.left)])
	b.left -= n
	if b.objects -= bytes.Count(p[:n], []byte{'{'}); b.objects < 0 {
		return 0, fmt.Errorf("the reply has more than %d objects", maxObjects)
	}
	return n, err
}
