package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"go.k6.io/k6/v2/cmd/state"

	"github.com/xk6-weaviate/xk6-weaviate/report"
	"github.com/xk6-weaviate/xk6-weaviate/report/junit"
	"github.com/xk6-weaviate/xk6-weaviate/report/markdown"
	"github.com/xk6-weaviate/xk6-weaviate/report/page"
	"github.com/xk6-weaviate/xk6-weaviate/report/terminal"
)

func newReport(gs *state.GlobalState) *cobra.Command {
	f := &reportFlags{}
	cmd := &cobra.Command{
		Use:   "report [FOLDER | RUN FILE...]",
		Short: "Say which strategy is faster, and whether that can be trusted",
		Long: "Judge what a bench recorded: a table here, and parallel_collection_report.html, report.json, report.md and junit.xml in\n" +
			"the results folder. It judges the newest results folder unless one is named; run files can be named too. Parts of a run that several k6 processes shared\n" +
			"(name.1.weaviate, name.2.weaviate) are put together.\n\n" +
			"The exit status is 0 when everything was read, whatever the verdicts: that one strategy loses is a finding. --fail-on\n" +
			"makes it a gate, with 1 when a verdict fails it:\n" +
			"  none          no verdict does (the default)\n" +
			"  fail          FAIL: the whole interval of a strategy is on the wrong side of a threshold\n" +
			"  invalid       FAIL and INVALID: the measurement does not answer\n" +
			"  inconclusive  everything but PASS\n" +
			"A gate that finds nothing to judge fails. A file that cannot be used makes it 1 with or without a gate, wrong use 2.\n\n" +
			"Thresholds are shares (30% or 0.3), multiples of the baseline's (1.5) or counts. docs/method.md says how verdicts come about.\n" +
			"Every flag but --compare has an environment variable, which the flag overrides: REPORT_ and its name, as REPORT_FAIL_ON.",
		Example: "  k6 x weaviate report\n" +
			"  k6 x weaviate report results_20261124_120000 --fail-on invalid --strategies parallel-grpc --faster 20%\n" +
			"  k6 x weaviate report --compare results_20261124_120000 results_20261125_120000",
	}
	flags := cmd.Flags()
	flags.StringVar(&f.out, "out", variable(gs, reportVariable("out"), ""),
		"folder to write to; the results folder by default ("+reportVariable("out")+")")
	flags.BoolVar(&f.compare, "compare", false, "set two results folders side by side: before and after")
	f.judgingFlags(gs, flags)
	cmd.RunE = runWith(gs, func(_ context.Context, args []string) error {
		if f.compare { // the environment of a gate is not about a comparison
			if !flags.Changed("fail-on") {
				f.failOn = string(report.FailOnNone)
			}
			if !flags.Changed("strategies") {
				f.gated = ""
			}
		}
		o, err := f.options()
		if err != nil {
			return misuse(err)
		}
		if f.compare {
			return compareFolders(gs, f, o, args)
		}
		return reportOn(gs, f, o, args)
	})
	return cmd
}

// reportOn reports on a results folder or on run files.
func reportOn(gs *state.GlobalState, f *reportFlags, o report.Options, paths []string) error {
	if len(paths) == 0 {
		newest, err := report.Newest(".")
		if err != nil {
			return nothing(err)
		}
		paths = []string{newest}
	}
	source, err := report.Open(paths...)
	if err != nil {
		return nothing(err)
	}
	r := report.New(source, o)
	if err := show(gs, f, r, folderOf(paths[0]), []reportWriter{
		{"parallel_collection_report.html", page.Write},
		{"report.json", func(w io.Writer, r *report.Report) error { return r.WriteJSON(w) }},
		{"report.md", markdown.Write},
		{"junit.xml", junit.Write},
	}); err != nil {
		return err
	}
	if len(r.Tests) > 0 && !r.Gate.Passed {
		return errors.New("the gate has failed: " + strings.TrimSuffix(r.Gate.Sentence, "."))
	}
	return nil
}

// compareFolders sets two results folders side by side.
func compareFolders(gs *state.GlobalState, f *reportFlags, o report.Options, paths []string) error {
	if len(paths) != 2 {
		return misuse(fmt.Errorf("--compare needs two results folders, before and after, and was given %d", len(paths)))
	}
	if o.FailOn != report.FailOnNone {
		return misuse(errors.New("--fail-on goes with verdicts, and a comparison of two folders has none: leave it out"))
	}
	before, err := report.Open(paths[0])
	if err != nil {
		return nothing(err)
	}
	after, err := report.Open(paths[1])
	if err != nil {
		return nothing(err)
	}
	return show(gs, f, report.Compare(before, after, o), folderOf(paths[1]), []reportWriter{
		{"comparison.html", page.Write},
		{"comparison.json", func(w io.Writer, r *report.Report) error { return r.WriteJSON(w) }},
		{"comparison.md", markdown.Write},
	})
}

// nothing gives the error of there being nothing to report the exit status of wrong use.
func nothing(err error) error {
	if errors.Is(err, report.ErrNothing) {
		return misuse(err)
	}
	return err
}

// folderOf is the folder of a file, or the folder itself.
func folderOf(path string) string {
	if info, err := os.Stat(path); err == nil && !info.IsDir() {
		return filepath.Dir(path)
	}
	return path
}

// reportWriter writes one of the files.
type reportWriter struct {
	name  string
	write func(io.Writer, *report.Report) error
}

// show shows a report on the terminal and writes its files. The error is for files that could not be written, or not be read.
func show(gs *state.GlobalState, f *reportFlags, r *report.Report, folder string, writers []reportWriter) error {
	if f.out != "" {
		folder = f.out
	}
	var files []outputFile
	var names []string
	for _, writer := range writers {
		var text bytes.Buffer
		if err := writer.write(&text, r); err != nil {
			return fmt.Errorf("%s: %w", writer.name, err)
		}
		files = append(files, outputFile{name: writer.name, text: text.Bytes()})
		names = append(names, writer.name)
	}
	if err := terminal.Write(gs.Stdout, r, gs.Stdout.IsTTY && !gs.Flags.NoColor); err != nil {
		return err
	}
	if err := writeAll(folder, files); err != nil {
		return err
	}
	_, _ = fmt.Fprintf(gs.Stderr, "%s: %s\n", report.Plain(folder), strings.Join(names, ", "))
	switch n := len(r.Problems); n {
	case 0:
		return nil
	case 1:
		return fmt.Errorf("the report is not of everything: %s", problemText(r.Problems[0]))
	default:
		return fmt.Errorf("the report is not of everything: there are %d problems, the first of which is %s", n, problemText(r.Problems[0]))
	}
}

func problemText(p report.Problem) string { return report.Plain(p.File + ": " + p.Text) }
