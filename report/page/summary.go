package page

import (
	"fmt"
	"slices"
	"strings"

	"github.com/xk6-weaviate/xk6-weaviate/report"
)

// summary is the head of the page: what was measured, and what is odd about it.
type summary struct {
	// About are short facts on what was measured.
	About []string
	Notes []note
}

// note is a report.Note with the test that it is about.
type note struct {
	report.Note

	Title string
}

func newSummary(r *report.Report, loads []load) summary {
	var s summary
	if len(r.Tests) == 0 {
		return s
	}
	s.About = append(s.About, r.Tests[0].Timeline.Start.Format("2 January 2006, 15:04 UTC"))
	first := &r.Tests[0]
	objects := 0.0
	for _, c := range first.Collections {
		objects += value(c.Objects)
	}
	searched := plural(len(first.Collections), "collection", "collections")
	if objects > 0 {
		searched += " with " + report.Count(int64(objects)) + " objects"
	}
	s.About = append(s.About, searched)
	if version := fact(first, "server", "Weaviate"); version != "" {
		s.About = append(s.About, "Weaviate "+shortened(version, shortName))
	}
	s.About = append(s.About, plural(len(r.Tests), "search type", "search types"))
	var titles, rounds []string
	batches := int64(0)
	for i := range loads {
		titles = append(titles, loads[i].Load.Title())
		if loads[i].Rounds > 0 {
			rounds = append(rounds, plural(loads[i].Rounds, "round", "rounds"))
		}
		for j := range loads[i].Results {
			batches += loads[i].Results[j].Batches
		}
	}
	s.About = append(s.About, strings.Join(distinct(titles), ", "))
	s.About = append(s.About, distinct(rounds)...)
	s.About = append(s.About, report.Count(batches)+" batches measured")
	for i := range r.Tests {
		for _, n := range r.Tests[i].Notes {
			s.Notes = append(s.Notes, note{n, name(r.Title(&r.Tests[i]))})
		}
	}
	return s
}

// fact is a fact of a test; empty when it is not known.
func fact(t *report.Test, group, name string) string {
	for _, g := range t.Facts {
		for _, f := range g.Facts {
			if g.Name == group && f.Name == name {
				return f.Value
			}
		}
	}
	return ""
}

// distinct leaves out what was there before.
func distinct(list []string) []string {
	var kept []string
	for _, s := range list {
		if !slices.Contains(kept, s) {
			kept = append(kept, s)
		}
	}
	return kept
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%s %s", report.Count(int64(n)), many)
}
