package fanout

import (
	"net"
	"net/url"
	"strings"
)

const defaultGRPCPort = "50051"

// GRPCAddress is the gRPC side that goes with a Weaviate's HTTP address (ParseURL): what is given (ParseGRPC) or, if that is
// empty, where it is by convention. Unless the given address says by its scheme whether it speaks TLS, it is as with the convention.
func GRPCAddress(base *url.URL, given string) (address string, secure bool, err error) {
	address, secure = conventionalGRPC(base)
	if given == "" {
		return address, secure, nil
	}
	address, explicit, err := ParseGRPC(given)
	return address, explicit || secure && !strings.Contains(given, "://"), err
}

// conventionalGRPC is where the gRPC side of a Weaviate is by convention: on Weaviate Cloud behind a host name of its own,
// elsewhere on a port of its own.
func conventionalGRPC(base *url.URL) (address string, secure bool) {
	host := base.Hostname()
	secure = base.Scheme == "https"
	if strings.HasSuffix(host, ".weaviate.cloud") {
		return net.JoinHostPort("grpc-"+host, "443"), true
	}
	if name, domain, ok := strings.Cut(host, "."); ok && strings.HasSuffix(host, ".weaviate.network") {
		return net.JoinHostPort(name+".grpc."+domain, "443"), true
	}
	return net.JoinHostPort(host, defaultGRPCPort), secure
}
