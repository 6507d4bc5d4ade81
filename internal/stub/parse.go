package stub

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

const (
	defaultGraphQLLimit = 100
	defaultGRPCLimit    = 10
)

// selection is what a search asks for of each object.
type selection struct {
	properties []string
	additional []string // of _additional: id, distance, vector …
}

// key tells selections apart.
func (s selection) key() string {
	return strings.Join(s.properties, " ") + "|" + strings.Join(s.additional, " ")
}

// subQuery is one search of a document.
type subQuery struct {
	alias, collection string
	limit             int
	kind              string // nearVector, bm25, hybrid …; empty for a listing
	vector            int    // the vector's length; 0 if there is none
	selection         selection
	positions         map[string]int // of the properties in the text
	at                int            // its own
}

// parser reads the small GraphQL documents that clients send. It is no GraphQL parser: it finds aliases, collections, limits,
// kinds and fields, and lets everything else pass.
type parser struct {
	text string
	at   int
}

// parseDocument reads `{Get{alias:Collection(arguments){fields} …}}`.
func parseDocument(text string) ([]subQuery, error) {
	p := &parser{text: text}
	if p.word() == "query" { // an operation's name may follow
		p.word()
	}
	if !p.take('{') || p.word() != "Get" || !p.take('{') {
		return nil, p.syntaxError()
	}
	var list []subQuery
	for !p.take('}') {
		q, ok := p.subQuery()
		if !ok {
			return nil, p.syntaxError()
		}
		list = append(list, q)
	}
	if !p.take('}') || len(list) == 0 {
		return nil, p.syntaxError()
	}
	return list, nil
}

func (p *parser) subQuery() (q subQuery, ok bool) {
	p.space()
	q.at = p.at
	q.alias = p.word()
	q.collection = q.alias
	q.limit = defaultGraphQLLimit
	if p.take(':') {
		q.collection = p.word()
	}
	if q.collection == "" {
		return q, false
	}
	if p.take('(') && !p.arguments(&q) {
		return q, false
	}
	if !p.take('{') {
		return q, false
	}
	q.positions = make(map[string]int)
	for !p.take('}') {
		p.space()
		at := p.at
		name := p.word()
		if name == "" {
			return q, false
		}
		if name == "_additional" {
			if !p.take('{') {
				return q, false
			}
			for !p.take('}') {
				word := p.word()
				if word == "" {
					return q, false
				}
				q.selection.additional = append(q.selection.additional, word)
			}
			continue
		}
		q.selection.properties = append(q.selection.properties, name)
		q.positions[name] = at
	}
	slices.Sort(q.selection.properties)
	slices.Sort(q.selection.additional)
	return q, true
}

// arguments reads up to the closing parenthesis.
func (p *parser) arguments(q *subQuery) bool {
	for !p.take(')') {
		name := p.word()
		if name == "" || !p.take(':') {
			return false
		}
		p.space()
		from := p.at
		if !p.value() {
			return false
		}
		value := p.text[from:p.at]
		switch {
		case name == "limit":
			limit, err := strconv.Atoi(value)
			if err != nil {
				return false
			}
			q.limit = limit
		case name == "bm25" || name == "hybrid" || strings.HasPrefix(name, "near"):
			q.kind = name
			q.vector = vectorLength(name, value)
		}
	}
	return true
}

// vectorLength counts the numbers of `vector:[…]` in an argument.
func vectorLength(kind, value string) int {
	if kind != "nearVector" && kind != "hybrid" {
		return 0
	}
	// From the end: a hybrid's text comes before its vector and may hold anything.
	at := strings.LastIndex(value, "vector:[")
	if at < 0 {
		return 0
	}
	numbers, _, _ := strings.Cut(value[at+len("vector:["):], "]")
	if strings.TrimSpace(numbers) == "" {
		return 0
	}
	return strings.Count(numbers, ",") + 1
}

// value passes over a value: a scalar, a string, a list or an object.
func (p *parser) value() bool {
	depth := 0
	for p.at < len(p.text) {
		switch c := p.text[p.at]; {
		case c == '"':
			if !p.quoted() {
				return false
			}
			if depth == 0 {
				return true
			}
			continue
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
			if depth == 0 {
				p.at++
				return true
			}
		case depth == 0 && strings.IndexByte(", \n\t\r)", c) >= 0:
			return true
		}
		p.at++
	}
	return false
}

// quoted passes over a string.
func (p *parser) quoted() bool {
	for p.at++; p.at < len(p.text); p.at++ {
		switch p.text[p.at] {
		case '\\':
			p.at++
		case '"':
			p.at++
			return true
		}
	}
	return false
}

// space passes over what GraphQL ignores.
func (p *parser) space() {
	for p.at < len(p.text) && strings.IndexByte(" \t\r\n,", p.text[p.at]) >= 0 {
		p.at++
	}
}

// word reads a name; empty if there is none.
func (p *parser) word() string {
	p.space()
	from := p.at
	for p.at < len(p.text) && isWord(p.text[p.at]) {
		p.at++
	}
	return p.text[from:p.at]
}

func isWord(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// take passes over one character if it is next.
func (p *parser) take(c byte) bool {
	p.space()
	if p.at < len(p.text) && p.text[p.at] == c {
		p.at++
		return true
	}
	return false
}

func (p *parser) syntaxError() error {
	return &documentError{
		at: position(p.text, p.at), message: "Syntax Error GraphQL request (" + position(p.text, p.at).String() + ") Unexpected input",
	}
}

// location is a place in a document, from 1.
type location struct {
	Column int `json:"column"`
	Line   int `json:"line"`
}

func (l location) String() string { return fmt.Sprintf("%d:%d", l.Line, l.Column) }

func position(text string, at int) location {
	before := text[:at]
	return location{Line: 1 + strings.Count(before, "\n"), Column: at - strings.LastIndexByte(before, '\n')}
}

// documentError fails a whole document.
type documentError struct {
	at      location
	message string
}

func (e *documentError) Error() string { return e.message }
