package report

import (
	"fmt"
	"strings"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

// RecallChange is how much more or less a strategy finds after than before. A setting that is faster because it finds less is seen by it.
type RecallChange struct {
	// At is the k of recall@k on both sides; 0 when it is not known, or not the same.
	At int `json:"at,omitempty"`
	// Difference is the recall after less that before; Better is more.
	Difference Interval  `json:"difference"`
	Direction  Direction `json:"direction"`
	// Change says it in words with its interval; empty when it is unknown, which Unknown says why.
	Change  string `json:"change,omitempty"`
	Unknown string `json:"unknown,omitempty"`
	// Sentence says it together with what became of the median batch duration; empty when as much is found as before, or that is not known.
	Sentence string `json:"sentence,omitempty"`
}

// newRecallChange is the change of recall of a row; nil when recall was measured on neither side.
func newRecallChange(row *ComparisonRow, one, other *side, before, after *verdict.Test, strategy fanout.Strategy, confidence float64) *RecallChange {
	was, is := row.Before.Recall, row.After.Recall
	if was == nil && is == nil {
		return nil
	}
	c := &RecallChange{Direction: None}
	if one.RecallAt == other.RecallAt {
		c.At = one.RecallAt
	}
	switch {
	case was == nil:
		c.Unknown = "recall was not measured before"
	case is == nil:
		c.Unknown = "recall was not measured after"
	case one.RecallAt != other.RecallAt:
		c.Unknown = fmt.Sprintf("recall@%d before and recall@%d after are not the same", one.RecallAt, other.RecallAt)
	}
	if c.Unknown != "" {
		return c
	}
	difference, err := verdict.RecallBetween(before, after, strategy, confidence)
	if err != nil {
		c.Unknown = err.Error()
		return c
	}
	c.Difference = newInterval(difference)
	estimate, interval := difference.RecallChange()
	c.Change = estimate + " (" + interval + ")"
	switch {
	case difference.Upper < 0:
		c.Direction = Worse
	case difference.Lower > 0:
		c.Direction = Better
	default:
		c.Direction = Same
		return c
	}
	c.Sentence = recallSentence(row.Change(verdict.P50), c, was, is)
	return c
}

// recallSentence says what became of time and recall together.
func recallSentence(median *Change, c *RecallChange, was, is *Recall) string {
	finds := "more"
	if c.Direction == Worse {
		finds = "less"
	}
	text := "It"
	if median != nil {
		switch median.Direction {
		case Better:
			text = "It is faster by " + amount(median) + ", and it"
		case Worse:
			text = "It is slower by " + amount(median) + ", and it"
		case Same:
			text = "It takes as long as before, within the interval, and it"
		}
	}
	return fmt.Sprintf("%s finds %s: %s %s → %s (%s).", text, finds, c.Title(), was.Text(), is.Text(), inBrackets(c.Change))
}

// amount is a change in percent without its sign.
func amount(c *Change) string {
	ratio, _ := c.Ratio.Estimate.Get()
	return strings.TrimLeft(percentChange(ratio), "+−")
}

// inBrackets is what stands in the brackets of a change.
func inBrackets(change string) string {
	_, interval, _ := strings.Cut(change, " (")
	return strings.TrimSuffix(interval, ")")
}

// Title is what recall is called: "recall@100", or "recall".
func (c *RecallChange) Title() string { return recallTitle([]int{c.At}) }

// Text is the change in words: "−0.060 (−0.070 to −0.050)", that it is unknown, or a dash where there is no recall.
func (c *RecallChange) Text() string {
	switch {
	case c == nil:
		return "–"
	case c.Change == "":
		return Unknown
	default:
		return c.Change
	}
}

// RecallText is the recall before and after: "0.970 → 0.910".
func (r *ComparisonRow) RecallText() string {
	if r.Recall == nil {
		return "–"
	}
	return r.Before.Recall.Text() + " → " + r.After.Recall.Text()
}

// Finding is a sentence on a row of a comparison.
type Finding struct {
	*ComparisonRow

	Sentence string
}

// advice is what there is to say where more or less is found than before.
const advice = "What finds less takes less time, and what finds more takes more: compare the two at the same recall."

// Found are the rows in which more or less is found than before.
func (c *Comparison) Found() []Finding {
	var list []Finding
	for i := range c.Rows {
		if recall := c.Rows[i].Recall; recall != nil && recall.Sentence != "" {
			list = append(list, Finding{&c.Rows[i], recall.Sentence})
		}
	}
	return list
}

// RecallTitle is what recall is called in a heading; empty when it was measured on neither side.
func (c *Comparison) RecallTitle() string {
	var ats []int
	for i := range c.Rows {
		if c.Rows[i].Recall != nil {
			ats = append(ats, c.Rows[i].Recall.At)
		}
	}
	return recallTitle(ats)
}
