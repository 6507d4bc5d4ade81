package page

import (
	"fmt"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/report"
)

// holding is the section on which collections batches wait for.
type holding struct {
	Panels []holdingPanel
	// Cannot are the strategies that do not fan out, and so have no slowest.
	Cannot []fanout.Strategy
}

// holdingPanel is one load.
type holdingPanel struct {
	Load    *load
	Results []held
}

// held is what holds the batches of one strategy back.
type held struct {
	Strategy fanout.Strategy
	Sentence string
	Rows     []heldRow
	// Fair is the share that each collection would have if all were alike.
	Fair place
}

type heldRow struct {
	report.Holding

	Objects report.Number
	Bar     place
	// Gain is how much shorter the 95th percentile would be without the collection, as a share.
	Gain report.Number
}

func newHolding(loads []load) holding {
	var h holding
	for _, s := range strategiesOf(loads) {
		if !s.FansOut() {
			h.Cannot = append(h.Cannot, s)
		}
	}
	for i := range loads {
		l := &loads[i]
		p := holdingPanel{Load: l}
		for j := range l.Results {
			if len(l.Results[j].Holding) > 0 {
				p.Results = append(p.Results, newHeld(l, &l.Results[j]))
			}
		}
		if len(p.Results) > 0 {
			h.Panels = append(h.Panels, p)
		}
	}
	return h
}

func newHeld(l *load, r *report.Result) held {
	h := held{Strategy: r.Strategy, Fair: place(1 / float64(max(1, len(l.Test.Collections))))}
	for _, one := range r.Holding {
		row := heldRow{Holding: one, Objects: l.collection(one.Collection).Objects, Bar: place(value(one.Share))}
		with, known := one.With.Get()
		without, ok := one.Without.Get()
		if known && ok && with > 0 {
			row.Gain = report.Known(1 - without/with)
		}
		h.Rows = append(h.Rows, row)
	}
	first := h.Rows[0]
	h.Sentence = fmt.Sprintf("completed last in %s of the batches", first.Share.Percent())
	if isKnown(first.Margin) {
		h.Sentence += fmt.Sprintf(", in half of them %s ms or more after the second last", first.Margin.Text())
	}
	if isKnown(first.Gain) {
		h.Sentence += fmt.Sprintf("; without it, the 95th percentile of the batch would be %s ms instead of %s ms (%s less)",
			first.Without.Text(), first.With.Text(), first.Gain.Percent())
	}
	h.Sentence += "."
	return h
}
