package verdict

import (
	"fmt"
	"math"
)

// Thresholds are the limits of criteria and checks. DefaultThresholds has the usual ones.
type Thresholds struct {
	// Confidence is that of every interval: 0.95.
	Confidence float64

	// Faster: the ratio of median batch durations to the baseline's is at most this: 0.70, which is 30 % faster.
	Faster float64
	// ErrorRate: the share of failed batches exceeds the baseline's by at most this: 0.01, one percentage point.
	ErrorRate float64
	// Throughput: the ratio of throughputs to the baseline's is above this: 1.
	Throughput float64
	// MaxTail: the ratio of the 95th and of the 99th percentile to the baseline's, of those that are known, is at most this: 2.
	MaxTail float64
	// Carried: in an open loop, a strategy carries the rate when this share of the batches that were to start succeeds: 0.99.
	Carried float64
	// ClientCPU: the client uses at most this share of its cores: 0.80.
	ClientCPU float64
	// ServerCPU, ServerMemory: the ratios of the server's CPU time per batch and of its peak memory to the baseline's are at
	// most these: 1.5.
	ServerCPU, ServerMemory float64

	// MinRecall: a strategy's recall is at least this; 0, when none is asked for.
	MinRecall float64

	// MinRounds is the fewest rounds that are judged: 6.
	MinRounds int
	// MinBatches is the fewest batches that a block may have: 20, which its median needs.
	MinBatches int64
	// Drift is the largest step between the rounds before and after some moment, as a ratio: 1.15.
	Drift float64
	// DriftAlarm is the probability that noise alone passes for a step, or a difference of recall, of whatever size: 0.01.
	DriftAlarm float64
	// Different is the largest share of queries whose results differ from the baseline's: 0.01.
	Different float64
	// Outlasted is the largest share of batches that may outlast the drain: 0.05.
	Outlasted float64
	// Apart is the largest share of a block's measured time by which the parts of a run may begin their blocks apart: 0.05.
	Apart float64
	// Little is how far Little's law may be off in a closed loop: 0.05.
	Little float64
	// ClientSaturated is the share of its cores from which the client is held to be saturated: 0.95.
	ClientSaturated float64
	// ClientWait is the longest that the client's goroutines may wait for a core, as a share of the median batch duration:
	// 0.10.
	ClientWait float64
	// ClientHeld is the largest share of the measured time in which the client may be kept from running: 0.05.
	ClientHeld float64

	// Power is the probability with which the number of rounds that is asked for should decide: 0.80.
	Power float64
	// MaxRounds is the largest number of rounds that is asked for: 200.
	MaxRounds int
}

// DefaultThresholds are the usual limits.
func DefaultThresholds() Thresholds {
	return Thresholds{
		Confidence: 0.95,

		Faster:       0.70,
		ErrorRate:    0.01,
		Throughput:   1,
		MaxTail:      2,
		Carried:      0.99,
		ClientCPU:    0.80,
		ServerCPU:    1.5,
		ServerMemory: 1.5,

		MinRounds:       6,
		MinBatches:      P50.Batches(),
		Drift:           1.15,
		DriftAlarm:      0.01,
		Different:       0.01,
		Outlasted:       0.05,
		Apart:           0.05,
		Little:          0.05,
		ClientSaturated: 0.95,
		ClientWait:      0.10,
		ClientHeld:      0.05,

		Power:     0.80,
		MaxRounds: 200,
	}
}

// Validate says what is wrong with the thresholds.
func (t Thresholds) Validate() error {
	for _, x := range []struct {
		name       string
		value      float64
		above, top float64
	}{
		{"confidence", t.Confidence, 0, 1},
		{"faster", t.Faster, 0, math.Inf(1)},
		{"error rate", t.ErrorRate, 0, 1},
		{"throughput", t.Throughput, 0, math.Inf(1)},
		{"tail", t.MaxTail, 0, math.Inf(1)},
		{"carried", t.Carried, 0, 1},
		{"client CPU", t.ClientCPU, 0, math.Inf(1)},
		{"server CPU", t.ServerCPU, 0, math.Inf(1)},
		{"server memory", t.ServerMemory, 0, math.Inf(1)},
		{"drift", t.Drift, 1, math.Inf(1)},
		{"drift alarm", t.DriftAlarm, 0, 1},
		{"power", t.Power, 0, 1},
	} {
		// Written so that NaN fails too.
		if !(x.value > x.above && x.value < x.top) {
			return fmt.Errorf("the threshold %s is %g: use a number above %g and below %g", x.name, x.value, x.above, x.top)
		}
	}
	for _, x := range []struct {
		name  string
		value float64
	}{
		{"recall", t.MinRecall}, {"different", t.Different}, {"outlasted", t.Outlasted}, {"apart", t.Apart}, {"Little's law", t.Little},
		{"client saturated", t.ClientSaturated}, {"client wait", t.ClientWait}, {"client held", t.ClientHeld},
	} {
		if !(x.value >= 0 && !math.IsInf(x.value, 1)) {
			return fmt.Errorf("the threshold %s is %g: use a number from 0 up", x.name, x.value)
		}
	}
	if t.MinRecall >= 1 {
		return fmt.Errorf("the threshold recall is %g: use a number below 1, which no interval reaches", t.MinRecall)
	}
	if t.MinRounds < 2 || t.MaxRounds < t.MinRounds {
		return fmt.Errorf("the fewest rounds are %d and the most %d: use at least 2, and no fewer most than fewest", t.MinRounds, t.MaxRounds)
	}
	if t.MinBatches < 1 {
		return fmt.Errorf("the fewest batches of a block are %d: use at least 1", t.MinBatches)
	}
	return nil
}
