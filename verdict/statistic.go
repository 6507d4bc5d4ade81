package verdict

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"gonum.org/v1/gonum/stat"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// Statistic is one figure of a block that can be compared with another block's.
type Statistic string

// The statistics.
const (
	// P50 to P999 are quantiles of the batch duration, Mean is its mean.
	P50  Statistic = "p50"
	Mean Statistic = "mean"
	P95  Statistic = "p95"
	P99  Statistic = "p99"
	P999 Statistic = "p99.9"
	// Throughput is batches without a failed member per second.
	Throughput Statistic = "batches/s"
	// ServerCPU is the server's CPU time per batch.
	ServerCPU Statistic = "server CPU per batch"
	// ServerMemory is the server's peak memory.
	ServerMemory Statistic = "server peak memory"
)

// Statistics lists all statistics in the order in which they are shown.
func Statistics() []Statistic {
	return []Statistic{P50, Mean, P95, P99, P999, Throughput, ServerCPU, ServerMemory}
}

// noun is what the statistic of a block is called in a sentence.
func (s Statistic) noun() string {
	switch s {
	case P50, Mean, P95, P99, P999:
		return string(s) + " batch duration"
	default:
		return string(s)
	}
}

// Batches is how many batches a block must have for the statistic to be known: ten times as many as it takes for one batch to
// lie beyond the quantile. The mean needs what the median needs.
func (s Statistic) Batches() int64 {
	switch s {
	case P50, Mean:
		return 20
	case P95:
		return 200
	case P99:
		return 1_000
	case P999:
		return 10_000
	default:
		return 1
	}
}

// Lengthen says how much longer blocks must be to have at least so many batches, after one had fewer of them in the time that it measured. A
// quarter is added: the next block may be slower.
func Lengthen(measured time.Duration, batches, atLeast int64) string {
	if batches == 0 || measured <= 0 {
		return "lengthen BLOCK"
	}
	more := measured.Seconds() * (1.25*float64(atLeast)/float64(batches) - 1)
	return fmt.Sprintf("lengthen BLOCK by %v", time.Duration(math.Ceil(more))*time.Second)
}

// enough says of which block there are too few batches: of the one with the fewest, since what helps that one helps all.
func (s Statistic) enough(blocks ...*Block) error {
	least := slices.MinFunc(blocks, func(a, b *Block) int { return cmp.Compare(a.Batches, b.Batches) })
	if least.Batches >= s.Batches() {
		return nil
	}
	return fmt.Errorf("%s of a block needs %s, and one of %s has %d: %s",
		s, fanout.Count(s.Batches(), "batch", "batches"), least.Strategy, least.Batches, Lengthen(least.Measured, least.Batches, s.Batches()))
}

// Of is the statistic of a block, above 0: durations in seconds, memory in bytes. The error says why it is unknown.
func (s Statistic) Of(b *Block) (float64, error) {
	if err := s.enough(b); err != nil {
		return 0, err
	}
	var n Number
	switch s {
	case P50:
		n = Known(b.P50.Seconds())
	case Mean:
		n = Known(b.Mean.Seconds())
	case P95:
		n = Known(b.P95.Seconds())
	case P99:
		n = Known(b.P99.Seconds())
	case P999:
		n = Known(b.P999.Seconds())
	case Throughput:
		n = Known(float64(b.Batches-b.Failed) / b.Measured.Seconds())
	case ServerCPU:
		if cpu, ok := b.ServerCPU.Get(); ok {
			n = Known(cpu / float64(b.Batches))
		}
	case ServerMemory:
		n = b.ServerMemory
	}
	value, ok := n.Get()
	switch {
	case !ok:
		return 0, fmt.Errorf("%s was not measured", s)
	case value <= 0:
		return 0, fmt.Errorf("%s is %g in a block of %s, and that has no ratio to another", s, value, b.Strategy)
	}
	return value, nil
}

// meanLog is the mean log of a statistic over blocks; the error says why it is unknown.
func (s Statistic) meanLog(blocks []*Block) (float64, error) {
	logs, err := s.logs(blocks)
	if err != nil {
		return 0, err
	}
	return stat.Mean(logs, nil), nil
}

// logs are the logs of a statistic of blocks; the error says why one is unknown.
func (s Statistic) logs(blocks []*Block) ([]float64, error) {
	logs := make([]float64, len(blocks))
	for i, block := range blocks {
		value, err := s.Of(block)
		if err != nil {
			return nil, err
		}
		logs[i] = math.Log(value)
	}
	return logs, nil
}
