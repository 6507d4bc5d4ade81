package command_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"

	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
	"github.com/xk6-weaviate/xk6-weaviate/internal/stub"
)

// between is a proxy in front of a stub's HTTP side. It puts the key into headers of every reply, and may answer itself.
func between(t *testing.T, server *stub.Server, answers func(http.ResponseWriter, *http.Request) bool) string {
	t.Helper()
	target, err := url.Parse(server.URL())
	require.NoError(t, err)
	proxy := httputil.NewSingleHostReverseProxy(target)
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, name := range []string{"Server", "Www-Authenticate", "Location", "X-Request-Authorization"} {
			w.Header().Set(name, "Bearer "+key)
		}
		if answers(w, r) {
			return
		}
		// Whole before it goes on: when the reply begins, the server closes the request's body, and the proxy, if it still looks for its end,
		// breaks the connection off.
		body, err := io.ReadAll(r.Body)
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	return front.URL
}

// TestTheKeyIsNowhere benches a server that puts the key into all that it says: its version, headers, errors of every kind, over both
// protocols. The key is in nothing that the bench left or wrote.
func TestTheKeyIsNowhere(t *testing.T) {
	t.Parallel()
	server := stub.Start(t, stub.With(stub.Config{Collections: stub.Nine(100, 384), APIKey: key, Version: "1.39.3 for " + key}))
	said := "\x1b[31m" + strings.Repeat("you sent Authorization: Bearer "+key+", that is ", 40) + url.QueryEscape(key)
	var searches atomic.Int64
	late := func() bool { n := searches.Add(1); return n > 200 && n%3 == 0 } // the checks before the test pass
	for name, fault := range map[string]stub.Fault{
		"SongLyrics": stub.HTTPStatus(http.StatusForbidden, said), "SongLyrics_400k": stub.FieldError(said),
		"SongLyrics_200k": stub.DocumentError(said), "SongLyrics_50k": stub.GRPCStatus(codes.PermissionDenied, said),
		"SongLyrics_30k": stub.GRPCStatus(codes.Unknown, said),
	} {
		server.Set(name, stub.Behaviour{Fault: fault.When(late)})
	}
	address := between(t, server, func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path == "/metrics" {
			http.Error(w, said, http.StatusInternalServerError)
			return true
		}
		return false
	})
	dir := t.TempDir()
	result := k6run.Run(t, k6run.Options{Dir: dir, Env: []string{
		"WEAVIATE_URL=" + address, "WEAVIATE_GRPC=" + server.GRPC(), "WEAVIATE_API_KEY=" + key, "WEAVIATE_METRICS_URL=" + address + "/metrics?api_key=" + key,
		"STRATEGY=multi,bulk,parallel-graphql,parallel-grpc", "SETTLE=0s", "USERS=2", "ROUNDS=1", "BLOCK=1s", "WARMUP=200ms", "DRAIN=200ms", "LIMIT=5", "SEARCH_TYPES=bm25",
	}}, "x", "weaviate", "bench", "--out", "out")
	require.NotContains(t, result.Stdout+result.Stderr, key)
	require.NotContains(t, result.Stdout+result.Stderr, "\x1b")
	requireNoKey(t, dir)
	failures, err := os.ReadFile(filepath.Join(dir, "out", "2_BM25_limit5_failures.csv"))
	require.NoError(t, err)
	for _, strategy := range []string{"multi", "bulk", "parallel-graphql", "parallel-grpc"} {
		require.Contains(t, string(failures), strategy+",SongLyrics", "it did fail: %s\n%s", result.Stderr, failures)
	}
	require.Contains(t, string(failures), "you sent Authorization")
	for _, name := range names(t, filepath.Join(dir, "out")) {
		require.NotContains(t, name, key)
	}
}

// TestCommandsWriteNoEscapeSequences: what a server says is text, when a command shows it too. (k6 writes errors to a terminal as they
// are; elsewhere it quotes them, which would show the sequence.)
func TestCommandsWriteNoEscapeSequences(t *testing.T) {
	t.Parallel()
	server := stub.Start(t, stub.With(stub.Config{APIKey: key}))
	address := between(t, server, func(w http.ResponseWriter, r *http.Request) bool {
		if strings.HasPrefix(r.URL.Path, "/v1/schema") {
			http.Error(w, "\x1b]0;owned\x07 by "+key, http.StatusInternalServerError)
			return true
		}
		return false
	})
	env := []string{"WEAVIATE_URL=" + address, "WEAVIATE_GRPC=" + server.GRPC(), "WEAVIATE_API_KEY=" + key}
	for name, args := range map[string][]string{
		"seed": {"seed", "--scale", "0.001"}, "queries": {"queries", "--collections", "Articles"}, "bench": {"bench", "--quick", "--out", "out"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			result := k6run.Run(t, k6run.Options{Dir: dir, Env: append(env, "SEARCH_TYPES=bm25")}, append([]string{"x", "weaviate"}, args...)...)
			require.Equal(t, 1, result.ExitCode, result.Stderr)
			all := result.Stdout + result.Stderr
			require.Contains(t, all, "\uFFFD]0;owned\uFFFD by [hidden]")
			for _, sequence := range []string{"\x1b", `\x1b`, `\u001b`, key} {
				require.NotContains(t, all, sequence)
			}
			requireNoKey(t, dir)
		})
	}
}
