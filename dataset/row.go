package dataset

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

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

// csvReader reads the rows of a CSV file, whose first line names the columns.
type csvReader struct {
	*csv.Reader
	names []string
	line  int // of the last row
}

func newCSVReader(s *source) rowReader {
	r := csv.NewReader(s.Reader)
	r.ReuseRecord = true
	return &csvReader{Reader: r}
}

func (r *csvReader) read() (row, error) {
	if r.names == nil {
		if err := r.readNames(); err != nil {
			return row{}, err
		}
	}
	cells, err := r.Read()
	if err != nil {
		return row{}, r.explain(err, len(cells))
	}
	r.line, _ = r.FieldPos(0)
	made := row{line: r.line, fields: make([]field, 0, len(cells))}
	for i, value := range cells {
		if r.names[i] == "" {
			continue
		}
		line, _ := r.FieldPos(i)
		f := field{r.names[i], line, cell(value)}
		made.fields = append(made.fields, f)
		if !utf8.ValidString(value) {
			return row{}, made.wrong(f.name, errNotUTF8)
		}
		if f.name == vectorColumn {
			made.fields[len(made.fields)-1].value = json.RawMessage(value)
		}
	}
	return made, nil
}

// readNames reads the first line. A column without a name is left out: some tools write one that counts the rows.
func (r *csvReader) readNames() error {
	names, err := r.Read()
	if err != nil {
		return r.explain(err, 0)
	}
	r.names = make([]string, len(names))
	for i, name := range names {
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		if !utf8.ValidString(name) {
			return fmt.Errorf("line 1: %w", errNotUTF8)
		}
		if name, err = columnName(name); err != nil {
			return fmt.Errorf("line 1: %w", err)
		}
		if slices.Contains(r.names, name) {
			return fmt.Errorf("line 1: two columns are named %s", name)
		}
		r.names[i] = name
	}
	return requireColumns(1, r.names)
}

// explain says in words what encoding/csv found.
func (r *csvReader) explain(err error, cells int) error {
	var wrong *csv.ParseError
	switch {
	case errors.Is(err, errRowTooLong):
		return fmt.Errorf("after line %d: %w", r.line, err)
	case !errors.As(err, &wrong):
		return err
	case errors.Is(err, csv.ErrFieldCount):
		return fmt.Errorf("line %d has %d values and line 1 names %d columns: a value that holds commas needs quotes around it",
			wrong.StartLine, cells, len(r.names))
	default:
		return fmt.Errorf("line %d, byte %d (of the row that begins in line %d): %w; quotes stand around a whole value, and are "+
			"written twice inside", wrong.Line, wrong.Column, wrong.StartLine, wrong.Err)
	}
}

// jsonlReader reads the rows of a file with a JSON object on each line.
type jsonlReader struct {
	*source
	line int
}

func newJSONLReader(s *source) rowReader { return &jsonlReader{source: s} }

func (r *jsonlReader) read() (row, error) {
	for {
		r.line++
		text, err := r.ReadBytes('\n')
		if err != nil && (!errors.Is(err, io.EOF) || len(text) == 0) {
			if errors.Is(err, errRowTooLong) {
				err = fmt.Errorf("line %d: %w", r.line, err)
			}
			return row{}, err
		}
		if text = bytes.TrimSpace(text); len(text) > 0 {
			return r.parse(text)
		}
	}
}

func (r *jsonlReader) parse(text []byte) (row, error) {
	if !utf8.Valid(text) {
		return row{}, fmt.Errorf("line %d: %w", r.line, errNotUTF8)
	}
	if text[0] != '{' {
		return row{}, fmt.Errorf("line %d is not a JSON object, which begins with {: write one a line, as jq -c '.[]' OLD >NEW does "+
			"with an array", r.line)
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(text, &object); err != nil {
		return row{}, fmt.Errorf("line %d is not a JSON object in one line (%w)", r.line, err)
	}
	made := row{line: r.line, fields: make([]field, 0, len(object))}
	for name, raw := range object {
		name, err := columnName(name)
		if err != nil {
			return row{}, fmt.Errorf("line %d: %w", r.line, err)
		}
		f := field{name, r.line, raw}
		if name != vectorColumn {
			decoder := json.NewDecoder(bytes.NewReader(raw))
			decoder.UseNumber()
			if err := decoder.Decode(&f.value); err != nil {
				return row{}, fmt.Errorf("line %d: %w", r.line, err)
			}
		}
		made.fields = append(made.fields, f)
	}
	slices.SortFunc(made.fields, func(a, b field) int { return strings.Compare(a.name, b.name) }) // maps have no order
	for i := 1; i < len(made.fields); i++ {
		if made.fields[i].name == made.fields[i-1].name {
			return row{}, fmt.Errorf("line %d: two columns are named %s", r.line, made.fields[i].name)
		}
	}
	return made, nil
}
