//go:build linux

package faults_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"
	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
	"github.com/xk6-weaviate/xk6-weaviate/internal/realserver"
	"github.com/xk6-weaviate/xk6-weaviate/record"
)

//nolint:gochecknoglobals // the server's collections are shared like the server
var seeding sync.Once

// seeded is the server that all rows share, with the nine collections in it.
func seeded(t *testing.T) *realserver.Server {
	t.Helper()
	server := realserver.Shared(t)
	seeding.Do(func() {
		result := k6run.Run(t, k6run.Options{Env: at(server)}, "x", "weaviate", "seed", "--scale", "0.0005")
		require.Zero(t, result.ExitCode, result.Stderr)
	})
	return server
}

// at is the environment that says where a server is.
func at(server *realserver.Server) []string {
	return []string{"WEAVIATE_URL=" + server.URL, "WEAVIATE_GRPC=" + server.GRPC}
}

func readRun(t *testing.T, path string) *record.Run {
	t.Helper()
	file, err := os.Open(path)
	require.NoError(t, err)
	defer func() { _ = file.Close() }()
	run, err := record.Read(file, path)
	require.NoError(t, err)
	return run
}

// newProxy starts a proxy to host:port that can be spoiled.
func newProxy(t *testing.T, to string) *toxiproxy.Proxy {
	t.Helper()
	proxy := toxiproxy.NewProxy(toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop()), "way", "127.0.0.1:0", to)
	require.NoError(t, proxy.Start())
	t.Cleanup(proxy.Stop)
	return proxy
}

// spoil adds a toxic to the proxies, and unspoil takes it away again. attributes are those of the toxic, in JSON; the stream is
// "downstream", which is from the server, or "upstream".
func spoil(proxies []*toxiproxy.Proxy, kind, stream, attributes string) error {
	var failed []error
	for _, proxy := range proxies {
		_, err := proxy.Toxics.AddToxicJson(strings.NewReader(
			fmt.Sprintf(`{"name": "it", "type": %q, "stream": %q, "attributes": %s}`, kind, stream, attributes)))
		failed = append(failed, err)
	}
	return errors.Join(failed...)
}

func unspoil(t *testing.T, proxies []*toxiproxy.Proxy) error {
	t.Helper()
	var failed []error
	for _, proxy := range proxies {
		failed = append(failed, proxy.Toxics.RemoveToxic(t.Context(), "it"))
	}
	return errors.Join(failed...)
}
