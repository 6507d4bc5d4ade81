package stub

import (
	"context"
	"time"

	"google.golang.org/grpc/peer"
)

// timing is how long a search takes, for the Config's Served. A nil one times nothing.
type timing struct {
	served  func(collection string, took time.Duration)
	from    *conn
	arrived time.Time
}

// timing times a search whose request has just been read from a client.
func (s *Server) timing(side *listener, client string) *timing {
	if s.config.Served == nil {
		return nil
	}
	from := side.find(client)
	if from == nil {
		return nil // it has gone: nobody is answered
	}
	return &timing{s.config.Served, from, from.arrival()}
}

// timingOfCall times a gRPC search.
func (s *Server) timingOfCall(ctx context.Context) *timing {
	if client, ok := peer.FromContext(ctx); ok {
		return s.timing(s.grpcSide, client.Addr.String())
	}
	return nil
}

// ends says that the reply has been written.
func (t *timing) ends(collection string) {
	if t != nil {
		t.served(collection, time.Since(t.arrived))
	}
}

// endsNext says that the reply is what is going to be written next.
func (t *timing) endsNext(collection string) {
	if t != nil {
		t.from.whenSent(func() { t.ends(collection) })
	}
}
