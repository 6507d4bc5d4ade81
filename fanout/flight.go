package fanout

import "context"

// flight is what a batch and a call have in common while they are under way.
type flight struct {
	client   *Client
	parent   context.Context //nolint:containedctx // a flight is a call in progress: these are its context and the caller's
	ctx      context.Context //nolint:containedctx // the parent limited by the client's timeout
	limit    string          // what that is called in error texts
	observer Observer        // of its HTTP requests; nil for none
}
