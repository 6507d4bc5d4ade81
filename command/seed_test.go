package command_test

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
	"github.com/xk6-weaviate/xk6-weaviate/internal/stub"
)

// seed runs the command.
func seed(t *testing.T, options k6run.Options, flags ...string) k6run.Result {
	t.Helper()
	return k6run.Run(t, options, append([]string{"x", "weaviate", "seed"}, flags...)...)
}

// messageOf is the error that k6 logged as its last line, without the log's wrapping.
func messageOf(t *testing.T, r k6run.Result) string {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(r.Stderr), "\n")
	_, quoted, found := strings.Cut(lines[len(lines)-1], "level=error msg=")
	require.True(t, found, r.Stderr)
	var message string
	require.NoError(t, json.Unmarshal([]byte(quoted), &message), quoted)
	return message
}

// closed is an address that nothing listens at.
const closed = "127.0.0.1:1"

// other is a server that is no Weaviate: it closes what it accepts.
func other(t *testing.T) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_ = conn.Close()
		}
	}()
	return l.Addr().String()
}

// Each wrong address or key gets a sentence that says what, which value, and what to type.
func TestSeedExplainsWhyItReachesNoWeaviate(t *testing.T) {
	t.Parallel()
	const key = "sesame-4711"
	plain := stub.Start(t)
	locked := stub.Start(t, stub.With(stub.Config{APIKey: key}))
	secure := stub.Start(t, stub.With(stub.Config{TLS: &stub.TLS{}}))
	foreign := other(t)
	secureHost := strings.TrimPrefix(secure.URL(), "https://")
	plainHost := strings.TrimPrefix(plain.URL(), "http://")

	cases := []struct{ name, url, grpc, key, want string }{
		{
			"a host that is not known", "http://weaviate.invalid:8080", plain.GRPC(), "",
			"the host of http://weaviate.invalid:8080 is not known (lookup weaviate.invalid",
		},
		{
			"a closed port", "http://" + closed, plain.GRPC(), "",
			"nothing listens at http://" + closed + ": start a Weaviate there (`make start` starts one on this machine), or set WEAVIATE_URL to where one is",
		},
		{
			"a gRPC port for HTTP", "http://" + plain.GRPC(), plain.GRPC(), "",
			"http://" + plain.GRPC() + " is a gRPC port: set WEAVIATE_GRPC to it, and WEAVIATE_URL to the HTTP port (usually 8080)",
		},
		{
			"a gRPC port for HTTPS", "https://" + secure.GRPC(), secure.GRPC(), "",
			"the certificate of https://" + secure.GRPC() + " is not good",
		},
		{
			"TLS on a plaintext port", "https://" + plainHost, plain.GRPC(), "",
			"https://" + plainHost + " does not speak TLS: set WEAVIATE_URL to http://" + plainHost,
		},
		{
			"plaintext on a TLS port", "http://" + secureHost, secure.GRPC(), "",
			"http://" + secureHost + " speaks TLS: set WEAVIATE_URL to https://" + secureHost,
		},
		{
			"a certificate that is not trusted", secure.URL(), secure.GRPC(), "",
			"the certificate of " + secure.URL() + " is not good (x509: certificate signed by unknown authority): set WEAVIATE_URL to the name that it is for",
		},
		{
			"no Weaviate", "http://" + foreign, plain.GRPC(), "",
			"no Weaviate answers at http://" + foreign + " (",
		},
		{
			"a wrong path", plain.URL() + "/weaviate", plain.GRPC(), "",
			"what answers at " + plain.URL() + "/weaviate is no Weaviate (HTTP status 404 to /v1/.well-known/ready): set WEAVIATE_URL",
		},
		{
			"a host that is not known for gRPC", plain.URL(), "weaviate.invalid:50051", "",
			"the host of grpc://weaviate.invalid:50051 is not known (lookup weaviate.invalid",
		},
		{
			"a closed gRPC port", plain.URL(), closed, "",
			"nothing listens at grpc://" + closed + ": start a Weaviate there (`make start` starts one on this machine), or set WEAVIATE_GRPC to where one is",
		},
		{
			"an HTTP port for gRPC", plain.URL(), plainHost, "",
			plainHost + " is an HTTP port: set WEAVIATE_GRPC to the gRPC port (usually 50051)",
		},
		{
			"an HTTPS port for gRPC", plain.URL(), secureHost, "",
			secureHost + " is an HTTP port: set WEAVIATE_GRPC to the gRPC port (usually 50051)",
		},
		{
			"gRPC with TLS on a plaintext port", plain.URL(), "grpcs://" + plain.GRPC(), "",
			"the gRPC port " + plain.GRPC() + " does not speak TLS: set WEAVIATE_GRPC to grpc://" + plain.GRPC(),
		},
		{
			"plaintext gRPC on a TLS port", plain.URL(), secure.GRPC(), "",
			"the gRPC port " + secure.GRPC() + " speaks TLS: set WEAVIATE_GRPC to grpcs://" + secure.GRPC(),
		},
		{
			"a gRPC certificate that is not trusted", plain.URL(), "grpcs://" + secure.GRPC(), "",
			"the certificate of grpc://" + secure.GRPC() + " is not good (x509: certificate signed by unknown authority): set WEAVIATE_GRPC",
		},
		{
			"no Weaviate for gRPC", plain.URL(), foreign, "",
			"no Weaviate answers over gRPC at " + foreign + " (",
		},
		{
			"no key", locked.URL(), locked.GRPC(), "",
			"the server at " + locked.URL() + " asks for an API key: set WEAVIATE_API_KEY",
		},
		{
			"a wrong key", locked.URL(), locked.GRPC(), key + "x",
			"the server at " + locked.URL() + " refuses the API key: set WEAVIATE_API_KEY to one of this server that has not expired",
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := seed(t, k6run.Options{Env: []string{"WEAVIATE_URL=" + c.url, "WEAVIATE_GRPC=" + c.grpc, "WEAVIATE_API_KEY=" + c.key}})
			message := messageOf(t, r)
			require.Contains(t, message, c.want)
			require.Equal(t, 1, r.ExitCode)
			require.NotContains(t, message, "\n")
			require.NotContains(t, r.Stderr+r.Stdout, key, "the key is a secret")
			require.Equal(t, 1, strings.Count(r.Stderr, "level=error"), r.Stderr)
			t.Logf("%s\n  → %s", c.name, message)
		})
	}
}

func TestSeedTellsWrongUseFromFailure(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(folder, name)
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		return path
	}
	csv := write("latin.csv", "title,lyrics\ncaf\xe9,noir\n")
	empty := write("empty.csv", "")
	wide := write("wide.csv", "title,lyrics,vector\na,b,\"[1,2]\"\n")
	cases := []struct {
		name   string
		flags  []string
		status int
		want   string
	}{
		{"an unknown flag", []string{"--scal", "1"}, 2, "unknown flag --scal: did you mean --scale? See --help"},
		{"an argument", []string{"songs.csv"}, 2, `unexpected argument "songs.csv": this command takes flags only; see --help`},
		{"a scale that is no number", []string{"--scale", "big"}, 2, `invalid argument "big" for "--scale" flag`},
		{"a scale of 0", []string{"--scale", "0"}, 2, "--scale is 0: use a number above 0 and up to 1 (the full million)"},
		{"a scale of 2", []string{"--scale", "2"}, 2, "--scale is 2: use a number above 0 and up to 1 (the full million)"},
		{"no dimensions", []string{"--dimensions", "0"}, 2, "--dimensions is 0: use at least 1"},
		{"too many dimensions", []string{"--dimensions", "70000"}, 2, "--dimensions: vectors of 70000 dimensions: use 1 to 65535"},
		{"no workers", []string{"--workers", "0"}, 2, "--workers is 0: use 1 to 64"},
		{"too large a batch", []string{"--batch-size", "5000"}, 2, "--batch-size is 5000: use 1 to 1000"},
		{"no address", []string{"--url", "localhost:8080"}, 2, `--url: url "localhost:8080" is not an address: write it as http://host:8080`},
		{"no gRPC address", []string{"--grpc", "localhost"}, 2, `--grpc: grpc address "localhost" is not host:port: write it as 127.0.0.1:50051`},
		{"a spreadsheet", []string{"--from", "songs.xlsx"}, 2, "--from: the song file songs.xlsx has a name that does not say what it holds: name it .csv or .jsonl, also with .gz"},
		{"a file that is not there", []string{"--from", "none.csv"}, 1, "the song file none.csv: there is no such file: check --from"},
		{"a folder", []string{"--from", folder + "/../" + filepath.Base(folder) + "/x.csv"}, 1, "x.csv: there is no such file"},
		{"an empty file", []string{"--from", empty}, 1, "the song file " + empty + ": it is empty"},
		{"Latin-1", []string{"--from", csv}, 1, "the song file " + csv + ": line 2, column title: it is not UTF-8: if the file is Latin-1, convert it with iconv -f LATIN1 -t UTF-8 OLD >NEW"},
		{"a file of one song", []string{"--from", wide}, 1, "the song file " + wide + ": it has 1 songs, which is not enough for 9 collections"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			// Nothing listens there: what is wrong is said before anything is asked of a server.
			r := seed(t, k6run.Options{Dir: folder, Env: []string{"WEAVIATE_URL=http://" + closed}}, c.flags...)
			message := messageOf(t, r)
			require.Contains(t, message, c.want)
			require.Equal(t, c.status, r.ExitCode)
			t.Logf("%s\n  → %s", strings.Join(c.flags, " "), message)
		})
	}
}

// The gRPC address of one server does not go with the URL of another.
func TestSeedDoesNotMixServers(t *testing.T) {
	t.Parallel()
	s := stub.Start(t)
	host, _, err := net.SplitHostPort(s.GRPC())
	require.NoError(t, err)
	r := seed(t, k6run.Options{Env: []string{"WEAVIATE_URL=http://" + closed, "WEAVIATE_GRPC=" + s.GRPC()}}, "--url", s.URL())
	require.Contains(t, messageOf(t, r), fmt.Sprintf("grpc://%s:50051", host))
}

func TestSeedHelp(t *testing.T) {
	t.Parallel()
	r := seed(t, k6run.Options{}, "--help")
	require.Zero(t, r.ExitCode)
	for _, word := range []string{
		"--scale", "--from", "--dimensions", "--replace", "--workers", "--batch-size", "WEAVIATE_URL", "WEAVIATE_GRPC", "WEAVIATE_API_KEY",
		"1737000", ".jsonl", "text[]",
	} {
		require.Contains(t, r.Stdout, word)
	}
}
