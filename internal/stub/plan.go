package stub

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// maxPlans bounds how many request bodies are remembered.
const maxPlans = 4096

// member is a sub-query and the collection that it searches.
type member struct {
	subQuery
	collection *collection
	at         location
}

// document is one GraphQL document, understood.
type document struct {
	members []member
	reply   []byte // whole and right; nil if the document fails
	failure []byte // the reply to a document that fails by itself
}

// plan is what a request body asks for.
type plan struct {
	body      string
	bulk      bool // an array of documents
	documents []document
	reply     []byte // to the whole request, if nothing goes wrong
	invalid   string // why the body cannot be read
}

// members calls f for each member of each document.
func (p *plan) members(f func(*member)) {
	for i := range p.documents {
		for k := range p.documents[i].members {
			f(&p.documents[i].members[k])
		}
	}
}

// plans remembers the plans of the bodies received: benchmarks send few, often.
type plans struct {
	mu     sync.RWMutex
	byBody [2]map[string]*plan // single, bulk
}

// plan understands a request body.
func (s *Server) plan(body []byte, bulk bool) *plan {
	kind := 0
	if bulk {
		kind = 1
	}
	s.plans.mu.RLock()
	known := s.plans.byBody[kind][string(body)]
	s.plans.mu.RUnlock()
	if known != nil {
		return known
	}
	p := s.newPlan(string(body), bulk)
	s.plans.mu.Lock()
	defer s.plans.mu.Unlock()
	if m := s.plans.byBody[kind]; m == nil || len(m) >= maxPlans {
		s.plans.byBody[kind] = make(map[string]*plan)
	}
	s.plans.byBody[kind][p.body] = p
	return p
}

type graphqlRequest struct {
	Query string `json:"query"`
}

func (s *Server) newPlan(body string, bulk bool) *plan {
	p := &plan{body: body, bulk: bulk}
	requests := make([]graphqlRequest, 1)
	var err error
	if bulk {
		err = json.Unmarshal([]byte(body), &requests)
	} else {
		err = json.Unmarshal([]byte(body), &requests[0])
	}
	if err != nil {
		p.invalid = fmt.Sprintf("parsing body body from \"\" failed, because %v", err)
		return p
	}
	var signature strings.Builder
	p.documents = make([]document, len(requests))
	for i, r := range requests {
		p.documents[i] = s.newDocument(r.Query, &signature)
	}
	if !bulk {
		p.reply = p.documents[0].reply
		return p
	}
	for i := range p.documents {
		if p.documents[i].reply == nil {
			return p
		}
	}
	p.reply = s.replies.get("bulk:"+signature.String(), func() []byte {
		parts := make([][]byte, len(p.documents))
		for i := range p.documents {
			parts[i] = p.documents[i].reply
		}
		return join(parts)
	})
	return p
}

// join makes a JSON array.
func join(parts [][]byte) []byte {
	size := 1 + len(parts)
	for _, part := range parts {
		size += len(part)
	}
	b := append(make([]byte, 0, size+1), '[')
	for i, part := range parts {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, part...)
	}
	return append(b, ']')
}

// newDocument understands one document, and adds what its reply depends on to the signature.
func (s *Server) newDocument(text string, signature *strings.Builder) document {
	queries, err := parseDocument(text)
	if err != nil {
		e := err.(*documentError) //nolint:errorlint // the parser makes no others
		return document{failure: encodeReply(nil, []graphqlError{{Locations: []location{e.at}, Message: e.message}})}
	}
	d := document{members: make([]member, 0, len(queries))}
	var refused []graphqlError
	var own strings.Builder
	for _, q := range queries {
		m := member{subQuery: q, collection: s.collections[q.collection], at: position(text, q.at)}
		if e := m.refusal(text); e != nil {
			refused = append(refused, *e)
			if m.collection == nil {
				continue
			}
		}
		d.members = append(d.members, m)
		fmt.Fprintf(&own, "%s:%s:%d:%s;", q.alias, q.collection, q.limit, q.selection.key())
	}
	slices.SortFunc(d.members, func(a, b member) int { return strings.Compare(a.alias, b.alias) })
	signature.WriteString(own.String())
	signature.WriteByte('\n')
	if refused != nil {
		d.failure = encodeReply(nil, refused)
		return d
	}
	for i := range d.members {
		if d.members[i].wrongVector() != "" {
			return d
		}
	}
	d.reply = s.replies.get(own.String(), func() []byte { return encodeReply(d.lists(), nil) })
	return d
}

// refusal is why the document that holds this member fails as a whole.
func (m *member) refusal(text string) *graphqlError {
	if m.collection == nil {
		return &graphqlError{
			Locations: []location{m.at},
			Message:   fmt.Sprintf("Cannot query field %q on type \"GetObjectsObj\".", m.subQuery.collection),
		}
	}
	for _, p := range m.selection.properties {
		if !m.collection.has(p) {
			return &graphqlError{
				Locations: []location{position(text, m.positions[p])},
				Message:   fmt.Sprintf("Cannot query field %q on type %q.", p, m.collection.Name),
			}
		}
	}
	return nil
}

// wrongVector is the error for a vector that does not fit the collection's; empty if it fits.
func (m *member) wrongVector() string { return m.collection.wrongVector(m.vector) }

func (c *collection) wrongVector(length int) string {
	if length == 0 || c.Dimensions == 0 || length == c.Dimensions {
		return ""
	}
	return fmt.Sprintf("explorer: get class: concurrentTargetVectorSearch: explorer: get class: vector search: object vector "+
		"search at index %s: shard %s: vector search: knn search: distance between entrypoint and query node: %d vs %d: "+
		"vector lengths don't match", strings.ToLower(c.Name), c.shard(), c.Dimensions, length)
}

// entry is a field of a reply: the list of objects, or nil for null.
type entry struct {
	alias string
	list  []byte
}

// lists are the fields of a reply in which nothing goes wrong.
func (d *document) lists() []entry {
	list := make([]entry, len(d.members))
	for i := range d.members {
		m := &d.members[i]
		list[i] = entry{m.alias, m.collection.list(m.limit, m.selection)}
	}
	return list
}

// graphqlError is an entry of a reply's errors.
type graphqlError struct {
	Locations []location `json:"locations"`
	Message   string     `json:"message"`
	Path      []string   `json:"path"`
}

// encodeReply writes a reply as Weaviate does: data first, errors after it, either left out if it is nil. The fields must be
// sorted: Weaviate marshals a map.
func encodeReply(fields []entry, errs []graphqlError) []byte {
	size := 64
	for _, f := range fields {
		size += len(f.alias) + len(f.list) + 8
	}
	b := append(make([]byte, 0, size), '{')
	if fields != nil {
		b = append(b, `"data":{"Get":{`...)
		for i, f := range fields {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(append(append(b, '"'), f.alias...), '"', ':')
			if f.list == nil {
				b = append(b, "null"...)
			} else {
				b = append(b, f.list...)
			}
		}
		b = append(b, "}}"...)
	}
	if len(errs) > 0 {
		encoded, err := json.Marshal(errs)
		if err != nil {
			panic(err) // strings and numbers always marshal
		}
		if fields != nil {
			b = append(b, ',')
		}
		b = append(append(b, `"errors":`...), encoded...)
	}
	return append(b, '}')
}
