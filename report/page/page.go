// Package page renders a report as one HTML file that needs nothing else: no network, and JavaScript only for comfort.
//
// Charts are SVG that is drawn here, in shares of their width and height, so that the page fits screens of every width and paper.
// Names and texts of servers and scripts get into the page through html/template alone, which escapes them for wherever they stand.
package page

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"io"
	"regexp"
	"strings"

	"github.com/xk6-weaviate/xk6-weaviate/report"
)

//go:embed assets templates
var files embed.FS

// page is what the templates are given.
type page struct {
	*report.Report

	Policy string
	Style  template.CSS
	Script template.JS

	Summary     summary
	Verdicts    verdicts
	Validity    validity
	Overview    overview
	Effects     effects
	Tails       []distribution
	Collections collections
	Holding     holding
	Anatomy     []anatomy
	Users       users
	Times       []times
	Failures    failures
	Blocks      []blocks
	Sustained   []sustained
	Origin      origin
	Comparison  *comparison
}

// Write writes the page.
func Write(w io.Writer, r *report.Report) error {
	style := embedded("assets/base.css") + embedded("assets/chart.css") + embedded("assets/section.css") + embedded("assets/media.css")
	script := embedded("assets/page.js")
	p := &page{
		Report: r, Style: template.CSS(style), Script: template.JS(script), //nolint:gosec // the page's own
		Policy: policy(style, script), Origin: newOrigin(r),
	}
	name := "comparison.html"
	if r.Comparison != nil {
		p.Comparison = newComparison(r)
	} else {
		name = "report.html"
		loads := loadsOf(r)
		p.Summary, p.Verdicts, p.Validity = newSummary(r, loads), newVerdicts(r, loads), newValidity(loads)
		p.Overview, p.Effects, p.Tails = newOverview(r, loads), newEffects(r, loads), newDistributions(r, loads)
		p.Collections, p.Holding, p.Anatomy = newCollections(loads), newHolding(loads), newAnatomy(loads)
		p.Users, p.Times, p.Failures, p.Blocks = newUsers(r), newTimes(r), newFailures(loads), newBlocks(loads)
		p.Sustained = newSustained(r)
	}
	var text bytes.Buffer
	if err := templates.ExecuteTemplate(&text, name, p); err != nil {
		return err
	}
	_, err := w.Write(text.Bytes())
	return err
}

// templates are parsed once: they are part of the program.
var templates = parse()

// lineEnd is the end of a line of a template, with the indentation of the next.
var lineEnd = regexp.MustCompile(`\n\s*`)

// parse joins the lines of the templates, so that they can be written for people and the page has no white space but what it shows.
// A line that must end with a space ends with &#32;, or the next begins with it.
func parse() *template.Template {
	all := template.New("").Funcs(functions())
	for _, name := range []string{"report", "comparison", "frame", "chart", "judged", "measured", "members", "anatomy", "run", "limits"} {
		template.Must(all.New(name).Parse(lineEnd.ReplaceAllString(embedded("templates/"+name+".html"), "")))
	}
	return all
}

func embedded(name string) string {
	text, err := files.ReadFile(name)
	if err != nil {
		panic(err) // it is part of the program
	}
	return string(text)
}

// policy forbids the page everything but its own style and script, which it names by their hashes: even a mistake in the escaping of a
// name would run nothing and load nothing.
func policy(style, script string) string {
	hash := func(text string) string {
		sum := sha256.Sum256([]byte(text))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	return strings.Join([]string{
		"default-src 'none'", "style-src " + hash(style), "script-src " + hash(script), "img-src data:",
		"base-uri 'none'", "form-action 'none'",
	}, "; ")
}
