package page

import (
	"fmt"
	"math"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/report"
	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

// effects is the section of the forest plots: one for each statistic.
type effects struct {
	Confidence string
	Panels     []effectPanel
	// Parts says whether fan-out and protocol are shown apart, Void whether a verdict is INVALID.
	Parts, Void bool
}

// effectPanel is the forest plot of one statistic.
type effectPanel struct {
	Statistic verdict.Statistic
	Title     string
	Rows      rows
	// Floor says whether it has the noise of the baseline against itself.
	Floor bool
	// Parts says whether it has rows of what fan-out and protocol do by themselves.
	Parts bool
}

func newEffects(r *report.Report, loads []load) effects {
	e := effects{Confidence: confidence(r)}
	for _, statistic := range verdict.Statistics() {
		panel := newEffectPanel(loads, statistic)
		e.Parts = e.Parts || panel.Parts
		if len(panel.Rows.Rows) > 0 {
			e.Panels = append(e.Panels, panel)
		}
	}
	for i := range loads {
		for j := range loads[i].Verdicts {
			e.Void = e.Void || loads[i].Verdicts[j].Status == verdict.Invalid
		}
	}
	return e
}

func newEffectPanel(loads []load, statistic verdict.Statistic) effectPanel {
	p := effectPanel{Statistic: statistic, Title: statisticTitle(statistic), Floor: statistic == verdict.P50}
	scale := newEffectAxis(loads, statistic)
	p.Rows = rows{
		Label: "Change of " + p.Title + " against the baseline", Name: "strategy", Value: "change", Axis: *scale,
	}
	someKnown := false
	for i := range loads {
		l := &loads[i]
		if len(l.Verdicts) == 0 {
			continue
		}
		heading := row{Heading: l.Title}
		if p.Floor {
			heading.Note = "noise floor " + orWhy(&l.NoiseFloor)
		}
		p.Rows.Rows = append(p.Rows.Rows, heading)
		for j := range l.Verdicts {
			effect := l.Verdicts[j].Effect(statistic)
			if effect == nil {
				continue
			}
			someKnown = someKnown || effect.Change != ""
			row := effectRow(l, effect, scale)
			row.Class = judgedTone(&l.Verdicts[j], effect)
			p.Rows.Rows = append(p.Rows.Rows, row)
		}
		if p.Floor {
			p.parts(l, scale)
		}
	}
	if !someKnown {
		p.Rows.Axis.Ticks = nil
		if statistic != verdict.P50 {
			p.Rows.Rows = nil
		}
	}
	return p
}

// parts adds what the fan-out and the protocol do by themselves, when that is not what the other rows say.
func (p *effectPanel) parts(l *load, scale *axis) {
	for _, part := range []struct {
		name   string
		effect *report.Effect
	}{{"fan-out alone", &l.FanOut}, {"protocol alone", &l.Protocol}} {
		if part.effect.Change == "" || part.effect.Against == l.Test.Baseline && l.Protocol.Change == "" {
			continue
		}
		row := effectRow(l, part.effect, scale)
		if l.void() {
			row.Class = "void"
		}
		p.Parts = true
		row.Label, row.Note = part.name, string(part.effect.Strategy)+" ÷ "+string(part.effect.Against)
		p.Rows.Rows = append(p.Rows.Rows, row)
	}
}

func effectRow(l *load, e *report.Effect, scale *axis) row {
	r := row{Strategy: e.Strategy, Unknown: e.Unknown, Strip: effectStrip(l, e, scale), Class: tone(e.Direction)}
	r.Value, r.Detail = halves(e.Change)
	return r
}

// effectStrip is an effect with its interval, before the noise floor and the limit that it is held against.
func effectStrip(l *load, e *report.Effect, scale *axis) strip {
	var s strip
	if floor := &l.NoiseFloor; e.Statistic == verdict.P50 && floor.Change != "" {
		s.Bands = append(s.Bands, scale.stretch(value(floor.Ratio.Lower), value(floor.Ratio.Upper), "floor"))
	}
	s.Rules = append(s.Rules, rule{At: place(scale.at(1)), Class: "same"})
	if limit := limitOf(l, e.Statistic); limit > 0 {
		s.Rules = append(s.Rules, rule{At: place(scale.at(limit)), Class: "limit"})
	}
	if e.Change == "" {
		return s
	}
	for _, ratio := range e.Ratios {
		s.Dots = append(s.Dots, place(clamp(scale.at(value(ratio)))))
	}
	s.Whiskers = []bar{scale.stretch(value(e.Ratio.Lower), value(e.Ratio.Upper), class(e.Strategy))}
	s.Title = fmt.Sprintf("%s ÷ %s, %s: %s over %s", e.Strategy, e.Against, e.Statistic, e.Change, plural(e.Rounds, "round", "rounds"))
	s.Marks = []point{{X: place(clamp(scale.at(value(e.Ratio.Estimate)))), Class: class(e.Strategy), Mark: mark(e.Strategy)}}
	return s
}

// criterionOf is the criterion that holds a statistic's ratio against a limit; empty when there is none.
func criterionOf(statistic verdict.Statistic) string {
	switch statistic {
	case verdict.P50:
		return "faster"
	case verdict.Mean:
		return "mean"
	case verdict.P95, verdict.P99:
		return "tail"
	case verdict.ServerCPU:
		return "server CPU"
	case verdict.ServerMemory:
		return "server memory"
	default:
		return ""
	}
}

// limitOf is the ratio that a statistic is held against; 0 when there is none.
func limitOf(l *load, statistic verdict.Statistic) float64 {
	name := criterionOf(statistic)
	for i := range l.Verdicts {
		for _, c := range l.Verdicts[i].Criteria {
			if c.Name == name {
				return c.Limit
			}
		}
	}
	return 0
}

// newEffectAxis is an axis of ratios, written as changes in percent, that holds all intervals of a statistic.
func newEffectAxis(loads []load, statistic verdict.Statistic) *axis {
	least, most := 1.0, 1.0
	hold := func(values ...float64) {
		for _, v := range values {
			if v > 0 {
				least, most = min(least, v), max(most, v)
			}
		}
	}
	limit := 0.0
	for i := range loads {
		l := &loads[i]
		limit = max(limit, limitOf(l, statistic))
		var shown []*report.Effect
		for j := range l.Verdicts {
			if e := l.Verdicts[j].Effect(statistic); e != nil {
				shown = append(shown, e)
			}
		}
		if statistic == verdict.P50 {
			shown = append(shown, &l.NoiseFloor, &l.FanOut, &l.Protocol)
		}
		for _, e := range shown {
			hold(value(e.Ratio.Lower), value(e.Ratio.Upper))
			hold(known(e.Ratios)...)
		}
	}
	hold(limit)
	return ratioAxis(least, most, limit, "change of "+statisticTitle(statistic)+" (ratio, log scale)")
}

// ratioAxis is a logarithmic axis of ratios around 1, written as changes in percent. mark is a ratio that has to be written.
func ratioAxis(least, most, mark float64, label string) *axis {
	room := max(math.Log(most/least)*0.04, 0.03)
	a := &axis{scale: logarithmic{least * math.Exp(-room), most * math.Exp(room)}, Label: label}
	values := []float64{1}
	if mark > 0 {
		values = append(values, mark)
	}
	values = append(values, 0.5, 2, 0.7, 1.5, 0.3, 3, 0.2, 5, 0.1, 10, 0.8, 1.2, 0.6, 0.4, 0.9, 1.1, 0.95, 1.05, 0.98, 1.02)
	a.ticks(values, func(ratio float64) string {
		percent := math.Round(1000*(ratio-1)) / 10
		switch {
		case percent < 0:
			return "−" + numeral(-percent) + " %"
		case percent > 0:
			return "+" + numeral(percent) + " %"
		default:
			return "0 %"
		}
	})
	return a
}

// orWhy is an effect's change, or why it is not known.
func orWhy(e *report.Effect) string {
	switch {
	case e.Change != "":
		return e.Change
	case e.Unknown != "":
		return "unknown: " + e.Unknown
	default:
		return "unknown"
	}
}

// statisticTitle is what a statistic is called in a heading.
func statisticTitle(s verdict.Statistic) string {
	switch s {
	case verdict.P50:
		return "median batch duration"
	case verdict.Mean:
		return "mean batch duration"
	case verdict.P95, verdict.P99, verdict.P999:
		return string(s) + " batch duration"
	default:
		return string(s)
	}
}

// strategiesOf are the strategies of all loads, each once.
func strategiesOf(loads []load) []fanout.Strategy {
	var list []fanout.Strategy
	for _, s := range fanout.Strategies() {
		for i := range loads {
			if loads[i].Result(s) != nil {
				list = append(list, s)
				break
			}
		}
	}
	return list
}
