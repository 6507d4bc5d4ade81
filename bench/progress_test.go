package bench

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/recorded"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
	"github.com/xk6-weaviate/xk6-weaviate/record"
	"github.com/xk6-weaviate/xk6-weaviate/schedule"
)

// TestStanding: the run file is written at the end of each block, and every ten seconds within a long one.
func TestStanding(t *testing.T) {
	t.Parallel()
	settings := map[string]string{"STRATEGY": "multi,parallel-grpc", "ROUNDS": "6", "BLOCK": "30s", "DRAIN": "1s", "USERS": "4"}
	plan, err := schedule.Read(func(name string) string { return settings[name] })
	require.NoError(t, err)
	began := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	at := func(seconds int) time.Time { return began.Add(time.Duration(seconds) * time.Second) }
	block := func(number int, full, failed int64) *record.Series {
		return &record.Series{
			Key: record.Key{Block: number, Phase: measure.Measured}, Start: at(30 * number).UnixMicro(),
			Outcomes: map[fanout.Outcome]int64{fanout.Full: full, fanout.Failed: failed},
		}
	}
	warmup := block(2, 19, 0)
	warmup.Phase = measure.Warmup
	outside := block(-1, 7, 0) // what setup() of a script sent
	outside.Phase = measure.Warmup
	run := func(seen time.Time) *record.Run {
		return &record.Run{
			Processes: []*record.Process{{Start: at(-10).UnixMicro(), End: seen.UnixMicro()}},
			Series:    []*record.Series{block(0, 289, 1), block(1, 100, 0), block(2, 10, 0), warmup, outside},
		}
	}
	strategies := []string{string(plan.Blocks()[1].Strategy), string(plan.Blocks()[2].Strategy), string(plan.Blocks()[17].Strategy), string(plan.Blocks()[3].Strategy)}
	for _, c := range []struct {
		name      string
		seen, now time.Time
		says      string
		warns     string
	}{
		{"the second block runs and is in the file", at(40), at(45), "round 1 of 6, " + strategies[0] + ", 8m15s left; 10.0 batches/s before, 1 failed", ""},
		{"nothing was written since the first", at(29), at(45), "round 1 of 6, " + strategies[0] + ", 8m15s left; 10.0 batches/s before, 1 failed", ""},
		{"the second has just ended", at(59), at(60), "round 1 of 6, " + strategies[1] + ", 8m0s left; 3.4 batches/s before, 1 failed", ""},
		{
			"one with too few batches, those of its warm-up aside", at(90), at(90),
			"round 2 of 6, " + strategies[3] + ", 7m30s left; 1.0 batches/s before, 1 failed",
			"a block of " + strategies[1] + " has 10 batches that count, and its median needs 20: lengthen BLOCK by 41s",
		},
		{"in the first, nothing is known", at(10), at(15), "round 1 of 6, " + string(plan.Blocks()[0].Strategy) + ", 8m45s left; 1 failed", ""},
		{"its end takes longer", at(539), at(600), "round 6 of 6, " + strategies[2] + ", 0s left; 1 failed", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			says, warns := standing(plan, run(c.seen), c.now.Sub(c.seen))
			require.Equal(t, c.says, says)
			require.Equal(t, c.warns, warns)
		})
	}
}

// TestProgressKnowsNoClockThatIsSet: when the clock of the day is set, a file that was just written seems to be an hour old, or to be from
// an hour ahead. The bench goes by it no further than it knows to be true.
func TestProgressKnowsNoClockThatIsSet(t *testing.T) {
	t.Parallel()
	for _, ahead := range []time.Duration{0, time.Hour, -time.Hour} {
		p := newProgress(&Options{Progress: t.Output()}, "title", &Test{})
		p.file = filepath.Join(t.TempDir(), "run.weaviate")
		recorded.Write(t, p.file, recorded.Options{})
		set := time.Now().Add(ahead)
		require.NoError(t, os.Chtimes(p.file, set, set))
		p.reload()
		require.NotNil(t, p.run)
		require.True(t, p.seen.Equal(set), "it is read again once it is written again")
		ago := time.Since(p.written)
		require.GreaterOrEqual(t, ago, time.Duration(0), ahead)
		require.Less(t, ago, time.Minute, ahead)
	}
}
