package report

import (
	"time"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

// Comparison sets two results folders side by side: before and after an upgrade, say. They did not run interleaved, so that
// what changed between them may be something else.
type Comparison struct {
	Before Side `json:"before"`
	After  Side `json:"after"`
	// Caution says what the comparison cannot say.
	Caution string `json:"caution"`
	// Advice says what to do where more or less is found than before; empty when that is not so.
	Advice string `json:"advice,omitempty"`
	// Rows hold one for each test, load and strategy that both have.
	Rows []ComparisonRow `json:"rows"`
	// Only are sentences on what one of them lacks: a test, or batches of a rate that did not start.
	Only []string `json:"only,omitempty"`
}

// Side is one of two results folders.
type Side struct {
	Name string `json:"name"`
	// Start is when its first test began.
	Start time.Time `json:"start"`
	// Facts are those that differ between the two.
	Facts []Fact `json:"facts"`
}

// ComparisonRow is a strategy before and after.
type ComparisonRow struct {
	// Title tells the test and its load from others. Test is the name of the test before.
	Title      string            `json:"title"`
	Test       string            `json:"test"`
	SearchType fanout.SearchType `json:"searchType"`
	Limit      int               `json:"limit,omitempty"`
	Users      int               `json:"users"`
	Rate       float64           `json:"rate,omitempty"`
	Strategy   fanout.Strategy   `json:"strategy"`
	// Before and After are as in Result.
	Before Compared `json:"before"`
	After  Compared `json:"after"`
	// Changes are those of the statistics, after as a multiple of before.
	Changes []Change `json:"changes"`
	// Failures is the share of failed batches after less that before.
	Failures Interval `json:"failures"`
	// Recall is how much more or less was found; nil when that was measured on neither side.
	Recall *RecallChange `json:"recall,omitempty"`
}

// Compared is what was measured on one side.
type Compared struct {
	Blocks     int     `json:"blocks"`
	Batches    int64   `json:"batches"`
	Failed     int64   `json:"failed"`
	Duration   Summary `json:"duration"`
	Throughput Number  `json:"throughput"`
	Recall     *Recall `json:"recall,omitempty"`
}

// Change is how a statistic changed from one folder to the other.
type Change struct {
	Statistic verdict.Statistic `json:"statistic"`
	Ratio     Interval          `json:"ratio"`
	Direction Direction         `json:"direction"`
	// Change says it in percent with its interval; empty when it is unknown, which Unknown says why.
	Change  string `json:"change,omitempty"`
	Unknown string `json:"unknown,omitempty"`
}
