package weaviate

import (
	"net"
	"net/url"
	"strings"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// Where clients look when neither the script nor the environment says: a Weaviate on this machine.
const (
	defaultURL      = "http://127.0.0.1:8080"
	defaultGRPCPort = "50051"
)

// addresses are where both sides of a Weaviate are.
type addresses struct {
	base       *url.URL
	grpc       string // host:port
	grpcSecure bool
}

// readAddresses reads the address of the HTTP side and, if it is given, that of the gRPC side. TLS is what either says: gRPC
// follows the url unless it has a scheme of its own.
func readAddresses(httpText, grpcText string) (addresses, error) {
	base, err := fanout.ParseURL(httpText)
	if err != nil {
		return addresses{}, err
	}
	a := addresses{base: base, grpcSecure: base.Scheme == "https"}
	if grpcText == "" {
		a.grpc = grpcOf(base.Hostname())
		a.grpcSecure = a.grpcSecure || isCloud(base.Hostname())
		return a, nil
	}
	if isCloud(grpcText) && !strings.Contains(grpcText, "://") { // as its console shows it: a host name alone
		grpcText = "https://" + grpcText
	}
	address, secure, err := fanout.ParseGRPC(grpcText)
	if err != nil {
		return addresses{}, err
	}
	a.grpc = address
	if strings.Contains(grpcText, "://") {
		a.grpcSecure = secure
	}
	return a, nil
}

// isCloud says whether a host is one of Weaviate Cloud, which has its gRPC side behind a host name of its own.
func isCloud(host string) bool {
	return hasDomain(host, "weaviate.cloud") || hasDomain(host, "weaviate.network")
}

func hasDomain(host, domain string) bool { return strings.HasSuffix(strings.ToLower(host), "."+domain) }

// grpcOf is where the gRPC side of the Weaviate on a host is by convention.
func grpcOf(host string) string {
	name, domain, _ := strings.Cut(host, ".")
	switch {
	case hasDomain(host, "weaviate.network"):
		return net.JoinHostPort(name+".grpc."+domain, "443")
	case isCloud(host):
		return net.JoinHostPort("grpc-"+host, "443")
	default:
		return net.JoinHostPort(host, defaultGRPCPort)
	}
}
