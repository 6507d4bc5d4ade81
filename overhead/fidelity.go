package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"
	"time"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// What the bars allow, in milliseconds, and as a share of the truth.
const (
	overheadAllowed = 0.5
	apartAllowed    = 0.5
	apartShare      = 0.02
)

// fidelity is how true a run's times are, as shares of what is allowed.
type fidelity struct {
	overhead float64 // p99 of the batches' overhead
	p50      float64 // of the collection whose p50 is the farthest from the truth
	p99      float64 // the same for p99
}

// fidelityRounds is how often the fidelity of each strategy is measured.
const fidelityRounds = 3

// measureFidelities measures how true the times are, over both protocols by turns.
func measureFidelities(ctx context.Context, s settings, folder string, stderr io.Writer) ([]figure, error) {
	var strategies []fanout.Strategy
	var table []figure
	for _, strategy := range []fanout.Strategy{fanout.ParallelGraphQL, fanout.ParallelGRPC} {
		group := fmt.Sprintf("%s, known delays, %s", protocolName(strategy), plural(usualUsers, "user"))
		if !s.only.MatchString(group) {
			continue
		}
		strategies = append(strategies, strategy)
		table = append(table,
			figure{group: group, what: "p99 of the overhead ÷ 0.5 ms", bar: barShare},
			figure{group: group, what: "p50 farthest from the truth ÷ what is allowed", bar: barShare},
			figure{group: group, what: "p99 farthest from the truth ÷ what is allowed", bar: barShare})
	}
	if len(strategies) == 0 {
		return nil, nil
	}
	server, err := startServer(ctx, stubConfig{ObjectSize: usualSize / usualObjects, Slow: true, Skip: usualUsers})
	if err != nil {
		return nil, err
	}
	defer server.end()
	for round := range min(fidelityRounds, s.rounds) {
		for i, strategy := range strategies {
			progress(stderr, "%s, known delays, round %d …", protocolName(strategy), round+1)
			found, err := measureFidelity(ctx, server, strategy, s.fidelity, folder)
			if err != nil {
				return nil, err
			}
			for k, value := range []float64{found.overhead, found.p50, found.p99} {
				table[3*i+k].values = append(table[3*i+k].values, value)
			}
		}
	}
	return table, nil
}

// runMetrics are the metrics of a k6 run, as handleSummary gets them.
type runMetrics map[string]struct {
	Values map[string]float64 `json:"values"`
}

// measureFidelity compares what users of an idle client measured with what the stub did, whose collections take their time.
func measureFidelity(ctx context.Context, server *server, strategy fanout.Strategy, runTime time.Duration, folder string) (fidelity, error) {
	in := &situation{strategy, usualUsers, usualObjects, usualSize}
	var before times
	if err := server.ask(askTimes, &before); err != nil {
		return fidelity{}, err
	}
	summary, err := runToEnd(ctx, k6Args(filepath.Join(folder, knownDelaysScript), in, server.at, runTime)...)
	if err != nil {
		return fidelity{}, err
	}
	var truth times
	if err := server.ask(askTimes, &truth); err != nil {
		return fidelity{}, err
	}
	var measured runMetrics
	if err := json.Unmarshal(summary, &measured); err != nil {
		return fidelity{}, fmt.Errorf("k6's summary: %w", err)
	}
	found := fidelity{overhead: measured["weaviate_batch_overhead"].Values["p(99)"] / overheadAllowed}
	for collection, took := range truth {
		values := measured["weaviate_query_duration{collection:"+collection+"}"].Values
		if int(values["count"]) != len(took) {
			return fidelity{}, fmt.Errorf("k6 measured %v searches of %s, and the stub answered %d", values["count"], collection, len(took))
		}
		slices.Sort(took)
		found.p50 = max(found.p50, apart(values["p(50)"], percentile(took, 0.50)))
		found.p99 = max(found.p99, apart(values["p(99)"], percentile(took, 0.99)))
	}
	return found, nil
}

// apart is how far a measured time is from the truth, as a share of what is allowed. Both are in milliseconds.
func apart(measured, truth float64) float64 {
	return math.Abs(measured-truth) / max(apartAllowed, apartShare*truth)
}

// percentile is k6's: between two values, it is on the line between them.
func percentile(sorted []float64, share float64) float64 {
	at := share * float64(len(sorted)-1)
	below := math.Floor(at)
	low, high := sorted[int(below)], sorted[int(math.Ceil(at))]
	return low + (high-low)*(at-below)
}

// runToEnd runs k6 and returns what it wrote to its standard output.
func runToEnd(ctx context.Context, args ...string) ([]byte, error) {
	p, err := prepare(ctx, "k6", roleK6, nil, args...)
	if err != nil {
		return nil, err
	}
	var stdout bytes.Buffer
	p.command.Stdout = &stdout
	if err := p.start(); err != nil {
		return nil, err
	}
	defer p.end()
	if err := p.command.Wait(); err != nil {
		return nil, fmt.Errorf("k6: %w: %s", err, p.stderr.String())
	}
	return stdout.Bytes(), nil
}
