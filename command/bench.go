package command

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"go.k6.io/k6/v2/cmd/state"

	"github.com/xk6-weaviate/xk6-weaviate/bench"
	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/report"
	"github.com/xk6-weaviate/xk6-weaviate/schedule"
	"github.com/xk6-weaviate/xk6-weaviate/slo"
)

type benchFlags struct {
	folder    string
	resume    string
	scripts   string
	dashboard string
	quick     bool
	plan      bool
	findLimit bool
	slo       string
	recall    float64
	report    reportFlags
	judging   report.Options // what the flags of the report say
}

func newBench(gs *state.GlobalState) *cobra.Command {
	f := &benchFlags{}
	cmd := &cobra.Command{
		Use:   "bench",
		Short: "Run the five tests, strategies interleaved, and report on them",
		Long: "Run the five tests (or SEARCH_TYPES), each with its strategies in alternating blocks, and report on them, as\n" +
			"`k6 x weaviate report` does, whose thresholds and gate it takes: see its --help. All of it stays in a results folder.\n\n" +
			"Variables:\n" + variables(),
		Example: "  USERS=10 RUN_TIME=1m k6 x weaviate bench\n" +
			"  SEARCH_TYPES=vector,bm25 USERS=1,10,50 k6 x weaviate bench --plan",
	}
	flags := cmd.Flags()
	flags.StringVar(&f.folder, "out", "", "results folder (default: results_ and the time)")
	flags.StringVar(&f.resume, "resume", "", "go on with the bench of this results folder: tests that are done stay as they are")
	flags.StringVar(&f.scripts, "scripts", "", "folder with scripts of your own, named as the five are (vector.js, …)")
	flags.StringVar(&f.dashboard, "dashboard", "", "host:port at which k6's live dashboard shows the test that runs")
	flags.BoolVar(&f.quick, "quick", false, "a quick check: 10 users, 30 s a test")
	flags.BoolVar(&f.plan, "plan", false, "say what would run and how long it takes, and run nothing")
	flags.BoolVar(&f.findLimit, "find-limit", false, "find the highest rate of batches that each strategy sustains, instead of comparing strategies")
	flags.StringVar(&f.slo, "slo", slo.DefaultObjective, "with --find-limit: what the rate must keep to, a percentile of the batch duration and its limit")
	flags.Float64Var(&f.recall, "recall", 0,
		"share of the batches, above 0 and up to 1, whose recall is measured: how much of what is truly nearest their vector queries find")
	f.report.judgingFlags(gs, flags)
	cmd.RunE = run(gs, func(ctx context.Context) (err error) {
		if f.judging, err = f.report.options(); err != nil { // before hours of measuring
			return misuse(err)
		}
		if f.slo != slo.DefaultObjective && !f.findLimit {
			return misuse(errors.New("--slo goes with --find-limit: give both"))
		}
		if flags.Changed("recall") && !(f.recall > 0 && f.recall <= 1) {
			return misuse(fmt.Errorf("--recall is %v: use a number above 0, up to 1, like 0.1", f.recall))
		}
		return runBench(ctx, gs, f)
	})
	return cmd
}

// byDefault are what a bench takes for variables that are not set, where that differs from the scripts.
func byDefault(quick bool) map[string]string {
	if !quick {
		return map[string]string{"STRATEGY": "multi,parallel-graphql,parallel-grpc"}
	}
	return map[string]string{
		"STRATEGY": "multi,parallel-graphql,parallel-grpc", "USERS": "10", "RUN_TIME": "30s",
		"BLOCK": "1250ms", "WARMUP": "250ms", "DRAIN": "250ms", // six rounds of four blocks
	}
}

func runBench(ctx context.Context, gs *state.GlobalState, f *benchFlags) error {
	b, folder, err := planBench(gs, f)
	if err != nil {
		return err
	}
	if f.findLimit {
		return findLimits(ctx, gs, f, b, folder)
	}
	if f.plan {
		b.Describe(gs.Stdout)
		return nil
	}
	b.Describe(gs.Stderr)
	ran := b.Run(ctx)
	if ran != nil && !b.Began() {
		return ran
	}
	reported := f.reportOn(gs, folder)
	if ran != nil {
		return ran
	}
	if failed := b.Failed(); len(failed) > 0 {
		return fmt.Errorf("%d of %d tests failed; the first is %s: see %s", len(failed), len(b.Tests()), failed[0].Name, folder)
	}
	return reported
}

// reportOn reports on what was measured.
func (f *benchFlags) reportOn(gs *state.GlobalState, folder string) error {
	f.judging.Now = time.Now()
	return reportOn(gs, &f.report, f.judging, []string{folder})
}

// findLimits finds the highest sustainable rates, and reports on them.
func findLimits(ctx context.Context, gs *state.GlobalState, f *benchFlags, b *bench.Bench, folder string) error {
	objective, err := slo.Parse(f.slo)
	if err != nil {
		return misuse(fmt.Errorf("--slo: %w", err))
	}
	if f.resume != "" {
		return misuse(errors.New("--find-limit does not go on where it was stopped: leave out --resume"))
	}
	if f.plan {
		b.DescribeLimits(gs.Stdout, objective, f.quick)
		return nil
	}
	b.DescribeLimits(gs.Stderr, objective, f.quick)
	found := b.FindLimits(ctx, objective, f.quick)
	if found != nil && !b.Began() {
		return found
	}
	reported := f.reportOn(gs, folder)
	if found != nil {
		return found
	}
	return reported
}

// planBench makes the bench that flags and variables ask for, and says in which folder its results go.
func planBench(gs *state.GlobalState, f *benchFlags) (*bench.Bench, string, error) {
	binary, err := os.Executable()
	if err != nil {
		return nil, "", err
	}
	o := bench.Options{
		Binary: binary, Env: maps.Clone(gs.Env), Folder: f.folder, Scripts: f.scripts, Dashboard: f.dashboard,
		Recall: f.recall, Progress: gs.Stderr, Terminal: gs.Stderr.IsTTY,
	}
	if o.Env["TRUTH"] != "" {
		return nil, "", misuse(errors.New("TRUTH is set, and is for a test by itself: leave it out, and give --recall, which makes the truths"))
	}
	if gs.Env[schedule.VariableStart] != "" {
		return nil, "", misuse(errors.New("START is for k6 processes that share one run, and a bench runs one process after the other: unset it"))
	}
	if f.dashboard != "" {
		if _, _, err := net.SplitHostPort(f.dashboard); err != nil {
			return nil, "", misuse(fmt.Errorf("--dashboard is %q: write it as host:port, like 127.0.0.1:5665", f.dashboard))
		}
	}
	if f.resume != "" {
		if f.folder != "" || f.scripts != "" || f.quick || f.recall != 0 {
			return nil, "", misuse(errors.New("--resume takes everything from its folder: leave out --out, --scripts, --quick and --recall"))
		}
		o.Folder = f.resume
		b, err := bench.Resume(o)
		return b, o.Folder, misuse(err)
	}
	for name, value := range byDefault(f.quick) {
		o.Env[name] = variable(gs, name, value)
	}
	if o.SearchTypes, err = readSearchTypes(strings.Split(variable(gs, "SEARCH_TYPES", "all"), ",")); err != nil {
		return nil, "", err
	}
	if o.Limits, err = readLimits(variable(gs, "LIMIT", "200")); err != nil {
		return nil, "", misuse(err)
	}
	if o.Folder == "" {
		o.Folder = bench.FolderName(time.Now())
	}
	b, err := bench.New(o)
	return b, o.Folder, misuse(err)
}

// readLimits reads a list of limits.
func readLimits(list string) ([]int, error) {
	var limits []int
	for _, text := range strings.Split(list, ",") {
		limit, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil || limit < 1 {
			return nil, fmt.Errorf("LIMIT: %q is not a whole number from 1 up", text)
		}
		limits = append(limits, limit)
	}
	return limits, nil
}

// variables is the table of settings for the help.
func variables() string {
	var b strings.Builder
	row := func(name, help, value string) {
		if value != "" {
			help += " (" + value + ")"
		}
		fmt.Fprintf(&b, "  %-21s %s\n", name, help)
	}
	own := byDefault(false)
	for _, v := range schedule.Variables() {
		if v.Name == schedule.VariableStart {
			continue // a bench has several tests, and one process for each
		}
		value := v.Default
		if own[v.Name] != "" {
			value = own[v.Name]
		}
		row(v.Name, v.Help, value)
	}
	row("LIMIT", "objects that each query asks for; several, separated by commas, are tested apart", "200")
	row("SEARCH_TYPES", "tests to run, separated by commas: vector, bm25, hybrid_01, hybrid_09, mixed", "all")
	row("QUERIES", "a query file, or a folder with one for each search type, of your own", "")
	row("WEAVIATE_URL", "Weaviate's HTTP address", fanout.DefaultURL)
	row("WEAVIATE_GRPC", "Weaviate's gRPC address", "127.0.0.1:50051")
	row("WEAVIATE_METRICS_URL", "Weaviate's Prometheus metrics, to record what the server does", "")
	row("WEAVIATE_API_KEY", "the API key: set it in the environment only", "")
	return b.String()
}
