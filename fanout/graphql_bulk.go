package fanout

import "fmt"

// listState is where a bulkScanner is in the list.
type listState uint8

const (
	beforeList listState = iota
	beforeFirst
	beforeReply
	inReply
	afterReply
	afterList
)

// bulkScanner reads the reply to a list of documents as it comes in: a list of GraphQL replies, in the order of the documents.
// Each is read as a reply of its own, so that what is wrong with one member leaves the others alone.
type bulkScanner struct {
	fields  []field
	reply   replyScanner // reads the reply that the scanner is in
	replies int          // begun
	begunAt int          // the byte at which the last of them begins

	state      listState
	size       int
	broken     string
	brokenAt   int
	head       [headSize]byte
	headLength int
}

// scan reads the next piece of the list.
func (s *bulkScanner) scan(p []byte) {
	if s.headLength < headSize {
		s.headLength += copy(s.head[s.headLength:], p)
	}
	for len(p) > 0 && s.broken == "" {
		n := s.step(p)
		s.size += n
		p = p[n:]
	}
	s.size += len(p)
}

// step reads on by a character of the list, or by as much of a reply as the piece holds, and returns how many bytes that is.
func (s *bulkScanner) step(p []byte) int {
	c := p[0]
	switch {
	case s.state == inReply:
		n := s.reply.scan(p)
		if s.reply.broken != "" {
			s.broken, s.brokenAt = s.reply.broken, s.begunAt+s.reply.brokenAt
		} else if s.reply.expect == expectEnd {
			s.endReply()
		}
		return n
	case isSpace(c):
		return 1
	case s.state == beforeList && c == '[':
		s.state = beforeFirst
		return 1
	case s.state == afterReply && c == ',':
		s.state = beforeReply
		return 1
	case (s.state == beforeFirst || s.state == afterReply) && c == ']':
		s.state = afterList
		return 1
	case s.state == beforeFirst || s.state == beforeReply:
		s.beginReply()
		return 0 // the character is the reply's
	default:
		s.broken, s.brokenAt = fmt.Sprintf("unexpected %q", c), s.size
		return 0
	}
}

// beginReply makes ready for the next member's reply. Objects of one list look like those of the list before, mostly.
func (s *bulkScanner) beginReply() {
	s.reply.reset(s.fields[min(s.replies, len(s.fields)):min(s.replies+1, len(s.fields))])
	s.reply.inBulk = true
	s.replies++
	s.state, s.begunAt = inReply, s.size
}

func (s *bulkScanner) endReply() {
	s.state = afterReply
	if len(s.reply.fields) == 0 {
		return // more than were asked for: finish reports it
	}
	failed := s.reply.finish()
	if failed == nil {
		failed = s.reply.failure(0)
	}
	s.reply.fields[0].failed = failed
}

// finish judges the list as a whole, once it was read to its end.
func (s *bulkScanner) finish() *failure {
	begin := excerptOf(s.head[:s.headLength])
	switch {
	case s.size == 0:
		return errEmptyReply
	case s.broken != "":
		return failf(CategoryBadReply, "the reply is not a list of GraphQL replies: %s at byte %d; it begins %q", s.broken, s.brokenAt, begin)
	case s.state != afterList:
		return failf(CategoryBadReply, "the reply ends in the middle, after %d bytes; it begins %q", s.size, begin)
	case s.replies != len(s.fields):
		return failf(CategoryBadReply, "the reply has %d parts, and %d documents were sent; it begins %q", s.replies, len(s.fields), begin)
	default:
		return nil
	}
}

// failure is why member k failed, or nil. It is for lists that finish let pass.
func (s *bulkScanner) failure(k int) *failure { return s.fields[k].failed }
