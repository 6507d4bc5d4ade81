package report

import "github.com/xk6-weaviate/xk6-weaviate/fanout"

// Result is what was measured of a strategy under one load.
type Result struct {
	Strategy fanout.Strategy `json:"strategy"`
	// OwnTimes says whether members have durations of their own: those of one document do not.
	OwnTimes bool `json:"ownTimes"`
	// Batches were dispatched in Measured seconds. Failed of them have one or more failed members, TimedOut of those met the
	// batch limit, and Outlasted were complete only after their block. Partial and Total are the outcomes of the failed.
	Batches   int64   `json:"batches"`
	Failed    int64   `json:"failed"`
	TimedOut  int64   `json:"timedOut"`
	Partial   int64   `json:"partial"`
	Total     int64   `json:"total"`
	Outlasted int64   `json:"outlasted"`
	Measured  float64 `json:"measured"`
	// Asked is how many batches the rate of an open loop makes in that time, NotStarted how many of them k6 did not start because no user was
	// free; both are 0 in a closed loop.
	Asked      int64 `json:"asked,omitempty"`
	NotStarted int64 `json:"notStarted,omitempty"`
	// Queries are the members of the batches.
	Queries       int64 `json:"queries"`
	FailedQueries int64 `json:"failedQueries"`
	// Duration is of the batches. A failed batch counts with the batch limit.
	Duration Summary `json:"duration"`
	// Recall is of all collections together; nil when it was not measured.
	Recall *Recall `json:"recall,omitempty"`
	// Throughput is batches without a failed member per second.
	Throughput Number `json:"throughput"`
	// Tail has the batch duration at each of Report.Percentiles, a failed batch at the batch limit. Those with fewer than ten
	// batches beyond them are unknown.
	Tail []Number `json:"tail"`
	// Collections are in the order of Test.Collections.
	Collections []CollectionResult `json:"collections"`
	// Holding says which collections hold the batch back, the one that does most often first; empty for what does not fan out.
	Holding []Holding `json:"holding,omitempty"`
	// Anatomy takes batches apart.
	Anatomy Anatomy `json:"anatomy"`
	// Failures are ordered by their count, the most frequent first.
	Failures []Failure `json:"failures,omitempty"`
	// Use is what the client and the server used.
	Use Use `json:"use"`
}

// Summary is a distribution in a few figures. Quantiles with fewer than ten durations beyond them are unknown.
type Summary struct {
	Mean Number `json:"mean"`
	P50  Number `json:"p50"`
	P95  Number `json:"p95"`
	P99  Number `json:"p99"`
	P999 Number `json:"p99.9"`
	Max  Number `json:"max"`
}

// CollectionResult is one collection's part of a result.
type CollectionResult struct {
	Collection string `json:"collection"`
	Queries    int64  `json:"queries"`
	Failed     int64  `json:"failed"`
	// Objects is how many objects a query returned on average.
	Objects Number `json:"objects"`
	// Duration is of its members, a failed one at the batch limit; unknown for what does not fan out.
	Duration Summary `json:"duration"`
	// Recall is that of its members; nil when it was not measured.
	Recall *Recall `json:"recall,omitempty"`
	// Took is the median of the server's own search time; gRPC only. Server is the mean time of its searches by the server's
	// own metrics, warm-up included, if they were read.
	Took   Number `json:"took"`
	Server Number `json:"server"`
}

// Holding is how a collection holds the batch back.
type Holding struct {
	Collection string `json:"collection"`
	// Slowest is the number of batches in which it completed last, Share their share of all batches.
	Slowest int64  `json:"slowest"`
	Share   Number `json:"share"`
	// Margin is how much later than the second last it was in them: their median and 95th percentile.
	Margin    Number `json:"margin"`
	MarginP95 Number `json:"marginP95"`
	// With is the 95th percentile of the batch duration as it was, failed batches with their own time; Without is what it
	// would have been without this collection.
	With    Number `json:"with"`
	Without Number `json:"without"`
}

// Anatomy takes batches apart.
type Anatomy struct {
	// Mean is what batches and their members took on average; unknown for what has no times of members.
	Mean Means `json:"mean"`
	// Waterfalls are single batches: one near the median and one near the 99th percentile.
	Waterfalls []Waterfall `json:"waterfalls"`
	// Tails hold quantiles of the batch against what they would be if members were independent; fan-outs only.
	Tails []Tail `json:"tails,omitempty"`
	// Overhead is what batches took beyond their slowest member: fan-outs only. Wait is how long the longest-waiting member of
	// a batch was without a connection.
	Overhead Summary `json:"overhead"`
	Wait     Summary `json:"wait"`
}

// Means are mean times, failed batches and members with their own: how a batch comes to take as long as it does.
type Means struct {
	// Sum is that of all members added up, Slowest that of the member that completed last, and Measured the batch duration.
	Sum      Number `json:"sum"`
	Slowest  Number `json:"slowest"`
	Measured Number `json:"measured"`
}

// Waterfall is one batch.
type Waterfall struct {
	// Percentile is what it stands for, and Target the duration there.
	Percentile float64 `json:"percentile"`
	Target     Number  `json:"target"`
	// Duration is its own duration, Sum that of its members added up, Max that of the longest of them.
	Duration float64        `json:"duration"`
	Sum      Number         `json:"sum"`
	Max      Number         `json:"max"`
	Outcome  fanout.Outcome `json:"outcome"`
	Members  []Member       `json:"members"`
}

// Member is one member of a batch. Its times are from the start of the batch. The members of one document share them.
type Member struct {
	Collection string  `json:"collection"`
	Start      float64 `json:"start"`
	End        float64 `json:"end"`
	// Wait is how long it was without a connection; part of its time.
	Wait float64 `json:"wait,omitempty"`
	// Took is the server's own search time, if it told.
	Took    Number `json:"took"`
	Objects int    `json:"objects"`
	Bytes   int    `json:"bytes"`
	// Category is what kind of failure it met; empty when it succeeded.
	Category fanout.Category `json:"category,omitempty"`
}

// Tail is one percentile of the batch duration.
type Tail struct {
	Percentile float64 `json:"percentile"`
	// Member is the percentile of its members that it comes to, if they are equal and independent.
	Member    Number `json:"member"`
	Predicted Number `json:"predicted"`
	Measured  Number `json:"measured"`
}

// Failure is how often the members of a collection failed in one way.
type Failure struct {
	Collection string          `json:"collection"`
	Category   fanout.Category `json:"category"`
	Count      int64           `json:"count"`
	// Share is their share of the collection's members.
	Share Number `json:"share"`
	// Texts are some of the error texts, the most frequent first.
	Texts []FailureText `json:"texts,omitempty"`
}

// FailureText is one error text.
type FailureText struct {
	Text  string `json:"text"`
	Count int64  `json:"count"`
}

// Use is what a strategy's blocks cost the client and the server.
type Use struct {
	// ClientCPU is the share of its cores that the client used, ClientWait the 99th percentile of how long its goroutines waited
	// for a core, in milliseconds, ClientHeld the share of the time in which it was kept from running.
	ClientCPU  Number `json:"clientCPU"`
	ClientWait Number `json:"clientWait"`
	ClientHeld Number `json:"clientHeld"`
	// ServerCPU is the server's CPU time per batch in milliseconds, ServerMemory its peak in bytes.
	ServerCPU    Number `json:"serverCPU"`
	ServerMemory Number `json:"serverMemory"`
}

// Block is one block. A load shows 300 of them at most, evenly spread.
type Block struct {
	Number int `json:"number"`
	// Round counts from 1. Position is the place within the round, from 1.
	Round    int             `json:"round"`
	Position int             `json:"position"`
	Strategy fanout.Strategy `json:"strategy"`
	// Start is when it began, in seconds since Timeline.Start.
	Start   Number `json:"start"`
	Batches int64  `json:"batches"`
	Failed  int64  `json:"failed"`
	// P50 and P95 are of the batch duration, a failed batch at the batch limit.
	P50 Number `json:"p50"`
	P95 Number `json:"p95"`
	// ClientCPU is the share of its cores that the client used.
	ClientCPU Number `json:"clientCPU"`
	// Whole says whether it ran from its beginning to its end. One that did not is not judged.
	Whole bool `json:"whole"`
}
