package dataset

import "sync"

// place is where a song of a file goes.
type place struct {
	collection int // of the nine
	index      int // which of its songs it is
}

// dealer deals the songs of a file to the nine collections one after the other, so that however many there are, the
// collections grow in the proportions of their full sizes. The nine first songs go to nine collections: none stays empty.
// Where a song goes depends on nothing but its number in the file: a file that was imported in part is gone on with.
type dealer struct {
	shares []int   // songs of each collection in a round
	round  []place // where the songs of the first round go
}

// roundUnit is the full size that stands for one song of a round; all full sizes are multiples of it.
const roundUnit = 1000

//nolint:gochecknoglobals // a constant in all but name
var deal = sync.OnceValue(newDealer)

// newDealer gives each song to the collection that is due: of n songs to a round, song k is due at k/n.
func newDealer() *dealer {
	d := &dealer{}
	total := 0
	for _, c := range Collections() {
		d.shares = append(d.shares, c.Objects/roundUnit)
		total += c.Objects / roundUnit
	}
	dealt := make([]int, len(d.shares))
	for range total {
		due := 0
		for c := range d.shares {
			if dealt[c]*d.shares[due] < dealt[due]*d.shares[c] {
				due = c
			}
		}
		d.round = append(d.round, place{due, dealt[due]})
		dealt[due]++
	}
	return d
}

// place is where song i of a file goes.
func (d *dealer) place(i int) place {
	p := d.round[i%len(d.round)]
	p.index += i / len(d.round) * d.shares[p.collection]
	return p
}

// sizes are how many of the first n songs each collection gets.
func (d *dealer) sizes(n int) []int {
	sizes := make([]int, len(d.shares))
	for c, share := range d.shares {
		sizes[c] = n / len(d.round) * share
	}
	for _, p := range d.round[:n%len(d.round)] {
		sizes[p.collection]++
	}
	return sizes
}
