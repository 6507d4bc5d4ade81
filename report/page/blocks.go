package page

import (
	"fmt"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/report"
)

// blocks shows every block of a load as a dot.
type blocks struct {
	Load       *load
	Strategies []fanout.Strategy
	Plot       plot
	// Cut is how many blocks did not run from their beginning to their end, Unknown how many are too short for a median.
	Cut, Unknown int
}

func newBlocks(loads []load) []blocks {
	var list []blocks
	for i := range loads {
		if b := newBlockPlot(&loads[i]); len(b.Plot.Points) > 0 {
			list = append(list, b)
		}
	}
	return list
}

func newBlockPlot(l *load) blocks {
	b := blocks{Load: l}
	var medians []report.Number
	first, last, positions := 0, 1, 1
	for _, block := range l.Blocks {
		medians = append(medians, block.P50)
		last, positions = max(last, block.Round), max(positions, block.Position)
		if first == 0 || block.Round < first {
			first = block.Round
		}
	}
	first = max(1, first)
	for i := range l.Results {
		b.Strategies = append(b.Strategies, l.Results[i].Strategy)
	}
	// A round is from its number to the next; its blocks lie in it in their order.
	x := axis{scale: linear{float64(first), float64(last + 1)}, Label: "round, with its blocks in the order in which they ran"}
	y := valueAxis("median batch duration of a block, ms", known(medians)...)
	b.Plot = plot{Label: "Median batch duration of every block, " + l.Title, Size: "tall", X: x, Y: y}
	for i := first; i <= last+1; i++ {
		b.Plot.Rules = append(b.Plot.Rules, rule{At: place(x.at(float64(i))), Class: "round"})
	}
	rounds := []float64{float64(first), float64(last)}
	for i := first; i <= last; i++ {
		rounds = append(rounds, float64(i))
	}
	middle := axis{scale: linear{float64(first) - 0.5, float64(last) + 0.5}}
	middle.ticks(rounds, numeral)
	b.Plot.X.Ticks = middle.Ticks
	for _, block := range l.Blocks {
		median, ok := block.P50.Get()
		if !block.Whole {
			b.Cut++
		}
		if !ok {
			b.Unknown++
			continue
		}
		p := point{
			X: place(x.at(float64(block.Round) + (float64(block.Position)-0.5)/float64(positions))), Y: place(y.at(median)),
			Class: class(block.Strategy), Mark: mark(block.Strategy), Title: blockTitle(&block),
		}
		if !block.Whole {
			p.Class += " cut"
		}
		b.Plot.Points = append(b.Plot.Points, p)
	}
	return b
}

func blockTitle(b *report.Block) string {
	title := fmt.Sprintf("%s, round %d, block %d of the round: p50 %s ms, p95 %s ms, %s, %s failed",
		b.Strategy, b.Round, b.Position, b.P50.Text(), b.P95.Text(), plural(int(b.Batches), "batch", "batches"), report.Count(b.Failed))
	if isKnown(b.ClientCPU) {
		title += ", client CPU " + b.ClientCPU.Percent()
	}
	if !b.Whole {
		title += "; not judged, because it did not run to its end"
	}
	return title
}
