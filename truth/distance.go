package truth

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
