// Command weaviatectl starts, stops and reports on one real Weaviate server on this machine, for demos, measurements
// and tests. The server is the version that this module's go.mod names.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

const usage = `weaviatectl runs one real Weaviate server on this machine.

  weaviatectl start    start it and wait until it answers; prints its addresses, to copy or to eval
  weaviatectl stop     end it, and wait until it has ended
  weaviatectl status   say whether it runs, and where

The data folder tells servers apart: start, stop and status with the same --data mean the same server. It holds the
server's data, its log (server.log) and what is known of its process (server.json).

The server has no API key: whoever reaches its ports can use it. HTTP, gossip and Raft listen on 127.0.0.1 only.
Weaviate has no such setting for gRPC, metrics and cluster data, which listen on all addresses. Raft's internal calls
take the port after Raft's.

It does not inherit the environment, so that a variable meant for another server cannot change this one: what it
shall have is given by --env.

Flags (the variable in brackets says the same):
`

// Exit statuses.
const (
	exitDone     = 0
	exitFailed   = 1
	exitWrongUse = 2
)

func main() {
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	status := run(ctx, os.Args[1:], os.LookupEnv, os.Stdout, os.Stderr)

	cancel()
	os.Exit(status)
}

// run is the whole program: results go to stdout, everything said about them to stderr.
func run(ctx context.Context, args []string, env lookup, stdout, stderr io.Writer) int {
	opts, err := parse(args, env, stderr)

	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitDone
	case err != nil:
		say(stderr, "%v", err)

		return exitWrongUse
	}

	commands := map[string]func(context.Context, options, io.Writer, io.Writer) error{
		"start": start, "stop": stop, "status": status,
	}

	if err := commands[opts.command](ctx, opts, stdout, stderr); err != nil {
		say(stderr, "%v", err)

		return exitFailed
	}

	return exitDone
}

// lookup finds a variable of the environment.
type lookup func(name string) (string, bool)

// options are the command line, completed from the environment.
type options struct {
	command   string
	binary    string
	data      string
	ports     ports
	env       []string
	wait      time.Duration
	stopWait  time.Duration
	json      bool
	logLevel  string
	freePorts bool
}

func parse(args []string, env lookup, stderr io.Writer) (options, error) {
	var opts options

	here, err := os.Executable()
	if err != nil {
		return opts, fmt.Errorf("find this program's folder: %w", err)
	}

	here = filepath.Dir(here)

	flags := flag.NewFlagSet("weaviatectl", flag.ContinueOnError)
	flags.SetOutput(io.Discard)

	// text declares a flag whose default is a variable of the environment, if that is set.
	text := func(target *string, name, variable, fallback, about string) {
		if value, ok := env(variable); ok && value != "" {
			fallback = value
		}

		flags.StringVar(target, name, fallback, about+" ["+variable+"]")
	}

	var wait, stopWait, mode string

	numbers := make([]string, len(portTable))

	text(&opts.binary, "binary", "XK6_WEAVIATE_SERVER", filepath.Join(here, "weaviate-server"), "the server's `file`")
	text(&opts.data, "data", "SERVER_FOLDER", filepath.Join(here, "data"), "data `folder`")
	text(&mode, "ports", "SERVER_PORTS", "fixed", "`fixed`, or free: choose free ones for all that are not set")

	for i, p := range portTable {
		if p.flag == "" {
			continue
		}

		text(&numbers[i], p.flag, p.variable, "", fmt.Sprintf("`port` for %s (default %d)", p.purpose, p.standard))
	}

	text(&wait, "wait", "SERVER_WAIT", "60s", "how `long` start waits until the server answers")
	text(&stopWait, "stop-wait", "SERVER_STOP_WAIT", "20s", "how `long` stop waits before it kills")
	text(&opts.logLevel, "log-level", "SERVER_LOG_LEVEL", "warning", "the server's log `level`")
	flags.Func("env", "`NAME=VALUE` for the server's environment; may be repeated", func(value string) error {
		if name, _, ok := strings.Cut(value, "="); !ok || name == "" {
			return errors.New("want NAME=VALUE")
		}

		opts.env = append(opts.env, value)

		return nil
	})
	flags.BoolVar(&opts.json, "json", false, "print JSON")

	help := func() {
		_, _ = io.WriteString(stderr, usage)

		flags.SetOutput(stderr)
		flags.PrintDefaults()
	}

	if len(args) == 0 {
		help()

		return opts, errors.New("say start, stop or status")
	}

	opts.command = args[0]

	switch opts.command {
	case "start", "stop", "status":
	case "help", "-h", "-help", "--help":
		help()

		return opts, flag.ErrHelp
	default:
		return opts, fmt.Errorf("there is no command %q: say start, stop or status", opts.command)
	}

	if err := flags.Parse(args[1:]); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			help()
		}

		return opts, err
	}

	if flags.NArg() > 0 {
		return opts, fmt.Errorf("%s takes no argument %q: weaviatectl help shows the flags", opts.command, flags.Arg(0))
	}

	if opts.wait, err = positive("wait", "SERVER_WAIT", wait); err != nil {
		return opts, err
	}

	if opts.stopWait, err = positive("stop-wait", "SERVER_STOP_WAIT", stopWait); err != nil {
		return opts, err
	}

	switch mode {
	case "fixed":
	case "free":
		opts.freePorts = true
	default:
		return opts, fmt.Errorf("--ports (SERVER_PORTS) is fixed or free, not %q", mode)
	}

	if opts.ports, err = parsePorts(numbers, opts.freePorts); err != nil {
		return opts, err
	}

	if opts.data, err = filepath.Abs(opts.data); err != nil {
		return opts, fmt.Errorf("data folder: %w", err)
	}

	return opts, nil
}

func positive(name, variable, value string) (time.Duration, error) {
	d, err := time.ParseDuration(value)
	if err != nil || d <= 0 {
		return 0, fmt.Errorf("--%s (%s) is a time such as 60s, not %q", name, variable, value)
	}

	return d, nil
}

// say writes one sentence for people.
func say(w io.Writer, format string, args ...any) {
	_, _ = fmt.Fprintf(w, "weaviatectl: "+format+"\n", args...)
}

// announce prints where a server is: lines for a shell, or JSON.
func announce(w io.Writer, s server, running, ready, asJSON bool) error {
	if !asJSON {
		_, err := fmt.Fprintf(w, "export WEAVIATE_URL=%s\nexport WEAVIATE_GRPC=%s\nexport WEAVIATE_METRICS_URL=%s\n",
			s.URL, s.GRPC, s.MetricsURL)

		return err
	}

	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")

	return encoder.Encode(struct {
		Running bool `json:"running"`
		Ready   bool `json:"ready"`
		server
	}{running, ready, s})
}

// status tells whether the server of the data folder runs and answers.
func status(ctx context.Context, opts options, stdout, stderr io.Writer) error {
	s, err := load(opts.data)
	if err != nil {
		return err
	}

	if s == nil || !s.alive() {
		if opts.json {
			_, _ = fmt.Fprintln(stdout, `{"running": false, "ready": false}`)
		}

		return fmt.Errorf("no server runs on %s", opts.data)
	}

	unready := s.answers(ctx)

	if err := announce(stdout, *s, true, unready == nil, opts.json); err != nil {
		return err
	}

	if unready != nil {
		return fmt.Errorf("process %d runs but does not answer: %w. Its log: %s", s.PID, unready, s.Log)
	}

	say(stderr, "the server runs as process %d", s.PID)

	return nil
}
