//go:build linux

package faults_test

import (
	"syscall"
	"testing"
	"time"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/realserver"
)

const (
	survivesServer = "the run file; no user is stuck"
	// recordedRestart: a Weaviate that comes up answers searches before it has loaded the collections.
	recordedRestart = "failed members, `connection`; what it answers before its collections are loaded, `graphql`, `grpc` or `http`"
)

// serverRows are what happens to the server's process.
func serverRows() []row {
	vain := []fanout.Category{fanout.CategoryTimeout}
	restarted := []fanout.Category{fanout.CategoryConnection, fanout.CategoryHTTP, fanout.CategoryGRPC, fanout.CategoryGraphQL}
	play := func(begin, end func(*realserver.Server) error, categories []fanout.Category) func(*testing.T, *row) time.Duration {
		return func(t *testing.T, _ *row) time.Duration {
			t.Helper()
			server := seeded(t)
			o := outage{
				url: server.URL, grpc: server.GRPC, struck: everybody, categories: categories,
				begin: func() error { return begin(server) }, end: func() error { return end(server) },
				what: "fails", as: func(b *told) bool { return b.Outcome == fanout.Failed },
			}
			return o.play(t)
		}
	}
	by := func(signal syscall.Signal) func(*realserver.Server) error {
		return func(s *realserver.Server) error { return s.Signal(signal) }
	}
	return []row{
		{
			happens: "the server is killed, and started again", over: "both", recorded: recordedRestart, survives: survivesServer, short: true,
			run: play(by(syscall.SIGKILL), (*realserver.Server).Again, restarted),
		},
		{
			happens: "the server is shut down in an orderly way, and started again", over: "both",
			recorded: recordedRestart, survives: survivesServer,
			run: play(by(syscall.SIGTERM), (*realserver.Server).Again, restarted),
		},
		{
			happens: "the server stands still (SIGSTOP), and goes on", over: "both", recorded: recordedInVain, survives: survivesServer,
			run: play(by(syscall.SIGSTOP), by(syscall.SIGCONT), vain),
		},
	}
}
