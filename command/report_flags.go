package command

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"
	"go.k6.io/k6/v2/cmd/state"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/report"
	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

// reportFlags say what a report is of, and how it is judged.
type reportFlags struct {
	out      string
	baseline string
	failOn   string
	gated    string
	compare  bool
	// thresholds are in the order of report.Flags.
	thresholds []string
}

// reportVariable is the environment variable of a flag.
func reportVariable(flag string) string {
	return "REPORT_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// judgingFlags are those that say how it is judged, which a bench has as well.
func (f *reportFlags) judgingFlags(gs *state.GlobalState, flags *pflag.FlagSet) {
	set := func(target *string, name, usual, help string) {
		flags.StringVar(target, name, variable(gs, reportVariable(name), usual), help+" ("+reportVariable(name)+")")
	}
	set(&f.baseline, "baseline", "", "strategy that the others are compared with; by default multi, or the first that ran")
	set(&f.failOn, "fail-on", string(report.FailOnNone), "verdicts that make the exit status 1: none, fail, invalid, inconclusive")
	set(&f.gated, "strategies", "", "strategies whose verdicts --fail-on looks at, separated by commas; all by default")
	usual := verdict.DefaultThresholds()
	f.thresholds = make([]string, len(report.Flags()))
	for i, flag := range report.Flags() {
		set(&f.thresholds[i], flag.Name, flag.Value(&usual), flag.Help)
	}
}

// options reads the flags.
func (f *reportFlags) options() (report.Options, error) {
	o := report.Options{Thresholds: verdict.DefaultThresholds(), FailOn: report.FailOn(f.failOn), Now: time.Now()}
	all := report.Flags()
	for i := range all {
		if err := all[i].Set(&o.Thresholds, f.thresholds[i]); err != nil {
			return o, err
		}
	}
	if err := o.Thresholds.Validate(); err != nil {
		return o, err
	}
	if !slices.Contains(report.Gates(), o.FailOn) {
		return o, fmt.Errorf("--fail-on is %q: use none, fail, invalid or inconclusive", f.failOn)
	}
	if f.baseline != "" {
		strategy, err := fanout.ParseStrategy(f.baseline)
		if err != nil {
			return o, fmt.Errorf("--baseline: %w", err)
		}
		o.Baseline = strategy
	}
	for _, name := range strings.FieldsFunc(f.gated, func(r rune) bool { return r == ',' }) {
		strategy, err := fanout.ParseStrategy(strings.TrimSpace(name))
		if err != nil {
			return o, fmt.Errorf("--strategies: %w", err)
		}
		o.Strategies = append(o.Strategies, strategy)
	}
	if len(o.Strategies) > 0 && o.FailOn == report.FailOnNone {
		return o, errors.New("--strategies says which verdicts --fail-on looks at: give both, or neither")
	}
	return o, nil
}
