package weaviate

import (
	"fmt"

	"github.com/grafana/sobek"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// restCall sends one request to the REST API, measures it and returns its reply. It throws when the request fails. The pattern
// stands for the path in k6's own metrics.
func (c *client) restCall(r *fanout.RESTRequest, pattern string) []byte {
	engine := c.mustConnect(r.Operation)
	observer := c.builtin.observeREST(r.Method, pattern)
	call, reply := engine.REST(c.mi.vu.Context(), r, observer.forEngine())
	c.endCall(call, observer)
	return reply
}

// mustConnect gives the client its connections, or throws.
func (c *client) mustConnect(operation fanout.Operation) *fanout.Client {
	engine, err := c.connect()
	if err != nil {
		c.mi.throw("%s: %w", operation, err)
	}
	return engine
}

// endCall measures a call, and throws if it failed.
func (c *client) endCall(call *fanout.Call, observer *observed) {
	state := c.mi.vu.State()
	base := state.Tags.GetCurrentValues()
	base.Tags = base.Tags.WithTagsFromMap(c.options.tags)
	// Unconditionally, as batches: a call that gracefulStop cut short counts, too.
	state.Samples <- c.mi.metrics.MeasureCall(&c.mi.module.names, call, base, observer.callSamples(base, call))
	if call.OK() {
		return
	}
	rt := c.mi.vu.Runtime()
	failed := rt.NewGoError(fmt.Errorf("%s: %s: %s", call.Operation, call.Category, call.Error))
	must(rt, failed.Set("category", string(call.Category)))
	must(rt, failed.Set("status", call.Status))
	panic(failed) // how native functions throw a value
}

// parse makes JavaScript values of a reply. The engine has seen that it is JSON.
func (c *client) parse(reply []byte) *sobek.Object {
	rt := c.mi.vu.Runtime()
	parse, _ := sobek.AssertFunction(rt.GlobalObject().Get("JSON").ToObject(rt).Get("parse"))
	value, err := parse(sobek.Undefined(), rt.ToValue(string(reply)))
	must(rt, err)
	return value.ToObject(rt)
}

// mustCollection reads the name of a collection, the first argument of most calls.
func (c *client) mustCollection(operation fanout.Operation, value sobek.Value) string {
	var name string
	if err := readString(&name)(value); err != nil {
		c.mi.throw("%s: the collection's name %w", operation, err)
	}
	if err := fanout.CheckCollection(name); err != nil {
		c.mi.throw("%s: %w", operation, err)
	}
	return name
}
