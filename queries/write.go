package queries

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
)

// Write writes the file so that a person can read it: a query a line, a set's vector a line.
func (f *File) Write(w io.Writer) error {
	p := &printer{}
	p.text("{\n")
	p.field("  ", "version", f.Version, true)
	p.field("  ", "searchType", f.SearchType, true)
	p.field("  ", "embedder", f.Embedder, f.Embedder != "")
	p.field("  ", "dimensions", f.Dimensions, f.Dimensions != 0)
	p.field("  ", "properties", f.Properties, f.Properties != nil)
	p.text("  \"sets\": [\n")
	for i := range f.Sets {
		f.Sets[i].write(p)
		p.end(i, len(f.Sets))
	}
	p.text("  ]\n}\n")
	if p.err != nil {
		return p.err
	}
	_, err := w.Write(p.out.Bytes())
	return err
}

func (s *Set) write(p *printer) {
	p.text("    {\n")
	p.field("      ", "text", s.Text, true)
	p.field("      ", "vector", s.Vector, s.Vector != nil)
	p.text("      \"queries\": [\n")
	for i := range s.Queries {
		p.text("        ")
		p.value(&s.Queries[i])
		p.end(i, len(s.Queries))
	}
	p.text("      ]\n    }")
}

// printer lays JSON out, up to the first error.
type printer struct {
	out bytes.Buffer
	err error
}

func (p *printer) text(text string) { p.out.WriteString(text) }

// field writes a key of its own line, if it is there.
func (p *printer) field(indent, name string, value any, there bool) {
	if there {
		p.text(fmt.Sprintf("%s%q: ", indent, name))
		p.value(value)
		p.text(",\n")
	}
}

func (p *printer) value(value any) {
	if p.err != nil {
		return
	}
	encoder := json.NewEncoder(&p.out)
	encoder.SetEscapeHTML(false) // "R&B" is for people
	p.err = encoder.Encode(value)
	p.out.Truncate(max(0, p.out.Len()-1)) // its line end
}

// end ends item i of n.
func (p *printer) end(i, n int) {
	if i < n-1 {
		p.text(",")
	}
	p.text("\n")
}
