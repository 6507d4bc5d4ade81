package weaviate

import (
	"context"
	"crypto/tls"
	"errors"

	"github.com/grafana/sobek"
	api "github.com/weaviate/weaviate-go-client/v5/weaviate"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
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

	iteration context.Context //nolint:containedctx // the one that the engine was made in, to be told from the next
}

// construct is the constructor new Client(options).
func (mi *instance) construct(call sobek.ConstructorCall) *sobek.Object {
	mi.mustClient(call.Argument(0)).equip(call.This)
	return nil
}

// parallel is the client's fan-out: gRPC's, unless its strategy is the one over GraphQL.
func (c *client) parallel() fanout.Strategy {
	if c.options.strategy == fanout.ParallelGraphQL {
		return fanout.ParallelGraphQL
	}
	return fanout.ParallelGRPC
}

func (c *client) parallelQuery(call sobek.FunctionCall) sobek.Value {
	return c.mi.batchObject(c.send(method{name: "parallelQuery", strategy: c.parallel()}, call))
}

func (c *client) parallelQueryAsync(call sobek.FunctionCall) sobek.Value {
	return c.sendAsync(method{name: "parallelQueryAsync", strategy: c.parallel()}, call)
}

// query sends one query as a batch of one.
func (c *client) query(call sobek.FunctionCall) sobek.Value {
	result := c.send(method{name: "query", single: true}, call)
	return c.mi.vu.Runtime().ToValue(&memberObjects(result)[0])
}

func (mi *instance) mustClient(options sobek.Value) *client {
	o, err := mi.readClientOptions(options)
	if err != nil {
		mi.throw("%w", err)
	}
	return mi.clientWith("new Client(options)", o)
}

// clientWith makes a client of options that were given to what.
func (mi *instance) clientWith(what string, o *clientOptions) *client {
	config, err := o.config()
	if err != nil {
		mi.throw("%s: %w", what, err)
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
	case state.Options.RPS.Int64 > 0:
		return nil, errors.New("k6's option rps does not hold searches back: take it out, and start batches at a rate by an arrival-rate " +
			"scenario (RATE in the scripts)")
	case c.engine != nil && (!state.Options.NoVUConnectionReuse.Bool || c.iteration == c.mi.vu.Context()):
		return c.engine, nil
	}
	config := c.config
	config.NoConnectionReuse = state.Options.NoConnectionReuse.Bool
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
	c.engine, c.official, c.iteration = engine, nil, c.mi.vu.Context()
	if state.Options.NoVUConnectionReuse.Bool {
		// k6 ends the context with the iteration: the next one makes new connections.
		context.AfterFunc(c.iteration, func() { _ = engine.Close() })
	}
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
