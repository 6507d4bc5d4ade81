// Package markdown writes a report as GitHub-flavoured Markdown, short enough for a pull request.
package markdown

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/report"
	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

// Write writes the report.
func Write(w io.Writer, r *report.Report) error {
	var b bytes.Buffer
	if r.Comparison != nil {
		writeComparison(&b, r.Comparison)
	} else {
		fmt.Fprintf(&b, "## Searching many collections at once: %s\n\n", code(r.Name))
		writeVerdicts(&b, r)
		writeMeasured(&b, r)
		writeLimits(&b, r)
		writeProvenance(&b, r)
	}
	for _, problem := range r.Problems {
		fmt.Fprintf(&b, "- Not used: %s: %s\n", code(problem.File), code(problem.Text))
	}
	if r.Gate.FailOn != report.FailOnNone {
		state := "passed"
		if !r.Gate.Passed {
			state = "failed"
		}
		fmt.Fprintf(&b, "\nThe gate (`--fail-on %s`) has **%s**. %s\n", r.Gate.FailOn, state, r.Gate.Sentence)
	}
	_, err := w.Write(b.Bytes())
	return err
}

// writeLimits writes the highest sustainable rates.
func writeLimits(b *bytes.Buffer, r *report.Report) {
	if len(r.Limits) == 0 {
		return
	}
	b.WriteString("\n| search type | strategy | objective | highest batches/s | what was found |\n|---|---|---|--:|---|\n")
	for i := range r.Limits {
		f := &r.Limits[i]
		fmt.Fprintf(b, "| %s | %s | %s | %s | %s |\n", code(string(f.SearchType)), f.Strategy, code(f.Objective), report.Count(int64(f.Rate)), code(f.Sentence()))
	}
}

// title is what stands in the first column: a test and, where it has several, its load.
func title(r *report.Report, t *report.Test, l *report.Load) string {
	if len(t.Loads) > 1 || l.Rate > 0 {
		return code(r.Title(t)) + ", " + l.Title()
	}
	return code(r.Title(t))
}

func writeVerdicts(b *bytes.Buffer, r *report.Report) {
	var rows, reasons bytes.Buffer
	for i := range r.Tests {
		t := &r.Tests[i]
		for j := range t.Loads {
			load := &t.Loads[j]
			for k := range load.Verdicts {
				v := &load.Verdicts[k]
				fmt.Fprintf(&rows, "| %s | %s | **%s** | %s | %s | %s | %s |\n", title(r, t, load), v.Strategy, v.Status,
					effect(v, verdict.P50), effect(v, verdict.P95), effect(v, verdict.Throughput), orUnknown(load.NoiseFloor.Change))
				if v.Status != verdict.Pass || len(v.Caveats) > 0 {
					fmt.Fprintf(&reasons, "- **%s** %s, %s: %s\n", v.Status, title(r, t, load), v.Strategy, v.Sentence)
				}
			}
		}
		for j := range t.Loads {
			if apart := t.Loads[j].Apart(); apart != "" {
				fmt.Fprintf(&reasons, "- %s: %s\n", title(r, t, &t.Loads[j]), apart)
			}
		}
		for _, c := range t.Crossovers {
			fmt.Fprintf(&reasons, "- %s, %s against %s: %s\n", code(r.Title(t)), c.Strategy, t.Baseline, c.Sentence)
		}
		if t.Lacks != "" {
			fmt.Fprintf(&reasons, "- %s: no verdict. %s\n", code(r.Title(t)), t.Lacks)
		}
	}
	if rows.Len() > 0 {
		b.WriteString("| search type | strategy | verdict | p50 | p95 | batches/s | noise floor |\n|---|---|---|--:|--:|--:|--:|\n")
		b.Write(rows.Bytes())
		fmt.Fprintf(b, "\nChanges against %s, with %s intervals over rounds.\n", baselines(r), report.Known(confidence(r)).Percent())
	}
	if reasons.Len() > 0 {
		b.WriteByte('\n')
		b.Write(reasons.Bytes())
	}
}

// baselines names the baselines of the tests.
func baselines(r *report.Report) string {
	var names []string
	for i := range r.Tests {
		name := string(r.Tests[i].Baseline)
		if len(names) == 0 || names[len(names)-1] != name {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}

func confidence(r *report.Report) float64 {
	for _, t := range r.Thresholds {
		if t.Name == "confidence" {
			return t.Value
		}
	}
	return 0.95
}

func effect(v *report.Verdict, s verdict.Statistic) string {
	e := v.Effect(s)
	if e == nil {
		return report.Unknown
	}
	return orUnknown(e.Change)
}

func orUnknown(change string) string {
	if change == "" {
		return report.Unknown
	}
	return change
}

func writeMeasured(b *bytes.Buffer, r *report.Report) {
	if len(r.Tests) == 0 {
		return
	}
	b.WriteString("\n<details><summary>What was measured</summary>\n\n")
	header, line := "| search type | strategy | batches | p50 ms | p95 ms | p99 ms | batches/s | failed | most often slowest |", "|---|---|--:|--:|--:|--:|--:|--:|---|"
	recall, rate := r.RecallTitle(), r.OpenLoop()
	if rate {
		header, line = header+" not started |", line+"--:|"
	}
	if recall != "" {
		header, line = header+" "+recall+" |", line+"---|"
	}
	fmt.Fprintf(b, "%s\n%s\n", header, line)
	for i := range r.Tests {
		t := &r.Tests[i]
		for j := range t.Loads {
			for k := range t.Loads[j].Results {
				result := &t.Loads[j].Results[k]
				s, slowest := result.Slowest()
				if s != nil {
					slowest = code(s.Collection) + " (" + s.Share.Percent() + ")"
				}
				fmt.Fprintf(b, "| %s | %s | %s | %s | %s | %s | %s | %s | %s |", title(r, t, &t.Loads[j]), result.Strategy,
					report.Count(result.Batches), result.Duration.P50.Text(), result.Duration.P95.Text(), result.Duration.P99.Text(),
					result.Throughput.Text(), report.Count(result.Failed), slowest)
				if rate {
					fmt.Fprintf(b, " %s |", result.NotStartedText())
				}
				if recall != "" {
					fmt.Fprintf(b, " %s |", r.RecallCell(t, result))
				}
				b.WriteByte('\n')
			}
		}
	}
	b.WriteString("\nA batch with a failed member counts with the batch limit. `unknown`: too few batches. Throughput is of batches without a " +
		"failed member.\n\n")
	if rate {
		fmt.Fprintf(b, "%s\n\n", report.NotStartedHint)
	}
	if recall != "" {
		fmt.Fprintf(b, "%s\n\n", r.RecallHint())
	}
	writeFailures(b, r)
	b.WriteString("</details>\n")
}

// writeFailures tells how often each strategy failed in which way.
func writeFailures(b *bytes.Buffer, r *report.Report) {
	for i := range r.Tests {
		t := &r.Tests[i]
		for j := range t.Loads {
			for k := range t.Loads[j].Results {
				result := &t.Loads[j].Results[k]
				for _, category := range fanout.Categories() {
					writeFailure(b, title(r, t, &t.Loads[j]), result, category)
				}
			}
		}
	}
}

// writeFailure tells of the failures of one category, with the most frequent text of the collection that failed most.
func writeFailure(b *bytes.Buffer, title string, result *report.Result, category fanout.Category) {
	var count int64
	var collections []string
	text := ""
	for _, f := range result.Failures {
		if f.Category != category {
			continue
		}
		count += f.Count
		collections = append(collections, f.Collection)
		if text == "" && len(f.Texts) > 0 {
			text = ": " + code(f.Texts[0].Text)
		}
	}
	var where string
	switch len(collections) {
	case 0:
		return
	case 1:
		where = code(collections[0])
	default:
		where = fmt.Sprintf("%d collections, the most on %s", len(collections), code(collections[0]))
	}
	fmt.Fprintf(b, "- %s, %s: %s × %s on %s%s\n", title, result.Strategy, report.Count(count), category, where, text)
}

// writeProvenance says what is odd, and what was run.
func writeProvenance(b *bytes.Buffer, r *report.Report) {
	for i := range r.Tests {
		for _, note := range r.Tests[i].Notes {
			fmt.Fprintf(b, "- %s: %s", code(r.Title(&r.Tests[i])), note.Text)
			if note.Quote != "" {
				b.WriteString(" " + code(note.Quote))
			}
			b.WriteByte('\n')
		}
	}
	var facts []string
	for _, fact := range r.Summary() {
		facts = append(facts, fact.Name+": "+code(fact.Value))
	}
	if len(facts) > 0 {
		fmt.Fprintf(b, "\n<sub>%s</sub>\n", strings.Join(facts, " · "))
	}
}
