package dataset

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

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
	if err := checkColumns(1, len(names)); err != nil {
		return err
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
