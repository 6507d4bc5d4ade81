// Package recorded makes up benches for the tests of what reads run files: batches as a server under load would answer them go
// through the recorder into files like those of real runs. The same options give the same files.
package recorded

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.k6.io/k6/v2/lib"
	"go.k6.io/k6/v2/metrics"
	"go.k6.io/k6/v2/output"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
	"github.com/xk6-weaviate/xk6-weaviate/record"
	"github.com/xk6-weaviate/xk6-weaviate/schedule"
)

// Options say what a run is like. The zero value of each stands for its default.
type Options struct {
	Seed uint64
	// SearchType is what the queries do; vector by default. Limit is how many objects they ask for; 200 by default.
	SearchType fanout.SearchType
	Limit      int
	// Variables are those of the schedule: STRATEGY, USERS, RATE, ROUNDS, BLOCK, … By default, the three strategies run in six
	// rounds of blocks of 10 s with 10 users.
	Variables map[string]string
	// Slowness multiplies all durations; 1 by default. More means fewer batches.
	Slowness float64
	// Drift multiplies the durations of the second half of the run; 1 by default.
	Drift float64
	// Failures is the share of members that fail, Text what they say; "it broke" by default. Timeouts is the share that meet
	// the batch limit.
	Failures, Timeouts float64
	Text               string
	// Hostile makes everything that somebody else may have written (names of collections, error texts, versions) hold the
	// text Hostile.
	Hostile bool
	// Version is that of the server.
	Version string
	// Began is when the run began, long ago by default.
	Began time.Time
	// Unsettled, Differing: the server had not settled; so many queries were answered otherwise by another strategy than the first.
	Unsettled bool
	Differing int
	// Lost batches were dispatched and not recorded.
	Lost int64
	// NoServer: the server's metrics were not read.
	NoServer bool
	// Cut ends the run after so long, as an interrupt does.
	Cut time.Duration
	// Recall is the share of what is truly nearest that vector queries find; it is not measured by default. Recalls are those of strategies
	// that find more or less.
	Recall  float64
	Recalls map[fanout.Strategy]float64
	// Part and Parts make one of several parts of a run: part 0 of 2, say.
	Part, Parts int
}

func (o Options) withDefaults() Options {
	if o.SearchType == "" {
		o.SearchType = fanout.SearchVector
	}
	if o.Limit == 0 {
		o.Limit = 200
	}
	if o.Slowness == 0 {
		o.Slowness = 1
	}
	if o.Drift == 0 {
		o.Drift = 1
	}
	if o.Text == "" {
		o.Text = "it broke"
	}
	if o.Version == "" {
		o.Version = "1.39.3"
	}
	if o.Began.IsZero() {
		o.Began = time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC)
	}
	if o.Parts == 0 {
		o.Parts = 1
	}
	return o
}

// variables are the settings of the schedule.
func (o *Options) variables() map[string]string {
	all := map[string]string{"STRATEGY": "multi,parallel-graphql,parallel-grpc", "USERS": "10", "ROUNDS": "6"}
	for name, value := range o.Variables {
		all[name] = value
	}
	return all
}

// Run makes up a run.
func Run(tb testing.TB, o Options) *record.Run {
	tb.Helper()
	o = o.withDefaults()
	variables := o.variables()
	plan, err := schedule.Read(func(name string) string { return variables[name] })
	require.NoError(tb, err)

	maker := newMaker(tb, &o, plan)
	run := recordAll(tb, maker.batches())
	maker.process(run)
	if o.Hostile {
		spoil(tb, run)
	}
	return run
}

// atATime is how many blocks one output gets to see: it keeps those that are not saved yet, and not many of them.
const atATime = 50

// recordAll has batches recorded.
func recordAll(tb testing.TB, batches []*measure.Batch) *record.Run {
	tb.Helper()
	parts := make(map[int][]metrics.SampleContainer)
	for _, batch := range batches {
		part := max(batch.Block, 0) / atATime
		parts[part] = append(parts[part], batch)
	}
	var runs []*record.Run
	for _, part := range parts {
		path := filepath.Join(tb.TempDir(), "run.weaviate")
		out, err := record.New(output.Params{ConfigArgument: path, ScriptOptions: lib.Options{}})
		require.NoError(tb, err)
		require.NoError(tb, out.Start())
		out.AddMetricSamples(part)
		require.NoError(tb, out.(output.WithStopWithTestError).StopWithTestError(nil))
		runs = append(runs, Read(tb, path))
	}
	run, err := record.Merge(runs...)
	require.NoError(tb, err)
	return run
}

// Read reads a run file.
func Read(tb testing.TB, path string) *record.Run {
	tb.Helper()
	file, err := os.Open(path)
	require.NoError(tb, err)
	defer func() { _ = file.Close() }()
	run, err := record.Read(file, filepath.Base(path))
	require.NoError(tb, err)
	return run
}

// Write makes a run up and writes its run file.
func Write(tb testing.TB, path string, o Options) {
	tb.Helper()
	file, err := os.Create(path)
	require.NoError(tb, err)
	require.NoError(tb, Run(tb, o).Write(file))
	require.NoError(tb, file.Close())
}

// Bench makes up a results folder with a test for each of some search types, all of them by default.
func Bench(tb testing.TB, folder string, o Options, searchTypes ...fanout.SearchType) {
	tb.Helper()
	if len(searchTypes) == 0 {
		searchTypes = fanout.SearchTypes()
	}
	require.NoError(tb, os.MkdirAll(folder, 0o750))
	o = o.withDefaults()
	for i, searchType := range searchTypes {
		test := o
		test.SearchType = searchType
		test.Seed = o.Seed + uint64(i)
		test.Began = o.Began.Add(time.Duration(i) * 10 * time.Minute)
		name := filepath.Join(folder, Name(searchType, o.Limit))
		Write(tb, name+".weaviate", test)
		require.NoError(tb, os.WriteFile(name+".log", nil, 0o600))
	}
}

// Name is what the files of a test are called in a results folder, without their endings.
func Name(searchType fanout.SearchType, limit int) string {
	for i, t := range fanout.SearchTypes() {
		if t == searchType {
			titles := []string{"Vector", "BM25", "Hybrid_01", "Hybrid_09", "Mixed"}
			return strings.Join([]string{strconv.Itoa(i + 1), titles[i], "limit" + strconv.Itoa(limit)}, "_")
		}
	}
	return string(searchType)
}
