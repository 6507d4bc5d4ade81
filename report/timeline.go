package report

import (
	"time"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
)

// Timeline says what happened when, all phases included, in columns: At of a line says when each of its rows begins, in seconds
// since Start, and the other columns hold what happened in it. All columns of a line are equally long.
type Timeline struct {
	Start time.Time `json:"start"`
	// Step is the length of a row in seconds. Seconds in which nothing happened have no row.
	Step       float64        `json:"step"`
	Strategies []StrategyLine `json:"strategies"`
	Client     ClientLine     `json:"client"`
	// Server is empty when the server was not asked.
	Server ServerLine `json:"server"`
	// Spans are the phases of the blocks, or of a run without blocks, in the order in which they began; 600 at most, evenly spread.
	Spans []Span `json:"spans"`
}

// StrategyLine is what the batches of a strategy did. They count in the step in which they were complete.
type StrategyLine struct {
	Strategy fanout.Strategy `json:"strategy"`
	At       []float64       `json:"at"`
	// P50, P95 and Max are of the batch duration; a failed batch counts with its own time.
	P50 []Number `json:"p50"`
	P95 []Number `json:"p95"`
	Max []Number `json:"max"`
	// Rate is batches per second, Failed those of them with one or more failed members.
	Rate   []Number `json:"rate"`
	Failed []Number `json:"failed"`
	// InFlight is how many requests were in flight on average.
	InFlight []Number `json:"inFlight"`
}

// ClientLine is what the client used, all of its processes together.
type ClientLine struct {
	At    []float64 `json:"at"`
	Users []Number  `json:"users"`
	// CPU is the share of its cores that it used, Memory what it held of the machine's in bytes.
	CPU    []Number `json:"cpu"`
	Memory []Number `json:"memory"`
	// Dropped are the iterations per second that an open model could not start in time.
	Dropped []Number `json:"dropped"`
}

// ServerLine is what the server used. It is asked every few seconds only: an answer stands for the time since the one before.
type ServerLine struct {
	At []float64 `json:"at"`
	// CPU is how many cores it used, Memory what it held of the machine's in bytes.
	CPU    []Number `json:"cpu"`
	Memory []Number `json:"memory"`
}

// Span is one phase of a block, or of a run without blocks.
type Span struct {
	From     float64         `json:"from"`
	To       float64         `json:"to"`
	Phase    measure.Phase   `json:"phase"`
	Strategy fanout.Strategy `json:"strategy"`
	// Block is the number of the block; -1 outside of blocks.
	Block int `json:"block"`
	Users int `json:"users,omitempty"`
}
