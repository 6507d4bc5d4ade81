package fanout

import (
	"context"
	"net/http"
	"net/http/httptrace"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// Observer is told of each HTTP request of a batch, on the goroutine that sends it. It lets a caller measure requests in its
// own terms. Observers of requests of one batch run at the same time: i, the index of the request, keeps them apart.
type Observer interface {
	// RequestStarts returns hooks for the request, which the engine adds its own to; nil for none.
	RequestStarts(i int) *httptrace.ClientTrace
	// RequestEnds is called once the reply was read to its end, or the request failed (reply is nil when none came).
	RequestEnds(i int, reply *http.Response, err error)
}

// Options say what a batch tells besides its result. The zero Options cost nothing.
type Options struct {
	// Observer is told of each HTTP request; nil for none.
	Observer Observer
	// IDs asks for the ids of the objects returned. Replies are then copied as they come in, and decoded once the batch was timed, which
	// costs many times what the batch did.
	IDs bool
}

// batch is one batch in flight.
type batch struct {
	flight
	result  *Result
	options Options
	held    *held  // the gRPC connection; nil over GraphQL
	kept    []kept // the replies by request, for their ids; nil unless the options ask for ids
}

// sender sends request i of a batch and waits for its reply.
type sender func(b *batch, i int)

// Do sends the set as a batch and waits until every member has ended. A member's failure is in the result; the error says
// that the batch could not be sent at all, and then nothing was.
func (c *Client) Do(ctx context.Context, set *Set, strategy Strategy, options Options) (*Result, error) {
	send, requests, err := c.encode(set, strategy)
	if err != nil {
		return nil, err
	}
	limited, cancel := context.WithTimeout(ctx, c.config.Timeout)
	defer cancel()
	b := &batch{
		flight:  flight{client: c, parent: ctx, ctx: limited, limit: "batch limit", observer: options.Observer},
		options: options,
		result:  &Result{Strategy: strategy, Set: set, Requests: requests, Members: make([]Member, set.Len())},
	}
	if options.IDs {
		b.kept = make([]kept, requests)
	}
	if strategy.Protocol() == GRPC {
		if b.held, err = c.grpc.hold(); err != nil {
			return nil, err
		}
		defer func() { c.grpc.release(b.held, b.silent()) }()
	}
	b.result.Start = time.Now()
	b.sendAll(send)
	b.result.Duration = time.Since(b.result.Start)
	b.result.finish()
	b.readIDs()
	b.result.finishErrors(c.secrets)
	return b.result, nil
}

// encode has the set encoded for the strategy, unless it is already, and returns what sends it and in how many requests.
func (c *Client) encode(set *Set, strategy Strategy) (sender, int, error) {
	requests := set.requestsWith(c.defaults)
	switch strategy {
	case Multi:
		body, err := requests.document()
		return func(b *batch, i int) { b.sendDocument(body, i) }, 1, err
	case Bulk:
		body, err := requests.bulkDocuments()
		return func(b *batch, _ int) { b.sendBulk(body) }, 1, err
	case ParallelGraphQL:
		bodies, err := requests.documents()
		return func(b *batch, i int) { b.sendDocument(bodies[i], i) }, len(bodies), err
	case ParallelGRPC, SequentialGRPC:
		if _, err := c.grpc.get(); err != nil {
			return nil, 0, err
		}
		searches, err := requests.searches()
		return func(b *batch, i int) { b.search(searches[i], i) }, len(searches), err
	default:
		_, err := ParseStrategy(string(strategy))
		return nil, 0, err
	}
}

// sendAll sends the requests, as many at once as the strategy and the client's concurrency allow, and joins them all.
func (b *batch) sendAll(send sender) {
	requests := b.result.Requests
	workers := requests
	if limit := b.client.config.Concurrency; limit > 0 && limit < workers {
		workers = limit
	}
	if workers == 1 || !b.result.Strategy.FansOut() {
		for i := range requests {
			b.send(send, i)
		}
		return
	}
	var next atomic.Int64
	var all sync.WaitGroup
	work := func() {
		for {
			i := int(next.Add(1)) - 1
			if i >= requests {
				return
			}
			b.send(send, i)
		}
	}
	for range workers - 1 {
		all.Go(func() {
			growStack()
			work()
		})
	}
	work()
	all.Wait()
}

// growStack makes the stack of a new goroutine as large as a request needs it, 8 KB, while it is empty. In the middle of the
// request, where it would grow otherwise, there is much on it that has to be moved.
//
//go:noinline
func growStack() {
	var more [5 << 10]byte
	runtime.KeepAlive(&more)
}

// send sends request i, unless the batch ended while it waited for its turn.
func (b *batch) send(send sender, i int) {
	if !ended(b.ctx) {
		send(b, i)
		return
	}
	now := b.since()
	failed := b.stopped()
	members := b.membersOf(i)
	for k := range members {
		members[k].Start, members[k].End, members[k].Unsent = now, now, true
		members[k].fail(&failure{failed.category, "it was not sent: " + failed.text})
	}
}

// membersOf are the members that request i carries.
func (b *batch) membersOf(i int) []Member {
	if b.result.Requests == 1 {
		return b.result.Members
	}
	return b.result.Members[i : i+1]
}

// since is the time since the batch's start.
func (b *batch) since() time.Duration { return time.Since(b.result.Start) }
