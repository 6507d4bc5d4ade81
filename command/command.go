// Package command is the command line `k6 x weaviate`: thin, one file a command.
package command

import (
	"context"
	"fmt"
	"os"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"go.k6.io/k6/v2/cmd/state"
	"go.k6.io/k6/v2/errext"
	"go.k6.io/k6/v2/errext/exitcodes"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// The exit statuses besides 0.
const (
	exitFailed exitcodes.ExitCode = 1
	exitMisuse exitcodes.ExitCode = 2
)

// New makes the command with its subcommands.
func New(gs *state.GlobalState) *cobra.Command {
	root := &cobra.Command{
		Use:   "weaviate",
		Short: "Measure what searching many Weaviate collections at once costs",
		Long: "Measure what searching many Weaviate collections at once costs: as one GraphQL document, or as parallel\n" +
			"requests over GraphQL or gRPC.",
	}
	root.AddCommand(newSeed(gs), newQueries(gs), newTruth(gs), newBench(gs), newReport(gs))
	root.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return cmd.Help()
		}
		var names []string
		for _, sub := range root.Commands() {
			names = append(names, sub.Name())
		}
		return misuse(fmt.Errorf("unknown command %q%s The commands are %s",
			args[0], fanout.DidYouMean(args[0], names), strings.Join(names, ", ")))
	}
	root.Args = cobra.ArbitraryArgs
	for _, cmd := range append(root.Commands(), root) {
		cmd.SetFlagErrorFunc(flagError)
	}
	return root
}

// run is a command's RunE: it takes no arguments, ends on SIGINT and SIGTERM (at once, on a second one), and has an exit status.
func run(gs *state.GlobalState, do func(context.Context) error) func(*cobra.Command, []string) error {
	return runWith(gs, func(ctx context.Context, args []string) error {
		if len(args) > 0 {
			return misuse(fmt.Errorf("unexpected argument %q: this command takes flags only; see --help", args[0]))
		}
		return do(ctx)
	})
}

// runWith is run for a command that takes arguments.
func runWith(gs *state.GlobalState, do func(context.Context, []string) error) func(*cobra.Command, []string) error {
	return func(_ *cobra.Command, args []string) error {
		ctx, cancel := context.WithCancel(gs.Ctx)
		defer cancel()
		signals := make(chan os.Signal, 1)
		gs.SignalNotify(signals, os.Interrupt, syscall.SIGTERM)
		defer gs.SignalStop(signals)
		go func() {
			select {
			case <-signals:
				cancel()
				gs.SignalStop(signals) // what hears of no cancelling, like a report of what somebody made large, ends by the next one
			case <-ctx.Done():
			}
		}()
		return failed(do(ctx, args))
	}
}

// failed gives an error the exit status 1 unless it has one.
func failed(err error) error { return errext.WithExitCodeIfNone(plain(err), exitFailed) }

// misuse gives an error the exit status 2.
func misuse(err error) error { return errext.WithExitCodeIfNone(plain(err), exitMisuse) }

// plain makes an error fit for a terminal, to which k6 writes its text as it is: servers and files may have had a hand in it.
func plain(err error) error {
	if err == nil || fanout.Plain(err.Error()) == err.Error() {
		return err
	}
	return plainError{err}
}

type plainError struct{ error }

func (p plainError) Error() string { return fanout.Plain(p.error.Error()) }

func (p plainError) Unwrap() error { return p.error }

// flagError suggests the flag that an unknown one was meant to be.
func flagError(cmd *cobra.Command, err error) error {
	if name, ok := strings.CutPrefix(err.Error(), "unknown flag: --"); ok {
		var names []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
		if nearest := fanout.Nearest(name, names); nearest != "" {
			err = fmt.Errorf("unknown flag --%s: did you mean --%s? See --help", name, nearest)
		}
	}
	return misuse(err)
}

// variable is an environment variable, or what stands in for one that is not set.
func variable(gs *state.GlobalState, name, fallback string) string {
	if value := gs.Env[name]; value != "" {
		return value
	}
	return fallback
}

// readSearchTypes reads a list of search types; "all" and nothing mean all.
func readSearchTypes(names []string) ([]fanout.SearchType, error) {
	if len(names) == 0 || len(names) == 1 && (names[0] == "all" || names[0] == "") {
		return fanout.SearchTypes(), nil
	}
	known := make([]string, 0, len(fanout.SearchTypes()))
	for _, t := range fanout.SearchTypes() {
		known = append(known, string(t))
	}
	var types []fanout.SearchType
	for _, name := range names {
		found := false
		for _, t := range known {
			if t == strings.TrimSpace(name) {
				types, found = append(types, fanout.SearchType(t)), true
			}
		}
		if !found {
			return nil, misuse(fmt.Errorf("unknown search type %q%s The search types are %s, or all",
				name, fanout.DidYouMean(name, known), strings.Join(known, ", ")))
		}
	}
	return types, nil
}
