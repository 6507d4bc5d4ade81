package weaviate

import (
	"crypto/tls"
	"errors"
	"fmt"

	"github.com/grafana/sobek"
	api "github.com/weaviate/weaviate-go-client/v5/weaviate"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
)

// client is what new Client() makes: one user's connections, opened by its first batch.
type client struct {
	mi       *instance
	options  *clientOptions
	config   fanout.Config
	engine   *fanout.Client
	official *api.Client // for set-up; made once and kept
	builtin  *builtinMetrics
	closed   bool
}

// newClient is the constructor new Client(options).
func (mi *instance) newClient(call sobek.ConstructorCall) *sobek.Object {
	c := mi.mustClient(call.Argument(0))
	rt := mi.vu.Runtime()
	for name, method := range map[string]func(sobek.FunctionCall) sobek.Value{
		"parallelQuery": c.parallelQuery,
		"multiQuery":    c.multiQuery,
		"run":           c.run,
		"probe":         c.probe,
		"ready":         c.ready,
		"collections":   c.collections,
		"close":         c.close,
	} {
		must(rt, call.This.Set(name, method))
	}
	return nil
}

func (mi *instance) mustClient(options sobek.Value) *client {
	o, err := mi.readClientOptions(options)
	if err != nil {
		mi.throw("%w", err)
	}
	config, err := o.config()
	if err != nil {
		mi.throw("new Client(options): %w", err)
	}
	return &client{mi: mi, options: o, config: config}
}

// connect gives the client its connections, through the VU's own dialer: it counts the bytes and honours k6's hosts, DNS and
// block lists.
func (c *client) connect() (*fanout.Client, error) {
	state := c.mi.vu.State()
	switch {
	case state == nil:
		return nil, errInit
	case c.closed:
		return nil, errors.New("the client is closed: make a new one")
	case c.engine != nil:
		return c.engine, nil
	}
	config := c.config
	config.Dial = state.Dialer.DialContext
	config.UserAgent = state.Options.UserAgent.String
	if state.TLSConfig != nil {
		config.TLS = state.TLSConfig
	} else {
		config.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	engine, err := fanout.NewClient(config)
	if err != nil {
		return nil, err
	}
	c.engine = engine
	if c.options.builtinMetrics {
		c.builtin = newBuiltinMetrics(state, &config)
	}
	return engine, nil
}

func (c *client) close(sobek.FunctionCall) sobek.Value {
	if c.engine != nil {
		if err := c.engine.Close(); err != nil {
			c.mi.throw("close: %w", err)
		}
	}
	c.engine, c.closed = nil, true
	return sobek.Undefined()
}

// parallelQuery sends over gRPC, unless the client's strategy is the fan-out over GraphQL.
func (c *client) parallelQuery(call sobek.FunctionCall) sobek.Value {
	strategy := c.options.strategy
	if strategy != fanout.ParallelGraphQL {
		strategy = fanout.ParallelGRPC
	}
	return c.call("parallelQuery", call, strategy, true)
}

func (c *client) multiQuery(call sobek.FunctionCall) sobek.Value {
	return c.call("multiQuery", call, fanout.Multi, true)
}

func (c *client) run(call sobek.FunctionCall) sobek.Value {
	return c.call("run", call, "", true)
}

func (c *client) probe(call sobek.FunctionCall) sobek.Value {
	return c.call("probe", call, "", false)
}

// call runs a batch for a method. A method that does not fix the strategy (an empty one) takes the call's own or the
// client's.
func (c *client) call(method string, call sobek.FunctionCall, strategy fanout.Strategy, measured bool) sobek.Value {
	p := batchParams{strategy: strategy, phase: measure.Measured, block: -1}
	if err := p.read(call.Argument(1), strategy == ""); err != nil {
		c.mi.throw("%s: %w", method, err)
	}
	if p.strategy == "" {
		p.strategy = c.options.strategy
	}
	set, err := toSet(call.Argument(0))
	if err != nil {
		c.mi.throw("%s: %w", method, err)
	}
	result, err := c.send(set, p, measured)
	if err != nil {
		c.mi.throw("%s: %w", method, err)
	}
	if c.mi.vu.State().Options.Throw.Bool && measured && result.Outcome() == fanout.Failed {
		c.mi.throw("%s: every member of the batch failed; the first with %s: %s", method,
			result.Members[0].Category, result.Members[0].Error)
	}
	return c.mi.batchObject(result)
}

// send runs one batch on the VU's goroutine: it returns once all members have ended.
func (c *client) send(set *fanout.Set, p batchParams, measured bool) (*fanout.Result, error) {
	engine, err := c.connect()
	if err != nil {
		return nil, err
	}
	state := c.mi.vu.State()
	if !measured {
		return engine.Do(c.mi.vu.Context(), set, p.strategy, fanout.Options{})
	}
	observer := c.builtin.observe(p.strategy, set.Len())
	result, err := engine.Do(c.mi.vu.Context(), set, p.strategy, fanout.Options{Observer: observer.forEngine()})
	if err != nil {
		return nil, err
	}
	base := state.Tags.GetCurrentValues()
	base.Tags = base.Tags.WithTagsFromMap(c.options.tags).WithTagsFromMap(p.tags)
	batch := c.mi.metrics.Measure(&c.mi.tagger, result, measure.Context{
		Base: base, Phase: p.phase, Block: p.block, Builtin: observer.samples(base, result),
	})
	// Unconditionally: a batch that gracefulStop cut short must be counted too, or the counts would not add up.
	state.Samples <- batch
	return result, nil
}

// batchParams are what a call may say about its batch.
type batchParams struct {
	strategy fanout.Strategy
	phase    measure.Phase
	block    int
	tags     map[string]string
}

func (p *batchParams) read(value sobek.Value, withStrategy bool) error {
	if now, ok := exported(value).(*momentObject); ok {
		if withStrategy {
			p.strategy = now.moment.Strategy
		}
		p.phase, p.block = now.moment.Phase, now.moment.Block
		return nil
	}
	var phase string
	read := fields{
		"tags":  readStringMap(&p.tags),
		"phase": readString(&phase),
		"block": readCount(&p.block, 0),
	}
	if withStrategy {
		read["strategy"] = readStrategy(&p.strategy)
	}
	if err := readObject("the params", value, read); err != nil {
		return err
	}
	if phase == "" {
		return nil
	}
	names := make([]string, 0, len(measure.Phases()))
	for _, known := range measure.Phases() {
		if phase == string(known) {
			p.phase = known
			return nil
		}
		names = append(names, string(known))
	}
	return fmt.Errorf("unknown phase %q: did you mean %q? The phases are %v", phase, fanout.Nearest(phase, names), names)
}
