package queries

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
)

// Write writes the file so that a person can read it: a query a line, a vector a line.
func (f *File) Write(w io.Writer) error {
	var b bytes.Buffer
	b.WriteString("{\n")
	field := func(name string, value any) error {
		text, err := json.Marshal(value)
		if err == nil {
			fmt.Fprintf(&b, "  %q: %s,\n", name, text)
		}
		return err
	}
	for _, part := range []struct {
		name  string
		value any
		write bool
	}{
		{"version", f.Version, true},
		{"searchType", f.SearchType, true},
		{"embedder", f.Embedder, f.Embedder != ""},
		{"dimensions", f.Dimensions, f.Dimensions > 0},
		{"properties", f.Properties, len(f.Properties) > 0},
	} {
		if part.write {
			if err := field(part.name, part.value); err != nil {
				return err
			}
		}
	}
	b.WriteString("  \"sets\": [\n")
	for i := range f.Sets {
		if err := f.Sets[i].write(&b); err != nil {
			return err
		}
		b.WriteString(comma(i, len(f.Sets)))
	}
	b.WriteString("  ]\n}\n")
	_, err := w.Write(b.Bytes())
	return err
}

func (s *Set) write(b *bytes.Buffer) error {
	text, err := json.Marshal(s.Text)
	if err != nil {
		return err
	}
	fmt.Fprintf(b, "    {\n      \"text\": %s,\n", text)
	if len(s.Vector) > 0 {
		vector, err := json.Marshal(s.Vector)
		if err != nil {
			return err
		}
		fmt.Fprintf(b, "      \"vector\": %s,\n", vector)
	}
	b.WriteString("      \"queries\": [\n")
	for i := range s.Queries {
		query, err := json.Marshal(&s.Queries[i])
		if err != nil {
			return err
		}
		b.WriteString("        ")
		b.Write(query)
		b.WriteString(comma(i, len(s.Queries)))
	}
	b.WriteString("      ]\n    }")
	return nil
}

// comma ends item i of n.
func comma(i, n int) string {
	if i == n-1 {
		return "\n"
	}
	return ",\n"
}
