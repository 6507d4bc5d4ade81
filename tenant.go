package weaviate

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/grafana/sobek"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// tenant is a tenant of a collection, as REST has it.
type tenant struct {
	Name           string `json:"name"`
	ActivityStatus string `json:"activityStatus,omitempty"`
}

// tenants is the method that creates tenants or sets their activity status.
func (c *client) tenants(operation fanout.Operation) func(sobek.FunctionCall) sobek.Value {
	method := http.MethodPost
	if operation == fanout.UpdateTenant {
		method = http.MethodPut
	}
	return func(call sobek.FunctionCall) sobek.Value {
		var list []tenant
		c.changeTenants(operation, method, call, func(value sobek.Value) (any, error) {
			err := eachElement(value, func(value sobek.Value) error {
				var t tenant
				if isMissing(value) {
					return errors.New("is missing: write { name: 'tenantA' }")
				}
				err := fields{"name": readString(&t.Name), "activityStatus": readString(&t.ActivityStatus)}.from(value)
				list = append(list, t)
				return err
			})
			return list, err
		})
		return sobek.Undefined()
	}
}

// deleteTenant deletes tenants, given by their names, with all their objects.
func (c *client) deleteTenant(call sobek.FunctionCall) sobek.Value {
	c.changeTenants(fanout.DeleteTenant, http.MethodDelete, call, func(value sobek.Value) (any, error) {
		var names []string
		err := readStrings(&names)(value)
		return names, err
	})
	return sobek.Undefined()
}

// changeTenants sends the tenants that a script passed, as read makes them.
func (c *client) changeTenants(
	operation fanout.Operation, method string, call sobek.FunctionCall, read func(sobek.Value) (any, error),
) {
	name := c.mustCollection(operation, call.Argument(0))
	list, err := read(call.Argument(1))
	if err != nil {
		c.mi.throw("%s: the list of tenants %w", operation, err)
	}
	body, err := json.Marshal(list)
	if err != nil {
		c.mi.throw("%s: %w", operation, err)
	}
	c.restCall(&fanout.RESTRequest{
		Operation: operation, Collection: name, Method: method, Path: fanout.Path("schema", name, "tenants"), Body: body,
	}, tenantsPath)
}
