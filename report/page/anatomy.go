package page

import (
	"fmt"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/report"
)

// anatomy takes the batches of one load apart.
type anatomy struct {
	Load *load
	// Batches are single batches, those near one percentile on the same axis.
	Batches []waterfalls
	// Sums is a chart of what batches take on average: their members added up, the slowest, and all.
	Sums rows
	// Tails hold the measured percentiles against those that were predicted.
	Tails []tails
	// Costs are what batches take beside their members.
	Costs []cost
}

// waterfalls are batches near one percentile, one for each strategy, member by member.
type waterfalls struct {
	Percentile string
	Rows       rows
}

type tails struct {
	Strategy fanout.Strategy
	Rows     rows
}

type cost struct {
	Strategy       fanout.Strategy
	Overhead, Wait report.Summary
}

func newAnatomy(loads []load) []anatomy {
	list := make([]anatomy, 0, len(loads))
	for i := range loads {
		l := &loads[i]
		a := anatomy{Load: l, Sums: newSums(l)}
		for _, percentile := range []float64{50, 99} {
			if w := newWaterfalls(l, percentile); len(w.Rows.Rows) > 0 {
				a.Batches = append(a.Batches, w)
			}
		}
		for j := range l.Results {
			r := &l.Results[j]
			if len(r.Anatomy.Tails) > 0 {
				a.Tails = append(a.Tails, newTails(r))
			}
			if isKnown(r.Anatomy.Overhead.P50) {
				a.Costs = append(a.Costs, cost{r.Strategy, r.Anatomy.Overhead, r.Anatomy.Wait})
			}
		}
		list = append(list, a)
	}
	return list
}

// newSums compares what members add up to with what batches take.
func newSums(l *load) rows {
	most := 0.0
	for i := range l.Results {
		m := l.Results[i].Anatomy.Mean
		most = max(most, value(m.Sum), value(m.Measured))
	}
	chart := rows{
		Label: "Mean time of a batch's members added up, of the slowest, and of the batch", Name: "mean of", Value: "ms",
		Axis: timeAxis(most),
	}
	for i := range l.Results {
		r := &l.Results[i]
		m := r.Anatomy.Mean
		if !isKnown(m.Sum) {
			continue
		}
		chart.Rows = append(chart.Rows, row{Heading: string(r.Strategy), Strategy: r.Strategy})
		for _, one := range []struct {
			label, class string
			value        report.Number
		}{{"members added up", "sum", m.Sum}, {"slowest member", "max", m.Slowest}, {"batch as measured", "all", m.Measured}} {
			chart.Rows = append(chart.Rows, row{
				Label: one.label, Value: one.value.Text(),
				Strip: strip{Bars: []bar{chart.Axis.stretch(0, value(one.value), one.class+" "+class(r.Strategy))}},
			})
		}
	}
	return chart
}

// timeAxis is a lying axis of milliseconds from 0.
func timeAxis(most float64) axis {
	return spaced(linearAxis("ms", most, 5))
}

// spaced leaves labels out of an axis where phones have no room for them.
func spaced(a axis) axis {
	for i := range a.Ticks {
		a.Ticks[i].Wide = i%2 == 1 && len(a.Ticks) > 3
	}
	return a
}

func newWaterfalls(l *load, percentile float64) waterfalls {
	w := waterfalls{Percentile: "median"}
	if percentile != 50 {
		w.Percentile = "p" + decimal(percentile, 2)
	}
	most := 0.0
	for i := range l.Results {
		if one := fall(&l.Results[i], percentile); one != nil {
			most = max(most, one.Duration)
		}
	}
	w.Rows = rows{
		Label: "One batch of each strategy near the " + w.Percentile + ", member by member", Name: "collection", Value: "ms", Axis: timeAxis(most),
	}
	for i := range l.Results {
		if one := fall(&l.Results[i], percentile); one != nil {
			w.add(&l.Results[i], one)
		}
	}
	return w
}

// fall is the batch near a percentile; nil when there is none.
func fall(r *report.Result, percentile float64) *report.Waterfall {
	for i := range r.Anatomy.Waterfalls {
		if w := &r.Anatomy.Waterfalls[i]; w.Percentile == percentile {
			return w
		}
	}
	return nil
}

// add adds the batch of a strategy.
func (w *waterfalls) add(r *report.Result, one *report.Waterfall) {
	heading := row{Heading: string(r.Strategy), Strategy: r.Strategy, Note: report.Known(one.Duration).Text() + " ms"}
	if isKnown(one.Sum) {
		heading.Note += fmt.Sprintf("; members added up %s ms, the longest %s ms", one.Sum.Text(), one.Max.Text())
	}
	if one.Outcome != fanout.Full {
		heading.Note += "; " + string(one.Outcome)
	}
	w.Rows.Rows = append(w.Rows.Rows, heading)
	axis := &w.Rows.Axis
	if !r.OwnTimes {
		w.Rows.Rows = append(w.Rows.Rows, row{
			Label: fmt.Sprintf("all %d together", len(one.Members)), Value: report.Known(one.Duration).Text(),
			Strip: strip{Bars: []bar{axis.stretch(0, one.Duration, class(r.Strategy))}},
		})
		return
	}
	end := rule{At: place(axis.at(one.Duration)), Class: "end"}
	for i := range one.Members {
		w.Rows.Rows = append(w.Rows.Rows, memberRow(axis, &one.Members[i], class(r.Strategy), end))
	}
}

// memberRow shows a member: how long it waited for a connection, and how much of its time the server says it searched.
func memberRow(a *axis, m *report.Member, class string, end rule) row {
	took := ""
	if t, ok := m.Took.Get(); ok {
		took = fmt.Sprintf(", the server searched for %s ms", report.Known(t).Text())
	}
	title := fmt.Sprintf("%s: from %s to %s ms%s, %d objects", report.Plain(m.Collection), report.Known(m.Start).Text(), report.Known(m.End).Text(),
		took, m.Objects)
	r := row{Label: shortened(m.Collection, shortName), Value: report.Known(m.End - m.Start).Text()}
	r.Strip.Title = title
	r.Strip.Rules = []rule{end}
	r.Strip.Bars = []bar{a.stretch(m.Start, m.End, class)}
	if m.Wait > 0 {
		r.Strip.Bars = append(r.Strip.Bars, a.stretch(m.Start, min(m.End, m.Start+m.Wait), "wait"))
	}
	if t, ok := m.Took.Get(); ok {
		r.Strip.Whiskers = []bar{a.stretch(m.End-min(t, m.End-m.Start), m.End, "took")}
	}
	if m.Category != "" {
		r.Detail, r.Class = string(m.Category), "worse"
	}
	return r
}

// newTails compares the predicted with the measured percentiles.
func newTails(r *report.Result) tails {
	most := 0.0
	for _, t := range r.Anatomy.Tails {
		most = max(most, value(t.Predicted), value(t.Measured))
	}
	chart := rows{
		Label: fmt.Sprintf("Percentiles of the batches of %s, predicted and measured", r.Strategy), Name: "percentile", Value: "measured",
		Axis: timeAxis(most),
	}
	for _, t := range r.Anatomy.Tails {
		own := row{Label: "p" + decimal(t.Percentile, 2)}
		predicted, isPredicted := t.Predicted.Get()
		measured, isMeasured := t.Measured.Get()
		if isKnown(t.Member) {
			own.Note = "members’ " + percentile(value(t.Member))
		}
		own.Value, own.Detail = t.Measured.Text(), "predicted "+t.Predicted.Text()
		if isPredicted {
			own.Detail += " ms"
			own.Strip.Marks = append(own.Strip.Marks, point{X: place(chart.Axis.at(predicted)), Class: "predicted", Mark: "mark-predicted"})
		}
		if isMeasured {
			own.Value += " ms"
			own.Strip.Marks = append(own.Strip.Marks, point{X: place(chart.Axis.at(measured)), Class: class(r.Strategy), Mark: mark(r.Strategy)})
		}
		if isMeasured && isPredicted {
			own.Detail += ", " + difference(measured/predicted)
			own.Strip.Whiskers = []bar{chart.Axis.stretch(min(predicted, measured), max(predicted, measured), "gap")}
		}
		chart.Rows = append(chart.Rows, own)
	}
	return tails{Strategy: r.Strategy, Rows: chart}
}

// difference is a ratio as a difference in percent.
func difference(ratio float64) string {
	if ratio > 1 {
		return "+" + report.Known(ratio-1).Percent()
	}
	return "−" + report.Known(1-ratio).Percent()
}
