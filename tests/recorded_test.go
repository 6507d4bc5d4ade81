package tests_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
	"github.com/xk6-weaviate/xk6-weaviate/internal/stub"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
	"github.com/xk6-weaviate/xk6-weaviate/record"
)

// recorded runs a script of the five with the output and reads what it recorded.
func recorded(t *testing.T, env []string, name string) *record.Run {
	t.Helper()
	path := filepath.Join(t.TempDir(), "run.weaviate")
	run(t, 0, k6run.Options{Env: env}, "run", "--quiet", "--out", "weaviate="+path, script(t, name))
	return readRun(t, path)
}

func readRun(t *testing.T, path string) *record.Run {
	t.Helper()
	file, err := os.Open(path)
	require.NoError(t, err)
	defer func() { _ = file.Close() }()
	r, err := record.Read(file, path)
	require.NoError(t, err)
	return r
}

// TestTheSlowCollectionIsFound delays one collection and looks for it in the record: it is the slowest of nearly every batch, its
// times are what they were told to be, and without it the batches would have been as fast as the others.
func TestTheSlowCollectionIsFound(t *testing.T) {
	t.Parallel()
	const slow, delay = "SongLyrics_20k", 300 * time.Millisecond // far beyond what a busy machine adds to the others
	server := newStub(t)
	server.SetAll(stub.Behaviour{Delay: 5 * time.Millisecond})
	server.Set(slow, stub.Behaviour{Delay: delay})
	r := recorded(t, append(at(server), "STRATEGY=parallel-graphql,parallel-grpc", "SETTLE=0s", "USERS=4", "LIMIT=10",
		"ROUNDS=1", "BLOCK=3s", "WARMUP=500ms", "DRAIN=500ms"), "vector")
	for _, strategy := range []fanout.Strategy{fanout.ParallelGraphQL, fanout.ParallelGRPC} {
		total := r.Total(strategy, measure.Measured)
		held := total.Collection(slow)
		require.Greater(t, float64(held.Slowest()), 0.95*float64(total.Batches()), strategy)
		require.GreaterOrEqual(t, held.Duration.Min(), delay, "no search was faster than the server")
		require.Less(t, total.Without(slow).Quantile(0.5), delay, "without it, the batch would have been faster")
	}
}

// TestTheRunFileSaysWhatWasRun holds the facts of a run against what was asked for.
func TestTheRunFileSaysWhatWasRun(t *testing.T) {
	t.Parallel()
	server := newStub(t)
	r := recorded(t, append(at(server), "STRATEGY=multi,parallel-grpc", "SETTLE=500ms", "USERS=2", "LIMIT=10",
		"ROUNDS=2", "BLOCK=1s", "WARMUP=200ms", "DRAIN=200ms", "SEED=7"), "mixed")
	info := r.Info()
	require.NotNil(t, info)
	require.Equal(t, server.URL(), info.URL)
	require.Equal(t, server.GRPC(), info.GRPC)
	require.Equal(t, "1.39.3", info.Server)
	require.Len(t, info.Collections, 9)
	require.EqualValues(t, 1_000_000, info.Collections[0].Objects)
	require.Equal(t, 384, info.Collections[0].Dimensions)
	require.Equal(t, "mixed.json", info.Queries.File)
	require.Len(t, info.Queries.SHA256, 64)
	require.Equal(t, 40, info.Queries.Sets)
	require.Equal(t, 10, info.Queries.Limit)
	require.Equal(t, &measure.Comparison{Sets: 40}, info.Comparison, "the stub gives every strategy the same")
	require.NotNil(t, info.Settle)
	require.EqualValues(t, 7, info.Plan.Seed)
	require.Len(t, info.Plan.Blocks, 6)
	for _, block := range r.Blocks() {
		require.Equal(t, info.Plan.Blocks[block.Number].Strategy, block.Strategy)
		require.NotNil(t, block.Measure, "block %d has batches", block.Number)
	}
	require.True(t, r.Complete())
}

// TestOtherResultsAreSeen lets one strategy find something else: the comparison says so. What the first strategy itself answers
// differently the second time tells nothing.
func TestOtherResultsAreSeen(t *testing.T) {
	t.Parallel()
	t.Run("another strategy", func(t *testing.T) {
		t.Parallel()
		comparison, stderr := compared(t, stub.EmptyReply(), "parallel-graphql") // over gRPC, a proper reply without objects
		require.Equal(t, 40, comparison.Sets)
		require.Zero(t, comparison.Unsteady)
		require.Equal(t, 40, comparison.Different)
		require.Equal(t, "SongLyrics_15k", comparison.Differences[0].Collection)
		require.Contains(t, stderr, "40 queries found other objects by another strategy than sequential-grpc")
	})
	t.Run("the first by itself", func(t *testing.T) {
		t.Parallel()
		comparison, _ := compared(t, stub.EmptyReply().When(stub.Every(2)), "parallel-grpc")
		require.Equal(t, 40, comparison.Sets)
		require.Equal(t, 40, comparison.Unsteady)
		require.Zero(t, comparison.Different)
	})
}

// compared is what a comparison of sequential-grpc with another strategy finds, with a fault in one collection, and what it says.
func compared(t *testing.T, fault stub.Fault, with string) (*measure.Comparison, string) {
	t.Helper()
	server := newStub(t)
	server.Set("SongLyrics_15k", stub.Behaviour{Fault: fault})
	path := filepath.Join(t.TempDir(), "run.weaviate")
	const text = `
		import { Client, loadQuerySets } from 'k6/x/weaviate';
		import { compareResults } from '%LIB%';
		const sets = loadQuerySets(__ENV.FILE, { limit: 5 });
		const client = new Client();
		export const options = { iterations: 1 };
		export default () => client.announce({ sets, comparison: compareResults(client, sets, ['sequential-grpc', __ENV.WITH]) });`
	dir := t.TempDir()
	file, err := filepath.Abs("../queries/vector.json")
	require.NoError(t, err)
	lib, err := filepath.Abs("../scripts/lib/results.js")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "script.js"), []byte(strings.Replace(text, "%LIB%", lib, 1)), 0o600))
	result := run(t, 0, k6run.Options{Dir: dir, Env: append(at(server), "FILE="+file, "WITH="+with)},
		"run", "--quiet", "--out", "weaviate="+path, "script.js")
	return readRun(t, path).Info().Comparison, result.Stderr
}
