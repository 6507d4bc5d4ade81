package recorded

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/measure"
	"github.com/xk6-weaviate/xk6-weaviate/record"
)

// Hostile is a text that nobody who shows it must obey: HTML, a script, Markdown, the end of a table's cell, a mention, a link, the
// escape sequence of a terminal, a line break, a mark of direction, and characters that are no text at all.
const Hostile = "<script>alert(1)</script><b> </td> | ``a`` ```\x1b[31mred\x07\r\n# *b* _c_ ~~d~~ [x](https://y.example) ![i](z) @octocat #1 " +
	"https://w.example \\| &lt; &#60; ]]> \"'\u202e\u0000"

// spoil puts Hostile wherever somebody else may have written something.
func spoil(tb testing.TB, run *record.Run) {
	tb.Helper()
	options, err := json.Marshal(map[string]string{"userAgent": Hostile})
	require.NoError(tb, err)
	name := func(collection string) string { return Hostile + collection }
	for _, s := range run.Series {
		s.SearchType = Hostile
		for _, c := range s.Collections {
			c.Name = name(c.Name)
			for _, failure := range c.Failures {
				for i := range failure.Texts {
					failure.Texts[i].Text = Hostile
				}
			}
		}
		slices.SortFunc(s.Collections, func(a, b *record.Collection) int { return strings.Compare(a.Name, b.Name) })
		for _, sample := range s.Samples {
			for i := range sample.Members {
				sample.Members[i].Collection = name(sample.Members[i].Collection)
			}
		}
	}
	for _, p := range run.Processes {
		p.Stopped, p.Script, p.CommandLine, p.Machine.CPU = Hostile, Hostile, []string{"k6", Hostile}, Hostile
		p.Options = options
		p.Info.Server, p.Info.URL, p.Info.GRPC, p.Info.Queries.File = Hostile, Hostile, Hostile, Hostile
		p.Info.Options[Hostile] = Hostile
		for i := range p.Info.Collections {
			p.Info.Collections[i].Name = name(p.Info.Collections[i].Name)
		}
		p.Info.Comparison.Differences = append(p.Info.Comparison.Differences, measure.Difference{Collection: Hostile, Strategy: Hostile, Text: Hostile})
		if p.Server != nil {
			p.Server.URL, p.Server.Error, p.Server.Failed = Hostile, Hostile, 1
			for _, span := range p.Server.Spans {
				for i := range span.Queries {
					span.Queries[i].Collection = name(span.Queries[i].Collection)
				}
			}
		}
	}
}
