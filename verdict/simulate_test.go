package verdict

import (
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"gonum.org/v1/gonum/floats"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// shape is how the durations of the batches of one block are distributed and hang together: the log duration is an AR(1)
// process, and now and then the server stalls, for several batches in a row, each slowed down by a factor from a Pareto
// distribution.
type shape struct {
	batches     int
	correlation float64 // of one log duration with the next
	spread      float64 // standard deviation of the log duration
	stall, end  float64 // probabilities that a stall begins and ends with a batch
	tail        float64 // exponent of the Pareto distribution
}

// durations makes the batches of one block, with a median near 1.
func (s shape) durations(random *rand.Rand, into []float64) {
	x := s.spread * random.NormFloat64()
	innovation := s.spread * math.Sqrt(1-s.correlation*s.correlation)
	stalled := random.Float64() < s.stall/(s.stall+s.end)
	for i := range into {
		into[i] = math.Exp(x)
		if stalled {
			into[i] *= math.Pow(1-random.Float64(), -1/s.tail)
		}
		x = s.correlation*x + innovation*random.NormFloat64()
		if stalled {
			stalled = random.Float64() >= s.end
		} else {
			stalled = random.Float64() < s.stall
		}
	}
}

// logs are the logs of the statistics of some batches.
type logs struct{ p50, mean, p95, p99 float64 }

func logsOf(durations []float64) logs {
	slices.Sort(durations)
	n := float64(len(durations))
	quantile := func(q float64) float64 { return math.Log(durations[int(math.Ceil(q*n))-1]) }
	return logs{quantile(0.50), math.Log(floats.Sum(durations) / n), quantile(0.95), quantile(0.99)}
}

func (l logs) of(statistic Statistic) float64 {
	return map[Statistic]float64{P50: l.p50, Mean: l.mean, P95: l.p95, P99: l.p99}[statistic]
}

// pool simulates many blocks batch by batch and reduces each to its statistics. A bench draws its blocks from it and shifts them:
// a strategy that takes 0.7 times as long, or a server that is 10 % slower, shifts every log by the same amount.
func (s shape) pool(blocks int) []logs {
	random := rand.New(rand.NewPCG(31, 0))
	pool := make([]logs, blocks)
	durations := make([]float64, s.batches)
	for i := range pool {
		s.durations(random, durations)
		pool[i] = logsOf(durations)
	}
	return pool
}

// population is what very many batches come to.
func (s shape) population() logs {
	s.correlation = 0 // which makes no difference to the distribution, and fewer batches do
	durations := make([]float64, 400_000)
	s.durations(rand.New(rand.NewPCG(37, 0)), durations)
	return logsOf(durations)
}

// The shapes that benches are made of.
var (
	calmShape       = shape{batches: 1000, spread: 0.4, end: 1, tail: 1}
	correlatedShape = shape{batches: 1000, correlation: 0.9, spread: 0.4, end: 1, tail: 1}
	heavyShape      = shape{batches: 1000, correlation: 0.9, spread: 0.4, stall: 0.004, end: 0.2, tail: 1.5}

	calm       = sync.OnceValue(func() []logs { return calmShape.pool(1000) })
	correlated = sync.OnceValue(func() []logs { return correlatedShape.pool(1000) })
	heavy      = sync.OnceValue(func() []logs { return heavyShape.pool(1000) })
)

// simulation is how benches are simulated.
type simulation struct {
	rounds int
	shape  func() []logs
	// ratios are those of the strategies' durations to multi's.
	ratios map[fanout.Strategy]float64
	// noise is the standard deviation of a block's log level, environment that of what blocks share with their neighbours: an
	// AR(1) process over blocks, with this correlation.
	noise, environment, correlation float64
	// late is the ratio of parallel-grpc's p99 to multi's, where that is not the ratio of all their durations.
	late float64
	// odd is the probability of a block that is 40 % slower for reasons of its own.
	odd float64
	// drift is the log level at a time from 0 to 1.
	drift func(float64) float64
}

const (
	simulatedUsers  = 100
	simulatedMedian = 0.2 // seconds
)

// run simulates one bench.
func (s *simulation) run(random *rand.Rand) *Test {
	strategies := []fanout.Strategy{fanout.Multi, fanout.Multi}
	for _, strategy := range []fanout.Strategy{fanout.ParallelGraphQL, fanout.ParallelGRPC} {
		if s.ratios[strategy] > 0 {
			strategies = append(strategies, strategy)
		}
	}
	test := &Test{SearchType: fanout.SearchVector, Baseline: fanout.Multi, Settled: Pass}
	pool := s.shape()
	environment := s.environment * random.NormFloat64()
	for round := range s.rounds {
		random.Shuffle(len(strategies), func(i, j int) { strategies[i], strategies[j] = strategies[j], strategies[i] })
		for position, strategy := range strategies {
			level := math.Log(simulatedMedian) + environment + s.noise*random.NormFloat64()
			if ratio := s.ratios[strategy]; ratio > 0 {
				level += math.Log(ratio)
			}
			if random.Float64() < s.odd {
				level += math.Log(1.4)
			}
			if s.drift != nil {
				level += s.drift((float64(round) + (float64(position)+0.5)/float64(len(strategies))) / float64(s.rounds))
			}
			drawn := pool[random.IntN(len(pool))]
			if s.late > 0 && strategy == fanout.ParallelGRPC {
				drawn.p99 += math.Log(s.late / s.ratios[strategy])
			}
			test.Blocks = append(test.Blocks, simulatedBlock(strategy, round, position, level, drawn))
			environment = s.correlation*environment +
				s.environment*math.Sqrt(1-s.correlation*s.correlation)*random.NormFloat64()
		}
	}
	return test
}

func simulatedBlock(strategy fanout.Strategy, round, position int, level float64, l logs) Block {
	duration := func(log float64) time.Duration { return time.Duration(math.Exp(level+log) * float64(time.Second)) }
	b := Block{
		Strategy: strategy, Round: round, Position: position, Users: simulatedUsers, Measured: 7 * time.Second,
		P50: duration(l.p50), Mean: duration(l.mean), P95: duration(l.p95), P99: duration(l.p99), MeanTime: duration(l.mean),
		ClientCPU: Known(2.8), ClientCores: Known(2),
	}
	b.Batches = int64(math.Round(simulatedUsers * b.Measured.Seconds() / b.Mean.Seconds()))
	return b
}
