//go:build linux

package faults_test

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sirupsen/logrus"
	"github.com/stretchr/testify/require"
	"go.k6.io/k6/v2/metrics"
	"go.k6.io/k6/v2/output"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/falseclock"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
	"github.com/xk6-weaviate/xk6-weaviate/queries"
	"github.com/xk6-weaviate/xk6-weaviate/record"
	"github.com/xk6-weaviate/xk6-weaviate/scripts"
)

// clockRows set the clock of the day, as a person or a daemon (NTP) does. To set the machine's own would set everybody's: so a whole k6
// runs by a false one (see falseclock). Besides, in this process, the times that real batches have are set back and forth between one
// batch and the next; and what runs by the time of day in JavaScript is looked for.
func clockRows() []row {
	return append(falseClockRows(), []row{
		{
			happens: "the clock is set forward and back by an hour while batches are recorded", over: "run file",
			recorded: "every batch, with its duration and its place in the time line as they were", survives: "the time line: nothing moves",
			short: true, run: setClock,
		},
		{
			happens: "the clock is set while setup() waits until the server has settled", over: "scripts",
			recorded: "whether it has settled, and after how long", survives: "setup(), which looks at no clock that can be set", short: true,
			run: noDates,
		},
	}...)
}

func setClock(t *testing.T, _ *row) time.Duration {
	t.Helper()
	server := seeded(t)
	client, err := fanout.NewClient(fanout.Config{URL: server.URL, GRPC: server.GRPC})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, client.Close()) })
	file, err := queries.Files.Open("bm25.json")
	require.NoError(t, err)
	read, err := queries.Read(file, "bm25.json")
	require.NoError(t, err)
	sets, err := read.QuerySets(5)
	require.NoError(t, err)
	registry := metrics.NewRegistry()
	registered, err := measure.Register(registry)
	require.NoError(t, err)

	path := filepath.Join(t.TempDir(), "run.weaviate")
	out, err := record.New(output.Params{ConfigArgument: path, Logger: logrus.New()})
	require.NoError(t, err)
	require.NoError(t, out.Start())
	before := time.Now()
	var tagger measure.Tagger
	var longest time.Duration
	const batches = 30
	for i := range batches {
		result, err := client.Do(context.Background(), sets[i], fanout.ParallelGRPC, fanout.Options{})
		require.NoError(t, err)
		require.Equal(t, fanout.Full, result.Outcome())
		longest = max(longest, result.Duration)
		result.Start = falseclock.SetTo(result.Start, time.Duration(i%3-1)*time.Hour)
		out.AddMetricSamples([]metrics.SampleContainer{registered.Measure(&tagger, result, measure.Context{
			Base: metrics.TagsAndMeta{Tags: registry.RootTagSet()}, Phase: measure.Measured, Block: -1,
		})})
	}
	after := time.Now()
	require.NoError(t, out.Stop())
	run := readRun(t, path)
	require.EqualValues(t, batches, run.Batches())
	require.Len(t, run.Series, 1)
	require.GreaterOrEqual(t, run.Series[0].Start, before.UnixMicro()-1000)
	require.LessOrEqual(t, run.Series[0].End, after.UnixMicro()+1000)
	require.InDelta(t, longest.Seconds(), run.Series[0].Duration.Max().Seconds(), 0.02*longest.Seconds())
	return alwaysNormal
}

// noDates looks for the clock of the day in the scripts.
func noDates(t *testing.T, _ *row) time.Duration {
	t.Helper()
	looked := 0
	require.NoError(t, fs.WalkDir(scripts.Files, ".", func(path string, entry fs.DirEntry, err error) error {
		require.NoError(t, err)
		if entry.IsDir() {
			return nil
		}
		text, err := fs.ReadFile(scripts.Files, path)
		require.NoError(t, err)
		for i, line := range strings.Split(string(text), "\n") {
			code, _, _ := strings.Cut(line, "//")
			require.NotContains(t, code, "Date", "%s:%d: use schedule.elapsed()", path, i+1)
			require.NotContains(t, code, "currentTestRunDuration", "%s:%d: k6 tells it by the clock of the day", path, i+1)
		}
		looked++
		return nil
	}))
	require.Greater(t, looked, 5)
	_, err := os.Stat("../scripts/lib/setup.js")
	require.NoError(t, err)
	return alwaysNormal
}
