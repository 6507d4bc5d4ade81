package measure

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.k6.io/k6/v2/metrics"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// TestRunInfoIsOneSample sends a run's info as an output that does not know it sees it.
func TestRunInfoIsOneSample(t *testing.T) {
	t.Parallel()
	registry := metrics.NewRegistry()
	registered, err := Register(registry)
	require.NoError(t, err)
	info := &RunInfo{
		URL: "http://127.0.0.1:8080", Server: "1.39.3",
		Collections: []CollectionInfo{{Name: "SongLyrics", Objects: 20000, Dimensions: 384}},
		Queries:     QueryInfo{File: "vector.json", SHA256: "aa", SearchType: fanout.SearchVector, Sets: 40, Limit: 200},
		Plan: &Plan{
			Strategies: []fanout.Strategy{fanout.Multi}, Users: []int{5}, RunTime: time.Minute, Block: 10 * time.Second,
			Blocks: []PlannedBlock{{Strategy: fanout.Multi, Round: 3, Users: 5}},
		},
		Settle:     &Settle{Settled: true, After: 6 * time.Second, Drift: 0.05},
		Comparison: &Comparison{Sets: 40, Different: 1, Differences: []Difference{{Set: 7, Collection: "SongLyrics", Strategy: fanout.Multi, Text: "x"}}},
	}
	base := metrics.TagsAndMeta{Tags: registry.RootTagSet().With("group", "::setup"), Metadata: map[string]string{"mine": "kept"}}
	now := time.Now()
	container, err := registered.RunInfo(base, info, now)
	require.NoError(t, err)
	require.Same(t, info, container.Info)
	samples := container.GetSamples()
	require.Len(t, samples, 1)
	require.Equal(t, "weaviate_run_info", samples[0].Metric.Name)
	require.InDelta(t, 1, samples[0].Value, 0)
	require.Equal(t, now, samples[0].Time)
	require.Equal(t, base.Tags, samples[0].Tags)
	require.Equal(t, "kept", samples[0].Metadata["mine"])
	require.Len(t, base.Metadata, 1, "the VU's own metadata stays as it is")
	read := &RunInfo{}
	require.NoError(t, json.Unmarshal([]byte(samples[0].Metadata[MetadataRunInfo]), read))
	require.Equal(t, info, read)
}

func TestPlanSaysHowLongIsMeasured(t *testing.T) {
	t.Parallel()
	ramp := &Plan{RunTime: time.Minute, Ramp: 20 * time.Second}
	require.Equal(t, 40*time.Second, ramp.Measured())
	rate := &Plan{RunTime: time.Minute, Rate: 50, Warmup: 2 * time.Second}
	require.Equal(t, 58*time.Second, rate.Measured())
	blocks := &Plan{RunTime: time.Minute, Block: 10 * time.Second, Warmup: 2 * time.Second, Drain: time.Second, Blocks: make([]PlannedBlock, 6)}
	require.Equal(t, 7*time.Second, blocks.Measured())
}
