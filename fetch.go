package weaviate

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/grafana/sobek"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// objectPath stands for the path of one object in k6's own metrics.
const objectPath = "/v1/objects/{collection}/{id}"

// fetchOptions are what fetchObjects may be told.
type fetchOptions struct {
	id, after, tenant, node string
	limit, offset           string
	level                   fanout.ConsistencyLevel
	additional              []string
}

// fetchObjects reads objects in the order of their ids, or one of them.
func (c *client) fetchObjects(call sobek.FunctionCall) sobek.Value {
	name := c.mustCollection(fanout.FetchObjects, call.Argument(0))
	o := fetchOptions{tenant: c.options.defaults.Tenant, level: c.options.defaults.ConsistencyLevel}
	if err := o.read(call.Argument(1)); err != nil {
		c.mi.throw("%s: %w", fanout.FetchObjects, err)
	}
	request := &fanout.RESTRequest{
		Operation: fanout.FetchObjects, Collection: name, Method: http.MethodGet, Query: o.query(),
		Path: fanout.Path("objects"), Count: countObjects,
	}
	pattern := objectsPath
	if o.id != "" {
		request.Path, request.Count, pattern = fanout.Path("objects", name, o.id), countObject, objectPath
	} else {
		request.Query.Set("class", name)
	}
	reply := c.parse(c.restCall(request, pattern))
	rt := c.mi.vu.Runtime()
	var list []any
	if o.id != "" {
		list = []any{c.stored(reply, "additional")}
	} else {
		objects := reply.Get("objects").ToObject(rt)
		list = make([]any, objects.Get("length").ToInteger())
		for i := range list {
			list[i] = c.stored(objects.Get(strconv.Itoa(i)).ToObject(rt), "additional")
		}
	}
	result := rt.NewObject()
	must(rt, result.Set("objects", rt.NewArray(list...)))
	return result
}

// countObjects reads a reply that is a list of objects.
func countObjects(reply []byte) (int, error) {
	var list struct{ Objects []json.RawMessage }
	if json.Unmarshal(reply, &list) != nil || list.Objects == nil {
		return 0, errors.New("the reply has no list of objects")
	}
	return len(list.Objects), nil
}

func (o *fetchOptions) read(value sobek.Value) error {
	return readObject("the options", value, fields{
		"id":               readString(&o.id),
		"limit":            readDigits(&o.limit),
		"offset":           readDigits(&o.offset),
		"after":            readString(&o.after),
		"tenant":           readString(&o.tenant),
		"nodeName":         readString(&o.node),
		"consistencyLevel": readLevel(&o.level),
		"additional":       readStrings(&o.additional),
	})
}

// query are the parameters of the request.
func (o *fetchOptions) query() url.Values {
	query := url.Values{}
	setQuery(query, "tenant", o.tenant)
	setQuery(query, "node_name", o.node)
	setQuery(query, "consistency_level", string(o.level))
	// An object's id is always told, and asking for it is an error.
	setQuery(query, "include", strings.Join(slices.DeleteFunc(o.additional, func(name string) bool { return name == "id" }), ","))
	if o.id != "" {
		return query
	}
	setQuery(query, "limit", o.limit)
	setQuery(query, "offset", o.offset)
	setQuery(query, "after", o.after)
	return query
}

// readDigits reads a whole number from 0 up, also as text.
func readDigits(to *string) func(sobek.Value) error {
	return func(value sobek.Value) error {
		n := 0
		if text, ok := value.Export().(string); ok {
			parsed, err := strconv.ParseUint(text, 10, 31)
			if err != nil {
				return fmt.Errorf("must be a whole number from 0 up, not %s", describe(value))
			}
			n = int(parsed)
		} else if err := readCount(&n, 0)(value); err != nil {
			return err
		}
		*to = strconv.Itoa(n)
		return nil
	}
}

// readLevel reads a consistency level, also in small letters.
func readLevel(to *fanout.ConsistencyLevel) func(sobek.Value) error {
	return func(value sobek.Value) error {
		var name string
		if err := readString(&name)(value); err != nil {
			return err
		}
		for _, level := range fanout.ConsistencyLevels() {
			if strings.EqualFold(name, string(level)) {
				*to = level
				return nil
			}
		}
		return readConsistencyLevel(to)(value) // says what is wrong
	}
}
