package stub

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"google.golang.org/grpc/codes"
)

// Behaviour is how searches of a collection are answered. The zero Behaviour answers them at once and rightly.
type Behaviour struct {
	// Delay is how long the search takes. The sub-queries of one document run one after another, so their delays add up;
	// the documents of one bulk request run at the same time.
	Delay time.Duration
	// Delays, if not nil, is asked for the delay of every search instead. It must be safe for concurrent use.
	Delays func() time.Duration
	// Took is what a gRPC reply says that the search took; if 0, it is the delay.
	Took time.Duration
	// Fault is what goes wrong, after the delay.
	Fault Fault
}

// delay is the delay of the next search.
func (b *Behaviour) delay() time.Duration {
	if b.Delays != nil {
		return b.Delays()
	}
	return b.Delay
}

// Set changes how a collection behaves from now on. It panics when the server has no such collection.
func (s *Server) Set(collection string, b Behaviour) {
	c := s.collections[collection]
	if c == nil {
		panic(fmt.Sprintf("stub: no collection %q", collection))
	}
	c.behaviour.Store(&b)
}

// SetAll changes how all collections behave from now on.
func (s *Server) SetAll(b Behaviour) {
	for name := range s.collections {
		s.Set(name, b)
	}
}

type faultKind uint8

const (
	noFault faultKind = iota
	faultStatus
	faultField
	faultDocument
	faultMissing
	faultEmpty
	faultHTML
	faultMalformed
	faultTruncated
	faultCut
	faultResetBefore
	faultResetMidReply
	faultHang
	faultDrip
	faultGRPCStatus
	faultOversized
)

// Fault is one way to fail; the functions of this package make them. Unless it says so, a fault strikes over both protocols.
// Over HTTP, FieldError, DocumentError, RateLimit and MissingField spoil a document; every other fault spoils the
// request, whatever else it searches.
type Fault struct {
	kind   faultKind
	status int
	code   codes.Code
	text   string
	size   int
	pace   time.Duration
	when   func() bool
}

// When makes a fault strike only the searches for which when says true. First and Every make such functions.
func (f Fault) When(when func() bool) Fault {
	f.when = when
	return f
}

// strikes says whether this search fails.
func (f *Fault) strikes() bool { return f.kind != noFault && (f.when == nil || f.when()) }

// First is true for the first n searches.
func First(n int) func() bool {
	var asked atomic.Int64
	return func() bool { return asked.Add(1) <= int64(n) }
}

// Every is true for each nth search.
func Every(n int) func() bool {
	var asked atomic.Int64
	return func() bool { return asked.Add(1)%int64(n) == 0 }
}

// HTTPStatus answers HTTP requests with a status and a body; one in Weaviate's style if the body is empty. gRPC is left alone.
func HTTPStatus(status int, body string) Fault {
	if body == "" {
		body = fmt.Sprintf(`{"error":[{"message":"%d %s"}]}`, status, http.StatusText(status))
	}
	return Fault{kind: faultStatus, status: status, text: body}
}

// GRPCStatus answers gRPC searches with a status. HTTP is left alone.
func GRPCStatus(code codes.Code, message string) Fault {
	return Fault{kind: faultGRPCStatus, code: code, text: message}
}

// FieldError fails a sub-query: null in the reply's data, and an entry in errors with its path. Over gRPC it is Unknown.
func FieldError(message string) Fault { return Fault{kind: faultField, text: message} }

// RateLimit is how Weaviate limits searches of a class: FieldError with its text.
func RateLimit() Fault { return FieldError("429 Too many requests") }

// DocumentError fails the whole document: no data, and an entry in errors whose location is the sub-query. Over gRPC it is
// Unknown.
func DocumentError(message string) Fault { return Fault{kind: faultDocument, text: message} }

// MissingField leaves a sub-query out of the reply, without an error. gRPC is left alone.
func MissingField() Fault { return Fault{kind: faultMissing} }

// EmptyReply is a 200 without a body, which is how Weaviate answers when a search panicked. Over gRPC it is a message of 0
// bytes, which is a proper reply without objects.
func EmptyReply() Fault { return Fault{kind: faultEmpty} }

// HTML answers with a page, as proxies do, and status 200. gRPC is left alone.
func HTML() Fault { return Fault{kind: faultHTML} }

// Malformed answers with what is no JSON, or no protobuf message.
func Malformed() Fault { return Fault{kind: faultMalformed} }

// Truncated sends the first half of the reply as if it were the whole.
func Truncated() Fault { return Fault{kind: faultTruncated} }

// CutMidReply closes the connection after half of the reply. Over gRPC, a whole connection closes before the reply.
func CutMidReply() Fault { return Fault{kind: faultCut} }

// ResetBefore resets the connection (RST) instead of a reply. Other gRPC searches on the same connection fail too.
func ResetBefore() Fault { return Fault{kind: faultResetBefore} }

// ResetMidReply resets the connection (RST) after half of the reply. Over gRPC it is ResetBefore.
func ResetMidReply() Fault { return Fault{kind: faultResetMidReply} }

// Hang does not answer until the client gives up.
func Hang() Fault { return Fault{kind: faultHang} }

// Drip sends the reply some bytes at a time, with pauses. gRPC is left alone.
func Drip(bytes int, pause time.Duration) Fault {
	return Fault{kind: faultDrip, size: max(bytes, 1), pace: pause}
}

// Oversized sends a reply of more than this many bytes: proper JSON of one object with a very long title, or a proper
// protobuf message. It takes next to no memory here.
func Oversized(bytes int) Fault { return Fault{kind: faultOversized, size: bytes} }

// spoilsRequest says whether the fault strikes the HTTP request and not only a document in it.
func (f *Fault) spoilsRequest() bool {
	switch f.kind {
	case noFault, faultField, faultDocument, faultMissing, faultGRPCStatus:
		return false
	default:
		return true
	}
}
