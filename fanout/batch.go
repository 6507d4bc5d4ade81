package fanout

import (
	"context"
	"net/http"
	"net/http/httptrace"
	"sync"
	"sync/atomic"
	"time"
)

// Observer is told of each HTTP request of a batch, on the goroutine that sends it. It lets a caller measure requests in its
// own terms. Observers of requests of one batch run at the same time: i, the index of the request, keeps them apart.
type Observer interface {
	// RequestStarts returns hooks for the request; nil for none.
	RequestStarts(i int) *httptrace.ClientTrace
	// RequestEnds is called once the reply was read to its end, or the request failed (reply is nil when none came).
	RequestEnds(i int, reply *http.Response, err error)
}

// batch is one batch in flight.
type batch struct {
	client   *Client
	parent   context.Context //nolint:containedctx // a batch is a call in progress: these are its context and the caller's
	ctx      context.Context //nolint:containedctx // the parent limited by the batch limit
	result   *Result
	observer Observer
}

// Do sends the set as a batch and waits until every member has ended. A member's failure is in the result; the error says
// that the batch could not be sent at all, and then nothing was. observer may be nil.
func (c *Client) Do(ctx context.Context, set *Set, strategy Strategy, observer Observer) (*Result, error) {
	send, requests, err := c.sender(set, strategy)
	if err != nil {
		return nil, err
	}
	limited, cancel := context.WithTimeout(ctx, c.config.Timeout)
	defer cancel()
	b := &batch{
		client: c, parent: ctx, ctx: limited, observer: observer,
		result: &Result{Strategy: strategy, Set: set, Requests: requests, Members: make([]Member, set.Len())},
	}
	b.result.Start = time.Now()
	b.fanOut(requests, send)
	b.result.Duration = time.Since(b.result.Start)
	b.result.finish()
	return b.result, nil
}

// sender encodes the set for the strategy and returns what sends request i, and the number of requests.
func (c *Client) sender(set *Set, strategy Strategy) (func(b *batch, i int), int, error) {
	requests := set.requestsWith(c.defaults)
	switch strategy {
	case Multi:
		body, err := requests.document()
		return func(b *batch, _ int) { b.sendDocument(body, 0, b.result.Members) }, 1, err
	case ParallelGraphQL:
		bodies, err := requests.documents()
		return func(b *batch, i int) { b.sendDocument(bodies[i], i, b.result.Members[i:i+1]) }, len(bodies), err
	case ParallelGRPC:
		if c.grpc == nil {
			return nil, 0, errNoGRPC
		}
		searches, err := requests.searches()
		return func(b *batch, i int) { b.search(searches[i], &b.result.Members[i]) }, len(searches), err
	default:
		_, err := ParseStrategy(string(strategy))
		return nil, 0, err
	}
}

// fanOut runs send for each request, as many at once as the client's concurrency allows, and joins them all.
func (b *batch) fanOut(requests int, send func(b *batch, i int)) {
	workers := requests
	if limit := b.client.config.Concurrency; limit > 0 && limit < workers {
		workers = limit
	}
	if workers == 1 {
		for i := range requests {
			send(b, i)
		}
		return
	}
	var next atomic.Int64
	var all sync.WaitGroup
	for range workers {
		all.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= requests {
					return
				}
				send(b, i)
			}
		})
	}
	all.Wait()
}

// since is the time since the batch's start.
func (b *batch) since() time.Duration { return time.Since(b.result.Start) }
