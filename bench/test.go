package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/record"
	"github.com/xk6-weaviate/xk6-weaviate/schedule"
)

// The endings of the files that a test leaves in the results folder, after its name.
const (
	endingRun       = ".weaviate"
	endingLog       = ".log"
	endingDashboard = "_report.html"
	endingSummary   = "_summary.json"
	endingStats     = "_stats.csv"
	endingHistory   = "_stats_history.csv"
	endingFailures  = "_failures.csv"
)

// Test is one test of a bench.
type Test struct {
	SearchType fanout.SearchType
	Limit      int
	// Name is what its files in the results folder are called, without their endings.
	Name string
	// Schedule is the plan by which it runs.
	Schedule *schedule.Schedule
	// Done says that it ran to its end.
	Done bool
	// Run is what it recorded; nil when it left nothing.
	Run *record.Run
	// Err says why it failed.
	Err error

	truth string // the path of its truth; empty for none
}

func newTest(t fanout.SearchType, limit int, plan *schedule.Schedule) *Test {
	return &Test{SearchType: t, Limit: limit, Schedule: plan, Name: fmt.Sprintf("%s_limit%d", numbered(t), limit)}
}

// numbered is a search type's name in a results folder, which sorts as the tests run.
func numbered(t fanout.SearchType) string {
	return fmt.Sprintf("%d_%s", slices.Index(fanout.SearchTypes(), t)+1, title(t))
}

// title is a test's name in a results folder.
func title(t fanout.SearchType) string {
	switch t {
	case fanout.SearchBM25:
		return "BM25"
	case fanout.SearchHybrid01:
		return "Hybrid_01"
	case fanout.SearchHybrid09:
		return "Hybrid_09"
	case fanout.SearchMixed:
		return "Mixed"
	default:
		return "Vector"
	}
}

// path is where one of the test's files is.
func (t *Test) path(o *Options, ending string) string { return filepath.Join(o.Folder, t.Name+ending) }

// run runs the test as a k6 of its own.
func (t *Test) run(ctx context.Context, o *Options, scripts string, p *progress) {
	for _, ending := range []string{
		endingRun, endingLog, endingDashboard, endingSummary, endingStats, endingHistory, endingFailures,
	} {
		if t.Err = ownFile(t.path(o, ending)); t.Err != nil {
			return
		}
	}
	file, err := os.Create(t.path(o, endingLog))
	if err != nil {
		t.Err = err
		return
	}
	defer func() { _ = file.Close() }()
	log := &testLog{file: file, name: file.Name()}
	//nolint:gosec // this very binary
	k6 := exec.CommandContext(ctx, o.Binary, "run", "--quiet", "--no-color", "--new-machine-readable-summary",
		"--summary-export", t.path(o, endingSummary), "--out", "weaviate="+t.path(o, endingRun),
		filepath.Join(scripts, string(t.SearchType)+".js"))
	k6.Stdout, k6.Stderr = log, log
	if k6.Env, err = t.environment(o); err != nil {
		t.Err = err
		return
	}
	// An interrupted k6 ends its batches and writes what it has.
	k6.Cancel = func() error { return k6.Process.Signal(os.Interrupt) }
	k6.WaitDelay = endTime
	ownGroup(k6)
	stop := p.follow(t.path(o, endingRun))
	err = k6.Run()
	stop()
	if err != nil {
		t.Err = fmt.Errorf("%w: %s", err, log.why(5))
	}
	t.Err = errors.Join(t.Err, t.load(o), t.tables(o))
}

// endTime is how long a test may take to end once it is told to: longer than a batch's limit.
const endTime = fanout.DefaultTimeout + 10*time.Second

// load reads what the test recorded.
func (t *Test) load(o *Options) error {
	file, err := os.Open(t.path(o, endingRun))
	if err != nil {
		return fmt.Errorf("%s recorded nothing: %w", t.Name, err)
	}
	defer func() { _ = file.Close() }()
	if t.Run, err = record.Read(file, file.Name()); err != nil {
		return err
	}
	if !t.Run.Complete() {
		return fmt.Errorf("%s is not whole: its last state could not be written, or k6 was killed; see %s", file.Name(), t.path(o, endingLog))
	}
	return nil
}

// environment is what the test gets of the environment, with k6's own talk to the outside switched off. The variables of this
// test go last, where they win.
func (t *Test) environment(o *Options) ([]string, error) {
	list := make([]string, 0, len(o.Env)+14)
	for name, value := range o.Env {
		list = append(list, name+"="+value)
	}
	if queries := o.Env[variableQueries]; queries != "" {
		absolute, err := filepath.Abs(queries) // the script's own folder is another one
		if err != nil {
			return nil, err
		}
		list = append(list, variableQueries+"="+absolute)
	}
	list = append(list, t.recallVariables(o)...)
	list = append(list, record.VariableParent+"="+strconv.Itoa(os.Getpid()))
	host, port := "", "-1"
	if o.Dashboard != "" {
		host, port, _ = strings.Cut(o.Dashboard, ":")
	}
	return append(
		list, "K6_NO_USAGE_REPORT=true", "K6_AUTO_EXTENSION_RESOLUTION=false", variableLimit+"="+strconv.Itoa(t.Limit),
		"K6_WEB_DASHBOARD=true", "K6_WEB_DASHBOARD_HOST="+host, "K6_WEB_DASHBOARD_PORT="+port, "K6_WEB_DASHBOARD_PERIOD=1s",
		"K6_WEB_DASHBOARD_TAGS=strategy", "K6_WEB_DASHBOARD_EXPORT="+t.path(o, endingDashboard),
	), nil
}
