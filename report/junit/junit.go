// Package junit writes a report as a JUnit file, for what shows test results: one case for each search type, load and strategy.
package junit

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/xk6-weaviate/xk6-weaviate/report"
	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

type suites struct {
	XMLName  xml.Name `xml:"testsuites"`
	Name     string   `xml:"name,attr"`
	Tests    int      `xml:"tests,attr"`
	Failures int      `xml:"failures,attr"`
	Errors   int      `xml:"errors,attr"`
	Skipped  int      `xml:"skipped,attr"`
	Suites   []*suite `xml:"testsuite"`
}

type suite struct {
	Name      string     `xml:"name,attr"`
	Tests     int        `xml:"tests,attr"`
	Failures  int        `xml:"failures,attr"`
	Errors    int        `xml:"errors,attr"`
	Skipped   int        `xml:"skipped,attr"`
	Timestamp string     `xml:"timestamp,attr,omitempty"`
	Cases     []testcase `xml:"testcase"`
}

type testcase struct {
	ClassName string  `xml:"classname,attr"`
	Name      string  `xml:"name,attr"`
	Time      string  `xml:"time,attr,omitempty"`
	Failure   *result `xml:"failure,omitempty"`
	Error     *result `xml:"error,omitempty"`
	Skipped   *result `xml:"skipped,omitempty"`
	Output    string  `xml:"system-out,omitempty"`
}

type result struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",chardata"`
}

// Write writes the report: FAIL is a failure, INVALID an error and INCONCLUSIVE is skipped, unless the report's gate fails on it:
// then it is a failure. What could not be read is an error, and a test without verdicts is skipped.
func Write(w io.Writer, r *report.Report) error {
	all := &suites{Name: report.Plain(r.Name)}
	for i := range r.Tests {
		t := &r.Tests[i]
		s := &suite{Name: report.Plain(r.Title(t)), Timestamp: t.Timeline.Start.Format("2006-01-02T15:04:05")}
		for j := range t.Loads {
			for k := range t.Loads[j].Verdicts {
				s.add(caseOf(r, t, &t.Loads[j], &t.Loads[j].Verdicts[k]))
			}
		}
		if t.Lacks != "" {
			s.add(testcase{ClassName: class(r, t), Name: "verdict", Skipped: &result{Message: t.Lacks}})
		}
		all.add(s)
	}
	if len(r.Problems) > 0 {
		s := &suite{Name: "files"}
		for _, problem := range r.Problems {
			s.add(testcase{ClassName: "weaviate.files", Name: report.Plain(problem.File), Error: &result{Message: report.Plain(problem.Text)}})
		}
		all.add(s)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", "  ")
	if err := encoder.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (s *suite) add(c testcase) {
	s.Cases = append(s.Cases, c)
	s.Tests++
	switch {
	case c.Failure != nil:
		s.Failures++
	case c.Error != nil:
		s.Errors++
	case c.Skipped != nil:
		s.Skipped++
	}
}

func (s *suites) add(one *suite) {
	s.Suites = append(s.Suites, one)
	s.Tests += one.Tests
	s.Failures += one.Failures
	s.Errors += one.Errors
	s.Skipped += one.Skipped
}

func class(r *report.Report, t *report.Test) string { return "weaviate." + report.Plain(r.Title(t)) }

func caseOf(r *report.Report, t *report.Test, load *report.Load, v *report.Verdict) testcase {
	c := testcase{ClassName: class(r, t), Name: string(v.Strategy), Output: details(v)}
	if len(t.Loads) > 1 {
		c.Name += " with " + load.Title()
	}
	if own := load.Result(v.Strategy); own != nil {
		c.Time = fmt.Sprintf("%.3f", own.Measured)
	}
	told := &result{Message: v.Sentence, Type: string(v.Status)}
	switch {
	case v.Status == verdict.Fail, v.Status == verdict.Inconclusive && r.Gate.FailOn == report.FailOnInconclusive:
		c.Failure = told
	case v.Status == verdict.Invalid:
		c.Error = told
	case v.Status != verdict.Pass:
		told.Type = "" // JUnit has no types of what is skipped
		c.Skipped = told
	}
	return c
}

// details are what speaks against a PASS, the criteria and the checks that did not pass, a line each.
func details(v *report.Verdict) string {
	var b strings.Builder
	for _, caveat := range v.Caveats {
		fmt.Fprintf(&b, "%s\n", caveat)
	}
	for _, c := range v.Criteria {
		fmt.Fprintf(&b, "%s: %s. %s\n", c.Name, c.Status, c.Sentence)
	}
	for _, c := range v.Checks {
		if c.Status != verdict.Pass {
			fmt.Fprintf(&b, "check %s: %s. %s\n", c.Name, c.Status, c.Sentence)
		}
	}
	return b.String()
}
