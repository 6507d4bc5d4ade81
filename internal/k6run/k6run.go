// Package k6run lets a test binary run itself as k6, with the extension in it: every script and example runs for real, without
// building a k6 first.
package k6run

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	k6 "go.k6.io/k6/v2/cmd"
)

// asK6 marks the process that is to be k6.
const asK6 = "XK6_WEAVIATE_TEST_AS_K6"

// limit ends a k6 that hangs, with the stacks of its goroutines.
const limit = 3 * time.Minute

// Main is a test binary's TestMain: it is k6 when the tests run it so. m is a *testing.M, or what wraps one.
func Main(m interface{ Run() int }) {
	if os.Getenv(asK6) != "" {
		k6.Execute()
		return
	}
	os.Exit(m.Run())
}

// Options say how k6 is run.
type Options struct {
	// Dir is the working folder.
	Dir string
	// Env are variables (NAME=value) on top of a clean environment.
	Env []string
	// Stdin is the script when it is run as "-".
	Stdin string
	// Interrupt sends SIGINT after this time; 0 for never. The time counts from when k6 has written After to its standard error,
	// or from its start if that is empty.
	Interrupt time.Duration
	After     string
	// Signal is asked for a signal to send whenever k6 has written to its standard error; nil for none. It is given all that was
	// written so far.
	Signal func(stderr string) os.Signal
	// Started is given the process once it runs; nil for nobody.
	Started func(*os.Process)
	// Through is a command that runs k6, as the end of its arguments: sh -c 'ulimit …; exec "$@"' sh. None if empty.
	Through []string
}

// Result is what k6 left.
type Result struct {
	Stdout, Stderr string
	ExitCode       int
}

// Run runs k6 with arguments and waits for its end.
func Run(tb testing.TB, options Options, args ...string) Result {
	tb.Helper()
	self, err := os.Executable()
	require.NoError(tb, err)
	ctx, cancel := context.WithTimeout(tb.Context(), limit)
	defer cancel()
	line := slices.Concat(options.Through, []string{self}, args)
	command := exec.CommandContext(ctx, line[0], line[1:]...) //nolint:gosec // this very test binary
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGQUIT) }
	command.Dir = options.Dir
	command.Env = append([]string{
		asK6 + "=1", "HOME=" + tb.TempDir(), "PATH=" + os.Getenv("PATH"), "TMPDIR=" + os.TempDir(),
		"K6_NO_USAGE_REPORT=true", "K6_AUTO_EXTENSION_RESOLUTION=false", "NO_COLOR=1",
	}, options.Env...)
	command.Stdin = strings.NewReader(options.Stdin)
	var stdout bytes.Buffer
	stderr := watched{command: command, signal: options.Signal, awaited: options.After, interrupt: options.Interrupt}
	command.Stdout, command.Stderr = &stdout, &stderr
	require.NoError(tb, command.Start())
	if options.Started != nil {
		options.Started(command.Process)
	}
	if options.Interrupt > 0 && options.After == "" {
		timer := time.AfterFunc(options.Interrupt, func() { _ = command.Process.Signal(os.Interrupt) })
		defer timer.Stop()
	}
	err = command.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		require.NoError(tb, err)
	}
	require.NoError(tb, ctx.Err(), "k6 did not end within %v\n%s\n%s", limit, &stdout, &stderr.text)
	return Result{stdout.String(), stderr.text.String(), command.ProcessState.ExitCode()}
}

// watched keeps what a command writes and signals it.
type watched struct {
	text    bytes.Buffer
	command *exec.Cmd
	signal  func(string) os.Signal

	awaited   string // what starts the time to the interrupt; empty once it was seen
	interrupt time.Duration
}

// Write implements io.Writer.
func (w *watched) Write(p []byte) (int, error) {
	n, err := w.text.Write(p)
	if w.interrupt > 0 && w.awaited != "" && strings.Contains(w.text.String(), w.awaited) {
		w.awaited = ""
		time.AfterFunc(w.interrupt, func() { _ = w.command.Process.Signal(os.Interrupt) })
	}
	if w.signal != nil {
		if s := w.signal(w.text.String()); s != nil {
			_ = w.command.Process.Signal(s) // it may have ended meanwhile
		}
	}
	return n, err
}
