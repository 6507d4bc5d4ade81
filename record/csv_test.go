package record

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden is a small run whose numbers can be checked by hand.
func golden(t *testing.T) *Run {
	t.Helper()
	var batches []*measure.Batch
	for i := range 10 {
		at := began.Add(time.Duration(i) * 200 * ms)
		batches = append(batches,
			threeOf(t, fanout.Multi, at, 60*ms, 60*ms, 60*ms),
			threeOf(t, fanout.ParallelGRPC, at, time.Duration(10+i)*ms, 5*ms, 7*ms+500*time.Microsecond))
	}
	for i, text := range []string{"=cmd|' /C calc'!A0", "refused", "refused", "+1", "@x", "reset"} {
		b := threeOf(t, fanout.ParallelGRPC, began.Add(time.Second), time.Duration(i+1)*ms, 2*ms, 3*ms)
		b.Result.Members[0].Category, b.Result.Members[0].Error = fanout.CategoryConnection, text
		b.Result = fanout.Finished(*b.Result)
		batches = append(batches, b)
	}
	warmup := threeOf(t, fanout.ParallelGRPC, began.Add(-time.Second), 100*ms, 100*ms, 100*ms)
	warmup.Phase = measure.Warmup
	run := record(t, append(batches, warmup)...)
	for i := range run.Processes[0].Client.Rows {
		run.Processes[0].Client.Rows[i].Users = int64(i + 1)
	}
	return run
}

func TestCSV(t *testing.T) {
	t.Parallel()
	run := golden(t)
	for name, write := range map[string]func(io.Writer) error{
		"stats.csv": run.WriteStats, "stats_history.csv": run.WriteHistory, "failures.csv": run.WriteFailures,
	} {
		var b bytes.Buffer
		require.NoError(t, write(&b))
		path := filepath.Join("testdata", name)
		if *update {
			require.NoError(t, os.WriteFile(path, b.Bytes(), 0o600))
		}
		want, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, string(want), b.String(), name)
	}
}

func TestCellsAreNoFormulas(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]string{
		"": "", "A": "A", "=1": "'=1", "+1": "'+1", "-1": "'-1", "@x": "'@x", "\tx": "'\tx", "\rx": "'\rx", "a=1": "a=1",
		"\nx": "'\nx", "  =1": "'  =1", "＝1": "'＝1", "＠x": "'＠x", " a-b": " a-b",
	} {
		require.Equal(t, want, text(cell))
	}
}
