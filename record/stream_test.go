package record

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
)

// began is when the recorded streams of the tests begin.
var began = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// stream makes batches as a run would.
type stream struct {
	random *rand.Rand
	recall *rand.Rand // of its own, so that the rest stays as it is
	sets   []*fanout.Set
	// faults is the share of batches with failed members.
	faults float64
}

func newStream(tb testing.TB, seed uint64) *stream {
	tb.Helper()
	return &stream{
		random: rand.New(rand.NewPCG(seed, 0)), recall: rand.New(rand.NewPCG(seed, 1)),
		sets: []*fanout.Set{nine(tb, fanout.BM25), nine(tb, fanout.Vector)}, faults: 0.1,
	}
}

// nine is a query set of nine collections.
func nine(tb testing.TB, kind fanout.QueryType) *fanout.Set {
	tb.Helper()
	var queries []fanout.Query
	for _, size := range []string{"", "_400k", "_200k", "_50k", "_30k", "_20k", "_15k", "_12k", "_10k"} {
		queries = append(queries, fanout.Query{
			Collection: "SongLyrics" + size, Type: kind, Text: "night", Vector: []float32{1}, Limit: 10,
		})
	}
	set, err := fanout.NewSet(queries)
	require.NoError(tb, err)
	return set
}

// batch is one that starts at a time and belongs to a block of ten seconds.
func (s *stream) batch(strategy fanout.Strategy, phase measure.Phase, block int, start time.Time) *measure.Batch {
	set := s.sets[s.random.IntN(len(s.sets))]
	r := fanout.Result{Strategy: strategy, Set: set, Start: start, Requests: 1, Members: make([]fanout.Member, set.Len())}
	if strategy.FansOut() {
		r.Requests = set.Len()
	}
	failing := s.random.Float64() < s.faults
	document := s.duration(40 * time.Millisecond)
	for i := range r.Members {
		m := &r.Members[i]
		m.Objects, m.Bytes = 10, 1000+s.random.IntN(100)
		m.End = document
		if strategy.FansOut() {
			m.Start = time.Duration(s.random.IntN(30)) * time.Microsecond
			m.End = m.Start + s.duration(time.Duration(10-i)*time.Millisecond)
		}
		if strategy.Protocol() == fanout.GRPC {
			m.Took, m.HasTook = (m.End-m.Start)/2, true
		}
		if s.random.IntN(20) == 0 {
			m.Wait = s.duration(300 * time.Microsecond)
		}
		if failing && s.random.IntN(2) == 0 {
			m.Category = fanout.Categories()[s.random.IntN(len(fanout.Categories())-1)] // the last is canceled, which counts apart
			m.Error = fmt.Sprintf("it broke in way %d", s.random.IntN(8))
			m.Objects = 0
		}
		r.Duration = max(r.Duration, m.End)
		r.Wait = max(r.Wait, m.Wait)
	}
	r.Duration += s.duration(20 * time.Microsecond)
	b := &measure.Batch{
		Result: fanout.Finished(r), Phase: phase, Block: block, Time: start.Add(r.Duration),
	}
	if s.recall.IntN(4) == 0 {
		b.Recall = make([]measure.Recall, set.Len())
		for i := range b.Recall {
			if r.Members[i].OK() {
				b.Recall[i] = measure.Recall{Found: s.recall.IntN(11), Wanted: 10}
			}
		}
	}
	if block >= 0 {
		b.BlockEnd = began.Add(time.Duration(block+1) * 10 * time.Second)
	}
	return b
}

func (s *stream) duration(median time.Duration) time.Duration {
	return time.Duration(float64(median) * math.Exp(0.4*s.random.NormFloat64()))
}

// run makes the batches of some blocks, each of one strategy, with its warm-up.
func (s *stream) run(blocks, batchesPerBlock int) []*measure.Batch {
	var all []*measure.Batch
	for block := range blocks {
		strategy := fanout.Strategies()[s.random.IntN(len(fanout.Strategies()))]
		for i := range batchesPerBlock {
			within := 9 * time.Second * time.Duration(i) / time.Duration(batchesPerBlock)
			phase := measure.Measured
			if within < 2*time.Second {
				phase = measure.Warmup
			}
			all = append(all, s.batch(strategy, phase, block, began.Add(time.Duration(block)*10*time.Second+within)))
		}
	}
	return all
}

// recorded is the run file of one process that recorded some batches and saved every so often.
func recorded(tb testing.TB, p *Process, batches []*measure.Batch, saveAfter func() bool) *Run {
	tb.Helper()
	store, err := newStore()
	require.NoError(tb, err)
	r := newRecorder(newCleaner(), began)
	r.mutex.Lock()
	for _, b := range batches {
		r.add(b)
		if saveAfter() {
			r.mutex.Unlock()
			require.NoError(tb, store.add(r.take(len(batches)%2 == 0).live))
			r.mutex.Lock()
		}
	}
	r.mutex.Unlock()
	taken := r.take(true)
	require.NoError(tb, store.add(taken.live))
	p.Batches = taken.batches
	frames, err := store.frames(p)
	require.NoError(tb, err)
	run, err := Read(bytes.NewReader(bytes.Join(frames, nil)), "part")
	require.NoError(tb, err)
	require.EqualValues(tb, len(batches), run.Batches(), "no batch is lost")
	require.EqualValues(tb, len(batches), p.Batches)
	return run
}

func written(tb testing.TB, r *Run) []byte {
	tb.Helper()
	var b bytes.Buffer
	require.NoError(tb, r.Write(&b))
	return b.Bytes()
}
