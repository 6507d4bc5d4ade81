package fanout

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"
)

const (
	// reachLimit bounds each side's check: a closed firewall answers nothing at all.
	reachLimit = 10 * time.Second

	readyPath = "/v1/.well-known/ready"
	metaPath  = "/v1/meta" // asks for the key, unlike the former
)

// Reach makes sure that both sides of a Weaviate answer where the client looks for them, and that it takes the API key. The
// error is a sentence that says what is wrong, with which value, and what to set.
func (c *Client) Reach(ctx context.Context) error {
	err := c.reachHTTP(ctx)
	if err == nil {
		err = c.reachGRPC(ctx)
	}
	return c.Hide(err)
}

func (c *Client) reachHTTP(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, reachLimit)
	defer cancel()
	status, err := c.get(ctx, readyPath)
	if err != nil {
		if sentence := c.unreachable(c.config.URL, "WEAVIATE_URL", err); sentence != nil {
			return sentence
		}
	}
	switch {
	case err != nil, status != http.StatusOK && status != http.StatusServiceUnavailable:
		return c.misdirectedHTTP(ctx, status, err)
	case status == http.StatusServiceUnavailable:
		return fmt.Errorf("the server at %s is not ready: wait until %s answers 200", c.config.URL, c.at(readyPath))
	}
	status, err = c.get(ctx, metaPath)
	switch {
	case err != nil:
		return fmt.Errorf("the server at %s is ready but does not answer %s: %w", c.config.URL, metaPath, err)
	case status == http.StatusUnauthorized && c.config.Header.Get("Authorization") == "":
		return fmt.Errorf("the server at %s asks for an API key: set WEAVIATE_API_KEY", c.config.URL)
	case status == http.StatusUnauthorized:
		return fmt.Errorf("the server at %s refuses the API key: set WEAVIATE_API_KEY to one of this server that has not expired",
			c.config.URL)
	}
	return nil // what else the key may not do shows when it is tried
}

func (c *Client) reachGRPC(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, reachLimit)
	defer cancel()
	failed := c.Health(ctx)
	if failed == nil || errors.Is(failed, errNoGRPC) {
		return failed
	}
	// gRPC's own errors are mere text: a connection by hand says what kind of error it is.
	if err := c.tryGRPC(ctx); err != nil {
		if sentence := c.unreachable("grpc://"+c.config.GRPC, "WEAVIATE_GRPC", err); sentence != nil {
			return sentence
		}
	}
	return c.misdirectedGRPC(ctx, failed)
}

// unreachable explains an error of the network or of a certificate; it is nil for others.
func (c *Client) unreachable(address, variable string, err error) error {
	var (
		unknown   *net.DNSError
		timeout   net.Error
		untrusted *tls.CertificateVerificationError
	)
	switch {
	case errors.As(err, &unknown):
		return fmt.Errorf("the host of %s is not known (%w): set %s to the address of a Weaviate", address, unknown, variable)
	case errors.Is(err, syscall.ECONNREFUSED):
		return fmt.Errorf("nothing listens at %s: start a Weaviate there (`make start` starts one on this machine), or set %s to "+
			"where one is", address, variable)
	case errors.As(err, &untrusted):
		return fmt.Errorf("the certificate of %s is not good (%w): set %s to the name that it is for, or have this machine trust "+
			"who signed it (on Linux, SSL_CERT_FILE names a file of such certificates)", address, untrusted.Err, variable)
	case errors.As(err, &timeout) && timeout.Timeout(), errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("%s did not answer in time: check the host and its firewall, or set %s to the address of a Weaviate",
			address, variable)
	default:
		return nil
	}
}

// misdirectedHTTP explains why the HTTP address answered as no Weaviate does, by looking at what answers there.
func (c *Client) misdirectedHTTP(ctx context.Context, status int, err error) error {
	const variable = "WEAVIATE_URL"
	base, wrong := ParseURL(c.config.URL)
	if wrong != nil {
		return wrong
	}
	found := c.identify(ctx, hostPort(base))
	secure := base.Scheme == "https"
	switch {
	case found.protocol == GRPC:
		return fmt.Errorf("%s is a gRPC port: set WEAVIATE_GRPC to it, and %s to the HTTP port (usually 8080)", c.config.URL, variable)
	case found.secure && !secure:
		return fmt.Errorf("%s speaks TLS: set %s to https://%s", c.config.URL, variable, base.Host)
	case !found.secure && secure && found.protocol == GraphQL:
		return fmt.Errorf("%s does not speak TLS: set %s to http://%s", c.config.URL, variable, base.Host)
	case err != nil:
		return fmt.Errorf("no Weaviate answers at %s (%w): set %s to the address of one", c.config.URL, err, variable)
	default:
		return fmt.Errorf("what answers at %s is no Weaviate (HTTP status %d to %s): set %s to the address of one",
			c.config.URL, status, readyPath, variable)
	}
}

// misdirectedGRPC explains why the gRPC address did not answer in gRPC.
func (c *Client) misdirectedGRPC(ctx context.Context, failed error) error {
	const variable = "WEAVIATE_GRPC"
	found := c.identify(ctx, c.config.GRPC)
	switch {
	case found.protocol == GraphQL:
		return fmt.Errorf("%s is an HTTP port: set %s to the gRPC port (usually 50051)", c.config.GRPC, variable)
	case found.secure && !c.config.GRPCSecure:
		return fmt.Errorf("the gRPC port %s speaks TLS: set %s to grpcs://%s", c.config.GRPC, variable, c.config.GRPC)
	case !found.secure && c.config.GRPCSecure && found.protocol == GRPC:
		return fmt.Errorf("the gRPC port %s does not speak TLS: set %s to grpc://%s", c.config.GRPC, variable, c.config.GRPC)
	default:
		return fmt.Errorf("no Weaviate answers over gRPC at %s (%w): set %s to host:port of one's gRPC side",
			c.config.GRPC, failed, variable)
	}
}

// get asks for a path and gives the reply's status.
func (c *Client) get(ctx context.Context, path string) (int, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.at(path), http.NoBody)
	if err != nil {
		return 0, err
	}
	maps.Copy(request.Header, c.config.Header)
	transport := c.http.Clone()
	transport.DialContext = c.dialMute
	defer transport.CloseIdleConnections()
	reply, err := (&http.Client{Transport: transport, CheckRedirect: noRedirection}).Do(request)
	if err != nil {
		return 0, err
	}
	return reply.StatusCode, reply.Body.Close()
}

// at is the URL of a path of Weaviate's REST API.
func (c *Client) at(path string) string { return strings.TrimSuffix(c.config.URL, "/") + path }
