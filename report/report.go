// Package report turns run files into a report: pure data, which report.json holds as it is, and which the page, the Markdown,
// the JUnit file and the table on the terminal only render. The statistics are package verdict's.
//
// Durations are in milliseconds, times in seconds since the start of the run, sizes in bytes and shares from 0 to 1, unless a
// name says otherwise. A figure that is not known, because it was not measured or there are too few batches for it, is null.
// Names and texts of servers and scripts are in it as they came, whatever they hold: who renders them has to escape them.
package report

import (
	"slices"
	"time"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/slo"
	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

// Version is the version of the format of report.json. It changes when something is taken away or means something else, not
// when something is added.
const Version = 1

// Report is all that there is to say about a results folder, or about some run files.
type Report struct {
	Version int `json:"version"`
	// Created is when the report was made.
	Created time.Time `json:"created"`
	// Name is the name of the results folder, or of the run file.
	Name string `json:"name"`
	// Problems are the files that could not be used. The report is of the others.
	Problems []Problem `json:"problems,omitempty"`
	// Gate is what the exit status follows from.
	Gate Gate `json:"gate"`
	// Thresholds are the limits of criteria and checks, in the order of docs/method.md.
	Thresholds []Threshold `json:"thresholds"`
	// Percentiles are those of every latency distribution: 99 for the 99th.
	Percentiles []float64 `json:"percentiles"`
	// Tests are the tests in the order of their names.
	Tests []Test `json:"tests"`
	// Limits are the highest sustainable rates, where a bench has looked for them.
	Limits []slo.Finding `json:"limits,omitempty"`
	// Comparison sets two results folders side by side; nil unless that was asked for, and then there are no tests.
	Comparison *Comparison `json:"comparison,omitempty"`
	// Guide says how to read the report.
	Guide []Term `json:"guide"`
}

// Problem is a file that could not be used.
type Problem struct {
	// File is its name without its folder.
	File string `json:"file"`
	// Text says in a sentence what is wrong with it.
	Text string `json:"text"`
}

// Gate is what the exit status follows from.
type Gate struct {
	// FailOn is the least bad verdict that fails the gate: "none", "fail", "invalid" or "inconclusive".
	FailOn FailOn `json:"failOn"`
	// Strategies are those whose verdicts count; empty for all.
	Strategies []fanout.Strategy `json:"strategies,omitempty"`
	Passed     bool              `json:"passed"`
	// Sentence says why.
	Sentence string `json:"sentence"`
}

// Note is a sentence on what is odd.
type Note struct {
	Text string `json:"text"`
	// Quote is what somebody else says of it, like k6 or the server; empty when nobody does.
	Quote string `json:"quote,omitempty"`
}

// Threshold is a limit that a verdict was held against.
type Threshold struct {
	// Name is that of the flag that sets it.
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	// Text says what it limits.
	Text string `json:"text"`
}

// Term is a word of the report and what it means.
type Term struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// Test is one test: a run, or those of its batches that are of one search type.
type Test struct {
	// Name is what its files are called, without their endings.
	Name       string            `json:"name"`
	SearchType fanout.SearchType `json:"searchType"`
	// Limit is how many objects each query asked for; 0 when it is not known.
	Limit int `json:"limit,omitempty"`
	// RecallAt is the k of recall@k, where recall was measured: how many objects a query was to find at most; 0 when that is not known.
	RecallAt int `json:"recallAt,omitempty"`
	// Baseline is the strategy that the others are held against.
	Baseline fanout.Strategy `json:"baseline"`
	// Strategies are those that ran, in the order of fanout.Strategies.
	Strategies []fanout.Strategy `json:"strategies"`
	// TimeLimit is the batch limit, which a failed batch or member counts with.
	TimeLimit Number `json:"timeLimit"`
	// Notes say what is odd about the run: it was cut short, a part of it is missing.
	Notes []Note `json:"notes,omitempty"`
	// Lacks says, in a test without verdicts, why it has none and how to get some.
	Lacks string `json:"lacks,omitempty"`
	// Loads are what was measured: one for each number of users, in rising order.
	Loads []Load `json:"loads"`
	// Crossovers are where a strategy that is faster than the baseline becomes slower, or the other way round, over the loads.
	Crossovers []Crossover `json:"crossovers,omitempty"`
	// Collections are those that were searched, in the order of the query sets.
	Collections []CollectionInfo `json:"collections"`
	Timeline    Timeline         `json:"timeline"`
	// Facts are what was run where against what.
	Facts []FactGroup `json:"facts"`
}

// CollectionInfo is a collection as it was found before the run.
type CollectionInfo struct {
	Name string `json:"name"`
	// Objects is how many it held.
	Objects    Number `json:"objects"`
	Dimensions int    `json:"dimensions,omitempty"`
}

// Load is what was measured with one number of users, or at one rate. Only the phase measure is in it.
type Load struct {
	// Users is the number of users; 0 when it is not known.
	Users int `json:"users"`
	// Rate is how many batches a second an open loop starts; 0 for a closed one.
	Rate float64 `json:"rate,omitempty"`
	// Rounds is the number of rounds, of those that all blocks ran in.
	Rounds int `json:"rounds"`
	// Verdicts holds one for each strategy but the baseline, in the order of the strategies.
	Verdicts []Verdict `json:"verdicts"`
	// NoiseFloor is the baseline against itself. FanOut is parallel-graphql against multi and Protocol parallel-grpc against
	// parallel-graphql, all of the median; an effect without Statistic when nothing was compared.
	NoiseFloor Effect `json:"noiseFloor"`
	FanOut     Effect `json:"fanOut"`
	Protocol   Effect `json:"protocol"`
	// Results holds one for each strategy that ran.
	Results []Result `json:"results"`
	// Blocks are in the order in which they ran.
	Blocks []Block `json:"blocks"`
}

// Crossover is a change of sign of a strategy's effect on the median over the users.
type Crossover struct {
	Strategy fanout.Strategy `json:"strategy"`
	// From and To are the numbers of users that it lies between, Users where the estimates cross: without an interval.
	From  int    `json:"from"`
	To    int    `json:"to"`
	Users Number `json:"users"`
	// Sentence says it in words.
	Sentence string `json:"sentence"`
}

// Status is the least good of the verdicts of a test; Unknown when it has none.
func (t *Test) Status() verdict.Status {
	status := verdict.Unknown
	for i := range t.Loads {
		for j := range t.Loads[i].Verdicts {
			status = worse(status, t.Loads[i].Verdicts[j].Status)
		}
	}
	return status
}

// worse is the less good of two verdicts.
func worse(a, b verdict.Status) verdict.Status {
	order := map[verdict.Status]int{verdict.Pass: 1, verdict.Inconclusive: 2, verdict.Invalid: 3, verdict.Fail: 4}
	if order[b] > order[a] {
		return b
	}
	return a
}

// Checks are the checks of all verdicts, each once: those of the baseline's blocks are part of every verdict.
func (l *Load) Checks() []Check {
	var checks []Check
	for i := range l.Verdicts {
		for _, c := range l.Verdicts[i].Checks {
			if !slices.Contains(checks, c) {
				checks = append(checks, c)
			}
		}
	}
	return checks
}

// Verdict is a load's verdict on a strategy; nil when there is none.
func (l *Load) Verdict(strategy fanout.Strategy) *Verdict {
	for i := range l.Verdicts {
		if l.Verdicts[i].Strategy == strategy {
			return &l.Verdicts[i]
		}
	}
	return nil
}

// Result is a load's result of a strategy; nil when there is none.
func (l *Load) Result(strategy fanout.Strategy) *Result {
	for i := range l.Results {
		if l.Results[i].Strategy == strategy {
			return &l.Results[i]
		}
	}
	return nil
}
