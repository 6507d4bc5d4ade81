package bench

import (
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
	"github.com/xk6-weaviate/xk6-weaviate/record"
)

// unknown stands where a strategy cannot know a value.
const unknown = "–"

// WriteTable writes one row per search type and strategy: what was measured, and no judgement of it.
func WriteTable(w io.Writer, tests []*Test) {
	t := table.NewWriter()
	style := table.StyleLight
	style.Format.Header = text.FormatDefault
	t.SetStyle(style)
	t.SetOutputMirror(w)
	t.AppendHeader(table.Row{"search type", "strategy", "batches", "p50 ms", "p95 ms", "batches/s", "failed", "most often slowest"})
	configs := []table.ColumnConfig{{Number: 1, AutoMerge: true}}
	for column := 3; column <= 7; column++ {
		configs = append(configs, table.ColumnConfig{Number: column, Align: text.AlignRight, AlignHeader: text.AlignRight})
	}
	t.SetColumnConfigs(configs)
	for _, test := range tests {
		for _, strategy := range test.Schedule.Options().Strategies {
			t.AppendRow(row(test, strategy))
		}
		t.AppendSeparator()
	}
	t.Render()
}

func row(test *Test, strategy fanout.Strategy) table.Row {
	r := table.Row{string(test.SearchType), string(strategy)}
	var series *record.Series
	if test.Run != nil {
		series = test.Run.Total(strategy, measure.Measured)
	}
	if series == nil {
		return append(r, "0", unknown, unknown, unknown, unknown, unknown)
	}
	batches := series.Batches()
	return append(
		r,
		strconv.FormatInt(batches, 10),
		milliseconds(series.Duration.Quantile(0.50)),
		milliseconds(series.Duration.Quantile(0.95)),
		fmt.Sprintf("%.1f", float64(batches)/test.Run.Measured(strategy).Seconds()),
		strconv.FormatInt(batches-series.Outcomes[fanout.Full], 10),
		slowest(series, batches),
	)
}

func milliseconds(d time.Duration) string {
	return fmt.Sprintf("%.2f", float64(d)/float64(time.Millisecond))
}

// slowest names the collection that completed last most often, and in which share of the batches.
func slowest(series *record.Series, batches int64) string {
	var most *record.Collection
	for _, c := range series.Collections {
		if c.Slowest() > 0 && (most == nil || c.Slowest() > most.Slowest()) {
			most = c
		}
	}
	if most == nil {
		return unknown
	}
	return fmt.Sprintf("%s (%.0f %%)", most.Name, 100*float64(most.Slowest())/float64(batches))
}
