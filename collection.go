package weaviate

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/grafana/sobek"
	"github.com/weaviate/weaviate/entities/models"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// What stands for the paths of the schema in k6's own metrics.
const (
	schemaPath     = "/v1/schema"
	collectionPath = "/v1/schema/{collection}"
	tenantsPath    = "/v1/schema/{collection}/tenants"
)

// createCollection makes a collection.
func (c *client) createCollection(call sobek.FunctionCall) sobek.Value {
	name := c.mustCollection(fanout.CreateCollection, call.Argument(0))
	class, err := readClass(name, call.Argument(1))
	if err != nil {
		c.mi.throw("%s: %w", fanout.CreateCollection, err)
	}
	c.restCall(&fanout.RESTRequest{
		Operation: fanout.CreateCollection, Collection: name,
		Method: http.MethodPost, Path: fanout.Path("schema"), Body: class,
	}, schemaPath)
	return sobek.Undefined()
}

// readClass reads a collection's config: what Weaviate's schema takes, with multiTenancy for multiTenancyConfig.
func readClass(name string, config sobek.Value) ([]byte, error) {
	class := make(map[string]json.RawMessage)
	if !isMissing(config) {
		object, ok := config.(*sobek.Object)
		if !ok || object.ClassName() != "Object" {
			return nil, fmt.Errorf("the config must be an object, not %s", describe(config))
		}
		text, err := object.MarshalJSON()
		if err == nil {
			err = json.Unmarshal(text, &class)
		}
		if err != nil {
			return nil, fmt.Errorf("the config cannot be read: %w", err)
		}
	}
	known := classKeys()
	for key := range class {
		if !slices.Contains(known, key) {
			return nil, fmt.Errorf("the config has no %q%s It takes %s",
				key, fanout.DidYouMean(key, known), strings.Join(known, ", "))
		}
	}
	if tenancy, ok := class[multiTenancy]; ok {
		if _, both := class[multiTenancyConfig]; both {
			return nil, errors.New("the config has both multiTenancy and multiTenancyConfig, which are the same: leave one out")
		}
		class[multiTenancyConfig] = tenancy
		delete(class, multiTenancy)
	}
	var err error
	if class["class"], err = json.Marshal(name); err != nil {
		return nil, err
	}
	return json.Marshal(class)
}

// The same by its older and by its proper name.
const (
	multiTenancy       = "multiTenancy"
	multiTenancyConfig = "multiTenancyConfig"
)

// classKeys are the keys of a collection's config, in order.
func classKeys() []string {
	keys := []string{multiTenancy}
	class := reflect.TypeFor[models.Class]()
	for i := range class.NumField() {
		key, _, _ := strings.Cut(class.Field(i).Tag.Get("json"), ",")
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// deleteCollection deletes a collection with all its objects.
func (c *client) deleteCollection(call sobek.FunctionCall) sobek.Value {
	c.drop(c.mustCollection(fanout.DeleteCollection, call.Argument(0)))
	return sobek.Undefined()
}

func (c *client) drop(name string) {
	c.restCall(&fanout.RESTRequest{
		Operation: fanout.DeleteCollection, Collection: name,
		Method: http.MethodDelete, Path: fanout.Path("schema", name),
	}, collectionPath)
}

// deleteAllCollections deletes every collection of the server, one after the other: each is measured.
func (c *client) deleteAllCollections(sobek.FunctionCall) sobek.Value {
	official, _, err := c.rest()
	if err != nil {
		c.mi.throw("deleteAllCollections: %w", err)
	}
	ctx, cancel := context.WithTimeout(c.mi.vu.Context(), c.options.timeout)
	defer cancel()
	dump, err := official.Schema().Getter().Do(ctx)
	if err != nil {
		c.mi.throw("deleteAllCollections: cannot read the schema: %w", err)
	}
	for _, class := range dump.Classes {
		c.drop(class.Class)
	}
	return sobek.Undefined()
}
