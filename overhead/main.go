// Command overhead measures what measuring costs: it sends the same batches by the extension and by what one would use without
// it, against a stub, and prints how their costs compare, each ratio beside its bar. Everything is measured in one run, in
// turns, in processes of their own.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"regexp"
	"time"

	"github.com/xk6-weaviate/xk6-weaviate/internal/roles"
)

// The exit statuses.
const (
	exitDone   = 0
	exitFailed = 1 // it could not measure, or a bar does not hold
	exitUsage  = 2
)

func main() {
	roles.Play(play)
	roles.Run(run)
}

// settings say how thoroughly to measure.
type settings struct {
	rounds   int            // how often each contender has its turn
	window   time.Duration  // how long it is watched in a turn
	fidelity time.Duration  // how long a run lasts whose times are compared with the stub's
	only     *regexp.Regexp // the situations to measure, by their names
	profiles string         // folder for CPU profiles; none if empty
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var s settings
	flags := flag.NewFlagSet("overhead", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.IntVar(&s.rounds, "rounds", 9, "how often each contender has its turn")
	flags.DurationVar(&s.window, "window", 700*time.Millisecond, "how long a contender is watched in a turn")
	flags.DurationVar(&s.fidelity, "fidelity", 15*time.Second, "how long a run lasts whose times are compared with the stub's")
	only := flags.String("only", "", "measure only the situations whose names this `expression` matches: 'GraphQL, 20 KB', 'delays'")
	flags.StringVar(&s.profiles, "profiles", "", "`folder` for a CPU profile of each contender in each situation")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return exitDone
		}
		return exitUsage
	}
	var err error
	if s.only, err = regexp.Compile(*only); err != nil {
		_, _ = fmt.Fprintf(stderr, "overhead: -only: %v\n", err)
		return exitUsage
	}
	if flags.NArg() > 0 || s.rounds < 1 || s.window <= 0 || s.fidelity <= 0 {
		_, _ = fmt.Fprintln(stderr, "overhead takes no arguments, and its numbers must be positive")
		return exitUsage
	}
	figures, err := measureAll(ctx, s, stderr)
	if err != nil {
		_, _ = fmt.Fprintln(stderr, "overhead:", err)
		return exitFailed
	}
	if err := printTable(stdout, figures); err != nil {
		_, _ = fmt.Fprintln(stderr, "overhead:", err)
		return exitFailed
	}
	for i := range figures {
		if !figures[i].holds() {
			return exitFailed
		}
	}
	return exitDone
}
