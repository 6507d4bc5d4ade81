package fanout

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"
)

// identifyLimit bounds each question of identify.
const identifyLimit = 3 * time.Second

// identity is what was found to answer at an address.
type identity struct {
	secure   bool     // it speaks TLS
	protocol Protocol // which side of a Weaviate it is; empty for neither
}

// identify finds out what answers at an address, host:port, so that a wrong one can be explained. It sends neither key nor
// data.
func (c *Client) identify(ctx context.Context, address string) identity {
	found := identity{secure: c.speaksTLS(ctx, address)}
	switch {
	case c.speaksHTTP(ctx, address, found.secure):
		found.protocol = GraphQL
	case c.speaksGRPC(ctx, address, found.secure):
		found.protocol = GRPC
	}
	return found
}

func (c *Client) speaksTLS(ctx context.Context, address string) bool {
	ctx, cancel := context.WithTimeout(ctx, identifyLimit)
	defer cancel()
	conn, err := c.config.Dial(ctx, "tcp", address)
	if err != nil {
		return false
	}
	defer func() { _ = conn.Close() }()
	return tls.Client(conn, anyTLS()).HandshakeContext(ctx) == nil
}

func (c *Client) speaksHTTP(ctx context.Context, address string, secure bool) bool {
	ctx, cancel := context.WithTimeout(ctx, identifyLimit)
	defer cancel()
	scheme := "http"
	if secure {
		scheme = "https"
	}
	target := url.URL{Scheme: scheme, Host: address, Path: readyPath}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, target.String(), http.NoBody)
	if err != nil {
		return false
	}
	transport := &http.Transport{DialContext: c.dialMute, TLSClientConfig: anyTLS(), ForceAttemptHTTP2: true}
	defer transport.CloseIdleConnections()
	reply, err := transport.RoundTrip(request)
	if err != nil {
		return false
	}
	defer func() { _ = reply.Body.Close() }()
	return reply.StatusCode == http.StatusOK || reply.StatusCode == http.StatusServiceUnavailable
}

func (c *Client) speaksGRPC(ctx context.Context, address string, secure bool) bool {
	ctx, cancel := context.WithTimeout(ctx, identifyLimit)
	defer cancel()
	security := insecure.NewCredentials()
	if secure {
		security = credentials.NewTLS(anyTLS())
	}
	conn, err := grpc.NewClient("passthrough:///"+address, grpc.WithTransportCredentials(security),
		grpc.WithContextDialer(c.dialThroughProxy))
	if err != nil {
		return false
	}
	defer func() { _ = conn.Close() }()
	_, err = healthpb.NewHealthClient(conn).Check(ctx, &healthpb.HealthCheckRequest{})
	return err == nil || withoutHealth(err)
}

// withoutHealth says whether a gRPC server answered that it has no health service. (gRPC takes a web server's 404 for the same.)
func withoutHealth(err error) bool {
	return status.Code(err) == codes.Unimplemented && !strings.Contains(err.Error(), "HTTP status code")
}

// tryGRPC opens a connection to the gRPC side and closes it again.
func (c *Client) tryGRPC(ctx context.Context) error {
	conn, err := c.dialThroughProxy(ctx, c.config.GRPC)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	if !c.config.GRPCSecure {
		return nil
	}
	config := c.config.TLS.Clone()
	if config == nil {
		config = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	if config.ServerName == "" {
		config.ServerName, _, err = net.SplitHostPort(c.config.GRPC)
		if err != nil {
			return err
		}
	}
	return tls.Client(conn, config).HandshakeContext(ctx)
}

// dialMute opens a connection on which the other side is not heard before it was spoken to. A gRPC port, which speaks first,
// would make net/http write to the log of the process.
func (c *Client) dialMute(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := c.config.Dial(ctx, network, address)
	if err != nil {
		return nil, err
	}
	spoken := make(chan struct{})
	return &muteConn{conn, spoken, sync.OnceFunc(func() { close(spoken) })}, nil
}

type muteConn struct {
	net.Conn
	spoken chan struct{}
	speak  func()
}

func (c *muteConn) Read(p []byte) (int, error) {
	<-c.spoken
	return c.Conn.Read(p)
}

func (c *muteConn) Write(p []byte) (int, error) {
	c.speak()
	return c.Conn.Write(p)
}

func (c *muteConn) Close() error {
	c.speak()
	return c.Conn.Close()
}

// anyTLS takes any certificate: it asks whether TLS is spoken, and trusts nobody with anything.
func anyTLS() *tls.Config {
	return &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS12} //nolint:gosec // see above
}

// hostPort is a URL's host with its port.
func hostPort(u *url.URL) string {
	if u.Port() != "" {
		return u.Host
	}
	port := "80"
	if u.Scheme == "https" {
		port = "443"
	}
	return net.JoinHostPort(u.Hostname(), port)
}
