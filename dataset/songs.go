// Package dataset is the data that tests search: nine collections of songs, made up or read from a file.
package dataset

import (
	"hash/fnv"
	"math/rand/v2"
	"strings"
)

// Song is one made-up song.
type Song struct {
	Title, Artist, Genre, Lyrics string
	Year                         int
}

// Text is what a song's vector stands for.
func (s *Song) Text() string { return songText(s.Title, s.Lyrics) }

func songText(title, lyrics string) string { return title + "\n" + lyrics }

//nolint:gochecknoglobals // read-only
var (
	genres = newWordList([]string{
		"Pop", "Rock", "Country", "Hip-Hop", "R&B", "Folk", "Metal", "Electronic", "Jazz", "Blues", "Soul", "Indie",
	})
	// Artists are a first part and a second part: more than a thousand of them.
	artistFirst = strings.Fields("The Midnight Electric Silver Broken Velvet Golden Lost Wild Paper Neon Little Black Crimson Hollow " +
		"Northern Southern Rolling Lonely Blue Johnny Maria Ella Frank Billie Otis Nina Sam Ruby Jack Clara Hank Stella Leroy Grace")
	artistSecond = strings.Fields("Rivers Wolves Hearts Engines Ghosts Lights Strangers Kings Roses Horses Shadows Saints Rebels " +
		"Satellites Sparrows Thieves Avenue Parade Machine Choir Carter Monroe Walker Lopez Reed Holloway King Fields Stone Baker " +
		"Simmons Vega Cole Hart Young")
)

// MakeSong makes song i of a collection: always the same one, whatever else is made.
func MakeSong(collection string, i int) Song {
	seed := fnv.New64a()
	_, _ = seed.Write([]byte(collection))                          // never fails
	w := newWriter(rand.New(rand.NewPCG(seed.Sum64(), uint64(i)))) //nolint:gosec // songs are no secrets, and i is no less than 0
	song := Song{
		Genre: genres.draw(w.random),
		Year:  1955 + w.random.IntN(71),
	}
	song.Artist = artistFirst[w.random.IntN(len(artistFirst))] + " " + artistSecond[w.random.IntN(len(artistSecond))]
	song.Title = w.title()
	song.Lyrics = w.lyrics()
	return song
}

// writer writes one song, which keeps to two topics.
type writer struct {
	random *rand.Rand
	main   *wordList
	second *wordList
}

func newWriter(random *rand.Rand) *writer {
	return &writer{
		random: random,
		main:   &words.topics[random.IntN(len(words.topics))],
		second: &words.topics[random.IntN(len(words.topics))],
	}
}

// word draws a word: of a hundred, 52 are common, 44 are of the song's topics and 4 are rare.
func (w *writer) word() string {
	switch p := w.random.IntN(100); {
	case p < 52:
		return words.common.draw(w.random)
	case p < 84:
		return w.main.draw(w.random)
	case p < 96:
		return w.second.draw(w.random)
	default:
		return rare(w.random)
	}
}

func (w *writer) title() string {
	title := make([]string, 0, 4)
	for range 1 + w.random.IntN(2) {
		title = append(title, capital(words.common.draw(w.random)))
	}
	for range 1 + w.random.IntN(2) {
		title = append(title, capital(w.main.draw(w.random)))
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
