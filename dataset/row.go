package dataset

import "fmt"

// row is one song as it stands in a file.
type row struct {
	line   int // where it begins, counted from 1
	fields []field
}

// field is one value of a row.
type field struct {
	name  string // of the column
	line  int    // where the value stands: a row of a CSV file may go over several
	value any    // a cell, or what encoding/json makes of a value; json.RawMessage for a vector
}

// rowReader reads a file row by row. io.EOF ends it.
type rowReader interface{ read() (row, error) }

// wrong names the place of a column in the row.
func (r *row) wrong(column string, err error) error {
	line := r.line
	for _, f := range r.fields {
		if f.name == column {
			line = f.line
		}
	}
	return fmt.Errorf("line %d, column %s: %w", line, column, err)
}

// names are those of the columns that the row has.
func (r *row) names() []string {
	names := make([]string, len(r.fields))
	for i, f := range r.fields {
		names[i] = f.name
	}
	return names
}
