package dataset

import (
	"context"
	"fmt"
	"iter"
	"math"

	"google.golang.org/protobuf/types/known/structpb"
)

// supply gives the songs of the nine collections: always the same ones.
type supply interface {
	// songs names what the songs are, for the marker.
	songs() string
	// sizes are how many songs each collection is to hold.
	sizes() []int
	// batches gives the songs of each collection from one on, some at a time and each collection's in their order.
	batches(ctx context.Context, from []int, size int) iter.Seq2[batch, error]
}

// batch is some songs of a collection that follow one another.
type batch struct {
	collection   int
	first, count int
	song         func(i int) record // the batch's song i
}

func (b *batch) end() int { return b.first + b.count }

// madeUp supplies made-up songs, one collection after the other. It makes none before it is asked for, so that memory
// does not grow with their number.
type madeUp struct{ scale float64 }

func (m madeUp) songs() string { return "made-up songs" }

func (m madeUp) sizes() []int {
	sizes := make([]int, 0, len(Collections()))
	for _, c := range Collections() {
		sizes = append(sizes, scaled(c.Objects, m.scale))
	}
	return sizes
}

func (m madeUp) batches(_ context.Context, from []int, size int) iter.Seq2[batch, error] {
	return func(yield func(batch, error) bool) {
		for c, total := range m.sizes() {
			name := Collections()[c].Name
			for first := from[c]; first < total; first += size {
				b := batch{c, first, min(size, total-first), func(i int) record { return madeUpRecord(name, first+i) }}
				if !yield(b, nil) {
					return
				}
			}
		}
	}
}

func madeUpRecord(collection string, i int) record {
	song := MakeSong(collection, i)
	return record{
		properties: map[string]*structpb.Value{
			titleProperty:  structpb.NewStringValue(song.Title),
			"artist":       structpb.NewStringValue(song.Artist),
			"year":         structpb.NewNumberValue(float64(song.Year)),
			"genre":        structpb.NewStringValue(song.Genre),
			lyricsProperty: structpb.NewStringValue(song.Lyrics),
		},
		text: song.Text(),
	}
}

// dealt supplies the songs of a file, dealt to the collections in one pass.
type dealt struct {
	file *songFile
	// count is how many of its songs are dealt: the first ones.
	count int
}

// dealFile takes as many songs of a file as the scale allows.
func dealFile(f *songFile, scale float64) dealt {
	enough := max(len(Collections()), int(math.Round(scale*float64(FullSize()))))
	return dealt{f, min(f.songs, enough)}
}

func (d dealt) songs() string { return fmt.Sprintf("songs of a file (sha256 %s)", d.file.digest) }

func (d dealt) sizes() []int { return deal().sizes(d.count) }

func (d dealt) batches(ctx context.Context, from []int, size int) iter.Seq2[batch, error] {
	return func(yield func(batch, error) bool) {
		waiting := make([][]record, len(from))
		first := append([]int(nil), from...)
		give := func(c int) bool {
			records := waiting[c]
			b := batch{c, first[c], len(records), func(i int) record { return records[i] }}
			first[c] += len(records)
			waiting[c] = nil
			return yield(b, nil)
		}
		i := 0
		for song, err := range d.file.records(ctx) {
			if err != nil {
				yield(batch{}, err)
				return
			}
			if i == d.count {
				break
			}
			p := deal().place(i)
			i++
			if p.index < from[p.collection] {
				continue
			}
			waiting[p.collection] = append(waiting[p.collection], song)
			if len(waiting[p.collection]) == size && !give(p.collection) {
				return
			}
		}
		if i < d.count {
			yield(batch{}, d.file.wrong(errChanged))
			return
		}
		for c := range waiting {
			if len(waiting[c]) > 0 && !give(c) {
				return
			}
		}
	}
}
