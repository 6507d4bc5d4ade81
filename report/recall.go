package report

import (
	"fmt"
	"math"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
	"github.com/xk6-weaviate/xk6-weaviate/record"
	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

// Recall is what the vector queries of a strategy, or of one collection, found of the objects that are truly nearest. It is of members that
// answered: one that failed counts as failed.
type Recall struct {
	// Queries is the number of members of which it was measured. They were to find Wanted objects, of which they Found so many.
	Queries int64 `json:"queries"`
	Found   int64 `json:"found"`
	Wanted  int64 `json:"wanted"`
	// Share is Found of Wanted, and 1 only where nothing was missed. Lower and Upper are its interval over blocks.
	Share Number `json:"share"`
	Lower Number `json:"lower"`
	Upper Number `json:"upper"`
	// Unknown says why there is no interval; empty when there is one.
	Unknown string `json:"unknown,omitempty"`
}

// recallPlaces is to how many decimals a recall is kept, as a power of ten.
const recallPlaces = 1e6

// shareFound is a recall to so many decimals as are shown at most. What is below 1 stays below it.
func shareFound(share float64) Number {
	kept := math.Round(share*recallPlaces) / recallPlaces
	if share < 1 && kept >= 1 {
		kept = 1 - 1/recallPlaces
	}
	return Known(kept)
}

// newRecall is the recall of all blocks together; nil when it was measured in none.
func newRecall(recalls verdict.Recalls, confidence float64) *Recall {
	sum := recalls.Sum()
	share, known := sum.Share().Get()
	if !known {
		return nil
	}
	r := &Recall{Queries: sum.Queries, Found: sum.Found, Wanted: sum.Wanted, Share: shareFound(share)}
	interval, err := recalls.Interval(confidence)
	if err != nil {
		r.Unknown = err.Error()
		return r
	}
	r.Lower, r.Upper = shareFound(interval.Lower), shareFound(interval.Upper)
	return r
}

// newRecallInterval is the interval of a recall as a criterion has it.
func newRecallInterval(i verdict.Interval) Interval {
	return Interval{shareFound(i.Estimate), shareFound(i.Lower), shareFound(i.Upper)}
}

// recalled is a recall as it is judged.
func recalled(r *record.Recall) verdict.Recall {
	if r == nil {
		return verdict.Recall{}
	}
	return verdict.Recall{Queries: r.Queries, Found: r.Found, Wanted: r.Wanted}
}

// addRecall adds the recall of a strategy and of its collections to its result.
func (p *part) addRecall(r *Result, confidence float64) {
	of := func(found func(*record.Series) *record.Recall) *Recall {
		var recalls verdict.Recalls
		for _, s := range p.run.Series {
			if s.Strategy == r.Strategy && s.Phase == measure.Measured {
				recalls = append(recalls, recalled(found(s)))
			}
		}
		return newRecall(recalls, confidence)
	}
	if r.Recall = of((*record.Series).Recall); r.Recall == nil {
		return
	}
	for i := range r.Collections {
		own := &r.Collections[i]
		own.Recall = of(func(s *record.Series) *record.Recall {
			if c := s.Collection(own.Collection); c != nil {
				return c.Recall
			}
			return nil
		})
	}
}

// recallAt is the k of recall@k: as many objects as the truth holds, or as a query asks for; 0 when recall was not measured.
func (p *part) recallAt() int {
	truth := p.info.Truth
	switch limit := p.info.Queries.Limit; {
	case truth == nil:
		return 0
	case limit > 0:
		return min(truth.Depth, limit)
	default:
		return truth.Depth
	}
}

// recallNotes say what no verdict says of the recall under a load: where it is less than what is asked for, or was not measured, of a strategy
// that has no verdict; and where strategies do not find the same, by less than makes a verdict INVALID.
func recallNotes(t *Test, load *Load, judged *verdict.Test, limits verdict.Thresholds) []Note {
	var notes []Note
	under := ""
	if load.Users > 0 || load.Rate > 0 {
		under = " with " + load.Title()
	}
	add := func(format string, args ...any) { notes = append(notes, Note{Text: fmt.Sprintf(format, args...)}) }
	asked := limits.MinRecall > 0 && verdict.HasRecall(t.SearchType)
	for i := range load.Results {
		r := &load.Results[i]
		if load.Verdict(r.Strategy) != nil || !asked {
			continue
		}
		most, known := r.Recall.most()
		switch {
		case !known:
			add("A recall of at least %g is asked for, and that of %s%s was not measured: run bench with --recall 0.1, or a script with TRUTH.",
				limits.MinRecall, r.Strategy, under)
		case most < limits.MinRecall:
			add("The recall of %s%s is %s, and at least %g is asked for.", r.Strategy, under, r.Recall, limits.MinRecall)
		}
	}
	for i := range load.Verdicts {
		v := &load.Verdicts[i]
		mine, base := load.Result(v.Strategy), load.Result(t.Baseline)
		if mine == nil || base == nil || mine.Recall == nil || base.Recall == nil {
			continue
		}
		difference, sure, _ := verdict.RecallAgainst(judged, v.Strategy, t.Baseline, limits)
		if !sure || math.Abs(difference.Estimate) > limits.Different {
			continue // there is nothing to say, or the check says it
		}
		estimate, interval := difference.RecallChange()
		add("%s and %s do not find quite the same%s, though all search the same index: recall %s against %s, a difference of %s (%s), so that their "+
			"times do not quite compare.", v.Strategy, t.Baseline, under, mine.Recall.Text(), base.Recall.Text(), estimate, interval)
	}
	return notes
}

// most is the upper end of its interval, or the recall itself where it has none.
func (r *Recall) most() (float64, bool) {
	if r == nil {
		return 0, false
	}
	if upper, known := r.Upper.Get(); known {
		return upper, true
	}
	return r.Share.Get()
}

// Text writes the recall with as many decimals as its interval tells, three at least. What is less than 1 is never written as 1.
func (r *Recall) Text() string {
	text, _ := r.texts()
	return text
}

// Range writes its interval: "0.965 to 0.978"; empty when there is none.
func (r *Recall) Range() string {
	_, text := r.texts()
	return text
}

func (r *Recall) texts() (share, interval string) {
	if r == nil {
		return Unknown, ""
	}
	estimate, known := r.Share.Get()
	if !known {
		return Unknown, ""
	}
	lower, known := r.Lower.Get()
	if !known {
		return verdict.RecallText(estimate), ""
	}
	upper, _ := r.Upper.Get()
	return verdict.Interval{Estimate: estimate, Lower: lower, Upper: upper}.RecallText()
}

// String writes the recall with its interval: "0.972 (0.965 to 0.978)".
func (r *Recall) String() string {
	share, interval := r.texts()
	switch {
	case interval != "":
		return share + " (" + interval + ")"
	case share != Unknown:
		return share + " (no interval)"
	default:
		return share
	}
}

// HasRecall says whether recall was measured in the test.
func (t *Test) HasRecall() bool {
	for i := range t.Loads {
		for j := range t.Loads[i].Results {
			if t.Loads[i].Results[j].Recall != nil {
				return true
			}
		}
	}
	return false
}

// RecallTitle is what recall is called in a heading of the test: "recall@100"; empty when it was not measured.
func (t *Test) RecallTitle() string {
	if !t.HasRecall() {
		return ""
	}
	return recallTitle([]int{t.RecallAt})
}

// RecallTitle is what recall is called in a heading: "recall@100" or, where tests have it at different numbers of objects, "recall"; empty when
// it was not measured.
func (r *Report) RecallTitle() string {
	var ats []int
	for i := range r.Tests {
		if r.Tests[i].HasRecall() {
			ats = append(ats, r.Tests[i].RecallAt)
		}
	}
	return recallTitle(ats)
}

func recallTitle(ats []int) string {
	if len(ats) == 0 {
		return ""
	}
	for _, at := range ats {
		if at == 0 || at != ats[0] {
			return "recall"
		}
	}
	return fmt.Sprintf("recall@%d", ats[0])
}

// RecallCell is what stands in the column of recall: "0.972 (0.965 to 0.978)", with its number of objects where the heading cannot have it.
func (r *Report) RecallCell(t *Test, result *Result) string {
	switch {
	case result.Recall == nil && !t.HasRecall():
		return "–" // it has no queries of which there is a recall
	case result.Recall == nil || t.RecallAt == 0 || r.RecallTitle() != "recall":
		return result.Recall.String()
	default:
		return fmt.Sprintf("@%d: %s", t.RecallAt, result.Recall)
	}
}

// RecallHint says below a table with recalls what they are of.
func (r *Report) RecallHint() string {
	return r.RecallTitle() + ": the share of the truly nearest objects that was found, by members that answered; in brackets its interval over blocks. " +
		"Queries of which it was measured: " + r.recallQueries() + "."
}

// recallQueries are the queries of which recall was measured, by strategy: "multi 1,234, parallel-grpc 1,530".
func (r *Report) recallQueries() string {
	text := ""
	for _, strategy := range fanout.Strategies() {
		var queries int64
		for i := range r.Tests {
			for j := range r.Tests[i].Loads {
				if result := r.Tests[i].Loads[j].Result(strategy); result != nil && result.Recall != nil {
					queries += result.Recall.Queries
				}
			}
		}
		if queries == 0 {
			continue
		}
		if text != "" {
			text += ", "
		}
		text += string(strategy) + " " + grouped(queries)
	}
	return text
}
