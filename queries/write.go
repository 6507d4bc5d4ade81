package queries

import (
	"io"

	"github.com/xk6-weaviate/xk6-weaviate/internal/jsonfile"
)

// Write writes the file so that a person can read it: a query a line, a set's vector a line.
func (f *File) Write(w io.Writer) error {
	p := &jsonfile.Printer{}
	p.Text("{\n")
	p.Field("  ", "version", f.Version, true)
	p.Field("  ", "searchType", f.SearchType, true)
	p.Field("  ", "embedder", f.Embedder, f.Embedder != "")
	p.Field("  ", "dimensions", f.Dimensions, f.Dimensions != 0)
	p.Field("  ", "properties", f.Properties, f.Properties != nil)
	p.Field("  ", "additional", f.Additional, f.Additional != nil)
	p.Text("  \"sets\": [\n")
	for i := range f.Sets {
		f.Sets[i].write(p)
		p.End(i, len(f.Sets))
	}
	p.Text("  ]\n}\n")
	return p.Print(w)
}

func (s *Set) write(p *jsonfile.Printer) {
	p.Text("    {\n")
	p.Field("      ", "text", s.Text, true)
	p.Field("      ", "vector", s.Vector, s.Vector != nil)
	p.List("      ", "queries", len(s.Queries), func(i int) {
		p.Text("        ")
		p.Value(&s.Queries[i])
	})
	p.Text("\n    }")
}
