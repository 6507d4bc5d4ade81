package truth

import (
	"encoding/base64"
	"encoding/binary"
	"io"
	"math"

	"github.com/xk6-weaviate/xk6-weaviate/internal/jsonfile"
)

// collectionLine, setLine and queryLine are how the file writes these.
type collectionLine struct {
	Name     string   `json:"name"`
	Tenant   string   `json:"tenant,omitempty"`
	Vector   string   `json:"vector,omitempty"`
	Distance Distance `json:"distance"`
	Objects  int64    `json:"objects"`
}

type queryLine struct {
	Depth     int     `json:"depth"`
	Tolerance float64 `json:"tolerance"`
	IDs       string  `json:"ids"`
	Distances string  `json:"distances"`
}

// Write writes the file: JSON, a query a line. A query's ids are one base64 text of 16 bytes each, its distances another of a
// little-endian float32 each: a quarter of what numbers and dashed ids in words would take.
func (f *File) Write(w io.Writer) error {
	p := &jsonfile.Printer{}
	p.Text("{\n")
	p.Field("  ", "version", Version, true)
	p.Field("  ", "queries", f.Queries, true)
	p.Field("  ", "depth", f.Depth, true)
	p.List("  ", "collections", len(f.Collections), func(i int) {
		p.Text("    ")
		p.Value(collectionLine(f.Collections[i]))
	})
	p.Text(",\n")
	p.List("  ", "sets", len(f.Sets), func(i int) { f.Sets[i].write(p) })
	p.Text("\n}\n")
	return p.Print(w)
}

func (s *Set) write(p *jsonfile.Printer) {
	p.Text("    {\n")
	p.Field("      ", "set", s.Index, true)
	p.List("      ", "queries", len(s.Queries), func(i int) {
		p.Text("        ")
		s.Queries[i].write(p)
	})
	p.Text("\n    }")
}

func (q *Query) write(p *jsonfile.Printer) {
	if q == nil {
		p.Text("null")
		return
	}
	ids := make([]byte, 0, idSize*len(q.IDs))
	for i := range q.IDs {
		ids = append(ids, q.IDs[i][:]...)
	}
	distances := make([]byte, 0, distanceSize*len(q.Distances))
	for _, d := range q.Distances {
		distances = binary.LittleEndian.AppendUint32(distances, math.Float32bits(d))
	}
	p.Value(queryLine{
		q.Depth, q.Tolerance, base64.StdEncoding.EncodeToString(ids), base64.StdEncoding.EncodeToString(distances),
	})
}
