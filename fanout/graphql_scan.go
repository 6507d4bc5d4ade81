package fanout

import (
	"bytes"
	"sync"
)

// expectation is what may come next in a JSON text.
type expectation uint8

const (
	expectValue expectation = iota
	expectValueOrClose
	expectKey
	expectKeyOrClose
	expectColon
	expectCommaOrClose
	expectEnd
)

const (
	headSize = 64 // bytes of a reply kept for error texts
	keySize  = 16 // bytes of a key kept; longer keys are none that are looked for
	maxDepth = 64 // of nesting: what the bits of replyScanner.objects can tell

	depthReply = 1 // inside the reply's object
	depthData  = 2 // inside data
	depthGet   = 3 // inside data.Get
	depthList  = 4 // inside a member's list of objects
)

// replyScanner reads a GraphQL reply as it comes in, piece by piece: it checks that it is JSON, counts each member's objects
// and keeps the errors, and builds nothing.
type replyScanner struct {
	fields []field
	errors []byte // the raw value of "errors"
	size   int
	inBulk bool // the reply is one of a list: something may follow it

	expect  expectation
	depth   int
	objects uint64 // bit d: the container at depth d is an object, not an array

	inString bool
	escaped  bool // the piece before ended in a backslash that escapes what follows
	isKey    bool // the string is a key
	inScalar bool // inside a number, true, false or null

	key       [keySize]byte
	keyLength int

	inErrors bool // inside the value of "errors"
	inData   bool // inside the value of "data"
	inGet    bool // inside the value of "data.Get"
	member   int  // whose list the scanner is in; -1 for none
	shape    shape

	broken     string
	brokenAt   int
	head       [headSize]byte
	headLength int
}

// replyScanners keeps scanners for the next replies: what they have learned of the shape of objects holds for these, too, mostly.
//
//nolint:gochecknoglobals // a pool is shared by design
var replyScanners = sync.Pool{New: func() any { return new(replyScanner) }}

// newReplyScanner makes a scanner for a reply to a document with this many members. Release it.
func newReplyScanner(members int) *replyScanner {
	s := replyScanners.Get().(*replyScanner)
	fields := s.fields
	if cap(fields) < members {
		fields = make([]field, members)
	}
	fields = fields[:members]
	clear(fields)
	s.reset(fields)
	return s
}

// reset makes ready for a reply, and keeps what can be used again.
func (s *replyScanner) reset(fields []field) {
	known := s.shape
	known.attempts = 0
	*s = replyScanner{fields: fields, errors: s.errors[:0], shape: known}
}

// release gives a scanner back. Nobody must use its fields afterwards.
func (s *replyScanner) release() { replyScanners.Put(s) }

// scan reads the next piece of the reply and returns how much of it that was: all of it, unless the reply is broken or, in a
// list, ends before.
func (s *replyScanner) scan(p []byte) int {
	captured := 0 // p[captured:i] belongs to errors and is not kept yet
	object := -1  // where the object that the scanner is in began; -1 if not in this piece
	i := 0
	for i < len(p) && s.broken == "" && (!s.inBulk || s.expect != expectEnd) {
		if p[i] == '{' && s.atObject() {
			if n := s.objectsAlike(p[i:]); n > 0 {
				i += n
				continue
			}
			object = i
		}
		wasInErrors, wasInObject, expected := s.inErrors, s.depth > depthList, s.expect
		n := s.step(p[i:])
		if n == 0 && s.expect == expected && s.broken == "" {
			s.breaks(s.size+i, "unexpected %q", p[i])
		}
		if s.inErrors && !wasInErrors {
			captured = i
		}
		i += n
		if wasInObject && s.depth == depthList {
			if object >= 0 && s.shape.attempts < maxAttempts {
				s.shape.learn(p[object:i])
			}
			object = -1 // what ends next, in the errors for instance, need not be an object of a member's list
		}
		if wasInErrors && !s.inErrors {
			s.keepErrors(p[captured:i])
		}
	}
	if s.inErrors {
		s.keepErrors(p[captured:i])
	}
	s.size += i
	if s.inBulk {
		p = p[:i] // the rest is not this reply's
	}
	if s.headLength < headSize {
		s.headLength += copy(s.head[s.headLength:], p)
	}
	return i
}

// atObject says whether the next byte may begin an object of a member's list.
func (s *replyScanner) atObject() bool {
	return s.member >= 0 && s.depth == depthList && s.expect <= expectValueOrClose && !s.inString && !s.inScalar
}

// objectsAlike passes over the objects at the beginning of p that have the shape, with the commas between them, and returns how
// many bytes that is.
func (s *replyScanner) objectsAlike(p []byte) int {
	at := 0
	for {
		n := s.shape.match(p[at:])
		if n == 0 {
			return at
		}
		s.fields[s.member].objects++
		at += n
		if at+1 >= len(p) || p[at] != ',' || p[at+1] != '{' {
			s.expect = expectCommaOrClose
			return at
		}
		at++
		s.expect = expectValue
	}
}

// step reads on by a token, or by as much of a string or scalar as the piece holds, and returns how many bytes that is; 0 when
// the next byte must not stand there.
func (s *replyScanner) step(p []byte) int {
	if s.inString {
		n, closed := s.skipString(p)
		if closed {
			s.endString()
		}
		return n
	}
	if s.inScalar {
		n := 0
		for n < len(p) && isScalar[p[n]] {
			n++
		}
		if n < len(p) {
			s.inScalar = false
			s.endValue()
			if s.expect != expectEnd {
				n += s.step(p[n:])
			}
		}
		return n
	}
	if isSpace(p[0]) {
		return 1
	}
	return s.token(p[0])
}

func (s *replyScanner) keepErrors(p []byte) {
	s.errors = append(s.errors, p[:min(len(p), max(0, maxErrors-len(s.errors)))]...)
}

// token reads one token and returns its length; 0 when it must not stand here. A string's token is its opening quote.
func (s *replyScanner) token(c byte) int {
	switch s.expect {
	case expectValueOrClose:
		if c == ']' {
			return s.close(c)
		}
		return s.value(c)
	case expectValue:
		return s.value(c)
	case expectKeyOrClose, expectKey:
		if c == '}' && s.expect == expectKeyOrClose {
			return s.close(c)
		}
		if c != '"' {
			return 0
		}
		s.inString, s.isKey, s.keyLength = true, true, 0
		return 1
	case expectColon:
		if c != ':' {
			return 0
		}
		s.expect = expectValue
		return 1
	case expectCommaOrClose:
		if c != ',' {
			return s.close(c)
		}
		s.expect = expectValue
		if s.inObject() {
			s.expect = expectKey
		}
		return 1
	default:
		return 0
	}
}

// value reads the first byte of a value.
func (s *replyScanner) value(c byte) int {
	s.startValue(c)
	switch c {
	case '{':
		return s.open(true, expectKeyOrClose)
	case '[':
		return s.open(false, expectValueOrClose)
	case '"':
		s.inString, s.isKey = true, false
		return 1
	}
	if !isScalar[c] {
		return 0
	}
	s.inScalar = true
	return 1
}

// startValue takes note of a value by where it stands.
func (s *replyScanner) startValue(c byte) {
	switch s.depth {
	case depthReply:
		switch string(s.key[:s.keyLength]) {
		case "errors":
			s.inErrors = c != 'n'
		case "data":
			s.inData = true
		}
	case depthData:
		s.inGet = s.inData && string(s.key[:s.keyLength]) == "Get"
	case depthGet:
		s.startField(c)
	case depthList:
		if s.member >= 0 {
			s.fields[s.member].objects++
		}
	}
}

func (s *replyScanner) startField(c byte) {
	s.member = -1
	if !s.inGet {
		return
	}
	k, ok := s.aliased(s.key[:s.keyLength])
	if !ok {
		return
	}
	switch c {
	case '[':
		s.fields[k].state, s.member = fieldList, k
	case 'n':
		s.fields[k].state = fieldNull
	default:
		s.fields[k].state = fieldOther
	}
}

// endValue takes note that a value is complete.
func (s *replyScanner) endValue() {
	s.expect = expectCommaOrClose
	switch s.depth {
	case 0:
		s.expect = expectEnd
	case depthReply:
		s.inErrors, s.inData = false, false
	case depthData:
		s.inGet = false
	case depthGet:
		s.member = -1
	}
}

func (s *replyScanner) inObject() bool { return s.objects&(1<<uint(s.depth-1)) != 0 }

func (s *replyScanner) open(object bool, next expectation) int {
	if s.depth == maxDepth {
		s.breaks(s.size, "nested deeper than %d levels", maxDepth)
		return 0
	}
	bit := uint64(1) << uint(s.depth)
	s.depth++
	s.objects &^= bit
	if object {
		s.objects |= bit
	}
	s.expect = next
	return 1
}

func (s *replyScanner) close(c byte) int {
	want := byte(']')
	if s.inObject() {
		want = '}'
	}
	if c != want {
		return 0
	}
	s.depth--
	s.endValue()
	return 1
}

// skipString reads a string up to its closing quote, and keeps it if it is a key that matters.
func (s *replyScanner) skipString(p []byte) (n int, closed bool) {
	start := 0
	if s.escaped {
		s.escaped, start = false, 1
	}
	for at := start; ; {
		quote := bytes.IndexByte(p[at:], '"')
		end := len(p)
		if quote >= 0 {
			end = at + quote
		}
		odd := escapes(p[start:end])
		switch {
		case quote < 0:
			s.escaped = odd
			s.keepKey(p)
			return len(p), false
		case !odd:
			s.keepKey(p[:end])
			return end + 1, true
		}
		at = end + 1
	}
}

func (s *replyScanner) keepKey(p []byte) {
	if s.isKey && s.depth <= depthGet {
		s.keyLength += copy(s.key[s.keyLength:], p)
	}
}

func (s *replyScanner) endString() {
	s.inString = false
	if s.isKey {
		s.expect = expectColon
		return
	}
	s.endValue()
}
