package page

import (
	"math"
	"strings"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/report"
)

// plot is a chart over two axes. All places are shares of its width and height, so that it fits every page, and the sizes of letters,
// points and lines stay what they are.
type plot struct {
	// Label says what it shows to those who cannot see it.
	Label string
	// Size is a class that sets its height: "tall", "middle" or "low".
	Size string
	X, Y axis
	// Shade is the path of what does not count. Where it is empty, it is that of the plot that drew the one of the same ShadeID.
	Shade, ShadeID string
	Rules          []rule
	Lines          []line
	Points         []point
	// Reads says how a script reads the values under the pointer from the lines; nil when it cannot.
	Reads *reads
}

// reads is what a script needs to read values from a plot's lines.
type reads struct {
	// Stops are the names of the places along x at which lines have values, if they have a common list of them.
	Stops string
	// From and To are the ends of the axes otherwise; Log says whether y is logarithmic.
	XFrom, XTo, YFrom, YTo float64
	Log                    bool
	XUnit, YUnit           string
}

// line is the line of a series.
type line struct {
	// Class is that of its strategy, or what sets its colour.
	Class string
	// Name is what a legend calls it.
	Name string
	// Path is the line, Area what is filled; either may be empty.
	Path, Area string
}

// point is a single value.
type point struct {
	X, Y place
	// Class sets its colour and Mark is the id of its shape.
	Class, Mark string
	Title       string
	// Text stands beside it.
	Text string
}

// rule is an upright line across a plot or strip. Text stands above it.
type rule struct {
	At    place
	Class string
	Text  string
}

// canvas is how many units a path has across the plot, whatever its size on the page.
const canvas = 1000

// pen draws a path. The zero value is ready.
type pen struct {
	path strings.Builder
	down bool
	// x and y are where it is, in tenths of units, and steps how many it made since it was put down.
	x, y, steps int
}

// to draws to a place, or begins there. All but the first place of a line are written as steps from the one before, which is shorter;
// they are steps between rounded places, so that nothing adds up.
func (p *pen) to(x, y float64) {
	atX, atY := int(math.Round(10*canvas*x)), int(math.Round(10*canvas*y))
	command, stepX, stepY := "l", atX-p.x, atY-p.y
	if !p.down {
		command, stepX, stepY = "M", atX, atY
	}
	if p.down {
		p.steps++
	} else {
		p.steps = 0
	}
	p.x, p.y, p.down = atX, atY, true
	p.path.WriteString(command)
	p.path.WriteString(decimal(float64(stepX)/10, 1))
	if stepY >= 0 {
		p.path.WriteByte(' ')
	}
	p.path.WriteString(decimal(float64(stepY)/10, 1))
}

// lift ends the line, so that the next begins somewhere else. A line of one place becomes a dot.
func (p *pen) lift() {
	if p.down && p.steps == 0 {
		p.path.WriteString("l0 0")
	}
	p.down = false
}

// fill ends the line where it began.
func (p *pen) fill() {
	if p.down {
		p.path.WriteByte('Z')
	}
	p.down = false
}

// String is the path.
func (p *pen) String() string {
	p.lift()
	return p.path.String()
}

// boxes is the path of upright bands over the whole height, from and to some values of x.
func boxes(x scale, bands [][2]float64) string {
	var p pen
	for _, band := range bands {
		from, to := x.at(band[0]), x.at(band[1])
		p.to(from, 0)
		p.to(to, 0)
		p.to(to, 1)
		p.to(from, 1)
		p.fill()
	}
	return p.String()
}

// known are the values that are known.
func known(lists ...[]report.Number) []float64 {
	var values []float64
	for _, list := range lists {
		for _, n := range list {
			if value, ok := n.Get(); ok {
				values = append(values, value)
			}
		}
	}
	return values
}

// class is the class of a strategy, which sets its colour and the dashes of its lines everywhere.
func class(s fanout.Strategy) string {
	for _, known := range fanout.Strategies() {
		if s == known {
			return "s-" + string(s)
		}
	}
	return "s-other"
}

// mark is the id of a strategy's shape.
func mark(s fanout.Strategy) string {
	if class(s) == "s-other" {
		return "mark-other"
	}
	return "mark-" + string(s)
}
