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

// heat is a table whose cells are the darker the longer a collection takes.
type heat struct {
	Columns []heatColumn
	Rows    []heatRow
	// Least and Most are the ends of its colours in milliseconds.
	Least, Most report.Number
}

type heatColumn struct {
	Load *load
	// Strategies are those that know the times of members.
	Strategies []fanout.Strategy
}

type heatRow struct {
	Collection report.CollectionInfo
	Cells      []heatCell
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
		p := collectionPanel{Load: l}
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
		l := &loads[i]
		column := heatColumn{Load: l}
		for j := range l.Results {
			if l.Results[j].OwnTimes {
				column.Strategies = append(column.Strategies, l.Results[j].Strategy)
			}
		}
		if len(column.Strategies) == 0 {
			continue
		}
		h.Columns = append(h.Columns, column)
		for _, info := range l.Test.Collections {
			if !slices.ContainsFunc(h.Rows, func(r heatRow) bool { return r.Collection.Name == info.Name }) {
				h.Rows = append(h.Rows, heatRow{Collection: info})
			}
		}
	}
	for i := range h.Rows {
		h.fill(&h.Rows[i])
	}
	h.colour()
	return h
}

func (h *heat) fill(row *heatRow) {
	for _, column := range h.Columns {
		for _, strategy := range column.Strategies {
			cell := heatCell{Title: fmt.Sprintf("%s, %s, %s", report.Plain(row.Collection.Name), column.Load.Title, strategy)}
			for _, own := range column.Load.Result(strategy).Collections {
				if own.Collection == row.Collection.Name {
					cell.Value = own.Duration.P95
				}
			}
			cell.Title += ": p95 " + cell.Value.Text() + " ms"
			row.Cells = append(row.Cells, cell)
		}
	}
}

// colour spreads the shades over the logarithms of the values.
func (h *heat) colour() {
	least, most := math.Inf(1), 0.0
	for _, row := range h.Rows {
		for _, cell := range row.Cells {
			if v, ok := cell.Value.Get(); ok && v > 0 {
				least, most = min(least, v), max(most, v)
			}
		}
	}
	h.Least, h.Most = report.Known(least), report.Known(most)
	if most == 0 {
		h.Most = report.Number{}
	}
	for _, row := range h.Rows {
		for i := range row.Cells {
			if v, ok := row.Cells[i].Value.Get(); ok && v > 0 && most > least {
				row.Cells[i].Level = min(levels-1, int(levels*math.Log(v/least)/math.Log(most/least)))
			}
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
