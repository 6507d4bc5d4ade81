package verdict

import (
	"cmp"
	"slices"
	"time"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// Test is what is judged: one search type at one number of users or one rate, the strategies alternating in blocks.
type Test struct {
	SearchType fanout.SearchType
	// Baseline is the strategy that the others are held against. It may run more than once a round.
	Baseline fanout.Strategy
	// Rate is how many batches a second an open loop starts; 0 for a closed loop.
	Rate float64
	// Settled is Pass when the server had settled before the first block and Fail when it never did. Empty is Unknown.
	Settled Status
	// Dispatched and Lost are the batches of the whole run: those that were dispatched, and those of them that were not recorded, or
	// the other way round. Without Dispatched, neither is known.
	Dispatched, Lost int64
	// Parts is how many processes shared the run, and Apart how much later, in seconds, the last of them began its blocks than the first.
	Parts int
	Apart Number
	// Results are the strategies' results held against the baseline's; a strategy that was not compared is not in it.
	Results map[fanout.Strategy]Results
	// Blocks are those that ran from their beginning to their end, in any order.
	Blocks []Block
}

// Results counts queries that a strategy and the baseline both answered, and those of them that they answered differently. Unsteady are
// further ones, which cannot be compared: one strategy answered them differently itself when it was asked twice.
type Results struct{ Compared, Different, Unsteady int64 }

// Block is one strategy running for some seconds. Of its phases only measure counts.
type Block struct {
	Strategy fanout.Strategy
	// Round counts from 0. Position is the block's place in the order of its round, or any number that grows with time.
	Round, Position int
	// Users is the number of users (VUs), those of all parts of a distributed run together.
	Users int
	// Measured is how long was measured: the block without its warm-up and its drain.
	Measured time.Duration

	// Batches were dispatched in that time. Failed have one or more failed members; TimedOut are those of them that met the
	// batch limit.
	Batches, Failed, TimedOut int64
	// Members are all members of those batches, FailedMembers those that failed.
	Members, FailedMembers int64
	// Recall is what the queries found of which that was measured; zero when it was of none.
	Recall Recall
	// Outlasted are the batches that had not completed when the next block began.
	Outlasted int64

	// P50 to P999 are of the batch durations, where a failed or timed-out batch counts with the batch limit: else failing
	// fast would be rewarded. They are filled however few batches there are; Statistic decides what is known.
	P50, Mean, P95, P99, P999 time.Duration
	// MeanTime is the mean batch duration as it was, for Little's law.
	MeanTime time.Duration

	// ClientCPU is the client's CPU time in seconds, ClientCores the number of cores that it may use (a quota may make it a
	// fraction), ClientWait the 99th percentile, in seconds, of how long its goroutines waited for a core,
	// ClientHeld the share of the measured time in which the client was kept from running.
	ClientCPU, ClientCores, ClientWait, ClientHeld Number
	// ServerCPU is the server's CPU time in seconds, ServerMemory its peak in bytes.
	ServerCPU, ServerMemory Number
}

// strategies are those that have a block, in the order of fanout.Strategies; others follow by name.
func (t *Test) strategies() []fanout.Strategy {
	var found []fanout.Strategy
	for i := range t.Blocks {
		if !slices.Contains(found, t.Blocks[i].Strategy) {
			found = append(found, t.Blocks[i].Strategy)
		}
	}
	all := fanout.Strategies()
	place := func(s fanout.Strategy) int {
		if i := slices.Index(all, s); i >= 0 {
			return i
		}
		return len(all)
	}
	slices.SortFunc(found, func(a, b fanout.Strategy) int {
		return cmp.Or(cmp.Compare(place(a), place(b)), cmp.Compare(a, b))
	})
	return found
}

// of are the blocks of a strategy, in the order in which they ran.
func (t *Test) of(strategy fanout.Strategy) []*Block {
	var blocks []*Block
	for i := range t.Blocks {
		if t.Blocks[i].Strategy == strategy {
			blocks = append(blocks, &t.Blocks[i])
		}
	}
	slices.SortStableFunc(blocks, func(a, b *Block) int {
		return cmp.Or(cmp.Compare(a.Round, b.Round), cmp.Compare(a.Position, b.Position))
	})
	return blocks
}

// rounds are the rounds in which all of these strategies have a block, in their order: for each round the blocks by strategy.
func (t *Test) rounds(strategies ...fanout.Strategy) []map[fanout.Strategy][]*Block {
	byRound := make(map[int]map[fanout.Strategy][]*Block)
	var numbers []int
	for _, strategy := range strategies {
		for _, block := range t.of(strategy) {
			if byRound[block.Round] == nil {
				byRound[block.Round] = make(map[fanout.Strategy][]*Block)
				numbers = append(numbers, block.Round)
			}
			byRound[block.Round][strategy] = append(byRound[block.Round][strategy], block)
		}
	}
	slices.Sort(numbers)
	var rounds []map[fanout.Strategy][]*Block
	for _, number := range numbers {
		if len(byRound[number]) == len(strategies) {
			rounds = append(rounds, byRound[number])
		}
	}
	return rounds
}
