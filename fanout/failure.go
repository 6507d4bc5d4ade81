package fanout

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Category says what kind of failure a member met.
type Category string

// The categories of failed members.
const (
	// CategoryConnection: no connection, or it broke (refused, DNS, reset, TLS; gRPC Unavailable).
	CategoryConnection Category = "connection"
	// CategoryTimeout: the batch limit passed before the reply was complete.
	CategoryTimeout Category = "timeout"
	// CategoryHTTP: an HTTP status other than 200 that has no category of its own.
	CategoryHTTP Category = "http"
	// CategoryGraphQL: an error in the reply's errors, for this field or for the whole document.
	CategoryGraphQL Category = "graphql"
	// CategoryGRPC: a gRPC status that has no category of its own.
	CategoryGRPC Category = "grpc"
	// CategoryRateLimited: HTTP 429, its text inside a 200 or a gRPC Unknown, or the server's usage limit.
	CategoryRateLimited Category = "rate_limited"
	// CategoryAuth: HTTP 401 or 403, gRPC Unauthenticated or PermissionDenied.
	CategoryAuth Category = "auth"
	// CategoryBadReply: a reply that cannot be read: empty, cut short, malformed, too large, or without the collection; a page
	// instead of a reply.
	CategoryBadReply Category = "bad_reply"
	// CategoryCanceled: the run ended (gracefulStop, abort) before the reply was complete.
	CategoryCanceled Category = "canceled"
)

// Categories lists all categories.
func Categories() []Category {
	return []Category{
		CategoryConnection, CategoryTimeout, CategoryHTTP, CategoryGraphQL, CategoryGRPC, CategoryRateLimited,
		CategoryAuth, CategoryBadReply, CategoryCanceled,
	}
}

// failure is why a member failed.
type failure struct {
	category Category
	text     string
}

func (f *failure) Error() string { return string(f.category) + ": " + f.text }

func failf(category Category, format string, args ...any) *failure {
	return &failure{category, fmt.Sprintf(format, args...)}
}

// rateLimitText is how Weaviate says that it limits one class search: the text is the same inside a GraphQL reply and
// inside a gRPC status.
const rateLimitText = "429 Too many requests"

// transportFailure names an error of sending a request or of reading its reply.
func (f *flight) transportFailure(err error) *failure {
	if f := f.stopped(); f != nil {
		return f
	}
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		return failf(CategoryTimeout, "%v", err)
	}
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return failf(CategoryConnection, "the server closed the connection before the reply was complete: %v", err)
	}
	return failf(CategoryConnection, "%v", err)
}

// stopped says whether the flight ran into its limit or was cut short from outside.
func (f *flight) stopped() *failure {
	switch {
	case ended(f.parent): // k6 ends a scenario by a deadline too: that is not the flight's own
		return failf(CategoryCanceled, "the run ended before the reply was complete")
	case ended(f.ctx):
		return failf(CategoryTimeout, "no complete reply within the %s of %v", f.limit, f.client.config.Timeout)
	default:
		return nil
	}
}

// ended says whether a context has ended. A deadline counts once it has passed, even if the context's timer is late: a server
// that was told the deadline may say so before.
func ended(ctx context.Context) bool {
	deadline, limited := ctx.Deadline()
	return ctx.Err() != nil || limited && !time.Now().Before(deadline)
}

// statusCategory sorts an HTTP status other than 200.
func statusCategory(code int) Category {
	switch code {
	case http.StatusUnauthorized, http.StatusForbidden:
		return CategoryAuth
	case http.StatusTooManyRequests:
		return CategoryRateLimited
	default:
		return CategoryHTTP
	}
}

// statusFailure names an HTTP status other than 200; excerpt is the beginning of the reply.
func statusFailure(code int, location, excerpt string) *failure {
	text := fmt.Sprintf("HTTP %d %s", code, http.StatusText(code))
	if location != "" {
		text += " to " + location
	}
	if excerpt != "" {
		text += ": " + excerpt
	}
	return &failure{statusCategory(code), text}
}

// accessText is how an error begins that Weaviate's role-based access control gives, in a reply whose status is 200.
const accessText = "rbac:"

// graphqlFailure names an entry of a reply's errors.
func graphqlFailure(message string) *failure {
	switch {
	case strings.Contains(message, rateLimitText):
		return &failure{CategoryRateLimited, message}
	case strings.HasPrefix(message, accessText):
		return &failure{CategoryAuth, message}
	default:
		return &failure{CategoryGraphQL, message}
	}
}

// httpInGRPC is how gRPC says that what answered is no gRPC server but a proxy, a load balancer or another web server. It gives
// such replies codes of its own choice, in which a limit looks like a broken connection.
var httpInGRPC = regexp.MustCompile(`unexpected HTTP status code received from server: (\d+)`)

// tooLarge is how gRPC says that a reply is longer than the client takes, as it came or once it was decompressed.
var tooLarge = regexp.MustCompile(`received message larger than max|message after decompression larger than max`)

// How gRPC says that something between broke the call off: no server does so by itself.
const (
	streamReset = "stream terminated by RST_STREAM"
	streamEnded = "server closed the stream without sending trailers"
)

// grpcFailure names a gRPC error, and tells its code. That of a call which was stopped here is what stopped it: the server was told
// the limit, and may have ended the call by a code of its own in the same moment.
func (f *flight) grpcFailure(err error) (codes.Code, *failure) {
	s := status.Convert(err)
	if s.Code() > codes.Unauthenticated { // the last that there is: any other number would be a tag, and a time series, of its own
		s = status.New(codes.Unknown, s.Code().String()+": "+s.Message())
	}
	stopped := f.stopped()
	switch s.Code() {
	case codes.Canceled, codes.DeadlineExceeded, codes.Unavailable:
		if stopped == nil || httpInGRPC.MatchString(s.Message()) {
			break
		}
		if stopped.category == CategoryTimeout {
			return codes.DeadlineExceeded, stopped
		}
		return codes.Canceled, stopped
	}
	return s.Code(), statusFailureOverGRPC(s)
}

// statusFailureOverGRPC names a gRPC status other than OK.
func statusFailureOverGRPC(s *status.Status) *failure {
	text := s.Code().String() + ": " + excerptOf([]byte(s.Message())) // it may have several lines
	if found := httpInGRPC.FindStringSubmatch(s.Message()); found != nil {
		if found[1] == "200" {
			return &failure{CategoryBadReply, text}
		}
		code, _ := strconv.Atoi(found[1]) // digits
		return &failure{statusCategory(code), text}
	}
	switch s.Code() {
	case codes.DeadlineExceeded:
		return &failure{CategoryTimeout, text}
	case codes.Unavailable:
		return &failure{CategoryConnection, text}
	case codes.Unauthenticated, codes.PermissionDenied:
		return &failure{CategoryAuth, text}
	case codes.ResourceExhausted:
		// The client's own receive limit has the same code as the server's usage limit.
		if tooLarge.MatchString(s.Message()) {
			return &failure{CategoryBadReply, text}
		}
		return &failure{CategoryRateLimited, text}
	default:
		switch {
		case strings.Contains(s.Message(), rateLimitText):
			return &failure{CategoryRateLimited, text}
		case strings.Contains(s.Message(), streamReset), strings.Contains(s.Message(), streamEnded):
			return &failure{CategoryConnection, text}
		}
		return &failure{CategoryGRPC, text}
	}
}
