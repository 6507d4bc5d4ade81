package verdict

import (
	"math"
	"sort"
	"time"
)

// Distribution is the distribution of some durations.
type Distribution struct {
	// Count is how many there are.
	Count int64
	// AtMost is the share of them that are at most so long; it grows from 0 to 1.
	AtMost func(time.Duration) float64
}

// Tail is one quantile of the batch duration, as it was and as it would be if the members of a batch were independent of one
// another.
type Tail struct {
	Quantile float64
	// Predicted and Measured are in seconds. They are unknown when there are too few durations: ten must lie beyond the
	// quantile that is read.
	Predicted, Measured Number
}

// Tails holds the batches against the prediction from their members, at quantiles between 0 and 1. A batch is as slow as its
// slowest member, so that, if members are independent, the share of batches that take at most so long is the product of the
// members' shares. longest is longer than any duration.
func Tails(members []Distribution, batches Distribution, longest time.Duration, quantiles ...float64) []Tail {
	predicted := func(d time.Duration) float64 {
		product := 1.0
		for _, m := range members {
			product *= m.AtMost(d)
		}
		return product
	}
	tails := make([]Tail, len(quantiles))
	for i, quantile := range quantiles {
		tails[i].Quantile = quantile
		if Enough(batches.Count, quantile) {
			tails[i].Measured = Known(durationAt(batches.AtMost, quantile, longest).Seconds())
		}
		known := len(members) > 0
		for _, m := range members {
			known = known && Enough(m.Count, MemberQuantile(quantile, len(members)))
		}
		if known {
			tails[i].Predicted = Known(durationAt(predicted, quantile, longest).Seconds())
		}
	}
	return tails
}

// MemberQuantile is the quantile of its members that a batch's quantile comes to, if they are equal and independent: with nine,
// the batch's median is the member's 92.6th percentile and its 95th the member's 99.43th.
func MemberQuantile(quantile float64, members int) float64 {
	return math.Pow(quantile, 1/float64(members))
}

// Enough says whether ten durations lie beyond a quantile.
func Enough(n int64, quantile float64) bool {
	const beyond = 10
	return float64(n)*(1-quantile) > beyond-1e-6 // 1,000 × (1 - 0.99) is a little less than 10 in floating point
}

// durationAt is the shortest duration that at least this share is at most as long as.
func durationAt(atMost func(time.Duration) float64, share float64, longest time.Duration) time.Duration {
	return time.Duration(sort.Search(int(longest), func(d int) bool { return atMost(time.Duration(d)) >= share }))
}
