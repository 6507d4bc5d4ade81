package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

const (
	pollInterval = 50 * time.Millisecond
	killWait     = 5 * time.Second // what the system needs to clear a killed process away
	logLines     = 15              // shown of the log of a server that did not start
	drawings     = 3               // of free ports, if somebody else takes one in between
)

// start runs a server on the data folder and waits until it answers.
func start(ctx context.Context, opts options, stdout, stderr io.Writer) error {
	if err := os.MkdirAll(opts.data, 0o750); err != nil {
		return fmt.Errorf("data folder: %w", err)
	}

	unlock, err := lock(opts.data, opts.wait+killWait, func() { say(stderr, "waiting for another start to end") })
	if err != nil {
		return err
	}
	defer unlock()

	old, err := load(opts.data)
	if err != nil {
		return err
	}

	if old != nil && old.alive() {
		if err := old.answers(ctx); err != nil {
			return fmt.Errorf("process %d already runs on %s, but does not answer: %w. "+
				"See its log, %s, or stop it first", old.PID, opts.data, err, old.Log)
		}

		say(stderr, "the server already runs, as process %d", old.PID)

		return announce(stdout, *old, true, true, opts.json)
	}

	if info, err := os.Stat(opts.binary); err != nil || info.IsDir() {
		return fmt.Errorf("there is no server at %s: `make server` builds it, or set XK6_WEAVIATE_SERVER", opts.binary)
	}

	for drawing := 1; ; drawing++ {
		s, err := launch(ctx, opts, stderr)
		if err == nil {
			return announce(stdout, s, true, true, opts.json)
		}

		if !errors.Is(err, errPortLost) || drawing == drawings {
			return err
		}

		say(stderr, "another process took one of the free ports: trying others")
	}
}

// errPortLost marks an attempt that failed on a port that was free just before.
var errPortLost = errors.New("port lost")

// launch makes one attempt at starting. After an error nothing of it is left but its log.
func launch(ctx context.Context, opts options, stderr io.Writer) (server, error) {
	chosen, err := opts.ports.chosen()
	if err != nil {
		return server{}, err
	}

	s := newServer(opts.data, chosen)
	begin := time.Now()

	ended, err := s.spawn(opts, chosen)
	if err != nil {
		return server{}, err
	}

	say(stderr, "starting the server as process %d; its log is %s", s.PID, s.Log)

	err = s.await(ctx, opts.wait, ended)
	if err == nil {
		say(stderr, "the server is ready after %.1f s", time.Since(begin).Seconds())

		return s, nil
	}

	endErr := s.end(ctx)

	tail := lastLines(s.Log, logLines)
	if opts.freePorts && strings.Contains(tail, "address already in use") {
		err = fmt.Errorf("%w: %w", errPortLost, err)
	}

	if tail != "" && !errors.Is(err, errInterrupted) {
		say(stderr, "the last lines of its log:\n%s", tail)
	}

	return server{}, errors.Join(err, endErr, s.forget())
}

// end ends the server whose parent this process is: politely first, as its data folder may hold what the user keeps.
func (s server) end(ctx context.Context) error {
	ctx = context.WithoutCancel(ctx) // an interrupted start ends it too

	for _, sig := range []os.Signal{terminate, os.Kill} {
		if found, err := s.signal(sig); err != nil || !found {
			return err
		}

		if s.gone(ctx, killWait) {
			return nil
		}
	}

	return fmt.Errorf("process %d does not end, even when killed", s.PID)
}

// spawn runs the server and records it. The channel says how it ended, if it does while this process waits.
func (s *server) spawn(opts options, p ports) (<-chan error, error) {
	log, err := os.Create(s.Log)
	if err != nil {
		return nil, err
	}

	defer func() { _ = log.Close() }()

	//nolint:gosec,noctx // the user names the server; it shall outlive this process
	command := exec.Command(opts.binary, "--host", "127.0.0.1", "--port", strconv.Itoa(p[portHTTP]), "--scheme", "http")
	command.Dir = opts.data
	command.Env = environment(opts, p)
	command.Stdout, command.Stderr = log, log
	detached(command)

	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("start the server: %w", err)
	}

	s.PID = command.Process.Pid
	s.Identity, err = identify(s.PID)

	switch {
	case err == nil:
		err = s.save()
	case errors.Is(err, errNoProcess): // it has ended already: await says how
		err = nil
	}

	if err != nil {
		// Nobody else could find it again.
		return nil, errors.Join(err, command.Process.Kill(), command.Wait())
	}

	ended := make(chan error, 1)

	go func() {
		ended <- command.Wait()
		close(ended)
	}()

	return ended, nil
}

// await returns once the server answers, or with why it will not.
func (s server) await(ctx context.Context, patience time.Duration, ended <-chan error) error {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, errTooSlow)
	defer cancel()

	var unready error

	for {
		// What the end of the wait cuts off says nothing of the server: the answer before it does.
		if now := s.answers(ctx); now == nil || ctx.Err() == nil || unready == nil {
			unready = now
		}

		select {
		case err := <-ended:
			how := "with exit status 0"
			if err != nil {
				how = "with " + err.Error()
			}

			return fmt.Errorf("the server ended while it was starting, %s. Its whole log: %s", how, s.Log)
		default:
		}

		if unready == nil {
			return nil
		}

		select {
		case <-ctx.Done():
			if errors.Is(context.Cause(ctx), errTooSlow) {
				return fmt.Errorf("the server did not answer within %s (%w): allow it more by SERVER_WAIT. "+
					"Its whole log: %s", patience, unready, s.Log)
			}

			return errInterrupted
		case <-time.After(pollInterval):
		}
	}
}

var (
	errTooSlow     = errors.New("too slow")
	errInterrupted = errors.New("interrupted: the server was stopped again")
)

// environment is all that the server gets to see: Weaviate takes hundreds of variables, and one that the user has set
// for another server must not change this one.
func environment(opts options, p ports) []string {
	result := []string{
		"PERSISTENCE_DATA_PATH=" + filepath.Join(opts.data, "weaviate"),
		"CLUSTER_HOSTNAME=weaviate",
		"CLUSTER_IN_LOCALHOST=true",
		"CLUSTER_ADVERTISE_ADDR=127.0.0.1",
		"CLUSTER_BIND_ADDR=127.0.0.1",
		"AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED=true",
		"DEFAULT_VECTORIZER_MODULE=none",
		"API_BASED_MODULES_DISABLED=true",
		"DISABLE_TELEMETRY=true",
		"GO_PROFILING_DISABLE=true",
		"PROMETHEUS_MONITORING_ENABLED=true",
		"RAFT_BOOTSTRAP_EXPECT=1",
		"RAFT_TIMEOUTS_MULTIPLIER=1",
		"DISK_USE_READONLY_PERCENTAGE=98", // at the usual 90 a well-filled laptop disk makes every import fail
		"LOG_LEVEL=" + opts.logLevel,
	}

	for name, row := range map[string]int{
		"GRPC_PORT":                  portGRPC,
		"PROMETHEUS_MONITORING_PORT": portMetrics,
		"CLUSTER_GOSSIP_BIND_PORT":   portGossip,
		"CLUSTER_DATA_BIND_PORT":     portData,
		"RAFT_PORT":                  portRaft,
		"RAFT_INTERNAL_RPC_PORT":     portRaftInternal,
	} {
		result = append(result, name+"="+strconv.Itoa(p[row]))
	}

	// These are about the machine and not about Weaviate.
	for _, name := range []string{"HOME", "TMPDIR", "TZ", "GOMAXPROCS", "GOMEMLIMIT"} {
		if value, ok := os.LookupEnv(name); ok {
			result = append(result, name+"="+value)
		}
	}

	return append(result, opts.env...)
}

// lastLines returns the end of a file, as much of it as a person wants to read.
func lastLines(path string, count int) string {
	const most = 16 << 10

	file, err := os.Open(path)
	if err != nil {
		return ""
	}

	defer func() { _ = file.Close() }()

	info, err := file.Stat()
	if err != nil {
		return ""
	}

	content, err := io.ReadAll(io.NewSectionReader(file, max(0, info.Size()-most), most))
	if err != nil {
		return ""
	}

	lines := strings.Split(strings.TrimRight(string(content), "\n"), "\n")

	return strings.Join(lines[max(0, len(lines)-count):], "\n")
}

// stop ends the server of the data folder.
func stop(ctx context.Context, opts options, _, stderr io.Writer) error {
	s, err := load(opts.data)
	if err != nil {
		return err
	}

	if s == nil {
		say(stderr, "no server runs on %s", opts.data)

		return nil
	}

	for _, step := range []struct {
		signal os.Signal
		wait   time.Duration
	}{{terminate, opts.stopWait}, {os.Kill, killWait}} {
		found, err := s.signal(step.signal)
		if err != nil {
			return err
		}

		if !found {
			say(stderr, "no server runs on %s: process %d ended by itself", opts.data, s.PID)

			return s.forget()
		}

		if step.signal == os.Kill {
			say(stderr, "process %d did not end within %s: killed it", s.PID, opts.stopWait)
		}

		if s.gone(ctx, step.wait) {
			say(stderr, "the server, process %d, has ended", s.PID)

			return s.forget()
		}

		if err := ctx.Err(); err != nil {
			return fmt.Errorf("interrupted: process %d may still be running", s.PID)
		}
	}

	return fmt.Errorf("process %d does not end, even when killed", s.PID)
}

// gone waits until the process has ended.
func (s server) gone(ctx context.Context, patience time.Duration) bool {
	timeout := time.After(patience)

	for s.alive() {
		select {
		case <-ctx.Done():
			return false
		case <-timeout:
			return false
		case <-time.After(pollInterval):
		}
	}

	return true
}
