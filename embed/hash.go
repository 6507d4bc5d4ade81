// Package embed turns texts into vectors.
package embed

import (
	"fmt"
	"hash/fnv"
	"math"
	"strings"
	"unicode"
)

// Hash is an embedder that needs no model and no network: each word is a fixed pseudo-random direction, and a text is the
// weighted sum of its words' directions, at length 1. Texts that share words are near to one another, which is all that a load
// test asks of it. The same text has the same vector on every machine. It is for one goroutine.
type Hash struct {
	dimensions int
	words      map[string][]float32
}

// maxWords bounds the memory that the directions take.
const maxWords = 1 << 14

// precision is the step to which the numbers are rounded. Sums of floats differ in their last digits between processors that
// fuse multiplications and those that do not; rounded, they are the same, and shorter in files.
const precision = 1e5

// NewHash makes an embedder for vectors of the given length.
func NewHash(dimensions int) (*Hash, error) {
	if dimensions < 1 || dimensions > 65535 {
		return nil, fmt.Errorf("vectors of %d dimensions: use 1 to 65535", dimensions)
	}
	return &Hash{dimensions: dimensions, words: make(map[string][]float32)}, nil
}

// Embed returns the vector of a text. A text without any word has no direction: that is an error.
func (h *Hash) Embed(text string) ([]float32, error) {
	counts := make(map[string]int)
	var order []string // a map's order would change the sum's last digits
	for _, word := range words(text) {
		if counts[word] == 0 {
			order = append(order, word)
		}
		counts[word]++
	}
	if len(order) == 0 {
		return nil, fmt.Errorf("the text %q has no words: nothing to embed", text)
	}
	sum := make([]float64, h.dimensions)
	for _, word := range order {
		weight := 1 + math.Log(float64(counts[word])) // a chorus counts more, but not each time anew
		for i, x := range h.direction(word) {
			sum[i] += weight * float64(x)
		}
	}
	return normalized(sum), nil
}

func normalized(sum []float64) []float32 {
	var square float64
	for _, x := range sum {
		square += x * x
	}
	vector := make([]float32, len(sum))
	if square == 0 { // words that cancel out: as good as impossible
		vector[0] = 1
		return vector
	}
	scale := precision / math.Sqrt(square)
	for i, x := range sum {
		vector[i] = float32(math.Round(x*scale) / precision)
	}
	return vector
}

// direction is the word's own: numbers between -1 and 1 drawn from a generator that the word seeds.
func (h *Hash) direction(word string) []float32 {
	if d, ok := h.words[word]; ok {
		return d
	}
	seed := fnv.New64a()
	_, _ = seed.Write([]byte(word)) // never fails
	state := seed.Sum64()
	d := make([]float32, h.dimensions)
	for i := range d {
		d[i] = float32(int64(splitmix(&state))>>40) / (1 << 23) //nolint:gosec // the bits are the point
	}
	if len(h.words) < maxWords {
		h.words[word] = d
	}
	return d
}

// splitmix is the generator SplitMix64 (Steele, Lea, Flood, 2014).
func splitmix(state *uint64) uint64 {
	*state += 0x9e3779b97f4a7c15
	z := *state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

func words(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
}
