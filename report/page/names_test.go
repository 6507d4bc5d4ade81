package page

import (
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/xk6-weaviate/xk6-weaviate/internal/recorded"
	"github.com/xk6-weaviate/xk6-weaviate/report"
)

// hostile is the report of a bench in which everything that somebody else may have written holds HTML.
func hostile(tb testing.TB) *report.Report {
	tb.Helper()
	r := made(tb, recorded.Options{Slowness: 8, Failures: 0.01, Hostile: true, Variables: briefly()})
	r.Name = recorded.Hostile
	r.Problems = append(r.Problems, report.Problem{File: recorded.Hostile, Text: recorded.Hostile})
	return r
}

func TestNamesStayText(t *testing.T) {
	t.Parallel()
	compared := report.Compare(
		source(t, recorded.Options{Slowness: 8, Hostile: true, Variables: briefly()}),
		source(t, recorded.Options{Seed: 1, Slowness: 8, Hostile: true, Version: "2", Variables: briefly()}), options())
	compared.Comparison.Only = []string{recorded.Hostile}
	for name, r := range map[string]*report.Report{"report": hostile(t), "comparison": compared} {
		tame := example(t)
		if name == "comparison" {
			tame = report.Compare(source(t, recorded.Options{Slowness: 8, Variables: briefly()}),
				source(t, recorded.Options{Seed: 1, Slowness: 8, Version: "2", Variables: briefly()}), options())
		}
		document := parsed(t, r)
		require.Equal(t, kinds(parsed(t, tame)), kinds(document), "%s: no name brings an element or an attribute of its own", name)
		text := document.Text()
		require.Contains(t, text, "<script>alert(1)</script><b>", name)
		require.Equal(t, 1, document.Find("script").Length(), name)
		require.NotContains(t, document.Find("body").Text(), "\x1b", "%s: nothing that a terminal would obey", name)
		require.NotContains(t, document.Find("body").Text(), "\u202e", "%s: nothing that turns what is read round", name)
	}
}

// kinds are the names of the elements of a page that may hold names of others, and those of all attributes but few.
func kinds(document *goquery.Document) map[string]bool {
	found := make(map[string]bool)
	document.Find("*").Each(func(_ int, s *goquery.Selection) {
		node := s.Get(0)
		if node.Type != html.ElementNode {
			return
		}
		switch node.Data {
		case "b", "small", "ul", "li", "p", "div", "code", "h2", "h3", "details", "summary": // come and go with what there is to say
		default:
			found["<"+node.Data+">"] = true
		}
		for _, a := range node.Attr {
			if !strings.HasPrefix(a.Key, "data-") && a.Key != "open" && a.Key != "title" {
				found[a.Key] = true
			}
		}
	})
	for _, sometimes := range []string{"<br>", "<input>", "<label>", "for", "name", "type", "checked"} {
		delete(found, sometimes) // tabs are there only for more than one test
	}
	return found
}

func TestLongNamesLoseTheirMiddle(t *testing.T) {
	t.Parallel()
	require.Equal(t, "SongLyrics_400k", shortened("SongLyrics_400k", shortName))
	long := "A" + strings.Repeat("very", 20) + "LongName_400k"
	short := shortened(long, shortName)
	require.Len(t, []rune(short), shortName)
	require.True(t, strings.HasPrefix(short, "Avery"), short)
	require.True(t, strings.HasSuffix(short, "Name_400k"), short)
	require.Equal(t, "a b�", shortened("a\nb\u202e", shortName))
}
