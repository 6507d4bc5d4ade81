package stub

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"
)

const (
	// maxMessage is the longest request that the server takes: what Weaviate allows a gRPC message.
	maxMessage = 104858000

	jsonType = "application/json"
	filler   = "love rain night road river moon fire train heart home dance light blue summer lonely dream "
)

//nolint:gochecknoglobals // a pool is shared by design
var bodies = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// graphql answers POST /v1/graphql and /v1/graphql/batch.
func (s *Server) graphql(bulk bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		timing := s.timing(s.httpSide, r.RemoteAddr)
		body := bodies.Get().(*bytes.Buffer)
		defer bodies.Put(body)
		body.Reset()
		if _, err := body.ReadFrom(http.MaxBytesReader(w, r.Body, maxMessage)); err != nil {
			problem(w, http.StatusBadRequest, err.Error())
			return
		}
		p := s.plan(body.Bytes(), bulk)
		if p.invalid != "" {
			problem(w, http.StatusBadRequest, p.invalid)
			return
		}
		s.counters.enter()
		defer s.counters.leave()
		s.counters.documents.Add(int64(len(p.documents)))
		p.members(func(m *member) {
			m.collection.graphql.Add(1)
			m.collection.lastBody.Store(&p.body)
		})
		if err := s.barrier.pass(r.Context(), s.done); err != nil {
			problem(w, http.StatusServiceUnavailable, err.Error())
			return
		}
		s.answer(w, r, p)
		p.members(func(m *member) { timing.ends(m.collection.Name) })
	}
}

// answer searches: it waits for as long as that takes, and sends the reply or what goes wrong.
func (s *Server) answer(w http.ResponseWriter, r *http.Request, p *plan) {
	delay, faults := p.outcome()
	if !s.sleep(r.Context(), delay) {
		panic(http.ErrAbortHandler)
	}
	if len(faults) == 0 && p.reply != nil {
		send(w, p.reply)
		return
	}
	reply := p.encode(faults)
	for i := range faults {
		if faults[i].fault.spoilsRequest() {
			s.spoil(w, r, &faults[i], reply)
			return
		}
	}
	send(w, reply)
}

// struck is a member and the fault that strikes it.
type struck struct {
	member *member
	fault  Fault
}

// outcome draws what becomes of each search of a request. The searches of a document run one after another, the documents
// at the same time. A document that fails by itself is not searched at all.
func (p *plan) outcome() (delay time.Duration, faults []struck) {
	for i := range p.documents {
		d := &p.documents[i]
		if d.failure != nil {
			continue
		}
		var sum time.Duration
		for k := range d.members {
			m := &d.members[k]
			b := m.collection.behaviour.Load()
			sum += b.delay()
			if b.Fault.strikes() {
				faults = append(faults, struck{m, b.Fault})
			}
		}
		delay = max(delay, sum)
	}
	return delay, faults
}

// encode makes the reply to a request in which something goes wrong.
func (p *plan) encode(faults []struck) []byte {
	byMember := make(map[*member]*Fault, len(faults))
	for i := range faults {
		byMember[faults[i].member] = &faults[i].fault
	}
	parts := make([][]byte, len(p.documents))
	for i := range p.documents {
		parts[i] = p.documents[i].encode(byMember)
	}
	if p.bulk {
		return join(parts)
	}
	return parts[0]
}

func (d *document) encode(faults map[*member]*Fault) []byte {
	if d.failure != nil {
		return d.failure
	}
	var fields []entry
	var failed, refused []graphqlError
	for i := range d.members {
		m := &d.members[i]
		fault := faults[m]
		if fault == nil {
			fault = new(Fault)
		}
		message := m.wrongVector()
		switch fault.kind {
		case faultDocument:
			refused = append(refused, graphqlError{Locations: []location{m.at}, Message: fault.text})
			continue
		case faultMissing:
			continue
		case faultField:
			message = fault.text
		}
		if message == "" {
			fields = append(fields, entry{m.alias, m.collection.list(m.limit, m.selection)})
			continue
		}
		fields = append(fields, entry{alias: m.alias})
		failed = append(failed, graphqlError{
			Locations: []location{m.at}, Message: message, Path: []string{"Get", m.alias},
		})
	}
	if refused != nil {
		return encodeReply(nil, refused)
	}
	if fields == nil {
		fields = []entry{}
	}
	return encodeReply(fields, failed)
}

// spoil answers a request with a fault that is not a matter of one document. reply is what it would have been.
func (s *Server) spoil(w http.ResponseWriter, r *http.Request, hit *struck, reply []byte) {
	fault := &hit.fault
	switch fault.kind {
	case faultStatus:
		sendAs(w, fault.status, jsonType, []byte(fault.text))
	case faultEmpty:
		send(w, nil)
	case faultHTML:
		sendAs(w, http.StatusOK, "text/html; charset=utf-8",
			[]byte("<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><h1>Sign in to go on</h1></body></html>\n"))
	case faultMalformed:
		send(w, []byte(`{"data":{"Get":{"`+hit.member.alias+`":[{"title":"love"},}]}}}`))
	case faultTruncated:
		send(w, reply[:len(reply)/2])
	case faultCut, faultResetMidReply:
		w.Header().Set("Content-Length", strconv.Itoa(len(reply)))
		w.Header().Set("Content-Type", jsonType)
		_, _ = w.Write(reply[:len(reply)/2])
		_ = http.NewResponseController(w).Flush()
		if fault.kind == faultResetMidReply {
			s.httpSide.reset(r.RemoteAddr)
		}
		panic(http.ErrAbortHandler)
	case faultResetBefore:
		s.httpSide.reset(r.RemoteAddr)
		panic(http.ErrAbortHandler)
	case faultHang:
		s.hang(r.Context())
		panic(http.ErrAbortHandler)
	case faultDrip:
		s.drip(r.Context(), w, fault, reply)
	case faultOversized:
		oversized(w, hit.member.alias, fault.size)
	default:
		panic("stub: a fault without an answer")
	}
}

// drip sends a reply piece by piece.
func (s *Server) drip(ctx context.Context, w http.ResponseWriter, fault *Fault, reply []byte) {
	w.Header().Set("Content-Length", strconv.Itoa(len(reply)))
	w.Header().Set("Content-Type", jsonType)
	flush := http.NewResponseController(w).Flush
	for len(reply) > 0 {
		n := min(fault.size, len(reply))
		_, err := w.Write(reply[:n])
		if errors.Join(err, flush()) != nil {
			return
		}
		if reply = reply[n:]; len(reply) > 0 && !s.sleep(ctx, fault.pace) {
			panic(http.ErrAbortHandler)
		}
	}
}

// oversized sends a reply with one object whose title is size bytes long.
func oversized(w http.ResponseWriter, alias string, size int) {
	head := fmt.Sprintf(`{"data":{"Get":{%q:[{"title":"`, alias)
	const tail = `"}]}}}`
	w.Header().Set("Content-Type", jsonType)
	w.Header().Set("Content-Length", strconv.Itoa(len(head)+size+len(tail)))
	_, err := io.WriteString(w, head)
	chunk := bytes.Repeat([]byte(filler), 1024)
	for ; err == nil && size > 0; size -= len(chunk) {
		_, err = w.Write(chunk[:min(size, len(chunk))])
	}
	if err == nil {
		_, _ = io.WriteString(w, tail)
	}
}

// send sends a GraphQL reply.
func send(w http.ResponseWriter, reply []byte) { sendAs(w, http.StatusOK, jsonType, reply) }

func sendAs(w http.ResponseWriter, status int, contentType string, reply []byte) {
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Content-Length", strconv.Itoa(len(reply)))
	w.WriteHeader(status)
	_, _ = w.Write(reply) // the client may have gone: that is its business
}

// problem answers as Weaviate's REST API does when it refuses a request.
func problem(w http.ResponseWriter, status int, message string) {
	reply, err := json.Marshal(map[string]any{"code": status, "message": message})
	if err != nil {
		panic(err) // a number and a string always marshal
	}
	sendAs(w, status, jsonType, reply)
}
