package tests_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
	"github.com/xk6-weaviate/xk6-weaviate/internal/stub"
)

func TestNewClientIsAClientByOtherOptions(t *testing.T) {
	t.Parallel()
	server := stub.Start(t, func(c *stub.Config) { c.APIKey = "first-key" })
	out := filepath.Join(t.TempDir(), "out.json")
	result := run(t, 0, k6run.Options{Env: []string{"HOST=" + strings.TrimPrefix(server.URL(), "http://"), "GRPC=" + server.GRPC()},
		Stdin: `import weaviate, { newClient } from 'k6/x/weaviate';` + prelude + everyCall + `
		const where_ = { host: __ENV.HOST, grpcHost: __ENV.GRPC };
		export default function () {
			for (const [client, what] of [
				[newClient({ ...where_, scheme: 'http', apiKey: 'first-key' }), 'apiKey'],
				[weaviate.newClient({ ...where_, authToken: 'first-key', apiKey: 'other' }), 'authToken wins'],
				[newClient({ ...where_, host: 'http://' + __ENV.HOST, headers: { Authorization: 'Bearer first-key' } }), 'scheme in host, headers'],
				[newClient({ ...where_, host: 'HTTP://' + __ENV.HOST, scheme: 'https', apiKey: 'first-key', timeout: 30 }), 'scheme in host wins'],
			]) {
				equal(client instanceof Client, true, 'its class');
				Object.values(calls).forEach((call) => call(client));
				equal(client.run(set).outcome, 'full', what);
				equal(client.multiQuery(set).outcome, 'full', what);
			}
			const wrong = newClient({ ...where_, apiKey: 'wrong-key' });
			for (const name of Object.keys(calls)) {
				let thrown = {};
				try { calls[name](wrong); } catch (error) { thrown = error; }
				equal(thrown.category, 'auth', name);
			}
			newClient({ ...where_, apiKey: 'first-key', headers: { 'X-Test': 'kept' } }).objectInsert('A', {});
			newClient({ ...where_, apiKey: 'first-key', headers: { 'X-Test': 'kept' } }).batchCreate([{ class: 'A' }]);
			for (const [options, want] of [
				[undefined, "newClient(options) has no host: host is required, like 'localhost:8080'"],
				[{ host: 'a:8080' }, "newClient(options) has no grpcHost: grpcHost is required, like 'localhost:50051'"],
				[{ ...where_, apikey: 'x' }, 'newClient(options) has no "apikey": did you mean "apiKey"?'],
				[{ ...where_, apiKey: 5551234 }, 'newClient(options): apiKey must be a string'],
				[{ ...where_, timeout: -1 }, 'newClient(options): timeout must be a number of seconds, not -1'],
				[{ ...where_, timeout: '5 s' }, 'newClient(options): timeout must be a duration'],
				[{ ...where_, scheme: 'ftp' }, 'newClient(options): url "ftp://'],
			]) {
				const got = message(() => newClient(options));
				equal(got.slice(0, want.length), want, want);
				equal(got.includes('5551234'), false, 'a key is not shown');
			}
			for (const host of ['my.c0.gcp.weaviate.cloud', 'https://my.c0.gcp.weaviate.cloud', 'my.c0.gcp.weaviate.cloud:443']) {
				newClient({ host });
			}
		}`}, "run", "--quiet", "--out", "json="+out, "-")
	require.NotContains(t, result.Stderr, "level=error", "an iteration threw")
	require.Equal(t, "kept", server.LastHeader().Get("X-Test"))
	require.Equal(t, []string{"kept"}, server.LastMetadata().Get("x-test"))
	require.NotContains(t, result.Stdout+result.Stderr, "first-key")
	byMetric := readSamples(t, out)
	require.Equal(t, 8, byMetric["weaviate_write_failures"].sum("category", "auth"))
	require.Equal(t, 1, byMetric["weaviate_fetch_failures"].sum("category", "auth"))
}

// TestNewClientsTimeoutIsInSeconds lets calls hang: a whole number of seconds, one with a fraction, and a text.
func TestNewClientsTimeoutIsInSeconds(t *testing.T) {
	t.Parallel()
	server := stub.Start(t)
	server.SetWrites(stub.Behaviour{Fault: stub.Hang()})
	runScript(t, server, `
		import { newClient } from 'k6/x/weaviate';
		export default function () {
			const [host, grpcHost] = [__ENV.WEAVIATE_URL, __ENV.WEAVIATE_GRPC];
			for (const [timeout, shown] of [[1, '1s'], [0.25, '250ms'], ['0.2', '200ms'], ['300ms', '300ms']]) {
				const got = message(() => newClient({ host, grpcHost, timeout }).deleteCollection('A'));
				equal(got, 'deleteCollection: timeout: no complete reply within the limit of ' + shown, 'timeout');
			}
		}`)
}

// TestNewClientsGRPCSpeaksTLS holds the ways to say so: the port 443, and a scheme.
func TestNewClientsGRPCSpeaksTLS(t *testing.T) {
	t.Parallel()
	server := stub.Start(t, func(c *stub.Config) { c.TLS = &stub.TLS{} })
	for grpcHost, leads := range map[string]string{
		"https://" + server.GRPC(): "{}",
		"weaviate.test:443":        `{ 'weaviate.test:443': '` + server.GRPC() + `' }`,
	} {
		t.Run(grpcHost, func(t *testing.T) {
			t.Parallel()
			runScript(t, server, `
				import { newClient } from 'k6/x/weaviate';
				export const options = { insecureSkipTLSVerify: true, hosts: `+leads+` };
				export default () => newClient({ host: __ENV.WEAVIATE_URL, grpcHost: '`+grpcHost+`' }).batchCreate([{ class: 'A' }]);`)
		})
	}
}
