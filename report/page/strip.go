package page

import "github.com/xk6-weaviate/xk6-weaviate/fanout"

// rows is a chart of one strip a row, beside the words and numbers that it shows: what a table is, with a picture in it.
type rows struct {
	// Label says what it shows, Name what the rows are, Value what the last column holds.
	Label, Name, Value string
	Axis               axis
	Rows               []row
}

// row is one row of a chart, or the heading of those that follow.
type row struct {
	// Heading is the text of a heading.
	Heading string

	// Label says what the row is of; if it is empty, Strategy does. Note stands beside it.
	Label, Note string
	Strategy    fanout.Strategy

	Strip strip
	// Value is the number, and Detail more of it. Class is for its colour.
	Value, Detail, Class string
	// Unknown says why there is nothing to draw.
	Unknown string
}

// strip is the picture of a row.
type strip struct {
	Bands []bar
	Rules []rule
	Bars  []bar
	// Whiskers are thin lines: intervals.
	Whiskers []bar
	Dots     []place
	Marks    []point
	Title    string
}

// bar is a stretch of a strip.
type bar struct {
	From, Length place
	Class        string
	Title        string
}

// stretch is the bar from one value to another, cut off at the ends of the axis.
func (a *axis) stretch(from, to float64, class string) bar {
	begin, end := clamp(a.at(from)), clamp(a.at(to))
	return bar{From: place(begin), Length: place(end - begin), Class: class}
}

func clamp(at float64) float64 { return max(0, min(1, at)) }
