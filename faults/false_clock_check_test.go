//go:build linux

package faults_test

import (
	"bufio"
	"encoding/json"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/record"
	"github.com/xk6-weaviate/xk6-weaviate/report"
	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

// holds wants a time of a run file, in µs since 1970, to be within the while. What is not is an hour off.
func (w *while) holds(t *testing.T, at int64, what string) {
	t.Helper()
	const margin = time.Second // rows begin with a second
	require.False(t, time.UnixMicro(at).Before(w.began.Add(-margin)), "%s is %v before it began", what, w.began.Sub(time.UnixMicro(at)))
	require.False(t, time.UnixMicro(at).After(w.ended.Add(margin)), "%s is %v after it ended", what, time.UnixMicro(at).Sub(w.ended))
}

// checkRun holds a run file against the truth: the clock of the process that left it was set by so much in mid-run.
func (w *while) checkRun(t *testing.T, run *record.Run, by time.Duration) {
	t.Helper()
	require.Len(t, run.Processes, 1)
	p := run.Processes[0]
	require.True(t, run.Complete())
	require.NotZero(t, p.Batches)
	require.Equal(t, p.Batches, p.Dispatched)
	require.Equal(t, p.Batches, run.Batches())
	w.holds(t, p.Start, "the beginning")
	w.holds(t, p.End, "the end")
	require.LessOrEqual(t, p.Start, p.End)
	require.InDelta(t, by.Seconds(), float64(p.ClockSet)/1e6, 1, "by how much the clock was set")

	length := w.ended.Sub(w.began)
	plan := run.Plan()
	require.NotNil(t, plan)
	ended, seen := int64(0), -1 // of the blocks so far
	for _, s := range run.Series {
		if s.Block > seen {
			seen++
			require.Equal(t, seen, s.Block, "every block of the plan ran")
			require.GreaterOrEqual(t, s.Start, ended-time.Second.Microseconds(), "block %d came after the one before", s.Block)
		}
		ended = max(ended, s.End)
		require.Equal(t, plan.Blocks[s.Block].Strategy, s.Strategy)
		w.holds(t, s.Start, "a block's first batch")
		w.holds(t, s.End, "a block's last batch")
		require.Less(t, s.Elapsed(), length)
		require.Less(t, s.Duration.Max(), length)
		require.Less(t, s.Wait.Max(), length)
		for _, c := range s.Collections {
			require.Less(t, c.Duration.Max(), length)
		}
		for _, row := range s.Timeline.Rows {
			w.holds(t, row.At*time.Second.Microseconds(), "a row of the time line")
		}
	}
	require.Equal(t, len(plan.Blocks)-1, seen, "the last block of the plan ran")
	var span int64
	before := int64(0)
	for _, row := range p.Client.Rows {
		w.holds(t, row.At*time.Second.Microseconds(), "a row of what the client used")
		require.Greater(t, row.At, before)
		before = row.At
		require.Positive(t, row.Span)
		span += row.Span
	}
	require.Less(t, span, length.Microseconds())
}

// checkReport wants all times of a report to be within the while.
func (w *while) checkReport(t *testing.T, r *report.Report) {
	t.Helper()
	length := w.ended.Sub(w.began).Seconds()
	require.Len(t, r.Tests, 1)
	line := r.Tests[0].Timeline
	w.holds(t, line.Start.UnixMicro(), "the time line")
	within := func(at []float64) {
		t.Helper()
		for _, at := range at {
			require.GreaterOrEqual(t, at, -1.0)
			require.LessOrEqual(t, at, length)
		}
	}
	within(line.Client.At)
	for _, s := range line.Strategies {
		within(s.At)
		for _, most := range s.Max {
			if ms, known := most.Get(); known {
				require.Less(t, ms, 1000*length)
			}
		}
	}
	for _, span := range line.Spans {
		within([]float64{span.From, span.To})
		require.Less(t, span.From, span.To)
	}
	for _, load := range r.Tests[0].Loads {
		for _, block := range load.Blocks {
			require.True(t, block.Whole)
			start, known := block.Start.Get()
			require.True(t, known)
			within([]float64{start})
		}
		for _, v := range load.Verdicts {
			for _, check := range v.Checks {
				if check.Name == "parts" {
					require.NotEqual(t, verdict.Fail, check.Status, check.Sentence)
				}
			}
		}
	}
}

// checkPoints holds all samples that k6 gave another output: a metric's durations are no longer than the while, and its times are those
// of the clock as it was set.
func (w *while) checkPoints(t *testing.T, path string, by time.Duration) {
	t.Helper()
	file, err := os.Open(path)
	require.NoError(t, err)
	defer func() { _ = file.Close() }()
	length := float64(w.ended.Sub(w.began).Milliseconds())
	timed, late := make(map[string]bool), 0
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var point struct {
			Type, Metric string
			Data         struct {
				Contains string
				Time     time.Time
				Value    float64
			}
		}
		require.NoError(t, json.Unmarshal(lines.Bytes(), &point))
		if point.Type == "Metric" {
			timed[point.Metric] = point.Data.Contains == "time"
			continue
		}
		if timed[point.Metric] {
			require.GreaterOrEqual(t, point.Data.Value, 0.0, point.Metric)
			require.Less(t, point.Data.Value, length, point.Metric)
		}
		if !point.Data.Time.Before(w.began.Add(by)) && !point.Data.Time.After(w.ended.Add(by)) {
			late++
		}
	}
	require.NoError(t, lines.Err())
	require.True(t, timed["weaviate_batch_duration"] && timed["http_req_duration"] && timed["iteration_duration"])
	require.NotZero(t, late, "the clock was set while batches were sent")
}
