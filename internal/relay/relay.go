// Package relay is a TCP relay whose connections can die without anybody saying so, as they do when a balancer forgets them or a
// machine loses its power: both ends stay open, and nothing comes through any more.
package relay

import (
	"context"
	"io"
	"net"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// Relay relays connections to a server.
type Relay struct {
	// Address is where it listens, host:port.
	Address string

	ctx      context.Context //nolint:containedctx // the test's
	server   string
	listener net.Listener
	open     sync.WaitGroup

	mutex sync.Mutex
	all   []net.Conn
	dead  chan struct{} // closed when the connections that were opened so far are to die
}

// Start starts a relay to a server's host:port. It ends with the test.
func Start(tb testing.TB, server string) *Relay {
	tb.Helper()
	listener, err := (&net.ListenConfig{}).Listen(tb.Context(), "tcp", "127.0.0.1:0")
	require.NoError(tb, err)
	r := &Relay{ctx: tb.Context(), Address: listener.Addr().String(), server: server, listener: listener, dead: make(chan struct{})}
	r.open.Go(r.serve)
	tb.Cleanup(r.stop)
	return r
}

// Die lets all connections die that are open now. Later ones are healthy.
func (r *Relay) Die() {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	close(r.dead)
	r.dead = make(chan struct{})
}

func (r *Relay) stop() {
	_ = r.listener.Close()
	r.mutex.Lock()
	for _, conn := range r.all {
		_ = conn.Close()
	}
	r.mutex.Unlock()
	r.open.Wait()
}

func (r *Relay) serve() {
	for {
		client, err := r.listener.Accept()
		if err != nil {
			return
		}
		server, err := (&net.Dialer{}).DialContext(r.ctx, "tcp", r.server)
		if err != nil {
			_ = client.Close()
			continue
		}
		r.mutex.Lock()
		r.all = append(r.all, client, server)
		dead := r.dead
		r.mutex.Unlock()
		r.open.Go(func() { pass(server, client, dead) })
		r.open.Go(func() { pass(client, server, dead) })
	}
}

// pass passes on what comes, as long as the connection lives. A dead one is read from, lest the sender notice.
func pass(to, from net.Conn, dead <-chan struct{}) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		select {
		case <-dead:
			_, _ = io.Copy(io.Discard, from)
			return
		default:
		}
		if _, failed := to.Write(buffer[:n]); failed != nil || err != nil {
			_ = to.Close()
			_ = from.Close()
			return
		}
	}
}
