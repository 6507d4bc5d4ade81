package dataset

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

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
	if err := checkColumns(r.line, len(object)); err != nil {
		return row{}, err
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
