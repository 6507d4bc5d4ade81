package page

import (
	"fmt"
	"math"
	"slices"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/report"
)

// collections is the section on the collections one by one.
type collections struct {
	// Heat is the map of their 95th percentiles; without columns when no strategy knows any.
	Heat   heat
	Panels []collectionPanel
}

// heat is a table whose cells have the stronger colours the longer a collection takes.
type heat struct {
	Collections []report.CollectionInfo
	Groups      []heatGroup
	// Least and Most are the ends of its colours in milliseconds.
	Least, Most report.Number
}

// heatGroup is one load.
type heatGroup struct {
	Load *load
	Rows []heatRow
}

// heatRow is a strategy that knows the times of members. Its cells are in the order of the collections.
type heatRow struct {
	Strategy fanout.Strategy
	Cells    []heatCell
}

type heatCell struct {
	Value report.Number
	// Level is from 0, short, to 8, long.
	Level int
	Title string
}

// levels are the shades of a heat map.
const levels = 9

// collectionPanel are the collections under one load.
type collectionPanel struct {
	Load *load
	Rows []collectionRow
	// Took and Server say whether any server times are known.
	Took, Server bool
	// Recall is what its column is called; empty when recall was not measured.
	Recall string
}

type collectionRow struct {
	Collection report.CollectionInfo
	Results    []collectionLine
}

type collectionLine struct {
	report.CollectionResult

	Strategy fanout.Strategy
	OwnTimes bool
}

func newCollections(loads []load) collections {
	c := collections{Heat: newHeat(loads)}
	for i := range loads {
		l := &loads[i]
		p := collectionPanel{Load: l, Recall: l.Test.RecallTitle()}
		for _, info := range l.Test.Collections {
			row := collectionRow{Collection: info}
			for j := range l.Results {
				result := &l.Results[j]
				for _, own := range result.Collections {
					if own.Collection == info.Name {
						row.Results = append(row.Results, collectionLine{own, result.Strategy, result.OwnTimes})
						p.Took, p.Server = p.Took || isKnown(own.Took), p.Server || isKnown(own.Server)
					}
				}
			}
			p.Rows = append(p.Rows, row)
		}
		c.Panels = append(c.Panels, p)
	}
	return c
}

func newHeat(loads []load) heat {
	var h heat
	for i := range loads {
		for _, info := range loads[i].Test.Collections {
			if !slices.ContainsFunc(h.Collections, func(c report.CollectionInfo) bool { return c.Name == info.Name }) {
				h.Collections = append(h.Collections, info)
			}
		}
	}
	for i := range loads {
		l := &loads[i]
		group := heatGroup{Load: l}
		for j := range l.Results {
			if r := &l.Results[j]; r.OwnTimes {
				group.Rows = append(group.Rows, h.row(l, r))
			}
		}
		if len(group.Rows) > 0 {
			h.Groups = append(h.Groups, group)
		}
	}
	h.colour()
	return h
}

func (h *heat) row(l *load, r *report.Result) heatRow {
	row := heatRow{Strategy: r.Strategy}
	for _, c := range h.Collections {
		cell := heatCell{Title: fmt.Sprintf("%s, %s, %s", report.Plain(c.Name), l.Title, r.Strategy)}
		for _, own := range r.Collections {
			if own.Collection == c.Name {
				cell.Value = own.Duration.P95
			}
		}
		cell.Title += ": p95 " + cell.Value.Text() + " ms"
		row.Cells = append(row.Cells, cell)
	}
	return row
}

// cells are all cells.
func (h *heat) cells() []*heatCell {
	var list []*heatCell
	for _, group := range h.Groups {
		for _, row := range group.Rows {
			for i := range row.Cells {
				list = append(list, &row.Cells[i])
			}
		}
	}
	return list
}

// colour spreads the shades over the logarithms of the values.
func (h *heat) colour() {
	least, most := math.Inf(1), 0.0
	for _, cell := range h.cells() {
		if v, ok := cell.Value.Get(); ok && v > 0 {
			least, most = min(least, v), max(most, v)
		}
	}
	if most == 0 {
		return
	}
	h.Least, h.Most = report.Known(least), report.Known(most)
	for _, cell := range h.cells() {
		if v, ok := cell.Value.Get(); ok && v > 0 && most > least {
			cell.Level = min(levels-1, int(levels*math.Log(v/least)/math.Log(most/least)))
		}
	}
}

// shades are all levels.
func shades() []int {
	list := make([]int, levels)
	for i := range list {
		list[i] = i
	}
	return list
}
