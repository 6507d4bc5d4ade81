package truth

import (
	"math"

	"gonum.org/v1/gonum/floats"
)

// Distance is a metric by which an index compares vectors, as the schema names it.
type Distance string

// The distances.
const (
	Cosine    Distance = "cosine"
	Dot       Distance = "dot"
	L2Squared Distance = "l2-squared"
	Manhattan Distance = "manhattan"
	Hamming   Distance = "hamming"
)

// Distances lists all distances.
func Distances() []Distance { return []Distance{Cosine, Dot, L2Squared, Manhattan, Hamming} }

// rounding is the relative error of a number that is rounded to float32.
const rounding = 1.0 / (1 << 24)

// tolerance is how much the distances that a server reckons in float32, of vectors of so many dimensions, may differ from exact ones:
// the error of a sum grows with the root of the number of its terms, in proportion to their size.
func tolerance(dimensions int, size float64) float64 {
	return 4 * rounding * math.Sqrt(float64(dimensions)) * size
}

// point is a vector in double precision, and its length.
type point struct {
	x    []float64
	norm float64
}

// set makes the point that of a vector. It reuses the memory.
func (p *point) set(vector []float32) {
	p.x = p.x[:0]
	for _, x := range vector {
		p.x = append(p.x, float64(x))
	}
	p.norm = math.Sqrt(floats.Dot(p.x, p.x))
}

// between is the distance of two points of the same length, and the size of the terms that it is the sum of. Where it is certain to
// be more than worst, both may be anything above.
func (d Distance) between(a, b *point, worst float64) (distance, size float64) {
	switch d {
	case Cosine:
		norms := a.norm * b.norm
		if norms == 0 {
			return 1, 1 // what Weaviate takes it for
		}
		return max(0, 1-floats.Dot(a.x, b.x)/norms), 1
	case Dot:
		return -floats.Dot(a.x, b.x), a.norm * b.norm
	case L2Squared:
		// A product is cheaper, but inexact where two vectors are near each other.
		norms := a.norm*a.norm + b.norm*b.norm
		if least := norms - 2*floats.Dot(a.x, b.x) - cancelled*norms; least > worst {
			return least, least
		}
		distance = squares(a.x, b.x)
		return distance, distance
	case Manhattan:
		distance = absolutes(a.x, b.x)
		return distance, distance
	default:
		return differing(a.x, b.x), 0
	}
}

// cancelled is what may be lost, as a share, in a difference of sums in double precision: far more than is, for any vector.
const cancelled = 1e-10

// squares is the sum of the squared differences. Four sums at once keep a processor busy that adds several numbers in the time that
// one takes.
func squares(a, b []float64) float64 {
	b = b[:len(a)]
	var s0, s1, s2, s3 float64
	i := 0
	for ; i+4 <= len(a); i += 4 {
		d0, d1, d2, d3 := a[i]-b[i], a[i+1]-b[i+1], a[i+2]-b[i+2], a[i+3]-b[i+3]
		s0 += d0 * d0
		s1 += d1 * d1
		s2 += d2 * d2
		s3 += d3 * d3
	}
	for ; i < len(a); i++ {
		s0 += (a[i] - b[i]) * (a[i] - b[i])
	}
	return (s0 + s1) + (s2 + s3)
}

// absolutes is the same for the differences' amounts.
func absolutes(a, b []float64) float64 {
	b = b[:len(a)]
	var s0, s1, s2, s3 float64
	i := 0
	for ; i+4 <= len(a); i += 4 {
		s0 += math.Abs(a[i] - b[i])
		s1 += math.Abs(a[i+1] - b[i+1])
		s2 += math.Abs(a[i+2] - b[i+2])
		s3 += math.Abs(a[i+3] - b[i+3])
	}
	for ; i < len(a); i++ {
		s0 += math.Abs(a[i] - b[i])
	}
	return (s0 + s1) + (s2 + s3)
}

// differing is how many numbers differ.
func differing(a, b []float64) float64 {
	b = b[:len(a)]
	count := 0
	for i, x := range a {
		if x != b[i] {
			count++
		}
	}
	return float64(count)
}
