package fanout

import (
	"net"
	"net/url"
	"strings"
)

// Where a Weaviate is when nothing says: on this machine, and its gRPC side on this port of the same host.
const (
	DefaultURL      = "http://127.0.0.1:8080"
	defaultGRPCPort = "50051"
)

// GRPCAddress is the gRPC side that goes with a Weaviate's HTTP address (ParseURL): what is given (ParseGRPC) or, if that is
// empty, where it is by convention. TLS is what either says: gRPC follows the HTTP address unless it has a scheme of its own.
func GRPCAddress(base *url.URL, given string) (address string, secure bool, err error) {
	if given == "" {
		return conventionalGRPC(base.Hostname()), base.Scheme == "https" || IsCloud(base.Hostname()), nil
	}
	if IsCloud(given) && !strings.Contains(given, "://") { // as its console shows it: a host name alone
		given = "https://" + given
	}
	address, secure, err = ParseGRPC(given)
	if !strings.Contains(given, "://") {
		secure = base.Scheme == "https"
	}
	return address, secure, err
}

// IsCloud says whether a host is one of Weaviate Cloud, which has its gRPC side behind a host name of its own.
func IsCloud(host string) bool {
	return hasDomain(host, "weaviate.cloud") || hasDomain(host, "weaviate.network")
}

func hasDomain(host, domain string) bool { return strings.HasSuffix(strings.ToLower(host), "."+domain) }

// conventionalGRPC is where the gRPC side of the Weaviate on a host is by convention.
func conventionalGRPC(host string) string {
	name, domain, _ := strings.Cut(host, ".")
	switch {
	case hasDomain(host, "weaviate.network"):
		return net.JoinHostPort(name+".grpc."+domain, "443")
	case IsCloud(host):
		return net.JoinHostPort("grpc-"+host, "443")
	default:
		return net.JoinHostPort(host, defaultGRPCPort)
	}
}
