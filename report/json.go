package report

import (
	"bytes"
	"encoding/json"
	"io"
)

// WriteJSON writes report.json: the report as it is, indented but for lists of numbers, which are long and take one line each.
func (r *Report) WriteJSON(w io.Writer) error {
	var text bytes.Buffer
	encode := json.NewEncoder(&text)
	encode.SetEscapeHTML(false)
	encode.SetIndent("", "  ")
	if err := encode.Encode(r); err != nil {
		return err
	}
	_, err := w.Write(joinNumbers(text.Bytes()))
	return err
}

// joinNumbers puts each list of numbers on one line. In indented JSON a line break is never part of a string.
func joinNumbers(text []byte) []byte {
	lines := bytes.Split(text, []byte("\n"))
	joined := make([]byte, 0, len(text))
	for i := 0; i < len(lines); i++ {
		joined = append(joined, lines[i]...)
		if end := endOfNumbers(lines, i); end > 0 {
			for _, line := range lines[i+1 : end] {
				joined = append(joined, bytes.TrimLeft(line, " ")...)
			}
			i = end
			joined = append(joined, bytes.TrimLeft(lines[end], " ")...)
		}
		if i < len(lines)-1 {
			joined = append(joined, '\n')
		}
	}
	return joined
}

// endOfNumbers is the line that ends the list of numbers that a line begins; 0 when it begins none.
func endOfNumbers(lines [][]byte, begin int) int {
	if !bytes.HasSuffix(lines[begin], []byte("[")) {
		return 0
	}
	for i := begin + 1; i < len(lines); i++ {
		switch line := bytes.TrimLeft(lines[i], " "); {
		case bytes.HasPrefix(line, []byte("]")):
			return i
		case line[0] != 'n' && line[0] != '-' && (line[0] < '0' || line[0] > '9'):
			return 0
		}
	}
	return 0
}
