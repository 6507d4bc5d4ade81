// Package slo finds the highest rate of batches that a strategy sustains under a service level objective: by bisection over arrival
// rates, and a longer trial that confirms what was found. It is pure: who calls it runs the trials.
package slo

import (
	"fmt"
	"regexp"
	"strconv"
	"time"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
	"github.com/xk6-weaviate/xk6-weaviate/record"
)

// DefaultObjective is what is asked for where nothing else is.
const DefaultObjective = "p95<500ms"

const (
	// mostFailed is the largest share of batches that may fail, whatever the objective.
	mostFailed = 0.01
	// leastCarried is the smallest share of the rate that must succeed, as in docs/method.md.
	leastCarried = 0.99
	// clientSaturated is the share of its cores from which the client, and not the server, may be what holds the rate down.
	clientSaturated = 0.95
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
	if o.Percentile, err = strconv.ParseFloat(found[1], 64); err != nil || o.Percentile <= 0 || o.Percentile >= 100 {
		return o, fmt.Errorf("%q has the percentile %s: use one above 0 and below 100", text, found[1])
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

// Trial is one run at a rate.
type Trial struct {
	// Rate is how many batches were to start each second.
	Rate int `json:"rate"`
	// Confirms says that it was a longer one, to confirm what was found.
	Confirms bool `json:"confirms,omitempty"`
	// Batches were dispatched while it was measured.
	Batches int64 `json:"batches"`
	// Duration is the objective's percentile of the batch durations, in milliseconds, where a failed batch counts with the batch limit.
	Duration float64 `json:"duration"`
	// Failed is the share of batches that failed, Carried that of the rate that succeeded.
	Failed  float64 `json:"failed"`
	Carried float64 `json:"carried"`
	// ClientCPU is the share of its cores that the client used.
	ClientCPU float64 `json:"clientCPU"`
	// Why says why the rate does not hold; empty when it does.
	Why string `json:"why,omitempty"`
}

// Holds says whether the rate keeps to the objective.
func (t *Trial) Holds() bool { return t.Why == "" }

// Judge holds what a run recorded against the objective.
func (o Objective) Judge(run *record.Run, strategy fanout.Strategy, rate int) Trial {
	t := Trial{Rate: rate}
	total := run.Total(strategy, measure.Measured)
	if total == nil || total.Batches() == 0 {
		t.Why = "no batch was measured"
		return t
	}
	measured := run.Measured(strategy).Seconds()
	full := total.Outcomes[fanout.Full]
	t.Batches = total.Batches()
	t.Duration = total.FailedAt(fanout.DefaultTimeout).Quantile(o.Percentile/100).Seconds() * 1000
	t.Failed = float64(t.Batches-full) / float64(t.Batches)
	t.Carried = min(1, float64(full+1)/(float64(rate)*measured))
	t.ClientCPU = clientShare(run)
	switch {
	case t.ClientCPU > clientSaturated:
		t.Why = fmt.Sprintf("the client used %.0f %% of its cores: it is the limit, and not Weaviate", 100*t.ClientCPU)
	case t.Failed > mostFailed:
		t.Why = fmt.Sprintf("%.1f %% of the batches failed", 100*t.Failed)
	case t.Duration >= o.Limit.Seconds()*1000:
		t.Why = fmt.Sprintf("p%v is %.0f ms", o.Percentile, t.Duration)
	case t.Carried < leastCarried:
		t.Why = fmt.Sprintf("only %.1f %% of the rate was carried", 100*t.Carried)
	}
	return t
}

// clientShare is the share of their cores that the processes used while they had users, of the one that used most.
func clientShare(run *record.Run) float64 {
	most := 0.0
	for _, process := range run.Processes {
		var used, span int64
		for i := range process.Client.Rows {
			if row := &process.Client.Rows[i]; row.Users > 0 {
				used, span = used+row.CPU, span+row.Span
			}
		}
		if cores := process.Machine.Cores(); span > 0 && cores > 0 {
			most = max(most, float64(used)/(float64(span)*cores))
		}
	}
	return most
}
