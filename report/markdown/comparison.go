package markdown

import (
	"bytes"
	"fmt"

	"github.com/xk6-weaviate/xk6-weaviate/report"
	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

func writeComparison(b *bytes.Buffer, c *report.Comparison) {
	fmt.Fprintf(b, "## %s → %s\n\n", code(c.Before.Name), code(c.After.Name))
	header, line := "| search type | strategy | p50 ms | change | p95 ms | change | batches/s | change | failed |", "|---|---|--:|--:|--:|--:|--:|--:|--:|"
	recall := c.RecallTitle()
	if recall != "" {
		header, line = header+" "+recall+" | change |", line+"--:|--:|"
	}
	fmt.Fprintf(b, "%s\n%s\n", header, line)
	for i := range c.Rows {
		row := &c.Rows[i]
		fmt.Fprintf(b, "| %s | %s | %s | %s | %s | %s | %s | %s | %s → %s |", code(row.Title), row.Strategy,
			arrow(row.Before.Duration.P50, row.After.Duration.P50), changeOf(row, verdict.P50),
			arrow(row.Before.Duration.P95, row.After.Duration.P95), changeOf(row, verdict.P95),
			arrow(row.Before.Throughput, row.After.Throughput), changeOf(row, verdict.Throughput),
			share(row.Before), share(row.After))
		if recall != "" {
			fmt.Fprintf(b, " %s | %s |", row.RecallText(), row.Recall.Text())
		}
		b.WriteByte('\n')
	}
	if found := c.Found(); len(found) > 0 {
		b.WriteByte('\n')
		for _, finding := range found {
			fmt.Fprintf(b, "- %s, %s: **%s**\n", code(finding.Title), finding.Strategy, finding.Sentence)
		}
		fmt.Fprintf(b, "\n%s\n", c.Advice)
	}
	fmt.Fprintf(b, "\n%s\n\n", c.Caution)
	for _, sentence := range c.Only {
		fmt.Fprintf(b, "- %s\n", code(sentence))
	}
	if len(c.Before.Facts) == 0 {
		return
	}
	b.WriteString("\n<details><summary>What differs</summary>\n\n| | before | after |\n|---|---|---|\n")
	for i, fact := range c.Before.Facts {
		fmt.Fprintf(b, "| %s | %s | %s |\n", code(fact.Name), code(fact.Value), code(c.After.Facts[i].Value))
	}
	b.WriteString("\n</details>\n")
}

func arrow(before, after report.Number) string { return before.Text() + " → " + after.Text() }

func changeOf(row *report.ComparisonRow, s verdict.Statistic) string {
	change := row.Change(s)
	if change == nil {
		return report.Unknown
	}
	return orUnknown(change.Change)
}

// share is the share of failed batches.
func share(c report.Compared) string {
	if c.Batches == 0 {
		return report.Unknown
	}
	return report.Known(float64(c.Failed) / float64(c.Batches)).Percent()
}
