package jsonfile

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
)

// Printer lays JSON out, up to the first error.
type Printer struct {
	out bytes.Buffer
	err error
}

// Text writes what is not to be changed.
func (p *Printer) Text(text string) { p.out.WriteString(text) }

// Field writes a key of its own line, if it is there.
func (p *Printer) Field(indent, name string, value any, there bool) {
	if there {
		p.Text(fmt.Sprintf("%s%q: ", indent, name))
		p.Value(value)
		p.Text(",\n")
	}
}

// Value writes a value, on one line.
func (p *Printer) Value(value any) {
	if p.err != nil {
		return
	}
	encoder := json.NewEncoder(&p.out)
	encoder.SetEscapeHTML(false) // "R&B" is for people
	p.err = encoder.Encode(value)
	p.out.Truncate(max(0, p.out.Len()-1)) // its line end
}

// End ends item i of n.
func (p *Printer) End(i, n int) {
	if i < n-1 {
		p.Text(",")
	}
	p.Text("\n")
}

// Print writes what was laid out, or returns what went wrong with that.
func (p *Printer) Print(w io.Writer) error {
	if p.err != nil {
		return p.err
	}
	_, err := w.Write(p.out.Bytes())
	return err
}
