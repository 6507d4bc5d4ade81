package verdict

import (
	"fmt"

	"gonum.org/v1/gonum/stat"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// clientCPU asks that the client leaves part of its cores idle while it runs the strategy.
func clientCPU(test *Test, strategy fanout.Strategy, t Thresholds) Criterion {
	c := Criterion{Name: "client CPU", Optional: true, Limit: t.ClientCPU}
	shares := clientShares(test.of(strategy))
	if len(shares) < 2 {
		return c.unknown("the client's CPU time was not measured in every block")
	}
	var spread float64
	c.Interval, spread = meanInterval(shares, t.Confidence)
	c.Status, c.Rounds = c.Interval.atMost(t.ClientCPU), len(shares)
	c.Sentence = fmt.Sprintf("With %s the client uses %s of its cores (%s to %s); at most %s is allowed.",
		strategy, percent(c.Interval.Estimate), percent(c.Interval.Lower), percent(c.Interval.Upper), percent(t.ClientCPU))
	return c.need(c.Interval.Estimate-t.ClientCPU, spread, t)
}

// clientShares is the share of its cores that the client used in each block; none when a block does not know.
func clientShares(blocks []*Block) []float64 {
	var shares []float64
	for _, b := range blocks {
		cpu, known := b.ClientCPU.Get()
		cores, knownCores := b.ClientCores.Get()
		if !known || !knownCores || cores <= 0 || b.Measured <= 0 {
			return nil
		}
		shares = append(shares, cpu/(cores*b.Measured.Seconds()))
	}
	return shares
}

// littleBatches is how many batches of each user a block must have: the law is exact but for those in flight at the block's edges.
const littleBatches = 10

// checkLittle holds the users against Little's law: in a closed loop, batches per second × mean batch time is the number of
// batches in flight, and every user should have one. Fewer means that users waited for the client.
func checkLittle(test *Test, strategy fanout.Strategy, t Thresholds) Check {
	c := Check{Name: "Little's law", Strategy: strategy, AtLeast: Known(1 - t.Little), AtMost: Known(1 + t.Little)}
	if test.Rate > 0 {
		return c.unknown("Little's law says nothing about the client in an open loop")
	}
	var shares []float64
	for _, b := range test.of(strategy) {
		if b.Users < 1 || b.Measured <= 0 {
			return c.unknown("the number of users is not known")
		}
		if b.Batches < littleBatches*int64(b.Users) {
			return c.unknown(fmt.Sprintf("a block of %s has fewer than %d batches of each user, so that those at its edges weigh too much: raise BLOCK",
				strategy, littleBatches))
		}
		perSecond := float64(b.Batches) / b.Measured.Seconds()
		shares = append(shares, perSecond*b.MeanTime.Seconds()/float64(b.Users))
	}
	if len(shares) == 0 {
		return c.unknown(string(strategy) + " has no blocks")
	}
	share := stat.Mean(shares, nil)
	c.Measured = Known(share)
	c.Sentence = fmt.Sprintf("With %s, batches per second × mean batch time is %.2f of the users", strategy, share)
	switch {
	case share < 1-t.Little:
		return c.fail("users waited for the client, not for Weaviate: lower USERS, or give the client more cores")
	case share > 1+t.Little:
		return c.fail("batches and users do not add up: see that all run files of the test, and no others, were read")
	}
	return c.pass()
}

// checkClientCPU sees that the client had time left.
func checkClientCPU(test *Test, strategy fanout.Strategy, t Thresholds) Check {
	c := Check{Name: "client CPU", Strategy: strategy, AtMost: Known(t.ClientSaturated)}
	shares := clientShares(test.of(strategy))
	if shares == nil {
		return c.unknown("the client's CPU time was not measured in every block")
	}
	share := stat.Mean(shares, nil)
	c.Measured = Known(share)
	c.Sentence = fmt.Sprintf("With %s the client uses %s of its cores", strategy, percent(share))
	if share > t.ClientSaturated {
		return c.fail("it is saturated, and measures itself: lower USERS, or give it more cores")
	}
	return c.pass()
}

// checkClientWait sees that the client's goroutines got a core when they needed one.
func checkClientWait(test *Test, strategy fanout.Strategy, t Thresholds) Check {
	c := Check{Name: "client wait", Strategy: strategy, AtMost: Known(t.ClientWait)}
	var shares []float64
	for _, b := range test.of(strategy) {
		wait, known := b.ClientWait.Get()
		median, err := P50.Of(b)
		if !known || err != nil {
			return c.unknown("how long the client's goroutines waited was not measured in every block")
		}
		shares = append(shares, wait/median)
	}
	if len(shares) == 0 {
		return c.unknown(string(strategy) + " has no blocks")
	}
	share := stat.Mean(shares, nil)
	c.Measured = Known(share)
	c.Sentence = fmt.Sprintf("With %s the client's goroutines wait for a core up to %s of the median batch duration (99th percentile)",
		strategy, percent(share))
	if share > t.ClientWait {
		return c.fail("that wait is in every batch duration: lower USERS, or give the client more cores")
	}
	return c.pass()
}

// checkClientHeld sees that the client ran when it wanted to: a client with a quota, or beside a busy neighbour, does not, and may
// seem idle to itself.
func checkClientHeld(test *Test, strategy fanout.Strategy, t Thresholds) Check {
	c := Check{Name: "client held", Strategy: strategy, AtMost: Known(t.ClientHeld)}
	var shares []float64
	for _, b := range test.of(strategy) {
		share, known := b.ClientHeld.Get()
		if !known {
			return c.unknown("how long the client was kept from running was not measured in every block")
		}
		shares = append(shares, share)
	}
	if len(shares) == 0 {
		return c.unknown(string(strategy) + " has no blocks")
	}
	share := stat.Mean(shares, nil)
	c.Measured = Known(share)
	c.Sentence = fmt.Sprintf("With %s the client was kept from running for %s of the time", strategy, percent(share))
	if share > t.ClientHeld {
		return c.fail("it is saturated, and measures that, too: give it more cores or a larger quota, or run it on another machine than what else is busy there")
	}
	return c.pass()
}
