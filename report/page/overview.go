package page

import (
	"github.com/xk6-weaviate/xk6-weaviate/report"
	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

// overview is the table of strategies and search types.
type overview struct {
	Confidence string
	Groups     []overviewGroup
	// Unknown says whether a percentile is not known.
	Unknown bool
	// Recall is what its column is called; empty when recall was not measured, which Unmeasured says of batches that have one.
	Recall     string
	Unmeasured bool
	// NotStarted says what the column of batches that did not start is; empty when none of it was measured at a rate.
	NotStarted string
	// Columns is how many columns the table has.
	Columns int
}

type overviewGroup struct {
	Load *load
	Rows []overviewRow
}

type overviewRow struct {
	*report.Result

	Baseline bool
	Verdict  *report.Verdict
	// Estimate and Interval are the change of the median; Why says why there is none.
	Estimate, Interval, Why string
	// Tone is the class of the change.
	Tone string
	// At is the number of objects of the recall, where the heading cannot have it.
	At int
}

func newOverview(r *report.Report, loads []load) overview {
	o := overview{Confidence: confidence(r), Recall: r.RecallTitle(), Columns: 8}
	if o.Recall != "" {
		o.Columns++
	}
	if r.OpenLoop() {
		o.NotStarted = report.NotStartedHint
		o.Columns++
	}
	for i := range loads {
		l := &loads[i]
		o.Unmeasured = o.Unmeasured || o.Recall == "" && verdict.HasRecall(l.Test.SearchType)
		group := overviewGroup{Load: l}
		for j := range l.Results {
			result := &l.Results[j]
			row := overviewRow{
				Result: result, Baseline: result.Strategy == l.Test.Baseline && len(l.Verdicts) > 0, Verdict: l.Verdict(result.Strategy),
			}
			if o.Recall == "recall" {
				row.At = l.Test.RecallAt
			}
			if row.Verdict != nil {
				if e := row.Verdict.Effect(verdict.P50); e != nil {
					row.Estimate, row.Interval = halves(e.Change)
					row.Why, row.Tone = e.Unknown, judgedTone(row.Verdict, e)
				}
			}
			d := &result.Duration
			o.Unknown = o.Unknown || !isKnown(d.P50) || !isKnown(d.P95) || !isKnown(d.P99)
			group.Rows = append(group.Rows, row)
		}
		o.Groups = append(o.Groups, group)
	}
	return o
}
