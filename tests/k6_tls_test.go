package tests_test

import (
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/internal/stub"
)

// TestK6DecidesOnTLS holds both protocols to k6's options for TLS.
func TestK6DecidesOnTLS(t *testing.T) {
	t.Parallel()
	own := stub.Start(t, stub.With(stub.Config{TLS: &stub.TLS{}}))
	asking := stub.Start(t, stub.With(stub.Config{TLS: &stub.TLS{ClientCertificates: true}}))
	roots := filepath.Join(t.TempDir(), "roots.pem")
	require.NoError(t, os.WriteFile(roots, append(own.RootsPEM(), asking.RootsPEM()...), 0o600))
	trust := "SSL_CERT_FILE=" + roots
	certificate, key := clientCertificate(t, asking)
	const twelve = "tls1.2"
	for name, c := range map[string]struct {
		server  *stub.Server
		options map[string]any
		env     []string
		refused string // the text; empty if all goes well
		version string // as k6 tags http_req_*
	}{
		"verified by default":   {server: own, refused: "certificate signed by unknown authority"},
		"trusted":               {server: own, env: []string{trust}, version: "tls1.3"},
		"insecureSkipTLSVerify": {server: own, options: map[string]any{"insecureSkipTLSVerify": true}, version: "tls1.3"},
		"tlsVersion":            {server: own, env: []string{trust}, options: map[string]any{"tlsVersion": twelve}, version: twelve},
		"tlsVersion, too old": {
			server: own, env: []string{trust}, options: map[string]any{"tlsVersion": map[string]any{"min": "tls1.0", "max": "tls1.1"}},
			refused: "protocol version|no supported versions",
		},
		"tlsCipherSuites": {
			server: own, env: []string{trust}, version: twelve,
			options: map[string]any{"tlsVersion": twelve, "tlsCipherSuites": []string{"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"}},
		},
		"tlsCipherSuites that the certificate does not go with": {
			server: own, env: []string{trust}, refused: "handshake failure",
			options: map[string]any{"tlsVersion": twelve, "tlsCipherSuites": []string{"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"}},
		},
		// In TLS 1.3 the server says so only after the handshake, and may be gone by then: any text will do.
		"no client certificate": {server: asking, env: []string{trust}, refused: "."},
		"tlsAuth": {
			server: asking, env: []string{trust}, version: "tls1.3",
			options: map[string]any{"tlsAuth": []any{map[string]any{"cert": certificate, "key": key}}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			options := c.options
			if options == nil {
				options = map[string]any{}
			}
			list, byMetric := withOptions(t, options, c.server.URL(), c.server.GRPC(), c.env...)
			if c.refused != "" {
				requireRefused(t, list, c.refused)
				return
			}
			requireFull(t, list)
			require.Equal(t, 5, byMetric["http_req_duration"].count("tls_version", c.version, "proto", "HTTP/2.0"))
		})
	}
}

// clientCertificate is a certificate that the server takes, with its key, as k6's option tlsAuth takes them.
func clientCertificate(t *testing.T, server *stub.Server) (certificate, key string) {
	t.Helper()
	made := server.ClientCertificate()
	der, err := x509.MarshalECPrivateKey(made.PrivateKey.(*ecdsa.PrivateKey))
	require.NoError(t, err)
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: made.Certificate[0]})),
		string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}))
}
