// Package stub is a Weaviate server that holds no data: it answers searches over HTTP and gRPC with canned objects, as slowly
// or as wrongly as it is told, and says what it was sent. Tests and benchmarks of the client run against it.
//
// It is cheap on purpose: requests are parsed and replies encoded once, so that a benchmark measures the client.
package stub

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
)

const (
	defaultVersion     = "1.39.3"
	defaultBarrierWait = 5 * time.Second
	loopback           = "127.0.0.1:0"
)

// Config says what the server holds and how it listens. The zero Config holds the nine collections of DefaultCollections
// and listens on free ports of loopback, without TLS and without a key.
type Config struct {
	// HTTPAddress and GRPCAddress are host:port; a free port of loopback if empty.
	HTTPAddress string
	GRPCAddress string
	// Collections are what the server knows; DefaultCollections if nil. Every other collection is an error, as in Weaviate.
	Collections []Collection
	// Version is told by /v1/meta.
	Version string
	// APIKey is what clients must send as `Authorization: Bearer key`; anyone may search if empty.
	APIKey string
	// TLS makes both sides speak TLS; nil is plaintext.
	TLS *TLS
	// IdleTimeout closes idle HTTP connections, as Weaviate does after 10 s; 0 keeps them.
	IdleTimeout time.Duration
	// BarrierWait bounds how long a search waits at a barrier; 5 s if 0.
	BarrierWait time.Duration
	// Served, if not nil, is told how long each search that was answered took, from when its request was read until its reply was
	// written: what a client measures beyond that is the way there and back, and itself. It must be safe for concurrent use.
	Served func(collection string, took time.Duration)
}

// Server is a running stub. All its methods are safe for concurrent use.
type Server struct {
	config      Config
	names       []string // of the collections, in the order of the Config
	collections map[string]*collection

	barrier  barrier
	counters counters
	writes   writes
	plans    plans
	replies  replies

	done     chan struct{} // closed by Close: nobody waits any longer
	closing  sync.Once
	serving  sync.WaitGroup
	httpSide *listener
	grpcSide *listener
	http     *http.Server
	grpc     *grpc.Server
	roots    *x509.CertPool
}

// New starts a server. Close it.
func New(config Config) (*Server, error) {
	if config.Collections == nil {
		config.Collections = DefaultCollections()
	}
	if config.Version == "" {
		config.Version = defaultVersion
	}
	s := &Server{config: config, collections: make(map[string]*collection), done: make(chan struct{})}
	s.barrier.wait = config.BarrierWait
	if s.barrier.wait == 0 {
		s.barrier.wait = defaultBarrierWait
	}
	for _, c := range config.Collections {
		if s.collections[c.Name] != nil {
			return nil, fmt.Errorf("stub: collection %q twice", c.Name)
		}
		s.names = append(s.names, c.Name)
		s.collections[c.Name] = newCollection(c)
	}
	var secure *tls.Config
	if config.TLS != nil {
		var err error
		if secure, s.roots, err = config.TLS.serverConfig(); err != nil {
			return nil, err
		}
	}
	if err := s.listen(secure); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *Server) listen(secure *tls.Config) error {
	var err error
	if s.httpSide, err = newListener(s.config.HTTPAddress); err != nil {
		return err
	}
	if s.grpcSide, err = newListener(s.config.GRPCAddress); err != nil {
		return errors.Join(err, s.httpSide.Close())
	}
	s.http = &http.Server{
		Handler: s.routes(), IdleTimeout: s.config.IdleTimeout, ReadHeaderTimeout: time.Minute, ErrorLog: silence(),
	}
	options := []grpc.ServerOption{grpc.ForceServerCodecV2(rawCodec{}), grpc.MaxRecvMsgSize(maxMessage)}
	if secure != nil {
		s.http.TLSConfig = secure.Clone()
		options = append(options, grpc.Creds(credentials.NewTLS(secure.Clone())))
	}
	s.grpc = grpc.NewServer(options...)
	s.registerGRPC()
	s.serving.Go(func() {
		if secure != nil {
			_ = s.http.ServeTLS(s.httpSide, "", "")
			return
		}
		_ = s.http.Serve(s.httpSide)
	})
	s.serving.Go(func() { _ = s.grpc.Serve(s.grpcSide) })
	return nil
}

// Start starts a server that ends with the test. Each option changes the Config.
func Start(tb testing.TB, options ...func(*Config)) *Server {
	tb.Helper()
	var config Config
	for _, option := range options {
		option(&config)
	}
	s, err := New(config)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(s.Close)
	return s
}

// With makes a whole Config an option of Start.
func With(config Config) func(*Config) { return func(c *Config) { *c = config } }

// URL is the address of the HTTP side, scheme included.
func (s *Server) URL() string {
	scheme := "http"
	if s.config.TLS != nil {
		scheme = "https"
	}
	return scheme + "://" + s.httpSide.Addr().String()
}

// GRPC is the address of the gRPC side, as host:port.
func (s *Server) GRPC() string { return s.grpcSide.Addr().String() }

// Roots are the certificates that a client must trust; nil without TLS.
func (s *Server) Roots() *x509.CertPool { return s.roots }

// Collections lists the names of the collections, in the order of the Config.
func (s *Server) Collections() []string { return append([]string(nil), s.names...) }

// CloseConnections cuts every open connection, on both sides, and goes on listening.
func (s *Server) CloseConnections() {
	s.httpSide.cutAll()
	s.grpcSide.cutAll()
}

// Close ends the server and whatever waits in it.
func (s *Server) Close() {
	s.closing.Do(func() {
		close(s.done)
		_ = s.http.Close()
		s.grpc.Stop()
		s.serving.Wait()
	})
}

// sleep waits for d. It says false when the request or the server ended first.
func (s *Server) sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
	case <-s.done:
	}
	return false
}

// hang waits until the request or the server ends.
func (s *Server) hang(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-s.done:
	}
}
