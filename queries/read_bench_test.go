package queries_test

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/dataset"
	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/queries"
)

// wide is a file whose nine collections have vectors of their own, of 1536 numbers: 40 × 9 × 1536 in all.
func wide(tb testing.TB) []byte {
	tb.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	terms := make([]queries.Term, 40)
	for i := range terms {
		terms[i] = queries.Term{Text: "a search term", Own: make(map[string]queries.Vector)}
		for _, name := range dataset.Names() {
			vector := make(queries.Vector, 1536)
			for k := range vector {
				vector[k] = random.Float32() - 0.5
			}
			terms[i].Own[name] = vector
		}
	}
	file, err := queries.Make(queries.Options{
		SearchType: fanout.SearchVector, Targets: queries.SongTargets(dataset.Names()), Terms: terms,
	})
	require.NoError(tb, err)
	return write(tb, file)
}

// BenchmarkRead reads a committed file, and the largest that `k6 x weaviate queries` makes of nine collections of OpenAI's
// vectors; beside it, what encoding/json alone takes for that one's numbers.
func BenchmarkRead(b *testing.B) {
	large := wide(b)
	run := func(name string, text []byte, read func() error) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				require.NoError(b, read())
			}
		})
	}
	reader := func(text []byte) func() error {
		return func() error {
			_, err := queries.Read(bytes.NewReader(text), "bench.json")
			return err
		}
	}
	mixed := committed(b, fanout.SearchMixed)
	run("mixed.json", mixed, reader(mixed))
	run("own vectors", large, reader(large))

	file := read(b, large)
	numbers := make([][]float32, 0, 360)
	for i := range file.Sets {
		for k := range file.Sets[i].Queries {
			numbers = append(numbers, file.Sets[i].Queries[k].NearVector.Vector)
		}
	}
	plain, err := json.Marshal(numbers)
	require.NoError(b, err)
	run("own vectors by encoding/json", plain, func() error {
		var list [][]float32
		return json.Unmarshal(plain, &list)
	})
}
