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
)

const (
	// trialTime is how long a trial is measured, warm-up apart; quickTrialTime the same for a quick check.
	trialTime      = 10 * time.Second
	quickTrialTime = 3 * time.Second
	// confirming is how many times as long the trial is that confirms a rate.
	confirming = 3
	// aboutTrials is how many trials it takes, more or less.
	aboutTrials = 12
	// firstRate is how many batches a second are tried first, unless RATE says more.
	firstRate = 4
)

// limitsFolder is where the trials leave their run files and logs, below the results folder.
const limitsFolder = "limits"

// FindLimits finds the highest rate that keeps to the objective, for each test and strategy, into limits.json of the results folder.
func (b *Bench) FindLimits(ctx context.Context, objective slo.Objective, quick bool) error {
	o := &b.options
	server, end, err := b.openForTruths(ctx)
	if err != nil {
		return err
	}
	defer end()
	if err := os.MkdirAll(filepath.Join(o.Folder, limitsFolder), 0o755); err != nil { //nolint:gosec // results are for all to read
		return fmt.Errorf("cannot make the results folder: %w", err)
	}
	scripts, remove, err := b.scripts()
	if err != nil {
		return err
	}
	defer remove()
	if err := b.makeTruths(ctx, server); err != nil {
		_ = os.Remove(filepath.Join(o.Folder, limitsFolder)) // both only if there is nothing in them
		_ = os.Remove(o.Folder)
		return fmt.Errorf("nothing was measured: %w", err)
	}
	found := []slo.Finding{}
	for _, test := range b.tests {
		settle := b.schedule.Options().Settle // before the first trial of a test
		for _, strategy := range b.schedule.Options().Strategies {
			one := trials{bench: b, test: test, strategy: strategy, objective: objective, scripts: scripts, settle: settle, time: timeOf(quick)}
			result, err := slo.Search(max(b.schedule.Options().Rate, firstRate), func(rate int, confirms bool) (slo.Trial, error) {
				return one.run(ctx, rate, confirms)
			})
			if err != nil {
				return err
			}
			settle = 0
			found = append(found, slo.Finding{
				SearchType: test.SearchType, Limit: test.Limit, Strategy: strategy, Objective: objective.String(), Result: result,
			})
			if err := b.saveLimits(found); err != nil {
				return err
			}
		}
	}
	return nil
}

func timeOf(quick bool) time.Duration {
	if quick {
		return quickTrialTime
	}
	return trialTime
}

// trials are those of one strategy in one test.
type trials struct {
	bench     *Bench
	test      *Test
	strategy  fanout.Strategy
	objective slo.Objective
	scripts   string
	settle    time.Duration // before the next one
	time      time.Duration // how long one is measured
}

// run runs a trial as a test of its own: one strategy at a fixed rate.
func (t *trials) run(ctx context.Context, rate int, confirms bool) (slo.Trial, error) {
	measured, suffix := t.time, ""
	if confirms {
		measured, suffix = confirming*t.time, "_confirming"
	}
	o := t.bench.options
	plan := t.bench.schedule.Options()
	o.Env = maps.Clone(o.Env)
	maps.Copy(o.Env, map[string]string{
		"STRATEGY": string(t.strategy), "RATE": strconv.Itoa(rate), "USERS": strconv.Itoa(t.objective.Users(rate)), "ROUNDS": "",
		"RUN_TIME": (plan.Warmup + measured).String(), "SETTLE": t.settle.String(),
	})
	t.settle = 0
	plain, err := schedule.Read(func(name string) string { return o.Env[name] })
	if err != nil {
		return slo.Trial{}, err
	}
	trial := newTest(t.test.SearchType, t.test.Limit, plain)
	trial.truth = t.test.truth
	title := fmt.Sprintf("%s, %s at %d batches/s%s", trial.Name, t.strategy, rate, map[bool]string{true: ", to confirm it"}[confirms])
	trial.Name = filepath.Join(limitsFolder, fmt.Sprintf("%s_%s_rate%d%s", trial.Name, t.strategy, rate, suffix))
	p := newProgress(&o, title, trial)
	t.bench.began = true
	trial.run(ctx, &o, t.scripts, p)
	switch {
	case ctx.Err() != nil:
		p.end(errors.New("interrupted"))
		return slo.Trial{}, fmt.Errorf("interrupted: what was found until then is in %s", filepath.Join(o.Folder, slo.FileName))
	case trial.Err != nil:
		p.end(trial.Err)
		return slo.Trial{}, fmt.Errorf("%s: %w", title, trial.Err)
	}
	judged := t.objective.Judge(trial.Run, t.strategy, rate)
	if judged.Holds() {
		p.line(fmt.Sprintf("holds: p%v is %.0f ms", t.objective.Percentile, judged.Duration), true)
	} else {
		p.line("does not hold: "+judged.Why, true)
	}
	return judged, nil
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
func (b *Bench) DescribeLimits(w io.Writer, objective slo.Objective, quick bool) {
	o, measured := b.schedule.Options(), timeOf(quick)
	trial, last := measured+o.Warmup, confirming*measured+o.Warmup
	_, _ = fmt.Fprintf(w, "%d tests × %d strategies, each with about a dozen trials of %v and one of %v (about %v in all), for the highest rate at "+
		"which %v, at most 1 %% of the batches fail and 99 %% of the rate is carried\n", len(b.tests), len(o.Strategies), trial, last,
		(time.Duration(len(b.tests)*len(o.Strategies)) * (aboutTrials*trial + last)).Round(time.Minute), objective)
	if len(b.recalled) > 0 {
		_, _ = fmt.Fprintln(w, b.describeRecall())
	}
}
