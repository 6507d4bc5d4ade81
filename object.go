package weaviate

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/google/uuid"
	"github.com/grafana/sobek"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// What stands for the paths of objects in k6's own metrics.
const objectsPath = "/v1/objects"

// objectInsert writes one object that must not be there yet. It goes over REST: over gRPC, an object with the same id would be
// replaced, and the reply does not tell what was stored.
func (c *client) objectInsert(call sobek.FunctionCall) sobek.Value {
	name := c.mustCollection(fanout.ObjectInsert, call.Argument(0))
	object := fanout.Object{Collection: name, Tenant: c.options.defaults.Tenant}
	level := c.options.defaults.ConsistencyLevel
	err := readWritten("the object", call.Argument(1), &object, fields{"consistencyLevel": readLevel(&level)})
	if err == nil && object.Collection != name {
		err = fmt.Errorf("the object's class is %q and the collection %q: leave the class out", object.Collection, name)
	}
	var body []byte
	if err == nil {
		body, err = json.Marshal(&object)
	}
	if err != nil {
		c.mi.throw("%s: %w", fanout.ObjectInsert, err)
	}
	query := url.Values{}
	setQuery(query, "consistency_level", string(level))
	reply := c.parse(c.restCall(&fanout.RESTRequest{
		Operation: fanout.ObjectInsert, Collection: name,
		Method: http.MethodPost, Path: fanout.Path("objects"), Query: query, Body: body, Count: countObject,
	}, objectsPath))
	return c.stored(reply)
}

// countObject reads a reply that is one object.
func countObject(reply []byte) (int, error) {
	var object struct{ ID string }
	if json.Unmarshal(reply, &object) != nil || object.ID == "" {
		return 0, errors.New("the reply is no object")
	}
	return 1, nil
}

// stored makes an object of a reply as scripts see it. Its properties are always there, the other keys if the reply has them.
func (c *client) stored(reply *sobek.Object, keys ...string) *sobek.Object {
	rt := c.mi.vu.Runtime()
	object := rt.NewObject()
	must(rt, object.Set("id", reply.Get("id")))
	must(rt, object.Set("properties", rt.NewObject()))
	for _, key := range append([]string{"properties", "vector", "vectors", "tenant"}, keys...) {
		if value := reply.Get(key); !isMissing(value) {
			must(rt, object.Set(key, value))
		}
	}
	return object
}

// batchCreate writes objects in one request over gRPC, also of several collections. Objects with an id that is there replace the
// ones that are.
func (c *client) batchCreate(call sobek.FunctionCall) sobek.Value {
	objects, err := c.readObjects(call.Argument(0))
	if err != nil {
		c.mi.throw("%s: %w", fanout.BatchCreate, err)
	}
	engine := c.mustConnect(fanout.BatchCreate)
	done, refusals, err := engine.Create(c.mi.vu.Context(), objects)
	if err != nil {
		c.mi.throw("%s: %w", fanout.BatchCreate, err)
	}
	c.endCall(done, c.builtin.observeGRPC())
	results := make([]any, len(objects))
	for i := range objects {
		results[i] = map[string]any{"class": objects[i].Collection, "id": objects[i].ID, "status": statusSuccess}
	}
	for _, r := range refusals {
		if r.Index < 0 || r.Index >= len(objects) {
			continue
		}
		result := results[r.Index].(map[string]any)
		result["status"], result["error"] = statusError, errorList(r.Reason)
	}
	return c.values(results)
}

// What became of one object of several.
const (
	statusSuccess = "success"
	statusError   = "error"
	statusFailed  = "failed"
	statusDryRun  = "dryrun"
)

// errorList is why an object was refused, in the shape of Weaviate's REST API.
func errorList(reason error) []any { return []any{map[string]any{"message": reason.Error()}} }

// values makes JavaScript values, so that scripts can do with them what they can with their own.
func (c *client) values(v any) sobek.Value {
	text, err := json.Marshal(v)
	must(c.mi.vu.Runtime(), err)
	return c.parse(text)
}

// readObjects reads what batchCreate is given. Objects without an id get one: gRPC wants that.
func (c *client) readObjects(value sobek.Value) ([]fanout.Object, error) {
	list, ok := value.(*sobek.Object)
	if !ok || list.ClassName() != "Array" {
		return nil, fmt.Errorf("the objects must be an array like [{ class: 'Articles', properties: {…}, vector: […] }], not %s", describe(value))
	}
	objects := make([]fanout.Object, list.Get("length").ToInteger())
	for i := range objects {
		o := &objects[i]
		o.Tenant = c.options.defaults.Tenant
		what := fmt.Sprintf("object %d", i+1)
		if err := readWritten(what, list.Get(strconv.Itoa(i)), o, nil); err != nil {
			return nil, err
		}
		if o.ID == "" {
			id, err := uuid.NewRandom()
			if err != nil {
				return nil, err
			}
			o.ID = id.String()
		}
	}
	return objects, nil
}

// readWritten reads one object that is to be written; more says what reads keys that only some methods know.
func readWritten(what string, value sobek.Value, o *fanout.Object, more fields) error {
	if isMissing(value) {
		return fmt.Errorf("%s is missing", what)
	}
	read := fields{
		"class":      readString(&o.Collection),
		"id":         readString(&o.ID),
		"tenant":     readString(&o.Tenant),
		"properties": readProperties(&o.Properties),
		"vector":     readVector(&o.Vector),
		"vectors":    readVectors(&o.Vectors),
	}
	for key, set := range more {
		read[key] = set
	}
	if err := readObject(what, value, read); err != nil {
		return err
	}
	switch {
	case o.Collection == "":
		return fmt.Errorf("%s has no class: name the collection that it belongs to", what)
	case o.Vector != nil && o.Vectors != nil:
		return fmt.Errorf("%s has both vector and vectors: the second is for collections with named vectors", what)
	}
	if err := o.Validate(); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// readVectors reads an object of named vectors.
func readVectors(to *map[string][]float32) func(sobek.Value) error { //nolint:gocritic // it makes the map
	return func(value sobek.Value) error {
		object, ok := value.(*sobek.Object)
		if !ok || object.ClassName() != "Object" {
			return fmt.Errorf("must be an object of vectors by their names, not %s", describe(value))
		}
		*to = make(map[string][]float32, len(object.Keys()))
		for _, name := range object.Keys() {
			var vector []float32
			if err := readVector(&vector)(object.Get(name)); err != nil {
				return fmt.Errorf("has %q, which %w", name, err)
			}
			(*to)[name] = vector
		}
		return nil
	}
}

func setQuery(query url.Values, key, value string) {
	if value != "" {
		query.Set(key, value)
	}
}
