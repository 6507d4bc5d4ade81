package fanout

import (
	"sync"

	"google.golang.org/grpc"
)

// connection is a client's gRPC connection: it is made on first use, and stays until it is dead.
//
// A connection is dead when the way to the server is gone and nobody says so: a balancer that forgot it, a cable, a machine that was
// switched off. gRPC itself would go on using it until the system gives up on it, after a quarter of an hour, in which a user whose
// server is back long since would only see timeouts. (Its keepalive is of no use here: Weaviate takes pings only every five
// minutes.) Over HTTP/1.1 the connection of a request that timed out is closed in any case.
type connection struct {
	open func() (*grpc.ClientConn, error)

	mutex sync.Mutex
	now   *held
}

// held is a connection with the batches, and other calls, that are in flight on it. One that was replaced is closed once there are none.
type held struct {
	*grpc.ClientConn

	batches  int
	replaced bool
}

// get is the connection, without a claim to it.
func (c *connection) get() (*grpc.ClientConn, error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if err := c.ensure(); err != nil {
		return nil, err
	}
	return c.now.ClientConn, nil
}

// hold is the connection for a batch, which gives it back by release.
func (c *connection) hold() (*held, error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if err := c.ensure(); err != nil {
		return nil, err
	}
	c.now.batches++
	return c.now, nil
}

func (c *connection) ensure() error {
	if c.now != nil {
		return nil
	}
	conn, err := c.open()
	if err != nil {
		return err
	}
	c.now = &held{ClientConn: conn}
	return nil
}

// release ends a batch's claim. dead says that nothing at all came over the connection in the whole time of the batch: the next
// batch gets a new one.
func (c *connection) release(h *held, dead bool) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	h.batches--
	if dead && c.now == h {
		c.now, h.replaced = nil, true
	}
	if h.replaced && h.batches == 0 {
		go func() { _ = h.Close() }() // it tries for some seconds to say goodbye
	}
}

// silent says whether all that was sent of the batch waited in vain until the batch's limit.
func (b *batch) silent() bool {
	if b.result.Duration < b.client.config.Timeout {
		return false
	}
	for i := range b.result.Members {
		if m := &b.result.Members[i]; !m.Unsent && (m.Category != CategoryTimeout || m.Bytes > 0) {
			return false
		}
	}
	return true
}
