package dataset

import "math"

// DefaultDimensions is the length of the songs' vectors unless something else is asked for.
const DefaultDimensions = 384

// Collection is one of the nine, with its number of objects at full scale.
type Collection struct {
	Name    string
	Objects int
}

// Collections are the nine, the largest first.
func Collections() []Collection {
	return []Collection{
		{"SongLyrics", 1_000_000},
		{"SongLyrics_400k", 400_000},
		{"SongLyrics_200k", 200_000},
		{"SongLyrics_50k", 50_000},
		{"SongLyrics_30k", 30_000},
		{"SongLyrics_20k", 20_000},
		{"SongLyrics_15k", 15_000},
		{"SongLyrics_12k", 12_000},
		{"SongLyrics_10k", 10_000},
	}
}

// FullSize is the number of objects of all nine at full scale.
func FullSize() int {
	total := 0
	for _, c := range Collections() {
		total += c.Objects
	}
	return total
}

// Names are the nine names.
func Names() []string {
	names := make([]string, 0, len(Collections()))
	for _, c := range Collections() {
		names = append(names, c.Name)
	}
	return names
}

// scaled is a share of a full size, at least one object.
func scaled(objects int, scale float64) int {
	return max(1, int(math.Round(scale*float64(objects))))
}
