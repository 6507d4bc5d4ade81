// Package roles lets a program run itself for each process that it needs: so all of them are of one build, and nothing has to be built
// before.
package roles

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
)

// variable names the role of a process that Command started.
const variable = "XK6_WEAVIATE_ROLE"

// Play makes this process what it was started for, and ends it. It returns if that is the program itself. main and TestMain call it first.
func Play(play func(role string) error) {
	role := os.Getenv(variable)
	if role == "" {
		return
	}
	if err := play(role); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// Run runs the program itself, until it is interrupted, and ends with the status that it returns.
func Run(run func(ctx context.Context, args []string, stdout, stderr io.Writer) int) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}

// Command is this program, ready to be run in a role. env are variables (NAME=value) on top of a clean environment, in which k6 does not
// talk to the outside.
func Command(ctx context.Context, role string, env []string, args ...string) (*exec.Cmd, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	command := exec.CommandContext(ctx, self, args...) //nolint:gosec // this very program
	command.Env = append([]string{
		variable + "=" + role, "HOME=" + os.TempDir(), "TMPDIR=" + os.TempDir(), "NO_COLOR=1",
		"K6_NO_USAGE_REPORT=true", "K6_AUTO_EXTENSION_RESOLUTION=false",
	}, env...)
	return command, nil
}
