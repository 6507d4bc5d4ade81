// Package slo finds the highest rate of batches that a strategy sustains under a service level objective: by bisection over arrival
// rates, and longer trials that settle what was found. It is pure: who calls it runs the trials.
package slo

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"time"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
	"github.com/xk6-weaviate/xk6-weaviate/record"
	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

// DefaultObjective is what is asked for where nothing else is.
const DefaultObjective = "p95<500ms"

// What a percentile may be: beyond, no rate that is tried has enough batches to be confirmed.
const (
	leastPercentile = 1
	mostPercentile  = 99.999
)

// Objective is what a rate must keep to: a percentile of the batch durations below a limit.
type Objective struct {
	// Percentile is 95 for the 95th.
	Percentile float64
	Limit      time.Duration
}

var objectivePattern = regexp.MustCompile(`^\s*p(\d+(?:\.\d+)?)\s*<\s*(\S+)\s*$`)

// Parse reads an objective like p95<500ms.
func Parse(text string) (Objective, error) {
	var o Objective
	found := objectivePattern.FindStringSubmatch(text)
	if found == nil {
		return o, fmt.Errorf("%q is no objective: write a percentile of the batch duration and its limit, like %s", text, DefaultObjective)
	}
	var err error
	if o.Percentile, err = strconv.ParseFloat(found[1], 64); err != nil || o.Percentile < leastPercentile || o.Percentile > mostPercentile {
		return o, fmt.Errorf("%q has the percentile %s: use one from %d to %v", text, found[1], leastPercentile, mostPercentile)
	}
	if o.Limit, err = time.ParseDuration(found[2]); err != nil || o.Limit <= 0 {
		return o, fmt.Errorf("%q has the limit %s: write a time with its unit, like 500ms", text, found[2])
	}
	if o.Limit > fanout.DefaultTimeout {
		return o, fmt.Errorf("%q has the limit %v, and a batch ends after %v: use less", text, o.Limit, fanout.DefaultTimeout)
	}
	return o, nil
}

// String is the objective as Parse reads it.
func (o Objective) String() string {
	return "p" + strconv.FormatFloat(o.Percentile, 'f', -1, 64) + "<" + o.Limit.String()
}

// Users is how many users have to stand by for a rate: twice as many as are busy when every batch takes as long as the limit, and at
// least ten.
func (o Objective) Users(rate int) int {
	return max(10, int(2*float64(rate)*o.Limit.Seconds())+1)
}

// allowed is the share of batches that may take as long as the limit, or fail. (Percentiles are decimal, and so is it then.)
func (o Objective) allowed() allowed { return allowed(math.Round(1e9*(1-o.Percentile/100)) / 1e9) }

// Trial is one run at a rate.
type Trial struct {
	// Rate is how many batches were to start each second, and Seconds for how long that was measured.
	Rate    int     `json:"rate"`
	Seconds float64 `json:"seconds"`
	// Confirms says that it was a longer one, to settle what the rate is.
	Confirms bool `json:"confirms,omitempty"`
	// Batches were dispatched while it was measured. Failed of them failed, and Slow took as long as the limit, or failed.
	Batches int64 `json:"batches"`
	Slow    int64 `json:"slow"`
	Failed  int64 `json:"failed"`
	// Duration is the objective's percentile of the batch durations, in milliseconds, where a failed batch counts with the batch limit.
	Duration float64 `json:"duration"`
	// Client says why the client was the limit, and not Weaviate; empty when it was not. Such a trial says nothing about Weaviate.
	Client string `json:"client,omitempty"`
	// Status is what all trials at the rate had shown by then, and Why why it does not hold.
	Status Status `json:"status"`
	Why    string `json:"why,omitempty"`
}

// planned is how many batches were to start.
func (t *Trial) planned() int64 { return int64(math.Round(float64(t.Rate) * t.Seconds)) }

// missing is how many of them did not succeed. One may fall on either side of the trial's edges.
func (t *Trial) missing() int64 { return max(0, t.planned()-1-(t.Batches-t.Failed)) }

// Measure is what a run at a rate recorded.
func (o Objective) Measure(run *record.Run, strategy fanout.Strategy, t verdict.Thresholds) Trial {
	var trial Trial
	total := run.Total(strategy, measure.Measured)
	if total == nil || total.Batches() == 0 {
		return trial
	}
	trial.Batches = total.Batches()
	trial.Failed = trial.Batches - total.Outcomes[fanout.Full]
	durations := total.FailedAt(fanout.DefaultTimeout)
	for d, n := range durations.Buckets() {
		if d >= o.Limit {
			trial.Slow += n
		}
	}
	trial.Slow = max(trial.Slow, trial.Failed) // durations are known to the bucket
	trial.Duration = durations.Quantile(o.Percentile/100).Seconds() * 1000
	trial.Client = clientLimit(run, total, strategy, t)
	return trial
}

// clientLimit says why the client was the limit, by the checks that a report makes of it; empty when it was not.
func clientLimit(run *record.Run, total *record.Series, strategy fanout.Strategy, t verdict.Thresholds) string {
	measured := run.Measured(strategy)
	block := verdict.Block{
		Strategy: strategy, Measured: measured, Batches: total.Batches(),
		P50: total.FailedAt(fanout.DefaultTimeout).Quantile(0.5),
	}
	if use, known := run.BusiestClient(total.Start, total.Start+measured.Microseconds()); known {
		block.ClientCPU, block.ClientCores = verdict.Known(use.CPU.Seconds()), verdict.Known(use.Cores)
		block.ClientWait, block.ClientHeld = verdict.Known(use.Wait.Seconds()), verdict.Known(use.Held)
	}
	for _, c := range verdict.ClientChecks(&block, t) {
		if c.Status == verdict.Fail {
			share, _ := c.Measured.Get()
			return fmt.Sprintf("the client, and not Weaviate, is the limit: "+clientChecks[c.Name], 100*share)
		}
	}
	return ""
}

// clientChecks are what the checks of the client measure.
var clientChecks = map[string]string{
	"client CPU":  "it used %.0f %% of its cores",
	"client wait": "its goroutines waited for a core up to %.0f %% of the median batch duration",
	"client held": "it was kept from running for %.0f %% of the time",
}
