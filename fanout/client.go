// Package fanout is the engine: it sends a batch of searches to Weaviate by one of several strategies and says what became
// of each. It knows no k6, no JavaScript and no files.
package fanout

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"google.golang.org/grpc/metadata"
)

const (
	// DefaultTimeout limits a batch.
	DefaultTimeout = 30 * time.Second

	// idleTimeout is shorter than the 10 s after which Weaviate closes idle connections: a request on a connection that
	// the server is closing would fail for no fault of either.
	idleTimeout = 8 * time.Second

	// maxReply bounds a reply, so that a broken server cannot exhaust the client. It is what Weaviate itself allows a gRPC
	// message.
	maxReply = 104858000

	// maxMessage bounds a gRPC reply of which a message is built, and maxObjects the objects of one in JSON: of an empty one, which is two
	// bytes long, fifty times as much memory is made.
	maxMessage = 32 << 20
	maxObjects = 1 << 20
)

// Config says how a client reaches Weaviate.
type Config struct {
	// URL is Weaviate's HTTP address, scheme included.
	URL string
	// GRPC is Weaviate's gRPC address, host:port.
	GRPC string
	// GRPCSecure says that gRPC speaks TLS.
	GRPCSecure bool
	// Header is sent with every request, as HTTP headers and as gRPC metadata.
	Header http.Header
	// UserAgent names the client to the server, unless Header does.
	UserAgent string
	// Timeout limits a batch, from dispatch to the last member's completion; DefaultTimeout if 0.
	Timeout time.Duration
	// Concurrency is how many members may be in flight; 0 means all.
	Concurrency int
	// Defaults are added to queries that do not say these things themselves.
	Defaults Defaults
	// NoConnectionReuse gives every request of a batch a connection of its own, over gRPC too, and closes it afterwards.
	NoConnectionReuse bool
	// Dial opens connections; the standard library's dialer if nil.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// TLS is cloned for each protocol; the system's defaults if nil.
	TLS *tls.Config
}

// Client sends batches over connections of its own: as many HTTP connections as a batch has members, and one gRPC
// connection. It is safe for concurrent use, but meant to stand for one user.
type Client struct {
	config   Config
	http     *http.Transport
	document *http.Request // what all requests for one document are copies of
	bulk     *http.Request // the same for a list of documents
	base     *url.URL      // of the HTTP side
	grpc     connection
	metadata metadata.MD
	defaults any      // the config's Defaults, or nil for none; see Set.requestsWith
	secrets  *secrets // nil for none
}

// Validate says what is wrong with a configuration. It shows no header's value: some are secret.
func (c *Config) Validate() error {
	if _, err := ParseURL(c.URL); err != nil {
		return err
	}
	for name, values := range c.Header {
		if !headerName.MatchString(name) {
			return fmt.Errorf("header name %q cannot be sent: use only letters, digits and . _ -", name)
		}
		for _, value := range values {
			if !headerValue.MatchString(value) {
				return fmt.Errorf("the value of header %s cannot be sent: it has a line break or another character that is not printable "+
					"ASCII", name)
			}
		}
	}
	return c.Defaults.Validate()
}

// What both HTTP headers and gRPC metadata can carry.
var (
	headerName  = regexp.MustCompile(`^[0-9A-Za-z._-]+$`)
	headerValue = regexp.MustCompile(`^[[:print:]]*$`)
)

// NewClient checks the configuration and makes a client. It opens no connection: the first batch does.
func NewClient(config Config) (*Client, error) {
	if err := config.Validate(); err != nil {
		return nil, err
	}
	base, err := ParseURL(config.URL)
	if err != nil {
		return nil, err
	}
	if config.Timeout == 0 {
		config.Timeout = DefaultTimeout
	}
	if config.Dial == nil {
		config.Dial = (&net.Dialer{}).DialContext
	}
	if agent := config.Header.Get("User-Agent"); agent != "" {
		config.UserAgent = agent // gRPC takes it from nowhere else
	}
	c := &Client{config: config, base: base, http: newTransport(&config), secrets: secretsOf(config.Header)}
	c.document = newRequestTemplate(base, Multi.Path(), &config)
	c.bulk = newRequestTemplate(base, Bulk.Path(), &config)
	if config.Defaults != (Defaults{}) {
		c.defaults = config.Defaults
	}
	c.prepareGRPC()
	return c, nil
}

// Close closes the client's connections. Batches in flight fail.
func (c *Client) Close() error {
	c.http.CloseIdleConnections()
	conn, err := c.grpc.get()
	if err != nil {
		return nil //nolint:nilerr // there is none to close
	}
	return conn.Close()
}

// HTTPClient gives access to Weaviate's REST API over the same connections, for set-up (readiness, schema): not measured. It
// reads no reply that is longer than one of a search may be, and follows no redirection: another host must not get the key.
func (c *Client) HTTPClient() *http.Client {
	return &http.Client{Transport: boundedReplies{c.http}, CheckRedirect: noRedirection}
}

// Timeout is the limit of a batch.
func (c *Client) Timeout() time.Duration { return c.config.Timeout }

// ParseURL reads Weaviate's HTTP address.
func ParseURL(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err == nil && u.User != nil {
		return nil, fmt.Errorf("url %q has a user name: leave it out, and let the client send it as the header Authorization", u.Redacted())
	}
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		shown := text[strings.LastIndexByte(text, '@')+1:] // without a password
		return nil, fmt.Errorf("url %q is not an address: write it as http://host:8080 or https://host", shown)
	}
	if u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("url %q has a query or a fragment: write only scheme, host and port",
			u.Scheme+"://"+u.Host+u.EscapedPath()) // without what may be a key
	}
	u.Path = strings.TrimSuffix(u.Path, "/")
	return u, nil
}

// ParseGRPC reads Weaviate's gRPC address, given as host:port or as a URL whose scheme says whether it speaks TLS, and then needs
// no port.
func ParseGRPC(text string) (address string, secure bool, err error) {
	address = text
	for _, prefix := range []string{"https://", "grpcs://"} {
		if rest, ok := strings.CutPrefix(text, prefix); ok {
			address, secure = rest, true
		}
	}
	for _, prefix := range []string{"http://", "grpc://"} {
		if rest, ok := strings.CutPrefix(text, prefix); ok {
			address = rest
		}
	}
	if at := strings.LastIndexByte(address, '@'); at >= 0 {
		return "", false, fmt.Errorf("grpc address %q has a user name: leave it out, and let the client send it as the header Authorization",
			"…"+address[at:])
	}
	address = strings.TrimSuffix(address, "/")
	if secure && address != "" && !strings.Contains(address, ":") {
		address += ":443"
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil || host == "" || port == "" {
		return "", false, fmt.Errorf("grpc address %q is not host:port: write it as 127.0.0.1:50051", text)
	}
	return net.JoinHostPort(host, port), secure, nil
}

var errNoGRPC = errors.New("no gRPC address is set: give the client `grpc` or set WEAVIATE_GRPC (usually host:50051)")
