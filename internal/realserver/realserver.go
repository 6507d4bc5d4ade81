// Package realserver gives tests a real Weaviate server: started on free ports of this machine with a data folder of its own,
// empty at first, and ended with the test whatever becomes of it.
package realserver

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
)

// variable names the server's binary; build/weaviate-server of this module otherwise. weaviatectl lies beside it.
const variable = "XK6_WEAVIATE_SERVER"

// Server is a running server. It has no API key.
type Server struct {
	// URL is the HTTP address, scheme included; GRPC is host:port; MetricsURL is where Prometheus would look.
	URL, GRPC, MetricsURL string

	folder string
	guard  *exec.Cmd
	hold   io.Closer // the guard stops the server once this is closed
}

// Start starts a server that ends with the test. env adds NAME=VALUE to its environment, which is empty otherwise.
func Start(tb testing.TB, env ...string) *Server {
	tb.Helper()
	s, err := start(env)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.stop(); err != nil {
			tb.Error(err)
		}
	})
	return s
}

//nolint:gochecknoglobals // what a package's tests share is global by nature
var shared struct {
	once   sync.Once
	server *Server
	err    error
}

// Shared is one server for all tests of a package, started by the first that asks. Tests must not disturb each other: each
// uses collections of its own. The package's TestMain must run its tests through Tests.
func Shared(tb testing.TB) *Server {
	tb.Helper()
	shared.once.Do(func() { shared.server, shared.err = start(nil) })
	if shared.err != nil {
		tb.Fatal(shared.err)
	}
	return shared.server
}

// Runner runs the tests of a package, as *testing.M does.
type Runner interface{ Run() int }

// Tests runs the tests of m and then ends the Shared server.
func Tests(m Runner) Runner { return tests{m} }

type tests struct{ m Runner }

func (t tests) Run() int {
	code := t.m.Run()
	if shared.server == nil {
		return code
	}
	if err := shared.server.stop(); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, err)
		return max(code, 1)
	}
	return code
}

func start(env []string) (*Server, error) {
	binary, err := find()
	if err != nil {
		return nil, err
	}
	control := filepath.Join(filepath.Dir(binary), "weaviatectl")
	folder, err := os.MkdirTemp("", "weaviate-test-")
	if err != nil {
		return nil, err
	}
	s := &Server{folder: folder}
	if err := s.watch(control); err != nil {
		return nil, err
	}
	args := []string{"start", "--json", "--binary", binary, "--data", s.data(), "--ports", "free"}
	for _, e := range env {
		args = append(args, "--env", e)
	}
	var stdout, stderr bytes.Buffer
	command := exec.Command(control, args...) //nolint:gosec,noctx // it bounds itself
	command.Stdout, command.Stderr = &stdout, &stderr
	if err := command.Run(); err != nil {
		return nil, errors.Join(fmt.Errorf("cannot start %s: %w\n%s", binary, err, &stderr), s.stop())
	}
	var where struct {
		URL, GRPC  string
		MetricsURL string `json:"metrics_url"`
	}
	if err := json.Unmarshal(stdout.Bytes(), &where); err != nil {
		return nil, errors.Join(fmt.Errorf("cannot read where %s is: %w\n%s", binary, err, &stdout), s.stop())
	}
	s.URL, s.GRPC, s.MetricsURL = where.URL, where.GRPC, where.MetricsURL
	return s, nil
}

func (s *Server) data() string { return filepath.Join(s.folder, "data") }

// watch starts the guard: a shell that stops the server and removes its data once its input ends. It does when the tests
// say so, and also when they are killed or panic.
func (s *Server) watch(control string) error {
	const script = `cat >/dev/null; "$0" stop --data "$1/data" >"$1/stop.log" 2>&1 && rm -rf "$1"`
	s.guard = exec.Command("sh", "-c", script, control, s.folder) //nolint:gosec,noctx // it must outlive the tests
	s.guard.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}     // out of reach of a Ctrl-C
	var err error
	if s.hold, err = s.guard.StdinPipe(); err != nil {
		return err
	}
	return s.guard.Start()
}

func (s *Server) stop() error {
	_ = s.hold.Close()
	if err := s.guard.Wait(); err != nil {
		log, _ := os.ReadFile(filepath.Join(s.folder, "stop.log"))
		return fmt.Errorf("cannot stop the server in %s: %w\n%s", s.folder, err, log)
	}
	return nil
}

// find finds the server's binary.
func find() (string, error) {
	binary := os.Getenv(variable)
	if binary == "" {
		root, err := moduleRoot()
		if err != nil {
			return "", err
		}
		binary = filepath.Join(root, "build", "weaviate-server")
	}
	binary, err := filepath.Abs(binary)
	if err != nil {
		return "", err
	}
	for _, file := range []string{binary, filepath.Join(filepath.Dir(binary), "weaviatectl")} {
		info, err := os.Stat(file) //nolint:gosec // whoever runs the tests names it
		if err != nil || info.IsDir() {
			return "", fmt.Errorf("this test needs a real Weaviate and there is no %s: run `make server`, or set %s to the server's binary",
				file, variable)
		}
	}
	return binary, nil
}

// moduleRoot is the folder of go.mod above the package that is tested.
func moduleRoot() (string, error) {
	folder, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			return folder, nil
		}
		parent := filepath.Dir(folder)
		if parent == folder {
			return "", errors.New("there is no go.mod above this test: run it with go test")
		}
		folder = parent
	}
}
