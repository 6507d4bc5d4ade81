package verdict

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// Check is one condition of a measurement that answers the question. One that fails makes the verdict INVALID; one that is
// unknown, because what it needs was not measured, does not.
type Check struct {
	// Name is "counts", "parts", "rounds", "batches", "settled", "drift", "results", "drain", "Little's law", "client CPU", "client wait",
	// "client held" or, where it was measured, "recall".
	Name   string
	Status Status
	// Strategy is whose blocks were looked at; empty for all.
	Strategy fanout.Strategy
	// Measured is what was found. AtLeast and AtMost are its limits; a check has one or both, but for "settled".
	Measured, AtLeast, AtMost Number
	// Sentence says what was found and, when that is too much or too little, what to do.
	Sentence string
}

func (c Check) pass() Check {
	c.Status = Pass
	c.Sentence += "."
	return c
}

func (c Check) fail(remedy string) Check {
	c.Status = Fail
	c.Sentence += "; " + remedy + "."
	return c
}

func (c Check) unknown(why string) Check {
	c.Status, c.Sentence = Unknown, "Unknown: "+why+"."
	return c
}

// checks are all checks of a verdict, in the order of docs/method.md. A verdict depends on the blocks of the strategy and of the
// baseline; another strategy's troubles are not its own.
func checks(test *Test, strategy fanout.Strategy, t Thresholds) []Check {
	ofBoth := []func(*Test, fanout.Strategy, Thresholds) Check{
		checkBatches, checkDrain, checkLittle, checkClientCPU, checkClientWait, checkClientHeld,
	}
	all := make([]Check, 0, 6+2*len(ofBoth))
	all = append(all, checkCounts(test))
	if test.Parts > 1 {
		all = append(all, checkParts(test, t))
	}
	all = append(all, checkRounds(test, strategy, t), checkSettled(test), checkDrift(test, t), checkResults(test, strategy, t))
	all = append(all, checkRecall(test, strategy, t)...)
	for _, check := range ofBoth {
		all = append(all, check(test, strategy, t), check(test, test.Baseline, t))
	}
	return all
}

// checkCounts sees that every batch that was sent is among those that are judged.
func checkCounts(test *Test) Check {
	c := Check{Name: "counts", AtMost: Known(0)}
	if test.Dispatched == 0 {
		return c.unknown("how many batches were dispatched was not recorded")
	}
	c.Measured = Known(float64(test.Lost))
	if test.Lost != 0 {
		c.Sentence = fmt.Sprintf("%s dispatched and those recorded do not add up: %d make the difference",
			fanout.Count(test.Dispatched, "batch", "batches"), test.Lost)
		return c.fail("what was recorded is not all that happened: see k6's log for what went wrong")
	}
	c.Sentence = fmt.Sprintf("All of %s dispatched were recorded", fanout.Count(test.Dispatched, "batch", "batches"))
	return c.pass()
}

// checkParts sees that the processes that shared a run were at the same block at the same time. While they are not, one strategy runs
// beside another, and with part of the users.
func checkParts(test *Test, t Thresholds) Check {
	c := Check{Name: "parts", AtMost: Known(t.Apart)}
	apart, known := test.Apart.Get()
	if !known || len(test.Blocks) == 0 || test.Blocks[0].Measured <= 0 {
		return c.unknown("when their blocks began was not recorded by all parts of the run")
	}
	share := apart / test.Blocks[0].Measured.Seconds()
	c.Measured = Known(share)
	c.Sentence = fmt.Sprintf("The %d parts of the run began their blocks %v apart, %s of the time that a block measures",
		test.Parts, time.Duration(apart*float64(time.Second)).Round(time.Millisecond), percent(share))
	if share > t.Apart {
		return c.fail("one sent by one strategy while another sent by the next: give all parts the same START, " +
			"and see that their machines' clocks agree")
	}
	return c.pass()
}

// ClientChecks are those checks that are about the client alone, for a strategy that ran by itself: it has no verdict. (Little's law is
// not among them: it needs blocks whose ends are sharp.)
func ClientChecks(block *Block, t Thresholds) []Check {
	test := &Test{Blocks: []Block{*block}}
	return []Check{
		checkClientCPU(test, block.Strategy, t), checkClientWait(test, block.Strategy, t), checkClientHeld(test, block.Strategy, t),
	}
}

func checkRounds(test *Test, strategy fanout.Strategy, t Thresholds) Check {
	rounds := len(test.rounds(strategy, test.Baseline))
	c := Check{
		Name: "rounds", Measured: Known(float64(rounds)), AtLeast: Known(float64(t.MinRounds)),
		Sentence: fmt.Sprintf("%s and %s have %s in common", strategy, test.Baseline, fanout.Count(rounds, "round", "rounds")),
	}
	if rounds < t.MinRounds {
		return c.fail(fmt.Sprintf("it takes %d to tell an effect from noise: raise ROUNDS or RUN_TIME", t.MinRounds))
	}
	return c.pass()
}

func checkSettled(test *Test) Check {
	c := Check{Name: "settled"}
	switch test.Settled {
	case Pass:
		c.Sentence = "The server had settled before the first block"
		return c.pass()
	case Fail:
		c.Sentence = "The server had not settled before the first block"
		return c.fail("wait until imports and compactions are over, and see that nothing else uses the server")
	default:
		return c.unknown("whether the server had settled was not seen")
	}
}

func checkResults(test *Test, strategy fanout.Strategy, t Thresholds) Check {
	c := Check{Name: "results", Strategy: strategy, AtMost: Known(t.Different)}
	results, known := test.Results[strategy]
	if !known || results.Compared+results.Unsteady == 0 {
		return c.unknown("the results of " + string(strategy) + " were not held against those of " + string(test.Baseline))
	}
	if results.Unsteady > results.Compared {
		return c.unknown(fmt.Sprintf("%d of %s got other results when they were asked again in the same way: is something being written?",
			results.Unsteady, fanout.Count(results.Compared+results.Unsteady, "query", "queries")))
	}
	share := float64(results.Different) / float64(results.Compared)
	c.Measured = Known(share)
	c.Sentence = fmt.Sprintf("%d of %s got other results with %s than with %s",
		results.Different, fanout.Count(results.Compared, "query", "queries"), strategy, test.Baseline)
	if results.Unsteady > 0 {
		c.Sentence += fmt.Sprintf(" (%d more, asked again in the same way, got other results, too, and were left out)", results.Unsteady)
	}
	if share > t.Different {
		return c.fail("strategies that find different things cannot be compared: see that nothing is being imported")
	}
	return c.pass()
}

func checkBatches(test *Test, strategy fanout.Strategy, t Thresholds) Check {
	c := Check{Name: "batches", Strategy: strategy, AtLeast: Known(float64(t.MinBatches))}
	blocks := test.of(strategy)
	if len(blocks) == 0 {
		return c.unknown(string(strategy) + " has no blocks")
	}
	least := slices.MinFunc(blocks, func(a, b *Block) int { return cmp.Compare(a.Batches, b.Batches) })
	fewest := least.Batches
	c.Measured = Known(float64(fewest))
	c.Sentence = fmt.Sprintf("No block of %s has fewer than %s", strategy, fanout.Count(fewest, "batch", "batches"))
	if fewest < t.MinBatches {
		c.Sentence = fmt.Sprintf("A block of %s has %s", strategy, fanout.Count(fewest, "batch", "batches"))
		return c.fail(fmt.Sprintf("its median needs %d: %s", t.MinBatches, Lengthen(least.Measured, fewest, t.MinBatches)))
	}
	return c.pass()
}

func checkDrain(test *Test, strategy fanout.Strategy, t Thresholds) Check {
	c := Check{Name: "drain", Strategy: strategy, AtMost: Known(t.Outlasted)}
	var outlasted, batches int64
	for _, b := range test.of(strategy) {
		outlasted += b.Outlasted
		batches += b.Batches
	}
	if batches == 0 {
		return c.unknown(string(strategy) + " has no batches")
	}
	share := float64(outlasted) / float64(batches)
	c.Measured = Known(share)
	c.Sentence = fmt.Sprintf("%s of the batches of %s outlasted the drain", percent(share), strategy)
	if share > t.Outlasted {
		return c.fail("they ran into the next block, which may be another strategy's: raise DRAIN, and BLOCK with it")
	}
	return c.pass()
}
