package fanout

import "bytes"

// The objects of a list nearly always look alike: the same keys in the same order. A shape is what such an object looks like,
// learned from one that the scanner has read; an object that fits it is passed over in a few comparisons and searches instead
// of byte by byte. What does not fit is read as ever: a shape only ever takes whole, well-formed objects.
type shape struct {
	parts []part
	// attempts counts the objects that it was learned from: lists whose objects differ are not worth it.
	attempts int
}

// part is a stretch of an object that is always the same, and what follows it.
type part struct {
	same string
	then gap
}

// gap is what differs from object to object.
type gap uint8

const (
	gapNone    gap = iota // the end of the object
	gapString             // the rest of a string and its closing quote
	gapScalar             // a number, true, false or null
	gapNumbers            // the rest of an array of such, and its closing bracket: a vector
)

const (
	maxParts    = 64
	maxAttempts = 8
)

// learn takes the shape of an object, which must be well-formed.
func (s *shape) learn(object []byte) {
	s.attempts++
	s.parts = s.parts[:0]
	from := 0
	add := func(to int, then gap) {
		s.parts = append(s.parts, part{string(object[from:to]), then})
	}
	for i := 0; i < len(object); {
		switch c := object[i]; {
		case len(s.parts) == maxParts:
			s.parts = s.parts[:0]
			return
		case c == '"':
			end := i + 1 + stringEnd(object[i+1:])
			if end == len(object) || object[end] != ':' { // not a key
				add(i+1, gapString)
				from = end
			}
			i = end
		case c == '[' && numbersEnd(object[i+1:]) > 0:
			add(i+1, gapNumbers)
			i += 1 + numbersEnd(object[i+1:])
			from = i
		case isScalar[c]:
			add(i, gapScalar)
			i += scalarEnd(object[i:])
			from = i
		default:
			i++
		}
	}
	add(len(object), gapNone)
}

// match returns the length of the object at the beginning of p if it has the shape and is all there, and 0 otherwise.
func (s *shape) match(p []byte) int {
	at := 0
	for i := range s.parts {
		part := &s.parts[i]
		end := at + len(part.same)
		if end > len(p) || string(p[at:end]) != part.same {
			return 0
		}
		at = end
		n := 0
		switch part.then {
		case gapNone:
			return at
		case gapString:
			// Nearly every string ends at its first quote.
			n = bytes.IndexByte(p[at:], '"') + 1
			if n > 1 && p[at+n-2] == '\\' {
				n = stringEnd(p[at:])
			}
		case gapScalar:
			n = scalarEnd(p[at:])
		case gapNumbers:
			n = numbersEnd(p[at:])
		}
		if n == 0 {
			return 0
		}
		at += n
	}
	return 0
}

// stringEnd returns the length of the rest of a string, its closing quote included; 0 when that is not there.
func stringEnd(p []byte) int {
	for at := 0; ; {
		quote := bytes.IndexByte(p[at:], '"')
		if quote < 0 {
			return 0
		}
		end := at + quote
		if !escapes(p[at:end]) {
			return end + 1
		}
		at = end + 1
	}
}

// escapes says whether text ends in a backslash that escapes what follows it. It must not begin within an escape.
func escapes(text []byte) bool {
	backslashes := 0
	for len(text) > backslashes && text[len(text)-1-backslashes] == '\\' {
		backslashes++
	}
	return backslashes%2 == 1
}

// scalarEnd returns the length of the scalar at the beginning of p; 0 when there is none or its end is not there.
func scalarEnd(p []byte) int {
	for n, c := range p {
		if !isScalar[c] {
			return n
		}
	}
	return 0
}

// numbersEnd returns the length of the rest of an array of scalars, its closing bracket included; 0 when there is none, its end is not there, or
// anything else is in it.
func numbersEnd(p []byte) int {
	for n := 0; ; n++ { // at the beginning of a scalar
		from := n
		for n < len(p) && isScalar[p[n]] {
			n++
		}
		switch {
		case n == len(p) || n == from:
			return 0
		case p[n] == ']':
			return n + 1
		case p[n] != ',':
			return 0
		}
	}
}

// isScalar says which bytes numbers, true, false and null are made of.
var isScalar = func() (table [256]bool) {
	for _, c := range "+-.0123456789eEtrufalsn" {
		table[c] = true
	}
	return table
}()

// isSpace says which bytes may stand between tokens.
func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }
