package fanout

import (
	"context"
	"time"
)

// Operation says what a call does.
type Operation string

// The operations, by the names of the methods that scripts call. All but FetchObjects write.
const (
	CreateCollection Operation = "createCollection"
	DeleteCollection Operation = "deleteCollection"
	CreateTenant     Operation = "createTenant"
	UpdateTenant     Operation = "updateTenant"
	DeleteTenant     Operation = "deleteTenant"
	ObjectInsert     Operation = "objectInsert"
	BatchCreate      Operation = "batchCreate"
	BatchDelete      Operation = "batchDelete"
	FetchObjects     Operation = "fetchObjects"
)

// Writes says whether the operation changes what the server holds.
func (o Operation) Writes() bool { return o != FetchObjects }

// Call is one request that is no search, and what became of it. Nothing writes to it once the method that made it has returned.
type Call struct {
	Operation Operation
	// Collection is what the call is about; empty when it is about several.
	Collection string
	// Start is the dispatch, Duration the time from there to the end of the reply, waiting for a connection included.
	Start    time.Time
	Duration time.Duration
	// Wait is how long the call waited for a connection; it is part of the duration.
	Wait time.Duration
	// Status is the HTTP status or the gRPC code; 0 for gRPC's OK and for an HTTP request without a reply.
	Status int
	// Objects is how many objects the call has written, deleted or fetched.
	Objects int
	// Refused is how many objects the server refused in a call that it took.
	Refused int
	// Category says what kind of failure the call met, or the first object that was refused; empty when all succeeded.
	Category Category
	// Error is the failure of the whole call in words; empty when the server took it.
	Error string
}

// OK says whether the server took the call. It may have refused objects in it.
func (c *Call) OK() bool { return c.Error == "" }

// call runs one call within the client's timeout. do sends it and says what went wrong with the whole of it.
func (c *Client) call(ctx context.Context, call *Call, observer Observer, do func(*flight) *failure) {
	limited, cancel := context.WithTimeout(ctx, c.config.Timeout)
	defer cancel()
	call.Start = time.Now()
	failed := do(&flight{client: c, parent: ctx, ctx: limited, limit: "limit", observer: observer})
	call.Duration = time.Since(call.Start)
	if failed == nil {
		return
	}
	call.Category, call.Error = failed.category, cutTo(c.HideText(failed.text), maxError)
}
