package command

import (
	"context"
	"fmt"
	"maps"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"go.k6.io/k6/v2/cmd/state"

	"github.com/xk6-weaviate/xk6-weaviate/bench"
	"github.com/xk6-weaviate/xk6-weaviate/schedule"
)

type benchFlags struct {
	folder string
}

func newBench(gs *state.GlobalState) *cobra.Command {
	f := &benchFlags{}
	cmd := &cobra.Command{
		Use:   "bench",
		Short: "Run the five tests, strategies interleaved, and show a table",
		Long: "Run the five tests (or SEARCH_TYPES), each with its strategies in alternating blocks, and show what was measured.\n" +
			"What was recorded stays in a results folder.\n\nVariables:\n" + variables(),
		Example: "  USERS=10 RUN_TIME=1m k6 x weaviate bench",
	}
	cmd.Flags().StringVar(&f.folder, "out", "", "results folder (default: results_ and the time)")
	cmd.RunE = run(gs, func(ctx context.Context) error { return runBench(ctx, gs, f) })
	return cmd
}

// defaultStrategies are what a bench compares unless STRATEGY says otherwise.
const defaultStrategies = "multi,parallel-graphql,parallel-grpc"

func runBench(ctx context.Context, gs *state.GlobalState, f *benchFlags) error {
	searchTypes, err := readSearchTypes(strings.Split(variable(gs, "SEARCH_TYPES", "all"), ","))
	if err != nil {
		return err
	}
	binary, err := os.Executable()
	if err != nil {
		return err
	}
	env := maps.Clone(gs.Env)
	env["STRATEGY"] = variable(gs, "STRATEGY", defaultStrategies)
	if _, err := schedule.Read(func(name string) string { return env[name] }); err != nil {
		return misuse(err)
	}
	folder := f.folder
	if folder == "" {
		folder = bench.FolderName(time.Now())
	}
	tests, err := bench.Run(ctx, bench.Options{
		Binary: binary, Env: env, SearchTypes: searchTypes, Folder: folder, Progress: gs.Stderr,
	})
	if len(tests) > 0 {
		bench.WriteTable(gs.Stdout, tests)
		_, _ = fmt.Fprintf(gs.Stdout, "This is a look, not a verdict: it has no intervals. What was recorded is in %s.\n", folder)
	}
	if err != nil {
		return err
	}
	for _, test := range tests {
		if test.Err != nil {
			return fmt.Errorf("%s failed; see %s/%s.log", test.SearchType, folder, test.Name)
		}
	}
	return nil
}

// variables is the table of settings for the help.
func variables() string {
	var b strings.Builder
	for _, v := range schedule.Variables() {
		byDefault := v.Default
		if v.Name == "STRATEGY" {
			byDefault = defaultStrategies
		}
		if byDefault != "" {
			byDefault = " (" + byDefault + ")"
		}
		fmt.Fprintf(&b, "  %-13s %s%s\n", v.Name, v.Help, byDefault)
	}
	b.WriteString("  LIMIT         objects that each query asks for (200)\n" +
		"  SEARCH_TYPES  tests to run, separated by commas (all)\n")
	return b.String()
}
