package dataset

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/weaviate/weaviate/entities/schema"
	"google.golang.org/protobuf/types/known/structpb"
)

// The columns that every file of songs has, and the one that holds vectors. They are found in any case (Title, LYRICS).
const (
	titleProperty  = "title"
	lyricsProperty = "lyrics"
	vectorColumn   = "vector"

	maxDimensions = 65535
	// maxColumns is far more than a file of songs has: each is a property of nine collections.
	maxColumns = 1000
)

// column is a column of a file, which becomes a property.
type column struct {
	name string
	kind kind
	line int // of the first value
}

// columns are a file's, in the order in which they were met.
type columns []column

// record is a song as it is imported.
type record struct {
	properties map[string]*structpb.Value
	text       string    // what its vector stands for
	vector     []float32 // nil to have one made of the text
	line       int       // of the file; 0 for a made-up song
}

// columnName is the property that a column becomes: Weaviate begins all with a small letter.
func columnName(name string) (string, error) {
	for _, known := range []string{titleProperty, lyricsProperty, vectorColumn} {
		if strings.EqualFold(name, known) {
			return known, nil
		}
	}
	lower := strings.ToLower(name[:min(1, len(name))]) + name[min(1, len(name)):]
	if _, err := schema.ValidatePropertyName(lower); err != nil {
		return "", fmt.Errorf("column %q cannot be a property: name it with letters, digits and _ only, like %q", name, propertyLike(name))
	}
	if err := schema.ValidateReservedPropertyName(lower); err != nil {
		return "", fmt.Errorf("column %q has a name that Weaviate keeps for itself: name it otherwise, like %q", name, "song_"+lower)
	}
	return lower, nil
}

// propertyLike makes a property's name of any.
func propertyLike(name string) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
	like := strings.Join(words, "_")
	if like == "" || like[0] <= '9' {
		like = strings.TrimSuffix("column_"+like, "_")
	}
	return like
}

// checkColumns refuses a row of too many.
func checkColumns(line, n int) error {
	if n > maxColumns {
		return fmt.Errorf("line %d has %d columns, of which %d are the most: leave some out", line, n, maxColumns)
	}
	return nil
}

// requireColumns checks the names of a file's columns, or of its first row's.
func requireColumns(line int, names []string) error {
	for _, required := range []string{titleProperty, lyricsProperty} {
		if !slices.Contains(names, required) {
			return fmt.Errorf("line %d has no column %s (it has %s): rename the columns that hold the songs' titles and lyrics to title and lyrics",
				line, required, strings.Join(names, ", "))
		}
	}
	return nil
}

// learn finds out the kinds of the columns from one more row and checks it. It gives the row's vector.
func (c *columns) learn(r *row) ([]float32, error) {
	for _, f := range r.fields {
		if f.name == vectorColumn {
			continue
		}
		if err := c.learnField(r, f); err != nil {
			return nil, err
		}
	}
	made, err := c.record(r)
	return made.vector, err
}

func (c *columns) learnField(r *row, f field) error {
	found, ok := kindOf(f.value)
	if !ok {
		return r.wrong(f.name, errors.New("a property is a text, a number, true, false or a list of texts: leave this out or make it one"))
	}
	i := slices.IndexFunc(*c, func(known column) bool { return known.name == f.name })
	if i < 0 {
		i = len(*c)
		if err := checkColumns(r.line, i+1); err != nil {
			return fmt.Errorf("with those of the lines before, %w", err)
		}
		*c = append(*c, column{name: f.name})
	}
	known := &(*c)[i]
	joined, ok := known.kind.join(found)
	_, isCell := f.value.(cell)
	switch {
	case (f.name == titleProperty || f.name == lyricsProperty) && !isCell && found != text && found != unknown:
		return r.wrong(f.name, fmt.Errorf("it is %s and must be text", found))
	case ok:
	case isCell:
		joined = text // as it is written
	default:
		return r.wrong(f.name, fmt.Errorf("it is %s here and %s in line %d: a property has one type", found, known.kind, known.line))
	}
	if known.kind == unknown && found != unknown {
		known.line = f.line
	}
	known.kind = joined
	return nil
}

// record makes a song of a row, by the kinds found out so far.
func (c *columns) record(r *row) (record, error) {
	made := record{properties: make(map[string]*structpb.Value, len(r.fields)), line: r.line}
	for _, f := range r.fields {
		if raw, ok := f.value.(json.RawMessage); ok {
			vector, err := parseVector(raw)
			if err != nil {
				return record{}, r.wrong(vectorColumn, err)
			}
			made.vector = vector
			continue
		}
		if value := c.kind(f.name).as(f.value); value != nil {
			made.properties[f.name] = value
		}
	}
	made.text = songText(made.properties[titleProperty].GetStringValue(), made.properties[lyricsProperty].GetStringValue())
	if made.vector == nil && !strings.ContainsFunc(made.text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
		return record{}, r.wrong(lyricsProperty, errors.New("neither title nor lyrics has a word to make a vector of: leave the row out"))
	}
	return made, nil
}

// kind is a column's. Title and lyrics are text, whatever they look like.
func (c *columns) kind(name string) kind {
	if name == titleProperty || name == lyricsProperty {
		return text
	}
	for _, known := range *c {
		if known.name == name {
			return known.kind
		}
	}
	return text
}

// parseVector reads a vector: a JSON array of numbers. It is nil for an empty cell or null.
func parseVector(raw json.RawMessage) ([]float32, error) {
	if len(raw) == 0 || string(raw) == "null" {
		return nil, nil
	}
	var vector []float32
	if err := json.Unmarshal(raw, &vector); err != nil {
		return nil, fmt.Errorf("it is not a list of numbers like [0.1,-0.2] (%w)", err)
	}
	if len(vector) == 0 || bytes.Contains(raw, []byte("null")) {
		return nil, errors.New("it is not a list of numbers like [0.1,-0.2] (it is empty, or has null in it)")
	}
	if len(vector) > maxDimensions {
		return nil, fmt.Errorf("a vector of %d numbers is longer than Weaviate takes, which is %d", len(vector), maxDimensions)
	}
	return vector, nil
}

// properties are the columns that Weaviate is to know.
func (c *columns) properties() []column {
	list := slices.Clone(*c)
	for i := range list {
		list[i].kind = c.kind(list[i].name)
	}
	return list
}

func (c *columns) describe() string {
	names := make([]string, 0, len(*c))
	for _, known := range c.properties() {
		names = append(names, fmt.Sprintf("%s (%s)", known.name, known.kind))
	}
	return strings.Join(names, ", ")
}
