package weaviate

import (
	"context"
	"fmt"

	"github.com/grafana/sobek"
	"go.k6.io/k6/v2/metrics"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
	"github.com/xk6-weaviate/xk6-weaviate/truth"
)

// method is a method of a client that sends a batch.
type method struct {
	name string
	// strategy is what the method fixes; if empty, the params or the client say it.
	strategy fanout.Strategy
	// unmeasured leaves no samples.
	unmeasured bool
	// single takes one query and gives its member.
	single bool
}

// sending is one call of a method. It is prepared and ended on the VU's goroutine, which owns the JavaScript runtime and the
// tags, and done on any.
type sending struct {
	client   *client
	method   method
	engine   *fanout.Client
	set      *fanout.Set
	truth    *truth.Set // what the batch's recall is measured against; nil when it is not
	params   batchParams
	base     metrics.TagsAndMeta // the VU's tags when the batch was sent
	observer *observed
}

// prepare reads what a script passed.
func (c *client) prepare(m method, call sobek.FunctionCall) (*sending, error) {
	s := &sending{client: c, method: m, params: batchParams{strategy: m.strategy, phase: c.mi.phase(), block: -1}}
	if err := s.params.read(call.Argument(1), m); err != nil {
		return nil, err
	}
	if s.params.strategy == "" {
		s.params.strategy = c.options.strategy
	}
	read := toSet
	if m.single {
		read = toSingle
	}
	given, err := read(call.Argument(0))
	if err != nil {
		return nil, err
	}
	s.set = given.set
	if s.engine, err = c.connect(); err != nil {
		return nil, err
	}
	if m.unmeasured {
		return s, nil
	}
	s.base = c.mi.vu.State().Tags.GetCurrentValues()
	s.base.Tags = s.base.Tags.WithTagsFromMap(c.options.tags).WithTagsFromMap(s.params.tags)
	s.observer = c.builtin.observe(s.params.strategy, s.set.Len())
	if s.samplesRecall(given) {
		s.truth = given.truth
	}
	return s, nil
}

// do sends the batch and returns once all members have ended.
func (s *sending) do(ctx context.Context) (*fanout.Result, error) {
	if !s.method.unmeasured {
		s.client.mi.module.tally.Dispatch()
	}
	options := fanout.Options{Observer: s.observer.forEngine(), IDs: s.params.ids || s.truth != nil}
	result, err := s.engine.Do(ctx, s.set, s.params.strategy, options)
	if err != nil && !s.method.unmeasured {
		s.client.mi.module.tally.Withdraw()
	}
	return result, err
}

// end measures the batch. The error is for k6's option throw.
func (s *sending) end(result *fanout.Result) error {
	if s.method.unmeasured {
		return nil
	}
	mi, state := s.client.mi, s.client.mi.vu.State()
	batch := mi.metrics.Measure(&mi.tagger, result, measure.Context{
		Base: s.base, Phase: s.params.phase, Block: s.params.block, BlockEnd: s.params.blockEnd,
		Builtin: s.observer.samples(s.base, result), Tally: &mi.module.tally,
		Recall: s.recall(result),
	})
	// Unconditionally: a batch that gracefulStop cut short must be counted too, or the counts would not add up.
	state.Samples <- batch
	if state.Options.Throw.Bool && result.Outcome() == fanout.Failed {
		return fmt.Errorf("every member of the batch failed; the first with %s: %s", result.Members[0].Category, result.Members[0].Error)
	}
	return nil
}

// send runs a batch on the VU's goroutine.
func (c *client) send(m method, call sobek.FunctionCall) *fanout.Result {
	s, err := c.prepare(m, call)
	if err != nil {
		c.mi.throw("%s: %w", m.name, err)
	}
	result, err := s.do(c.mi.vu.Context())
	if err == nil {
		err = s.end(result)
	}
	if err != nil {
		c.mi.throw("%s: %w", m.name, err)
	}
	return result
}

// sendAsync runs a batch beside the VU's goroutine and gives a promise of it. k6 ends no iteration before the callback has
// run: a batch in flight is measured, too, when the iteration throws or the test ends.
func (c *client) sendAsync(m method, call sobek.FunctionCall) sobek.Value {
	rt := c.mi.vu.Runtime()
	promise, resolve, reject := rt.NewPromise()
	refuse := func(err error) error { return reject(rt.NewGoError(fmt.Errorf("%s: %w", m.name, err))) }
	s, err := c.prepare(m, call)
	if err != nil {
		must(rt, refuse(err))
		return rt.ToValue(promise)
	}
	ctx := c.mi.vu.Context() // the iteration's: the next one has another
	enqueue := c.mi.vu.RegisterCallback()
	go func() {
		result, err := s.do(ctx)
		enqueue(func() error {
			if err == nil {
				err = s.end(result)
			}
			if err != nil {
				return refuse(err)
			}
			return resolve(c.mi.batchObject(result))
		})
	}()
	return rt.ToValue(promise)
}
