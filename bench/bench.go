// Package bench runs the five tests one after the other, each with its strategies interleaved, and keeps what they recorded in
// a results folder.
package bench

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/schedule"
)

// Options say what is benched.
type Options struct {
	// Binary is the k6 that runs the tests.
	Binary string
	// Env are the variables that the tests see: STRATEGY, USERS, WEAVIATE_URL, WEAVIATE_API_KEY, …
	Env map[string]string
	// SearchTypes and Limits are the tests to run: each type with each limit.
	SearchTypes []fanout.SearchType
	Limits      []int
	// Folder is the results folder; made if it is not there.
	Folder string
	// Scripts is a folder with scripts to run in place of those that the binary carries; empty for none.
	Scripts string
	// Recall is the share of the batches, above 0 and up to 1, whose recall is measured; 0 for none.
	Recall float64
	// Dashboard is the host:port at which k6's live dashboard shows the test that runs; empty for none.
	Dashboard string
	// Progress is told what happens; Terminal says that it can rewrite its last line.
	Progress io.Writer
	Terminal bool
}

// Bench is a bench that is ready to run.
type Bench struct {
	options  Options
	schedule *schedule.Schedule
	tests    []*Test
	recalled []fanout.SearchType // those whose recall is measured
	resumed  bool                // its settings are those of its folder
	began    bool
}

// New checks the options and plans the bench. It changes nothing.
func New(o Options) (*Bench, error) {
	plan, err := schedule.Read(func(name string) string { return o.Env[name] })
	if err != nil {
		return nil, err
	}
	b := &Bench{options: o, schedule: plan}
	for _, limit := range o.Limits {
		for _, searchType := range o.SearchTypes {
			b.tests = append(b.tests, newTest(searchType, limit, plan))
		}
	}
	if err := b.checkRecall(); err != nil {
		return nil, err
	}
	return b, nil
}

// Tests are the bench's tests, in their order.
func (b *Bench) Tests() []*Test { return b.tests }

// Length is about how long the tests take that are not done yet: without what each needs to check the server and to settle.
func (b *Bench) Length() time.Duration {
	var sum time.Duration
	for _, test := range b.tests {
		if !test.Done {
			sum += b.schedule.Length()
		}
	}
	return sum
}

// Describe says what would run, and for how long.
func (b *Bench) Describe(w io.Writer) {
	o := b.schedule.Options()
	_, _ = fmt.Fprintf(w, "%d × %v, %v in all, and up to %v before each test until the server has settled:\n",
		len(b.tests), b.schedule.Length(), b.Length(), o.Settle)
	for _, test := range b.tests {
		done := ""
		if test.Done {
			done = " (done)"
		}
		_, _ = fmt.Fprintf(w, "  %s%s\n", test.Name, done)
	}
	_, _ = fmt.Fprintln(w, describe(b.schedule))
	if len(b.recalled) > 0 {
		_, _ = fmt.Fprintln(w, b.describeRecall())
	}
	if b.resumed {
		_, _ = fmt.Fprintln(w, fanout.Plain(b.origin()))
	}
}

// origin says what a folder had to say about what is searched, and by what: both get the API key.
func (b *Bench) origin() string {
	o := &b.options
	scripts := "the scripts of this binary"
	if o.Scripts != "" {
		scripts = "the scripts in " + o.Scripts
	}
	server := cmp.Or(o.Env[variableURL], fanout.DefaultURL)
	if grpc := o.Env[variableGRPC]; grpc != "" {
		server += " and, over gRPC, at " + grpc
	}
	return fmt.Sprintf("%s has it that %s search the server at %s: go on only with a folder that you trust", o.Folder, scripts, server)
}

// describe is a plan in words.
func describe(plan *schedule.Schedule) string {
	o := plan.Options()
	names := make([]string, len(o.Strategies))
	for i, strategy := range o.Strategies {
		names[i] = string(strategy)
	}
	users := strings.ReplaceAll(strings.Trim(fmt.Sprint(o.Users), "[]"), " ", ", ") + " users"
	if users == "1 users" {
		users = "1 user"
	}
	text := strings.Join(names, ", ") + " with " + users
	if o.Rate > 0 {
		text += " at most, for " + fanout.Count(o.Rate, "batch", "batches") + " a second"
	}
	if rounds := plan.Rounds(); rounds > 0 {
		text += fmt.Sprintf(", in %s of %d blocks of %v (%v warm-up, %v drain); %s runs twice a round",
			fanout.Count(rounds, "round", "rounds"), len(plan.Blocks())/rounds, o.Block, o.Warmup, o.Drain, o.Baseline())
	}
	return text
}

// Began says whether anything was measured, or tried, now or before: there is nothing to report on else.
func (b *Bench) Began() bool {
	return b.began || slices.ContainsFunc(b.tests, func(t *Test) bool { return t.Done })
}

// nothing is an error before anything was measured.
func (b *Bench) nothing(why error) error {
	if b.Began() {
		return fmt.Errorf("nothing more was measured: %w", why)
	}
	return fmt.Errorf("nothing was measured: %w", why)
}

// Run runs the tests that are not done yet. A test that fails does not stop the others: its Err says why. The error is for
// what stops the bench as a whole.
func (b *Bench) Run(ctx context.Context) error {
	server, end, err := b.openForTruths(ctx)
	if err != nil {
		return err
	}
	defer end()
	if err := os.MkdirAll(b.options.Folder, 0o755); err != nil { //nolint:gosec // results are for all to read
		return fmt.Errorf("cannot make the results folder: %w", err)
	}
	if err := b.save(); err != nil {
		return err
	}
	scripts, remove, err := b.scripts()
	if err != nil {
		return err
	}
	defer remove()
	if err := b.makeTruths(ctx, server); err != nil {
		return cmp.Or(b.interrupted(ctx), fmt.Errorf("%w; once that is mended, go on with `k6 x weaviate bench --resume %s`", b.nothing(err), b.options.Folder))
	}
	why := "" // the test before failed
	for i, test := range b.tests {
		if test.Done {
			continue
		}
		p := newProgress(&b.options, fmt.Sprintf("%d/%d %s", i+1, len(b.tests), test.Name), test)
		b.began = true
		test.run(ctx, &b.options, scripts, p)
		p.end(test.Err, why)
		why = reason(test.Err)
		if err := b.interrupted(ctx); err != nil {
			return err
		}
		if test.Err != nil {
			continue // nothing new is to be kept, and there may be no room for it
		}
		test.Done = true
		if err := b.save(); err != nil {
			return err
		}
	}
	return nil
}

// interrupted says how to go on if the bench was interrupted.
func (b *Bench) interrupted(ctx context.Context) error {
	if ctx.Err() == nil {
		return nil
	}
	return fmt.Errorf("interrupted: what is done is in %s; go on with `k6 x weaviate bench --resume %s`", b.options.Folder, b.options.Folder)
}

// Failed are the tests that failed.
func (b *Bench) Failed() []*Test {
	return slices.DeleteFunc(slices.Clone(b.tests), func(t *Test) bool { return t.Err == nil })
}
