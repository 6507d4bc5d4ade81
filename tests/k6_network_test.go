package tests_test

import (
	"encoding/json"
	"encoding/pem"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
	"github.com/xk6-weaviate/xk6-weaviate/internal/stub"
)

// underOptions sends a batch by every strategy under k6's options, and prints what came of each.
const underOptions = `
	import { Client } from 'k6/x/weaviate';
	export const options = JSON.parse(__ENV.OPTIONS);
	const client = new Client({ timeout: '20s' });
	const set = ['SongLyrics', 'SongLyrics_400k', 'SongLyrics_10k'].map((collection) => (
		{ collection, nearVector: { vector: [1, 2, 3] }, limit: 5 }));
	export default function () {
		for (const strategy of ['multi', 'bulk', 'parallel-graphql', 'parallel-grpc', 'sequential-grpc']) {
			const { outcome, results } = client.run(set, { strategy });
			const [{ category, error, objects }] = results;
			console.log('@' + JSON.stringify({ strategy, outcome, category, error, objects }));
		}
	}`

// underK6 is what came of a batch.
type underK6 struct {
	Strategy                 fanout.Strategy
	Outcome, Category, Error string
	Objects                  int
}

var printed = regexp.MustCompile(`msg="@(.*)" source`)

// withOptions runs the script under k6's options against the addresses, and returns what came of each batch, and the samples.
func withOptions(t *testing.T, options map[string]any, web, grpc string, env ...string) ([]underK6, map[string]samples) {
	t.Helper()
	text, err := json.Marshal(options)
	require.NoError(t, err)
	out := filepath.Join(t.TempDir(), "out.json")
	result := run(t, 0, k6run.Options{
		Env: append(env, "OPTIONS="+string(text), "WEAVIATE_URL="+web, "WEAVIATE_GRPC="+grpc), Stdin: underOptions,
	}, "run", "--quiet", "--out", "json="+out, "-")
	var list []underK6
	for _, line := range printed.FindAllStringSubmatch(result.Stderr, -1) {
		var batch underK6
		text, err := strconv.Unquote(`"` + line[1] + `"`)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal([]byte(text), &batch), text)
		list = append(list, batch)
	}
	require.Len(t, list, len(fanout.Strategies()), result.Stderr)
	return list, readSamples(t, out)
}

// requireFull requires that every batch went well.
func requireFull(t *testing.T, list []underK6) {
	t.Helper()
	for _, batch := range list {
		require.Equal(t, "full", batch.Outcome, "%s: %s", batch.Strategy, batch.Error)
		require.Equal(t, 5, batch.Objects, batch.Strategy)
	}
}

// requireRefused requires that every batch failed for want of a connection, and says why.
func requireRefused(t *testing.T, list []underK6, text string) {
	t.Helper()
	for _, batch := range list {
		require.Equal(t, "failed", batch.Outcome, batch.Strategy)
		require.Equal(t, string(fanout.CategoryConnection), batch.Category, batch.Error)
		require.Regexp(t, text, batch.Error)
	}
}

// portOf is the port of an address.
func portOf(t *testing.T, address string) string {
	t.Helper()
	_, port, err := net.SplitHostPort(strings.TrimPrefix(address, "http://"))
	require.NoError(t, err)
	return port
}

// TestK6FindsHosts holds both protocols to k6's options that say where a connection may go.
func TestK6FindsHosts(t *testing.T) {
	t.Parallel()
	server := stub.Start(t)
	named := func(host string) [2]string {
		return [2]string{"http://" + host + ":" + portOf(t, server.URL()), host + ":" + portOf(t, server.GRPC())}
	}
	own := [2]string{server.URL(), server.GRPC()}
	for name, c := range map[string]struct {
		options map[string]any
		at      [2]string
		refused string // the text; empty if all goes well
	}{
		"hosts": {map[string]any{"hosts": map[string]any{"weaviate.test": "127.0.0.1"}}, named("weaviate.test"), ""},
		"hosts with ports": {map[string]any{"hosts": map[string]any{
			"weaviate.test:8080": strings.TrimPrefix(server.URL(), "http://"), "weaviate.test:50051": server.GRPC(),
		}}, [2]string{"http://weaviate.test:8080", "weaviate.test:50051"}, ""},
		"blacklistIPs": {map[string]any{"blacklistIPs": []string{"127.0.0.0/8"}}, own, `IP \(127\.0\.0\.1\) is in a blacklisted range \(127\.0\.0\.0/8\)`},
		"blockHostnames": {map[string]any{"blockHostnames": []string{"*.test"}}, named("weaviate.test"),
			`hostname \(weaviate\.test\) is in a blocked pattern \(\*\.test\)`},
		"dns": {map[string]any{"dns": map[string]any{"policy": "onlyIPv4", "select": "first", "ttl": "0"}}, named("localhost"), ""},
		// This machine may know an IPv6 address of localhost, where nothing listens, or none.
		"dns without a way": {map[string]any{"dns": map[string]any{"policy": "onlyIPv6"}}, named("localhost"),
			`no such host|connection refused|cannot assign requested address|network is unreachable`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			list, _ := withOptions(t, c.options, c.at[0], c.at[1])
			if c.refused != "" {
				requireRefused(t, list, c.refused)
				return
			}
			requireFull(t, list)
		})
	}
}

// TestK6GoesThroughProxies: both protocols take the proxy of the environment, gRPC through a tunnel. Proxies are never used for
// addresses of this machine, so the server has a name.
func TestK6GoesThroughProxies(t *testing.T) {
	t.Parallel()
	const hosts, webAddress, grpcAddress = "weaviate.test", "weaviate.test:8080", "weaviate.test:50051"
	for name, c := range map[string]struct {
		proxy    string // %s is its address
		status   int    // of its refusal; 0 for none
		except   bool
		refused  string // the text over gRPC
		category fanout.Category
	}{
		"a proxy":             {proxy: "http://%s"},
		"one that speaks TLS": {proxy: "https://%s"},
		"with a password":     {proxy: "http://me:open-sesame@%s"},
		"excepted":            {proxy: "http://%s", except: true},
		"one that refuses":    {proxy: "http://%s", status: 403, refused: `it refused a tunnel to weaviate\.test:50051: HTTP 403 Forbidden`, category: fanout.CategoryAuth},
		"one that has no use": {proxy: "socks5://" + nobody, refused: `the proxy socks5://\S+ is none for gRPC: let HTTPS_PROXY name an http:// proxy, or except weaviate\.test:50051 by NO_PROXY`, category: fanout.CategoryConnection},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := stub.Start(t)
			leads := map[string]string{webAddress: strings.TrimPrefix(server.URL(), "http://"), grpcAddress: server.GRPC()}
			proxy := startProxy(t, strings.HasPrefix(c.proxy, "https"), c.status, leads)
			address := strings.Replace(c.proxy, "%s", proxy.address, 1)
			env := []string{"HTTP_PROXY=" + address, "HTTPS_PROXY=" + address, "SSL_CERT_FILE=" + proxy.roots}
			options := map[string]any{}
			if c.except {
				env = append(env, "NO_PROXY="+hosts)
				options["hosts"] = leads
			}
			list, _ := withOptions(t, options, "http://"+webAddress, grpcAddress, env...)
			used := [2]bool{proxy.forwarded.Load() > 0, proxy.tunnels.Load() > 0}
			if strings.Contains(c.proxy, "@") {
				require.Equal(t, "Basic bWU6b3Blbi1zZXNhbWU=", *proxy.asked.Load())
			}
			if c.refused == "" {
				requireFull(t, list)
				require.Equal(t, [2]bool{!c.except, !c.except}, used)
				return
			}
			for _, batch := range list {
				require.NotContains(t, batch.Error, "open-sesame")
				if batch.Strategy.Protocol() == fanout.GRPC {
					requireRefused(t, []underK6{batch}, c.refused)
					continue
				}
				require.Equal(t, string(c.category), batch.Category, batch.Error)
			}
		})
	}
}

// proxy is an HTTP proxy that knows where names lead.
type proxy struct {
	address            string
	roots              string // a file of the certificate to trust; empty without TLS
	forwarded, tunnels atomic.Int64
	asked              atomic.Pointer[string] // the last Proxy-Authorization of a tunnel
}

func startProxy(t *testing.T, secure bool, refusal int, leads map[string]string) *proxy {
	t.Helper()
	p := &proxy{}
	forward := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(&url.URL{Scheme: "http", Host: leads[r.In.Host]})
	}}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case refusal != 0:
			w.WriteHeader(refusal)
		case r.Method == http.MethodConnect:
			p.tunnels.Add(1)
			asked := r.Header.Get("Proxy-Authorization")
			p.asked.Store(&asked)
			dig(w, leads[r.Host])
		default:
			p.forwarded.Add(1)
			forward.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(server.Close)
	if !secure {
		server.Start()
		p.address = strings.TrimPrefix(server.URL, "http://")
		return p
	}
	server.StartTLS()
	p.address, p.roots = strings.TrimPrefix(server.URL, "https://"), filepath.Join(t.TempDir(), "roots.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	require.NoError(t, os.WriteFile(p.roots, text, 0o600))
	return p
}

// dig connects a client with an address.
func dig(w http.ResponseWriter, address string) {
	server, err := new(net.Dialer).Dial("tcp", address)
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	client, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		_ = server.Close()
		return
	}
	_, _ = io.WriteString(client, "HTTP/1.1 200 OK\r\n\r\n")
	go func() { _, _ = io.Copy(server, client); _ = server.Close() }()
	go func() { _, _ = io.Copy(client, server); _ = client.Close() }()
}
