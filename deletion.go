package weaviate

import (
	"fmt"

	"github.com/google/uuid"
	"github.com/grafana/sobek"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// batchDelete deletes the objects of a collection that a filter finds, in one request over gRPC.
func (c *client) batchDelete(call sobek.FunctionCall) sobek.Value {
	d := &fanout.Deletion{
		Collection: c.mustCollection(fanout.BatchDelete, call.Argument(0)),
		Tenant:     c.options.defaults.Tenant, ConsistencyLevel: c.options.defaults.ConsistencyLevel,
	}
	verbose := false
	err := readObject("the options", call.Argument(1), fields{
		"where":            readFilter(&d.Where),
		"dryRun":           readBool(&d.DryRun),
		"output":           readOutput(&verbose),
		"tenant":           readString(&d.Tenant),
		"consistencyLevel": readLevel(&d.ConsistencyLevel),
	})
	if err != nil {
		c.mi.throw("%s: %w", fanout.BatchDelete, err)
	}
	engine := c.mustConnect(fanout.BatchDelete)
	done, deleted, err := engine.Delete(c.mi.vu.Context(), d)
	if err != nil {
		c.mi.throw("%s: %w", fanout.BatchDelete, err)
	}
	c.endCall(done, c.builtin.observeGRPC())
	return c.values(deletionResult(deleted, d.DryRun, verbose))
}

// deletionResult is what scripts see: counts, and the objects if they asked for them, else those that were not deleted.
func deletionResult(deleted *fanout.Deleted, dryRun, verbose bool) map[string]any {
	result := map[string]any{"matches": deleted.Matches, "successful": deleted.Successful, "failed": deleted.Failed}
	objects := []any{}
	for i := range deleted.Objects {
		o := &deleted.Objects[i]
		object := map[string]any{"id": uuid.UUID(o.ID).String(), "status": statusSuccess}
		switch {
		case o.Reason != nil:
			object["status"], object["error"] = statusFailed, errorList(o.Reason)
		case !verbose:
			continue
		case dryRun:
			object["status"] = statusDryRun
		}
		objects = append(objects, object)
	}
	if verbose || len(objects) > 0 {
		result["objects"] = objects
	}
	return result
}

func readOutput(verbose *bool) func(sobek.Value) error {
	return func(value sobek.Value) error {
		switch text, _ := value.Export().(string); text {
		case "minimal", "verbose":
			*verbose = text == "verbose"
			return nil
		default:
			return fmt.Errorf("must be 'minimal' or 'verbose', not %s", describe(value))
		}
	}
}
