package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/schedule"
	"github.com/xk6-weaviate/xk6-weaviate/slo"
	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

const (
	// trialTime is how long a trial is measured at least, warm-up apart; quickTrialTime the same for a quick check.
	trialTime      = 10 * time.Second
	quickTrialTime = 3 * time.Second
	// trialStart is about how long a trial takes to start and to end.
	trialStart = 2 * time.Second
	// firstRate is how many batches a second are tried first, unless RATE says more.
	firstRate = 4
	// foreseen and foreseenSlow are what strategies are taken to carry, at least, where it is said how long a search takes, in batches a second.
	foreseen, foreseenSlow = 100, 10
)

// limitsFolder is where the trials leave their run files and logs, below the results folder.
const limitsFolder = "limits"

// LimitOptions say which limit is looked for.
type LimitOptions struct {
	Objective slo.Objective
	// Quick is for shorter trials.
	Quick bool
	// Thresholds are those by which it is judged whether the client was the limit.
	Thresholds verdict.Thresholds
}

// search is how the limits are searched for.
func (b *Bench) search(l *LimitOptions) slo.Options {
	o := slo.Options{Objective: l.Objective, Start: max(b.schedule.Options().Rate, firstRate), Trial: trialTime}
	if l.Quick {
		o.Trial = quickTrialTime
	}
	return o
}

// FindLimits finds the highest rate that keeps to the objective, for each test and strategy, into limits.json of the results folder.
func (b *Bench) FindLimits(ctx context.Context, l LimitOptions) error {
	o := &b.options
	server, end, err := b.openForTruths(ctx)
	if err != nil {
		return err
	}
	defer end()
	if err := os.MkdirAll(filepath.Join(o.Folder, limitsFolder), 0o755); err != nil { //nolint:gosec // results are for all to read
		return fmt.Errorf("cannot make the results folder: %w", err)
	}
	if info, err := os.Lstat(filepath.Join(o.Folder, limitsFolder)); err != nil || !info.IsDir() {
		return fmt.Errorf("%s is a link, and a bench writes to its own folder only: remove it", filepath.Join(o.Folder, limitsFolder))
	}
	scripts, remove, err := b.scripts()
	if err != nil {
		return err
	}
	defer remove()
	if err := b.makeTruths(ctx, server); err != nil {
		_ = os.Remove(filepath.Join(o.Folder, limitsFolder)) // both only if there is nothing in them
		_ = os.Remove(o.Folder)
		return b.nothing(err)
	}
	found := []slo.Finding{}
	for _, test := range b.tests {
		settle := b.schedule.Options().Settle // before the first trial of a test
		for _, strategy := range b.schedule.Options().Strategies {
			one := trials{bench: b, test: test, strategy: strategy, limit: &l, scripts: scripts, settle: settle, run: make(map[string]int)}
			search := b.search(&l)
			search.Tell = one.tell
			result, err := slo.Search(search, func(rate int, measured time.Duration, confirms bool) (slo.Trial, error) {
				return one.try(ctx, rate, measured, confirms)
			})
			if err != nil {
				return err
			}
			settle = 0
			found = append(found, slo.Finding{
				SearchType: test.SearchType, Limit: test.Limit, Strategy: strategy, Objective: l.Objective.String(), Result: result,
			})
			if err := b.saveLimits(found); err != nil {
				return err
			}
		}
	}
	return nil
}

// trials are those of one strategy in one test.
type trials struct {
	bench    *Bench
	test     *Test
	strategy fanout.Strategy
	limit    *LimitOptions
	scripts  string
	settle   time.Duration  // before the next one
	run      map[string]int // how many have run, by the name of their files
	progress *progress      // of the last one
}

// try runs a trial as a test of its own: one strategy at a fixed rate.
func (t *trials) try(ctx context.Context, rate int, measured time.Duration, confirms bool) (slo.Trial, error) {
	o := t.bench.options
	plan := t.bench.schedule.Options()
	o.Env = maps.Clone(o.Env)
	maps.Copy(o.Env, map[string]string{
		"STRATEGY": string(t.strategy), "RATE": strconv.Itoa(rate), "USERS": strconv.Itoa(t.limit.Objective.Users(rate)), "ROUNDS": "",
		"RUN_TIME": (plan.Warmup + measured).String(), "SETTLE": t.settle.String(),
	})
	t.settle = 0
	plain, err := schedule.Read(func(name string) string { return o.Env[name] })
	if err != nil {
		return slo.Trial{}, err
	}
	trial := newTest(t.test.SearchType, t.test.Limit, plain)
	trial.truth = t.test.truth
	title := fmt.Sprintf("%s, %s at %d batches/s for %v", trial.Name, t.strategy, rate, measured)
	suffix := ""
	if confirms {
		title, suffix = title+", to be sure", "_confirming"
	}
	trial.Name = t.name(fmt.Sprintf("%s_%s_rate%d%s", trial.Name, t.strategy, rate, suffix))
	p := newProgress(&o, title, trial)
	t.progress, t.bench.began = p, true
	trial.run(ctx, &o, t.scripts, p)
	switch {
	case ctx.Err() != nil:
		p.end(errors.New("interrupted"), "")
		return slo.Trial{}, fmt.Errorf("interrupted: what was found until then is in %s", filepath.Join(o.Folder, slo.FileName))
	case trial.Err != nil:
		p.end(trial.Err, "")
		return slo.Trial{}, fmt.Errorf("%s: %w", title, trial.Err)
	}
	return t.limit.Objective.Measure(trial.Run, t.strategy, t.limit.Thresholds), nil
}

// name is what the files of a trial are called, which is not the first of its kind, maybe.
func (t *trials) name(name string) string {
	t.run[name]++
	if n := t.run[name]; n > 1 {
		name = fmt.Sprintf("%s_%d", name, n)
	}
	return filepath.Join(limitsFolder, name)
}

// tell says what a trial has shown.
func (t *trials) tell(trial *slo.Trial) {
	text := fmt.Sprintf("p%v is %.0f ms: ", t.limit.Objective.Percentile, trial.Duration)
	switch {
	case trial.Client != "" && trial.Status != slo.Fails:
		text = "tried again: " + trial.Client
	case trial.Client != "":
		text = "does not hold: " + trial.Client
	case trial.Status == slo.Fails:
		text += "does not hold: " + trial.Why
	case trial.Status == slo.Holds:
		text += "holds"
	default:
		text += fmt.Sprintf("%d of %d batches took %v or longer, and those are too few to say", trial.Slow, trial.Batches, t.limit.Objective.Limit)
	}
	t.progress.line(text, true)
}

// saveLimits writes what was found so far.
func (b *Bench) saveLimits(found []slo.Finding) error {
	text, err := slo.Encode(found)
	if err != nil {
		return err
	}
	path := filepath.Join(b.options.Folder, slo.FileName)
	if err := ownFile(path); err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o644) //nolint:gosec // results are for all to read
}

// DescribeLimits says what FindLimits would do.
func (b *Bench) DescribeLimits(w io.Writer, l LimitOptions) {
	o, search := b.schedule.Options(), b.search(&l)
	fast, slow := max(foreseen, 2*search.Start), max(foreseenSlow, 2*search.Start)
	f := search.Forecast(fast)
	each := func(f slo.Forecast) time.Duration {
		return f.Measured + time.Duration(f.Trials)*(o.Warmup+trialStart)
	}
	most, one := search.Longest()
	short, long, longest := each(f), each(search.Forecast(slow)), each(most)
	searches := len(b.tests) * len(o.Strategies)
	inAll := func(d time.Duration) time.Duration { return (time.Duration(searches) * d).Round(10 * time.Second) }
	_, _ = fmt.Fprintf(w, "%d × %d searches (tests × strategies) for the highest rate at which %v, at most 1 %% of the batches fail and 99 %% of the rate is carried. "+
		"One takes about %d trials from %v up and %d longer ones to be sure: %v where a strategy carries %d batches/s, %v where it carries %d, and %v at "+
		"most, where the server changes. In all, %v to %v, and %v at most\n", len(b.tests), len(o.Strategies), l.Objective, f.Trials-f.Long, search.Trial,
		f.Long, short.Round(10*time.Second), fast, long.Round(10*time.Second), slow, longest.Round(10*time.Second), inAll(min(short, long)), inAll(max(short, long)), inAll(longest))
	if rate, batches := search.Confirmable(); rate > 1 {
		text := fmt.Sprintf("A rate below %d batches/s can be found, but not confirmed: to be sure of %v takes %d batches, and a rate is tried for %v",
			rate, l.Objective, batches, one)
		if advice := adviceOn(&l); advice != "" {
			text += ". " + advice
		}
		_, _ = fmt.Fprintln(w, text)
	}
	if len(b.recalled) > 0 {
		_, _ = fmt.Fprintln(w, b.describeRecall())
	}
}

// adviceOn says what makes rates confirmed that are not.
func adviceOn(l *LimitOptions) string {
	switch {
	case l.Quick:
		return "Without --quick it is tried for longer"
	case l.Objective.Percentile > 99:
		return "A lower percentile, like p99, takes fewer"
	default:
		return ""
	}
}
