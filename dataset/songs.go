// Package dataset is the data that tests search: nine collections of made-up songs.
package dataset

import (
	_ "embed" // for the vocabulary
	"hash/fnv"
	"math/rand/v2"
	"strings"
)

//go:embed vocabulary.txt
var vocabularyText string

// Song is one made-up song.
type Song struct {
	Title, Artist, Genre, Lyrics string
	Year                         int
}

// Text is what a song's vector stands for.
func (s *Song) Text() string { return s.Title + "\n" + s.Lyrics }

const commonTopic = "common"

// vocabulary is the words by topic, each topic's most frequent first.
type vocabulary struct {
	common []string
	topics [][]string
}

//nolint:gochecknoglobals // read-only
var (
	words  = parseVocabulary(vocabularyText)
	genres = []string{"Pop", "Rock", "Country", "Hip-Hop", "R&B", "Folk", "Metal", "Electronic", "Jazz", "Blues", "Soul", "Indie"}
	// Artists are a first part and a second part: more than two thousand of them.
	artistFirst = strings.Fields("The Midnight Electric Silver Broken Velvet Golden Lost Wild Paper Neon Little Black Crimson Hollow " +
		"Northern Southern Rolling Lonely Blue Johnny Maria Ella Frank Billie Otis Nina Sam Ruby Jack Clara Hank Stella Leroy Grace")
	artistSecond = strings.Fields("Rivers Wolves Hearts Engines Ghosts Lights Strangers Kings Roses Horses Shadows Saints Rebels " +
		"Satellites Sparrows Thieves Avenue Parade Machine Choir Carter Monroe Walker Lopez Reed Holloway King Fields Stone Baker " +
		"Simmons Vega Cole Hart Young")
)

func parseVocabulary(text string) vocabulary {
	var v vocabulary
	for line := range strings.Lines(text) {
		topic, list, ok := strings.Cut(strings.TrimSpace(line), ":")
		switch {
		case !ok || strings.HasPrefix(line, "#"):
		case topic == commonTopic:
			v.common = strings.Fields(list)
		default:
			v.topics = append(v.topics, strings.Fields(list))
		}
	}
	return v
}

// MakeSong makes song i of a collection: always the same one, whatever else is made.
func MakeSong(collection string, i int) Song {
	seed := fnv.New64a()
	_, _ = seed.Write([]byte(collection))                          // never fails
	w := newWriter(rand.New(rand.NewPCG(seed.Sum64(), uint64(i)))) //nolint:gosec // songs are no secrets, and i is no less than 0
	song := Song{
		Genre: genres[w.rank(len(genres))],
		Year:  1955 + w.random.IntN(71),
	}
	song.Artist = artistFirst[w.random.IntN(len(artistFirst))] + " " + artistSecond[w.random.IntN(len(artistSecond))]
	song.Title = w.title()
	song.Lyrics = w.lyrics()
	return song
}

// writer writes one song: it keeps to two topics, and prefers the words that stand first, as language does (Zipf).
type writer struct {
	random *rand.Rand
	main   []string
	second []string
}

func newWriter(random *rand.Rand) *writer {
	return &writer{
		random: random,
		main:   words.topics[random.IntN(len(words.topics))],
		second: words.topics[random.IntN(len(words.topics))],
	}
}

// rank draws from 0 to n-1, each rank about half as often as the one of half its size.
func (w *writer) rank(n int) int {
	return int(rand.NewZipf(w.random, 1.1, 2, uint64(n-1)).Uint64()) //nolint:gosec // below n
}

func (w *writer) word() string {
	switch p := w.random.Float64(); {
	case p < 0.55:
		return words.common[w.rank(len(words.common))]
	case p < 0.88:
		return w.main[w.rank(len(w.main))]
	default:
		return w.second[w.rank(len(w.second))]
	}
}

func (w *writer) title() string {
	title := make([]string, 0, 4)
	for range 1 + w.random.IntN(2) {
		title = append(title, capital(words.common[w.rank(len(words.common))]))
	}
	for range 1 + w.random.IntN(2) {
		title = append(title, capital(w.main[w.rank(len(w.main))]))
	}
	return strings.Join(title, " ")
}

// lyrics are verses around a chorus that comes back.
func (w *writer) lyrics() string {
	chorus := w.stanza(3)
	parts := []string{w.stanza(4), chorus, w.stanza(4), chorus, w.stanza(2), chorus}
	return strings.Join(parts, "\n\n")
}

func (w *writer) stanza(lines int) string {
	var b strings.Builder
	for i := range lines {
		if i > 0 {
			b.WriteByte('\n')
		}
		for k := range 5 + w.random.IntN(4) {
			word := w.word()
			if k == 0 {
				word = capital(word)
			} else {
				b.WriteByte(' ')
			}
			b.WriteString(word)
		}
	}
	return b.String()
}

func capital(word string) string { return strings.ToUpper(word[:1]) + word[1:] }
