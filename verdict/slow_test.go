package verdict

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// slowTail makes the slow batches of parallel-grpc take so many times as long as those of multi, and leaves its median and its mean alone.
func slowTail(test *Test, p95, p99 float64) {
	base := make(map[int]*Block)
	each(test, fanout.Multi, func(b *Block) { base[b.Round] = b })
	for i := range test.Blocks {
		if b := &test.Blocks[i]; b.Strategy == fanout.ParallelGRPC {
			b.P95 = time.Duration(p95 * float64(base[b.Round].P95))
			b.P99 = time.Duration(p99 * float64(base[b.Round].P99))
		}
	}
}

// atRate makes an open loop of a test: each strategy starts such a share of the batches that it should.
func atRate(test *Test, base, own float64) *Test {
	test.Rate = 400
	for i := range test.Blocks {
		b := &test.Blocks[i]
		share := base
		if b.Strategy == fanout.ParallelGRPC {
			share = own
		}
		b.Batches = int64(share * test.Rate * b.Measured.Seconds())
	}
	return test
}

func TestAPassSeesTheTail(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		p95, p99   float64
		status     Status
		says, lack string
	}{
		"as it was":         {0.6, 0.6, Pass, "less is asked for.", "But"},
		"terrible":          {0.6, 5.9, Fail, "The p99 batch duration of parallel-grpc is 5.", "less time"},
		"terrible from p95": {5.9, 0.6, Fail, "The p95 batch duration of parallel-grpc is 5.", "less time"},
		"at the limit":      {0.6, 2, Inconclusive, "at most 2 times is allowed. The interval holds the limit", "But"},
		"surely later":      {0.6, 1.5, Pass, "less is asked for. But its p99 is 1.", "p95"},
		"both later":        {1.4, 1.5, Pass, "But its p95 is 1.", "mean"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test := quiet(0.6)
			slowTail(test, c.p95, c.p99)
			v := verdictOf(t, test, fanout.ParallelGRPC)
			require.Equal(t, c.status, v.Status, v.Sentence)
			require.Contains(t, v.Sentence, c.says)
			require.NotContains(t, v.Sentence, c.lack)
		})
	}
}

func TestATailThatIsNotKnownIsSaidToBe(t *testing.T) {
	t.Parallel()
	test := quiet(0.6)
	slowTail(test, 5, 5)
	each(test, fanout.Multi, func(b *Block) { b.Batches = 100 })
	criterion := tail(map[Statistic]Effect{
		P95: Compare(test, P95, fanout.ParallelGRPC, fanout.Multi, 0.95), P99: Compare(test, P99, fanout.ParallelGRPC, fanout.Multi, 0.95),
	}, DefaultThresholds())
	require.Equal(t, Unknown, criterion.Status)
	require.True(t, criterion.Optional)
	require.Contains(t, criterion.Sentence, "p95 of a block needs 200 batches")
}

// In a closed loop the mean is the throughput; in an open one it is judged by itself.
func TestAPassSeesTheMeanOfAnOpenLoop(t *testing.T) {
	t.Parallel()
	test := atRate(quiet(0.6), 1, 1)
	require.Equal(t, Pass, verdictOf(t, test, fanout.ParallelGRPC).Status)
	each(test, fanout.ParallelGRPC, func(b *Block) { b.Mean *= 9 })
	v := verdictOf(t, test, fanout.ParallelGRPC)
	require.Equal(t, Fail, v.Status, v.Sentence)
	require.Contains(t, v.Sentence, "The mean batch duration of parallel-grpc is 5.")

	allowed := DefaultThresholds()
	allowed.Throughput = 0.1
	require.Equal(t, Pass, mean(Compare(test, Mean, fanout.ParallelGRPC, fanout.Multi, 0.95), allowed).Status)
}

// Batches that did not start are in no time: whoever looks faster by that must not pass for it.
func TestBatchesThatDidNotStartAreNoGain(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		ratio     float64
		base, own float64 // share of the batches that started
		status    Status
		says      string
	}{
		"both start":                      {0.6, 1, 1, Pass, "less is asked for."},
		"the baseline does not, faster":   {0.6, 0.5, 1, Pass, "With multi, 50 % of 400 batches a second started, and no user was free for the others: its times are of that load"},
		"the baseline does not, slower":   {1.2, 0.5, 1, Invalid, "criterion faster cannot be judged. Unknown: With multi, 50 % of 400"},
		"the strategy does not, faster":   {0.6, 1, 0.5, Fail, "fewer batches"},
		"the strategy nearly, faster":     {0.6, 1, 0.97, Fail, "fewer batches"},
		"neither does, faster":            {0.6, 0.4, 0.5, Invalid, "raise USERS, or lower RATE"},
		"neither does, the strategy less": {0.6, 0.5, 0.4, Fail, "With multi, 50 % of 400 batches a second started"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := verdictOf(t, atRate(quiet(c.ratio), c.base, c.own), fanout.ParallelGRPC)
			require.Equal(t, c.status, v.Status, v.Sentence)
			require.Contains(t, v.Sentence, c.says)
		})
	}
}

// The times of a baseline that fell short look shorter than they are: nothing is surely later than those.
func TestNothingIsSurelyLaterThanABaselineThatFellShort(t *testing.T) {
	t.Parallel()
	for share, surely := range map[float64]bool{1: true, 0.5: false} {
		test := quiet(0.6)
		slowTail(test, 0.6, 1.5)
		v := verdictOf(t, atRate(test, share, 1), fanout.ParallelGRPC)
		require.Equal(t, Pass, v.Status, v.Sentence)
		require.Equal(t, surely, strings.Contains(v.Sentence, "But its p99"), v.Sentence)
		require.Len(t, v.Caveats, 1)
	}
}

// What fails did start, which is what counts here.
func TestBatchesThatFailedDidStart(t *testing.T) {
	t.Parallel()
	test := atRate(quiet(0.6), 1, 1)
	each(test, fanout.Multi, func(b *Block) { b.Failed = b.Batches / 2 })
	require.Empty(t, test.short(fanout.Multi, DefaultThresholds()))
	test.Rate = 0
	each(test, fanout.Multi, func(b *Block) { b.Batches = 1 })
	require.Empty(t, test.short(fanout.Multi, DefaultThresholds()), "a closed loop asks for none")
}
