package weaviate

import (
	"maps"
	"slices"

	"github.com/grafana/sobek"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// function is a method of a client as JavaScript calls it.
type function = func(sobek.FunctionCall) sobek.Value

// clientMethods are what scripts call.
//
//nolint:gochecknoglobals // a table
var clientMethods = map[string]func(*client) function{
	"parallelQuery":      func(c *client) function { return c.parallelQuery },
	"parallelQueryAsync": func(c *client) function { return c.parallelQueryAsync },
	"multiQuery":         func(c *client) function { return c.batches(method{name: "multiQuery", strategy: fanout.Multi}) },
	"bulkQuery":          func(c *client) function { return c.batches(method{name: "bulkQuery", strategy: fanout.Bulk}) },
	"run":                func(c *client) function { return c.batches(method{name: "run"}) },
	"probe":              func(c *client) function { return c.batches(method{name: "probe", unmeasured: true}) },
	"query":              func(c *client) function { return c.query },
	"ready":              func(c *client) function { return c.ready },
	"collections":        func(c *client) function { return c.collections },
	"announce":           func(c *client) function { return c.announce },
	"close":              func(c *client) function { return c.close },

	"createCollection":     func(c *client) function { return c.createCollection },
	"deleteCollection":     func(c *client) function { return c.deleteCollection },
	"deleteAllCollections": func(c *client) function { return c.deleteAllCollections },
	"objectInsert":         func(c *client) function { return c.objectInsert },
	"fetchObjects":         func(c *client) function { return c.fetchObjects },
	"batchCreate":          func(c *client) function { return c.batchCreate },
	"batchDelete":          func(c *client) function { return c.batchDelete },
	"createTenant":         func(c *client) function { return c.tenants(fanout.CreateTenant) },
	"updateTenant":         func(c *client) function { return c.tenants(fanout.UpdateTenant) },
	"deleteTenant":         func(c *client) function { return c.deleteTenant },
}

// batches is a method that sends a batch and returns what became of it.
func (c *client) batches(m method) function {
	return func(call sobek.FunctionCall) sobek.Value { return c.mi.batchObject(c.send(m, call)) }
}

// equip gives an object the client's methods, each of which is made when it is first asked for: there are many, most scripts call one
// or two, and every user has a client, if not several, in a JavaScript runtime of its own.
func (c *client) equip(object *sobek.Object) {
	rt := c.mi.vu.Runtime()
	methods := rt.NewDynamicObject(&lazyMethods{client: c, made: make(map[string]sobek.Value)})
	must(rt, methods.SetPrototype(object.Prototype()))
	must(rt, object.SetPrototype(methods))
}

// lazyMethods is the object from which a client has its methods.
type lazyMethods struct {
	client *client
	made   map[string]sobek.Value
}

var _ sobek.DynamicObject = (*lazyMethods)(nil)

// Get implements sobek.DynamicObject.
func (m *lazyMethods) Get(name string) sobek.Value {
	if value, ok := m.made[name]; ok {
		return value
	}
	method, ok := clientMethods[name]
	if !ok {
		return nil
	}
	value := m.client.mi.vu.Runtime().ToValue(method(m.client))
	m.made[name] = value
	return value
}

// Set implements sobek.DynamicObject: a script may put its own function in the place of a method.
func (m *lazyMethods) Set(name string, value sobek.Value) bool {
	m.made[name] = value
	return true
}

// Has implements sobek.DynamicObject.
func (m *lazyMethods) Has(name string) bool {
	_, made := m.made[name]
	return made || clientMethods[name] != nil
}

// Delete implements sobek.DynamicObject: methods stay.
func (m *lazyMethods) Delete(name string) bool { return !m.Has(name) }

// Keys implements sobek.DynamicObject.
func (m *lazyMethods) Keys() []string { return slices.Sorted(maps.Keys(clientMethods)) }
