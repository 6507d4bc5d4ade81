package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The test binary is the fake server too, if its environment says so. What it does is the variable's value.
const fakeVariable = "FAKE_SERVER"

func TestMain(m *testing.M) {
	if behaviour := os.Getenv(fakeVariable); behaviour != "" {
		if err := fakeServer(behaviour); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(3)
		}

		os.Exit(0)
	}

	os.Exit(m.Run())
}

func fakeServer(behaviour string) error {
	flags := flag.NewFlagSet("fake", flag.ContinueOnError)
	host, port := flags.String("host", "", ""), flags.String("port", "", "")
	_ = flags.String("scheme", "", "")

	if err := flags.Parse(os.Args[1:]); err != nil {
		return err
	}

	fmt.Println("the fake server starts:", behaviour)

	switch behaviour {
	case "dies":
		return errors.New("raft: out of luck")
	case "clashes":
		return errors.New("listen tcp :1: bind: address already in use")
	case "stubborn":
		signal.Ignore(syscall.SIGTERM)
	}

	mux := http.NewServeMux()
	mux.HandleFunc("/v1/.well-known/ready", func(w http.ResponseWriter, _ *http.Request) {
		if behaviour == "slow" {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	mux.HandleFunc("/environment", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(os.Environ())
	})
	mux.HandleFunc("/metrics", func(w http.ResponseWriter, _ *http.Request) {
		began, err := startTime(os.Getpid())
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)

			return
		}

		if behaviour == "foreign metrics" {
			began -= 3600
		}

		_, _ = fmt.Fprintf(w, "# HELP\nprocess_start_time_seconds %g\nmore 1\n", began)
	})

	ended := make(chan error, 3)

	for _, address := range []string{
		net.JoinHostPort(*host, *port),
		":" + os.Getenv("GRPC_PORT"),
		":" + os.Getenv("PROMETHEUS_MONITORING_PORT"),
	} {
		protocols := new(http.Protocols)
		protocols.SetHTTP1(true)
		protocols.SetUnencryptedHTTP2(behaviour != "no grpc")

		server := &http.Server{Addr: address, Handler: mux, Protocols: protocols, ReadHeaderTimeout: time.Minute}

		go func() { ended <- server.ListenAndServe() }()
	}

	return <-ended
}

// result is what one call of weaviatectl did.
type result struct {
	status         int
	stdout, stderr string
}

// control calls weaviatectl on a data folder, with a fake server that behaves as said. Whatever it starts is stopped
// when the test ends.
func control(t *testing.T, data, behaviour string, args ...string) result {
	t.Helper()

	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}

	args = slices.Concat(args[:1], []string{"--data", data, "--binary", binary}, args[1:])
	if args[0] == "start" {
		args = append(args, "--ports", "free", "--env", fakeVariable+"="+behaviour)

		t.Cleanup(func() {
			run(context.Background(), []string{"stop", "--data", data, "--stop-wait", "100ms"}, noEnvironment, t.Output(), t.Output())
		})
	}

	var stdout, stderr bytes.Buffer

	status := run(t.Context(), args, noEnvironment, &stdout, &stderr)

	return result{status, stdout.String(), stderr.String()}
}

func noEnvironment(string) (string, bool) { return "", false }

func (r result) expect(t *testing.T, status int, parts ...string) {
	t.Helper()

	if r.status != status {
		t.Fatalf("exit status %d, want %d\n%s%s", r.status, status, r.stdout, r.stderr)
	}

	for _, part := range parts {
		if !strings.Contains(r.stdout+r.stderr, part) {
			t.Fatalf("output lacks %q:\n%s%s", part, r.stdout, r.stderr)
		}
	}
}

func TestLife(t *testing.T) {
	t.Parallel()

	data := t.TempDir()

	control(t, data, "", "status").expect(t, 1, "no server runs")
	control(t, data, "", "stop").expect(t, 0, "no server runs")

	first := control(t, data, "works", "start")
	first.expect(t, 0, "export WEAVIATE_URL=http://127.0.0.1:", "export WEAVIATE_GRPC=127.0.0.1:", "is ready after")

	second := control(t, data, "works", "start")
	second.expect(t, 0, "already runs")

	if first.stdout != second.stdout {
		t.Fatalf("the second start says\n%s, the first\n%s", second.stdout, first.stdout)
	}

	var state struct {
		Running, Ready bool
		PID            int
		URL            string
	}

	status := control(t, data, "", "status", "--json")
	status.expect(t, 0)

	if err := json.Unmarshal([]byte(status.stdout), &state); err != nil {
		t.Fatal(err)
	}

	if !state.Running || !state.Ready || !strings.Contains(first.stdout, "WEAVIATE_URL="+state.URL+"\n") {
		t.Fatalf("status is %s", status.stdout)
	}

	control(t, data, "", "stop").expect(t, 0, "has ended")
	control(t, data, "", "status").expect(t, 1, "no server runs")

	if _, err := identify(state.PID); err == nil {
		t.Fatalf("process %d is still there", state.PID)
	}
}

func TestFailedStartLeavesNothing(t *testing.T) {
	t.Parallel()

	for behaviour, want := range map[string][]string{
		"dies":            {"raft: out of luck", "ended while it was starting", "exit status 3", "server.log"},
		"slow":            {"did not answer within", "HTTP is not ready", "status 503", "SERVER_WAIT"},
		"no grpc":         {"did not answer within", "gRPC is not ready"},
		"foreign metrics": {"the metrics on", "are of another process", "SERVER_METRICS_PORT"},
		"clashes":         {"trying others", "address already in use"},
	} {
		t.Run(behaviour, func(t *testing.T) {
			t.Parallel()

			data := t.TempDir()
			control(t, data, behaviour, "start", "--wait", "5s").expect(t, 1, want...)
			control(t, data, "", "status").expect(t, 1, "no server runs")
			control(t, data, "", "stop").expect(t, 0, "no server runs")
			control(t, data, "works", "start").expect(t, 0)
		})
	}
}

func TestInterruptedStartLeavesNothing(t *testing.T) {
	t.Parallel()

	ctx, cancel := context.WithCancel(t.Context())
	said := new(bytes.Buffer)
	data := t.TempDir()
	opts := options{data: data, ports: make(ports, len(portTable)), wait: time.Minute, env: []string{fakeVariable + "=slow"}}
	opts.binary, _ = os.Executable()

	time.AfterFunc(300*time.Millisecond, cancel)

	if err := start(ctx, opts, said, said); !errors.Is(err, errInterrupted) {
		t.Fatalf("start returned %v", err)
	}

	control(t, data, "", "status").expect(t, 1, "no server runs")
}

func TestStopKillsAStubbornServer(t *testing.T) {
	t.Parallel()

	data := t.TempDir()
	control(t, data, "stubborn", "start").expect(t, 0)
	control(t, data, "", "stop", "--stop-wait", "200ms").expect(t, 0, "killed it", "has ended")
}

func TestStopSparesAnotherProcessOfTheSameNumber(t *testing.T) {
	t.Parallel()

	data := t.TempDir()
	s := newServer(data, make(ports, len(portTable)))
	s.PID, s.Identity = os.Getpid(), "started at another time" // were it signaled, this test would end here

	if err := s.save(); err != nil {
		t.Fatal(err)
	}

	control(t, data, "", "stop").expect(t, 0, "ended by itself")
	control(t, data, "", "status").expect(t, 1, "no server runs")
}

func TestTwoStartsMakeOneServer(t *testing.T) {
	t.Parallel()

	data := t.TempDir()
	results := make(chan result)

	for range 2 {
		go func() { results <- control(t, data, "works", "start") }()
	}

	first, second := <-results, <-results
	first.expect(t, 0)
	second.expect(t, 0, "already runs")

	if first.stdout != second.stdout {
		t.Fatalf("two servers run:\n%s%s", first.stdout, second.stdout)
	}
}

func TestTheEnvironmentDoesNotLeak(t *testing.T) {
	t.Setenv("AUTHENTICATION_APIKEY_ENABLED", "true")
	t.Setenv("GOMAXPROCS", "1")

	data := t.TempDir()
	control(t, data, "works", "start", "--env", "RAFT_DRAIN_SLEEP=1s").expect(t, 0)

	s, err := load(data)
	if err != nil {
		t.Fatal(err)
	}

	body, err := get(t.Context(), s.URL+"/environment")
	if err != nil {
		t.Fatal(err)
	}

	for part, want := range map[string]bool{
		"AUTHENTICATION_APIKEY_ENABLED":                 false,
		`"AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED=true`: true,
		`"PROMETHEUS_MONITORING_ENABLED=true"`:          true,
		`"GOMAXPROCS=1"`:                                true,
		`"RAFT_DRAIN_SLEEP=1s"`:                         true,
	} {
		if strings.Contains(body, part) != want {
			t.Errorf("%s in the server's environment: %t, want %t\n%s", part, !want, want, body)
		}
	}
}

func TestATakenPortIsNamed(t *testing.T) {
	t.Parallel()

	for _, host := range []string{"127.0.0.1", ""} {
		listener, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
		if err != nil {
			t.Fatal(err)
		}

		t.Cleanup(func() { _ = listener.Close() })

		_, port, _ := net.SplitHostPort(listener.Addr().String())
		data := t.TempDir()

		control(t, data, "works", "start", "--metrics-port", port).expect(t, 1,
			"port "+port+", for Prometheus metrics, is taken by another process", "SERVER_METRICS_PORT")

		if _, err := os.Stat(filepath.Join(data, "server.json")); err == nil {
			t.Error("server.json is left")
		}
	}
}

func TestPorts(t *testing.T) {
	t.Parallel()

	none := make([]string, len(portTable))

	standard, err := parsePorts(none, false)
	if want := (ports{8080, 50051, 2112, 7946, 7947, 8300, 8301}); err != nil || !slices.Equal(standard, want) {
		t.Fatalf("standard ports %v (%v), want %v", standard, err, want)
	}

	set := slices.Clone(none)
	set[portRaft] = "9300"

	moved, err := parsePorts(set, false)
	if err != nil || moved[portRaftInternal] != 9301 {
		t.Fatalf("Raft's internal port does not follow: %v (%v)", moved, err)
	}

	for range 20 {
		free, err := parsePorts(none, true)
		if err != nil {
			t.Fatal(err)
		}

		if free, err = free.chosen(); err != nil {
			t.Fatal(err)
		}

		if free[portRaftInternal] != free[portRaft]+1 {
			t.Fatalf("Raft's internal port does not follow: %v", free)
		}

		slices.Sort(free)

		if len(slices.Compact(free)) != len(portTable) {
			t.Fatalf("a port is there twice: %v", free)
		}
	}
}

func TestWrongUse(t *testing.T) {
	t.Parallel()

	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{}, "start, stop or status"},
		{[]string{"restart"}, "no command"},
		{[]string{"start", "now"}, "no argument"},
		{[]string{"start", "--http-port", "no"}, "SERVER_HTTP_PORT"},
		{[]string{"start", "--http-port", "50051"}, "port 50051 cannot be for HTTP and also for gRPC"},
		{[]string{"start", "--raft-port", strconv.Itoa(highestPort)}, "SERVER_RAFT_PORT"},
		{[]string{"start", "--ports", "some"}, "fixed or free"},
		{[]string{"start", "--wait", "5"}, "SERVER_WAIT"},
		{[]string{"start", "--env", "NAME"}, "NAME=VALUE"},
	} {
		var stdout, stderr bytes.Buffer

		status := run(t.Context(), c.args, noEnvironment, &stdout, &stderr)
		result{status, stdout.String(), stderr.String()}.expect(t, 2, c.want)
	}

	var stdout, stderr bytes.Buffer

	status := run(t.Context(), []string{"start", "--help"}, noEnvironment, &stdout, &stderr)
	result{status, stdout.String(), stderr.String()}.expect(t, 0, "SERVER_GRPC_PORT")
}

func TestAMissingServerIsNamed(t *testing.T) {
	t.Parallel()

	said := new(bytes.Buffer)
	status := run(t.Context(), []string{"start", "--data", t.TempDir(), "--binary", "/nowhere/weaviate-server"}, noEnvironment, said, said)

	result{status, "", said.String()}.expect(t, 1, "no server at /nowhere/weaviate-server", "make server")
}
