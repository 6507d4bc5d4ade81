package terminal

import (
	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/xk6-weaviate/xk6-weaviate/report"
	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

// comparison shows two results folders side by side.
func (w *writer) comparison(c *report.Comparison) {
	header := table.Row{"search type", "strategy", "p50 ms", "change", "p95 ms", "change", "batches/s", "failed"}
	recall := c.RecallTitle()
	if recall != "" {
		header = append(header, recall, "change")
	}
	t := newTable(header, 3, 4, 5, 6, 7, 8)
	for i := range c.Rows {
		row := &c.Rows[i]
		of := func(s verdict.Statistic) string {
			if change := row.Change(s); change != nil && change.Change != "" {
				return change.Change
			}
			return report.Unknown
		}
		cells := table.Row{
			report.Plain(row.Title), string(row.Strategy),
			between(row.Before.Duration.P50, row.After.Duration.P50), of(verdict.P50),
			between(row.Before.Duration.P95, row.After.Duration.P95), of(verdict.P95),
			between(row.Before.Throughput, row.After.Throughput),
			report.Count(row.Before.Failed) + " → " + report.Count(row.After.Failed),
		}
		if recall != "" {
			cells = append(cells, row.RecallText(), row.Recall.Text())
		}
		t.AppendRow(cells)
	}
	w.line("%s → %s", report.Plain(c.Before.Name), report.Plain(c.After.Name))
	w.line("%s", t.Render())
	for _, finding := range c.Found() {
		w.line("%s, %s: %s", report.Plain(finding.Title), finding.Strategy, finding.Sentence)
	}
	if c.Advice != "" {
		w.line("%s", c.Advice)
	}
	for _, sentence := range c.Only {
		w.line("%s", report.Plain(sentence))
	}
	w.line("%s", c.Caution)
}

func between(before, after report.Number) string { return before.Text() + " → " + after.Text() }
