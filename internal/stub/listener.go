package stub

import (
	"context"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// listener counts connections and can cut them.
type listener struct {
	net.Listener
	opened atomic.Int64
	mu     sync.Mutex
	open   map[string]*conn // by the client's address
}

func newListener(address string) (*listener, error) {
	if address == "" {
		address = loopback
	}
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("stub: %w", err)
	}
	return &listener{Listener: l, open: make(map[string]*conn)}, nil
}

// Accept waits for the next connection.
func (l *listener) Accept() (net.Conn, error) {
	inner, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	c := &conn{Conn: inner, from: l}
	l.opened.Add(1)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open[inner.RemoteAddr().String()] = c
	return c, nil
}

func (l *listener) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.open)
}

// reset answers a client's connection with RST.
func (l *listener) reset(client string) {
	c := l.find(client)
	if c == nil {
		return
	}
	if tcp, ok := c.Conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = c.Close()
}

// find returns a client's connection; nil if it is closed.
func (l *listener) find(client string) *conn {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.open[client]
}

func (l *listener) cutAll() {
	l.mu.Lock()
	all := make([]*conn, 0, len(l.open))
	for _, c := range l.open {
		all = append(all, c)
	}
	l.mu.Unlock()
	for _, c := range all {
		_ = c.Close()
	}
}

// conn is a connection that its listener knows.
type conn struct {
	net.Conn
	from *listener

	mu      sync.Mutex
	arrived time.Time // when something was read last
	sent    []func()  // to be called when something is written next
}

// Read notes when something arrives.
func (c *conn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.arrived = time.Now()
	return n, err
}

func (c *conn) arrival() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.arrived
}

// Write calls those who wait for it.
func (c *conn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	c.mu.Lock()
	sent := c.sent
	c.sent = nil
	c.mu.Unlock()
	for _, f := range sent {
		f()
	}
	return n, err
}

// whenSent calls f once something was written.
func (c *conn) whenSent(f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sent = append(c.sent, f)
}

// Close closes the connection and takes it off the listener's list.
func (c *conn) Close() error {
	c.from.mu.Lock()
	if key := c.RemoteAddr().String(); c.from.open[key] == c {
		delete(c.from.open, key)
	}
	c.from.mu.Unlock()
	return c.Conn.Close()
}
