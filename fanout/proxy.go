package fanout

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"net"
	"net/http"
	"net/url"
)

// dialThroughProxy opens a connection to the gRPC side: through the proxy that HTTPS_PROXY names, unless NO_PROXY excepts the
// address. The HTTP side does the same by itself; gRPC would not, as it leaves dialing to the client.
func (c *Client) dialThroughProxy(ctx context.Context, address string) (net.Conn, error) {
	proxy, err := http.ProxyFromEnvironment(&http.Request{URL: &url.URL{Scheme: "https", Host: address}})
	if err != nil {
		return nil, err
	}
	if proxy == nil {
		return c.config.Dial(ctx, "tcp", address)
	}
	if proxy.Scheme != "http" && proxy.Scheme != "https" {
		return nil, fmt.Errorf("the proxy %s is none for gRPC: let HTTPS_PROXY name an http:// proxy, or except %s by NO_PROXY",
			proxy.Redacted(), address)
	}
	conn, err := c.config.Dial(ctx, "tcp", hostPort(proxy))
	if err != nil {
		return nil, err
	}
	if proxy.Scheme == "https" {
		config := c.config.TLS.Clone()
		if config == nil {
			config = &tls.Config{MinVersion: tls.VersionTLS12}
		}
		config.ServerName, config.NextProtos = proxy.Hostname(), nil
		conn = tls.Client(conn, config)
	}
	tunnel, err := openTunnel(ctx, conn, proxy, address)
	if err != nil {
		_ = conn.Close()
		return nil, fmt.Errorf("the proxy %s: %w", proxy.Redacted(), err)
	}
	return tunnel, nil
}

// openTunnel asks a proxy for a connection to the address.
func openTunnel(ctx context.Context, conn net.Conn, proxy *url.URL, address string) (net.Conn, error) {
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	request := &http.Request{Method: http.MethodConnect, URL: &url.URL{Host: address}, Host: address, Header: make(http.Header)}
	if user := proxy.User; user != nil {
		password, _ := user.Password()
		request.Header.Set("Proxy-Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(user.Username()+":"+password)))
	}
	if err := request.Write(conn); err != nil {
		return nil, err
	}
	reader := bufio.NewReader(conn)
	reply, err := http.ReadResponse(reader, request)
	if err != nil {
		return nil, err
	}
	if reply.StatusCode != http.StatusOK {
		_ = reply.Body.Close()
		return nil, fmt.Errorf("it refused a tunnel to %s: HTTP %s", address, reply.Status)
	}
	return &tunnel{conn, reader}, nil
}

// tunnel is a connection of which the beginning was read already: a gRPC server may speak first.
type tunnel struct {
	net.Conn
	reader *bufio.Reader
}

// Read implements net.Conn.
func (t *tunnel) Read(p []byte) (int, error) { return t.reader.Read(p) }
