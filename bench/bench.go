// Package bench runs the five tests one after the other, each with its strategies interleaved, and keeps what they recorded in
// a results folder.
package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/queries"
	"github.com/xk6-weaviate/xk6-weaviate/record"
	"github.com/xk6-weaviate/xk6-weaviate/schedule"
	"github.com/xk6-weaviate/xk6-weaviate/scripts"
)

// defaultLimit is how many objects each query asks for unless LIMIT says otherwise.
const defaultLimit = "200"

// endTime is how long a test may take to end once it is told to: longer than a batch's limit.
const endTime = fanout.DefaultTimeout + 10*time.Second

// Options say what is benched.
type Options struct {
	// Binary is the k6 that runs the tests.
	Binary string
	// Env are the variables that the tests see: STRATEGY, USERS, WEAVIATE_URL, …
	Env map[string]string
	// SearchTypes are the tests to run.
	SearchTypes []fanout.SearchType
	// Folder is the results folder; made if it is not there.
	Folder string
	// Progress is told what happens.
	Progress io.Writer
}

// Test is one test of a bench.
type Test struct {
	SearchType fanout.SearchType
	// Name is what its files in the results folder are called, without their endings.
	Name string
	// Schedule is the plan by which it ran.
	Schedule *schedule.Schedule
	// Run is what it recorded; nil when it left nothing.
	Run *record.Run
	// Err says why it failed.
	Err error
}

// title is a test's name in a results folder, numbered as they are run.
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

// FolderName names a results folder after the time it was begun.
func FolderName(now time.Time) string { return "results_" + now.Format("20060102_150405") }

// Run runs the tests. A test that fails does not stop the others: its Err says why. The error is for what stops the bench as
// a whole.
func Run(ctx context.Context, o Options) ([]*Test, error) {
	plan, err := schedule.Read(func(name string) string { return o.Env[name] })
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(o.Folder, 0o755); err != nil { //nolint:gosec // results are for all to read
		return nil, fmt.Errorf("cannot make the results folder: %w", err)
	}
	sources, err := unpack()
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(sources) }()

	var tests []*Test
	for i, searchType := range o.SearchTypes {
		limit := o.Env["LIMIT"]
		if limit == "" {
			limit = defaultLimit
		}
		number := slices.Index(fanout.SearchTypes(), searchType) + 1
		test := &Test{
			SearchType: searchType, Schedule: plan,
			Name: fmt.Sprintf("%d_%s_limit%s", number, title(searchType), limit),
		}
		tests = append(tests, test)
		_, _ = fmt.Fprintf(o.Progress, "%d/%d %s: %s\n", i+1, len(o.SearchTypes), searchType, describe(plan))
		test.run(ctx, &o, sources)
		if ctx.Err() != nil {
			return tests, errors.New("interrupted: what was measured so far is in " + o.Folder)
		}
		if test.Err != nil {
			_, _ = fmt.Fprintf(o.Progress, "  failed: %v\n", test.Err)
		}
	}
	return tests, nil
}

func describe(plan *schedule.Schedule) string {
	o := plan.Options()
	names := make([]string, len(o.Strategies))
	for i, strategy := range o.Strategies {
		names[i] = string(strategy)
	}
	text := fmt.Sprintf("%s with %d users, %v", strings.Join(names, ", "), o.Users, plan.Length())
	if rounds := plan.Rounds(); rounds > 0 {
		text += fmt.Sprintf(" in %d rounds of %v blocks", rounds, o.Block)
	}
	return text
}

// run runs one test as a k6 of its own.
func (t *Test) run(ctx context.Context, o *Options, sources string) {
	runFile := filepath.Join(o.Folder, t.Name+".weaviate")
	logFile := filepath.Join(o.Folder, t.Name+".log")
	log, err := os.Create(logFile)
	if err != nil {
		t.Err = err
		return
	}
	defer func() { _ = log.Close() }()
	//nolint:gosec // this very binary
	k6 := exec.CommandContext(ctx, o.Binary, "run", "--quiet", "--out", "weaviate="+runFile,
		filepath.Join(sources, "scripts", string(t.SearchType)+".js"))
	k6.Stdout, k6.Stderr, k6.Env = log, log, environ(o.Env)
	// An interrupted k6 ends its batches and writes what it has.
	k6.Cancel = func() error { return k6.Process.Signal(os.Interrupt) }
	k6.WaitDelay = endTime
	k6.SysProcAttr = ownGroup()
	if err := k6.Run(); err != nil {
		t.Err = fmt.Errorf("%w; the end of %s:\n%s", err, logFile, lastLines(logFile, 5))
	}
	t.Run, err = readRun(runFile)
	t.Err = errors.Join(t.Err, err)
}

// ownGroup keeps a Ctrl-C on the terminal from reaching the child twice.
func ownGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

// environ is what the tests get of the environment, with k6's own talk to the outside switched off.
func environ(env map[string]string) []string {
	list := make([]string, 0, len(env)+2)
	list = append(list, "K6_NO_USAGE_REPORT=true", "K6_AUTO_EXTENSION_RESOLUTION=false")
	for name, value := range env {
		list = append(list, name+"="+value)
	}
	return list
}

func readRun(path string) (*record.Run, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	return record.Read(file, path)
}

func lastLines(path string, n int) string {
	text, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}

// unpack writes the scripts and query files that the binary carries to a folder where k6 can read them.
func unpack() (string, error) {
	folder, err := os.MkdirTemp("", "k6-weaviate-"+strconv.Itoa(os.Getpid())+"-")
	if err != nil {
		return "", err
	}
	err = errors.Join(
		os.CopyFS(filepath.Join(folder, "scripts"), scripts.Files),
		os.CopyFS(filepath.Join(folder, "queries"), queries.Files),
	)
	if err != nil {
		_ = os.RemoveAll(folder)
		return "", fmt.Errorf("cannot unpack the scripts: %w", err)
	}
	return folder, nil
}
