// Package terminal shows a report as tables of text.
package terminal

import (
	"fmt"
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/xk6-weaviate/xk6-weaviate/report"
	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

// writer keeps the first error, so that what writes can say what it writes and no more.
type writer struct {
	to     io.Writer
	colour bool
	err    error
}

// Write shows a report: what the verdicts are, why, and what was measured. It shows statuses in colour if it may.
func Write(to io.Writer, r *report.Report, colour bool) error {
	w := &writer{to: to, colour: colour}
	if r.Comparison != nil {
		w.comparison(r.Comparison)
	} else {
		w.verdicts(r)
		w.reasons(r)
		w.measured(r)
		w.limits(r)
		w.notes(r)
		w.summary(r)
	}
	for _, problem := range r.Problems {
		w.line("%s: %s", w.paint(text.FgRed, report.Plain(problem.File)), report.Plain(problem.Text))
	}
	if r.Gate.FailOn != report.FailOnNone {
		status := w.paint(text.FgGreen, "passed")
		if !r.Gate.Passed {
			status = w.paint(text.FgRed, "failed")
		}
		w.line("The gate (--fail-on %s) has %s. %s", r.Gate.FailOn, status, r.Gate.Sentence)
	}
	return w.err
}

func (w *writer) line(format string, args ...any) {
	if w.err == nil {
		_, w.err = fmt.Fprintf(w.to, format+"\n", args...)
	}
}

func (w *writer) paint(c text.Color, s string) string {
	if !w.colour || s == "" {
		return s
	}
	return c.EscapeSeq() + s + text.Reset.EscapeSeq()
}

// status paints a verdict. The word says it all: colour only helps to find it.
func (w *writer) status(s verdict.Status) string {
	switch s {
	case verdict.Pass:
		return w.paint(text.FgGreen, string(s))
	case verdict.Fail:
		return w.paint(text.FgRed, string(s))
	case verdict.Inconclusive:
		return w.paint(text.FgYellow, string(s))
	case verdict.Invalid:
		return w.paint(text.FgMagenta, string(s))
	default:
		return string(s)
	}
}

// newTable makes a table with some columns aligned to the right.
func newTable(header table.Row, right ...int) table.Writer {
	t := table.NewWriter()
	style := table.StyleLight
	style.Format.Header = text.FormatDefault
	t.SetStyle(style)
	t.AppendHeader(header)
	configs := make([]table.ColumnConfig, 0, 1+len(right))
	configs = append(configs, table.ColumnConfig{Number: 1, AutoMerge: true})
	for _, column := range right {
		configs = append(configs, table.ColumnConfig{Number: column, Align: text.AlignRight, AlignHeader: text.AlignRight})
	}
	t.SetColumnConfigs(configs)
	return t
}

// title is what stands in the first column: a test and, where it has several, its load.
func title(r *report.Report, t *report.Test, l *report.Load) string {
	if len(t.Loads) > 1 || l.Rate > 0 {
		return report.Plain(r.Title(t)) + ", " + l.Title()
	}
	return report.Plain(r.Title(t))
}

// verdicts is the table that is read in ten seconds.
func (w *writer) verdicts(r *report.Report) {
	t := newTable(table.Row{"search type", "strategy", "verdict", "median batch", "against", "noise floor"}, 4, 6)
	rows := 0
	for i := range r.Tests {
		test := &r.Tests[i]
		for j := range test.Loads {
			load := &test.Loads[j]
			for k := range load.Verdicts {
				v := &load.Verdicts[k]
				median := report.Unknown
				if e := v.Effect(verdict.P50); e != nil && e.Change != "" {
					median = e.Change
				}
				floor := report.Unknown
				if load.NoiseFloor.Change != "" {
					floor = load.NoiseFloor.Change
				}
				t.AppendRow(table.Row{title(r, test, load), string(v.Strategy), w.status(v.Status), median, string(test.Baseline), floor})
				rows++
			}
		}
		t.AppendSeparator()
	}
	if rows > 0 {
		w.line("%s", t.Render())
	}
}

// reasons say why a verdict is not PASS or what speaks against one, what fan-out and protocol do apart from one another, and where strategies change places.
func (w *writer) reasons(r *report.Report) {
	for i := range r.Tests {
		test := &r.Tests[i]
		for j := range test.Loads {
			for _, v := range test.Loads[j].Verdicts {
				if v.Status != verdict.Pass || len(v.Caveats) > 0 {
					w.line("%s  %s, %s: %s", w.status(v.Status), title(r, test, &test.Loads[j]), v.Strategy, v.Sentence)
				}
			}
		}
		for j := range test.Loads {
			if apart := test.Loads[j].Apart(); apart != "" {
				w.line("%s: %s", title(r, test, &test.Loads[j]), apart)
			}
		}
		for _, c := range test.Crossovers {
			w.line("%s, %s against %s: %s", report.Plain(r.Title(test)), c.Strategy, test.Baseline, c.Sentence)
		}
		if test.Lacks != "" {
			w.line("%s: no verdict. %s", report.Plain(r.Title(test)), test.Lacks)
		}
	}
}

// measured is the table of what was measured.
func (w *writer) measured(r *report.Report) {
	header := table.Row{
		"search type", "strategy", "batches", "p50 ms", "p95 ms", "p99 ms", "batches/s", "failed", "most often slowest",
	}
	recall, rate := r.RecallTitle(), r.OpenLoop()
	if rate {
		header = append(header, "not started")
	}
	if recall != "" {
		header = append(header, recall)
	}
	t := newTable(header, 3, 4, 5, 6, 7, 8)
	for i := range r.Tests {
		test := &r.Tests[i]
		for j := range test.Loads {
			load := &test.Loads[j]
			for k := range load.Results {
				cells := row(title(r, test, load), &load.Results[k])
				if rate {
					cells = append(cells, load.Results[k].NotStartedText())
				}
				if recall != "" {
					cells = append(cells, r.RecallCell(test, &load.Results[k]))
				}
				t.AppendRow(cells)
			}
		}
		t.AppendSeparator()
	}
	if len(r.Tests) > 0 {
		w.line("%s", t.Render())
	}
	if rate {
		w.line("%s", report.NotStartedHint)
	}
	if recall != "" {
		w.line("%s", r.RecallHint())
	}
}

func row(title string, result *report.Result) table.Row {
	s, slowest := result.Slowest()
	if s != nil {
		slowest = report.Plain(s.Collection) + " (" + s.Share.Percent() + ")"
	}
	return table.Row{
		title, string(result.Strategy), report.Count(result.Batches), result.Duration.P50.Text(), result.Duration.P95.Text(),
		result.Duration.P99.Text(), result.Throughput.Text(), report.Count(result.Failed), slowest,
	}
}

// limits is the table of the highest sustainable rates.
func (w *writer) limits(r *report.Report) {
	if len(r.Limits) == 0 {
		return
	}
	t := newTable(table.Row{"search type", "strategy", "objective", "highest batches/s", "what was found"}, 4)
	for i := range r.Limits {
		f := &r.Limits[i]
		t.AppendRow(table.Row{report.Plain(string(f.SearchType)), string(f.Strategy), f.Objective, report.Count(int64(f.Rate)), report.Plain(f.Sentence())})
	}
	w.line("%s", t.Render())
}

// notes say what is odd about the runs.
func (w *writer) notes(r *report.Report) {
	for i := range r.Tests {
		for _, note := range r.Tests[i].Notes {
			quote := ""
			if note.Quote != "" {
				quote = " " + report.Plain(note.Quote)
			}
			w.line("%s: %s%s", report.Plain(r.Title(&r.Tests[i])), note.Text, quote)
		}
	}
}

// summary says in a line what was run.
func (w *writer) summary(r *report.Report) {
	var facts []string
	for _, fact := range r.Summary() {
		facts = append(facts, fact.Name+": "+report.Plain(fact.Value))
	}
	if len(facts) > 0 {
		w.line("%s", strings.Join(facts, "; "))
	}
}
