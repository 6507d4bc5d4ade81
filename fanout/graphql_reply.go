package fanout

import (
	"encoding/json"
	"fmt"
	"strconv"
)

// maxErrors bounds how much of a reply's errors is kept.
const maxErrors = 64 << 10

// fieldState is what the reply held under a member's alias.
type fieldState uint8

const (
	fieldMissing fieldState = iota
	fieldList
	fieldNull
	fieldOther
)

// field is one member's part of a reply.
type field struct {
	state   fieldState
	objects int
	failed  *failure
}

// graphqlError is one entry of a reply's errors.
type graphqlError struct {
	Message   string `json:"message"`
	Path      []any  `json:"path"`
	Locations []struct {
		Line int `json:"line"`
	} `json:"locations"`
}

var errEmptyReply = failf(CategoryBadReply, "the reply is empty: Weaviate answers so when a search panicked; see its log")

// finish judges the reply as a whole, once it was read to its end, and hands each error to the member that it speaks of.
func (s *replyScanner) finish() *failure {
	switch {
	case s.broken != "":
		return failf(CategoryBadReply, "the reply is not JSON: %s at byte %d; it begins %q", s.broken, s.brokenAt, s.begin())
	case s.size == 0:
		return errEmptyReply
	case s.expect != expectEnd:
		return failf(CategoryBadReply, "the reply ends in the middle, after %d bytes; it begins %q", s.size, s.begin())
	}
	if len(s.errors) == 0 {
		return nil
	}
	var list []graphqlError
	if err := json.Unmarshal(s.errors, &list); err != nil {
		return failf(CategoryGraphQL, "the reply's errors cannot be read (%v): %s", err, excerptOf(s.errors[:min(len(s.errors), excerptSize)]))
	}
	return s.attribute(list)
}

// attribute sorts errors to members: by the path where a field failed, by the line where the document was refused. A refused
// document fails every member; the returned failure is nil as long as each member has one of its own or succeeded.
func (s *replyScanner) attribute(list []graphqlError) *failure {
	var whole *failure
	for i := range list {
		e := &list[i]
		k, ok := s.memberOf(e)
		if !ok {
			whole = graphqlFailure(e.Message)
			continue
		}
		if s.fields[k].failed == nil {
			s.fields[k].failed = graphqlFailure(e.Message)
		}
		if len(e.Path) == 0 && whole == nil {
			whole = failf(graphqlFailure(e.Message).category, "the whole document was refused: %s", e.Message)
		}
	}
	if whole == nil {
		return nil
	}
	for k := range s.fields {
		if f := &s.fields[k]; f.failed == nil && f.state != fieldList {
			f.failed = whole
		}
	}
	return nil
}

// memberOf finds the member that an error speaks of.
func (s *replyScanner) memberOf(e *graphqlError) (int, bool) {
	if len(e.Path) >= 2 {
		if alias, ok := e.Path[1].(string); ok {
			return s.aliased([]byte(alias))
		}
	}
	if len(e.Path) == 0 && len(e.Locations) > 0 {
		k := e.Locations[0].Line - firstMemberLine
		return k, k >= 0 && k < len(s.fields)
	}
	return 0, false
}

// aliased reads a member's alias, m<i>.
func (s *replyScanner) aliased(alias []byte) (int, bool) {
	if len(alias) < 2 || alias[0] != 'm' {
		return 0, false
	}
	k, err := strconv.Atoi(string(alias[1:]))
	return k, err == nil && k >= 0 && k < len(s.fields)
}

// failure is why member k failed, or nil. It is for replies that finish let pass.
func (s *replyScanner) failure(k int) *failure {
	f := &s.fields[k]
	switch {
	case f.failed != nil:
		return f.failed
	case f.state == fieldList:
		return nil
	case f.state == fieldNull:
		return failf(CategoryGraphQL, "the reply has null for this collection and no error that says why")
	default:
		return failf(CategoryBadReply, "the reply has no list of objects for this collection; it begins %q", s.begin())
	}
}

func (s *replyScanner) begin() string { return excerptOf(s.head[:s.headLength]) }

func (s *replyScanner) breaks(at int, format string, args ...any) {
	s.broken, s.brokenAt = fmt.Sprintf(format, args...), at
}
