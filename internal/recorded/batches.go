package recorded

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
	"github.com/xk6-weaviate/xk6-weaviate/schedule"
)

// collections are those that a run searches, with what a search of each takes when the server is idle.
var collections = []struct {
	name    string
	objects int64
	median  time.Duration
}{
	{"SongLyrics", 20_000, 9 * time.Millisecond},
	{"SongLyrics_400k", 8_000, 7 * time.Millisecond},
	{"SongLyrics_200k", 4_000, 6 * time.Millisecond},
	{"SongLyrics_50k", 1_000, 5 * time.Millisecond},
	{"SongLyrics_30k", 600, 4 * time.Millisecond},
	{"SongLyrics_20k", 400, 4 * time.Millisecond},
	{"SongLyrics_15k", 300, 3 * time.Millisecond},
	{"SongLyrics_12k", 240, 3 * time.Millisecond},
	{"SongLyrics_10k", 200, 3 * time.Millisecond},
}

// timeLimit is the batch limit of the runs.
const timeLimit = 30 * time.Second

// maker makes up the batches of a run.
type maker struct {
	tb       testing.TB
	o        *Options
	plan     *schedule.Schedule
	users    int // the most at a time
	set      *fanout.Set
	random   *rand.Rand
	recall   *rand.Rand // of its own, so that the rest is the same with it and without
	recorded int64
}

func newMaker(tb testing.TB, o *Options, plan *schedule.Schedule) *maker {
	tb.Helper()
	queries := make([]fanout.Query, len(collections))
	for i, c := range collections {
		queries[i] = fanout.Query{Collection: c.name, Limit: o.Limit, Text: "night train", Vector: []float32{1}}
		switch o.SearchType {
		case fanout.SearchBM25:
			queries[i].Type = fanout.BM25
		case fanout.SearchHybrid01:
			queries[i].Type, queries[i].Alpha = fanout.Hybrid, 0.1
		case fanout.SearchHybrid09:
			queries[i].Type, queries[i].Alpha = fanout.Hybrid, 0.9
		case fanout.SearchMixed:
			queries[i].Type = []fanout.QueryType{fanout.Vector, fanout.BM25}[i%2]
		default:
			queries[i].Type = fanout.Vector
		}
	}
	set, err := fanout.NewSet(queries)
	require.NoError(tb, err)
	require.Equal(tb, o.SearchType, set.SearchType())
	options := plan.Options()
	return &maker{
		tb: tb, o: o, plan: plan, users: options.MostUsers(), set: set,
		random: rand.New(rand.NewPCG(o.Seed, uint64(o.Part))),   //nolint:gosec // the same again each time
		recall: rand.New(rand.NewPCG(o.Seed+1, uint64(o.Part))), //nolint:gosec // so is this
	}
}

// batches makes the batches of the run up, in the order in which they are complete.
func (m *maker) batches() []*measure.Batch {
	var all []*measure.Batch
	for user := m.o.Part; user < m.users; user += m.o.Parts {
		all = append(all, m.user(user)...)
	}
	slices.SortStableFunc(all, func(a, b *measure.Batch) int { return cmp.Compare(a.Time.UnixNano(), b.Time.UnixNano()) })
	m.recorded = int64(len(all))
	return all
}

// user is what one user does during the whole run.
func (m *maker) user(user int) []*measure.Batch {
	var all []*measure.Batch
	at := time.Duration(m.random.IntN(20_000)) * time.Microsecond
	if ramp := m.plan.Ramp(); ramp > 0 {
		at += ramp * time.Duration(user) / time.Duration(m.users)
	}
	for at < m.length() {
		moment := m.plan.At(at)
		if moment.Wait < 0 {
			break
		}
		users := m.users
		if moment.Block >= 0 {
			users = m.plan.Blocks()[moment.Block].Users
		}
		if moment.Wait > 0 || user >= users {
			at += moment.Left + time.Duration(m.random.IntN(1000))*time.Microsecond
			continue
		}
		batch := m.batch(moment, users, at)
		all = append(all, batch)
		pause := time.Duration(30+m.random.IntN(40)) * time.Microsecond // what a user does between two batches
		if rate := m.plan.Options().Rate; rate > 0 {
			pause = max(pause, time.Duration(float64(time.Second)*float64(users)/float64(rate))-batch.Result.Duration)
		}
		at += batch.Result.Duration + pause
	}
	return all
}

func (m *maker) length() time.Duration {
	if m.o.Cut > 0 {
		return min(m.o.Cut, m.plan.Length())
	}
	return m.plan.Length()
}

// load is how much longer a batch takes because of others: a document keeps one core of the server busy and a fan-out several.
func load(strategy fanout.Strategy, users int) float64 {
	switch {
	case !strategy.FansOut():
		return max(1, float64(users)/8)
	case strategy.Protocol() == fanout.GRPC:
		return max(1, float64(users)/2.6)
	default:
		return max(1, float64(users)/1.5)
	}
}

func (m *maker) batch(moment schedule.Moment, users int, at time.Duration) *measure.Batch {
	strategy := moment.Strategy
	r := fanout.Result{Strategy: strategy, Set: m.set, Start: m.o.Began.Add(at), Members: make([]fanout.Member, m.set.Len())}
	// What all members of a batch share: the block's luck, the server's load at the time, its stalls.
	block := rand.New(rand.NewPCG(m.o.Seed, uint64(moment.Block+2))) //nolint:gosec // the same again each time
	shared := m.o.Slowness * load(strategy, users) * math.Exp(0.02*block.NormFloat64()+0.25*m.random.NormFloat64())
	if at > m.plan.Length()/2 {
		shared *= m.o.Drift
	}
	if m.random.IntN(250) == 0 {
		shared *= 2 + 2*m.random.ExpFloat64()
	}
	if strategy.Protocol() == fanout.GRPC {
		shared *= 0.7
	}
	var sum time.Duration
	for i := range r.Members {
		own := time.Duration(float64(collections[i].median) * shared * math.Exp(0.3*m.random.NormFloat64())).Round(time.Microsecond)
		sum += own
		r.Members[i] = fanout.Member{End: own, Objects: m.o.Limit, Bytes: 98*m.o.Limit + m.random.IntN(400)}
		if strategy.FansOut() {
			r.Members[i].Start = time.Duration(8*i+m.random.IntN(8)) * time.Microsecond
			r.Members[i].End += r.Members[i].Start
			if m.random.IntN(40) == 0 {
				r.Members[i].Wait = time.Duration(m.random.IntN(400)) * time.Microsecond
			}
		}
		if strategy.Protocol() == fanout.GRPC {
			r.Members[i].Took, r.Members[i].HasTook = (own * 7 / 10).Round(time.Microsecond), true
		}
	}
	r.Requests = len(r.Members)
	if !strategy.FansOut() {
		r.Requests = 1
		for i := range r.Members {
			r.Members[i].End = sum
		}
	}
	m.fail(&r)
	for i := range r.Members {
		r.Duration = max(r.Duration, r.Members[i].End)
	}
	if strategy.FansOut() {
		r.Duration += time.Duration(20+m.random.IntN(20)) * time.Microsecond
	}
	b := &measure.Batch{
		Result: fanout.Finished(r), Phase: moment.Phase, Block: moment.Block, Time: r.Start.Add(r.Duration),
	}
	m.measureRecall(b)
	if moment.Block >= 0 {
		b.BlockEnd = m.o.Began.Add(time.Duration(moment.Block+1) * m.plan.Options().Block)
	}
	return b
}

// fail makes some members fail.
func (m *maker) fail(r *fanout.Result) {
	for i := range r.Members {
		member := &r.Members[i]
		switch chance := m.random.Float64(); {
		case chance < m.o.Timeouts:
			member.Category, member.Error = fanout.CategoryTimeout, fmt.Sprintf("no answer within %v", timeLimit)
			member.End = timeLimit + time.Duration(m.random.IntN(900))*time.Microsecond
		case chance < m.o.Timeouts+m.o.Failures:
			member.Category, member.Error = fanout.CategoryGraphQL, m.o.Text
			if r.Strategy.Protocol() == fanout.GRPC {
				member.Category = fanout.CategoryGRPC
			}
		default:
			continue
		}
		member.Objects, member.Bytes, member.HasTook, member.Took = 0, 0, false, 0
	}
	for i := range r.Members { // those of one document end together
		if !r.Strategy.FansOut() && r.Members[i].Category == fanout.CategoryTimeout {
			for j := range r.Members {
				r.Members[j] = r.Members[i]
			}
		}
	}
}
