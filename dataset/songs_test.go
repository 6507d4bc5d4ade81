package dataset

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/embed"
)

func TestSongsAreAlwaysTheSame(t *testing.T) {
	t.Parallel()
	hash := sha256.New()
	encoder := json.NewEncoder(hash)
	for _, name := range Names() {
		for i := range 100 {
			require.NoError(t, encoder.Encode(MakeSong(name, i)))
		}
	}
	require.Equal(t, "3e4a6339752709222233cb3a99f5af71b5c89cbeb34c37250cea1d24240960d3", fmt.Sprintf("%x", hash.Sum(nil)),
		"a collection that was half filled with the old songs must not be topped up with new ones: raise the generation")
	require.Equal(t, "Know In Dance", MakeSong("SongLyrics", 0).Title)
	require.Equal(t, MakeSong("SongLyrics", 7), MakeSong("SongLyrics", 7))
	require.NotEqual(t, MakeSong("SongLyrics", 7), MakeSong("SongLyrics_10k", 7))
}

func TestIDsAreAlwaysTheSame(t *testing.T) {
	t.Parallel()
	require.Equal(t, "afaba5fe-b61b-5ebf-8e48-2a2b30e7abc6", songID("SongLyrics", 0))
	require.Equal(t, "1d6f870e-01c3-5b31-b8e5-0c333cd3b77b", songID("SongLyrics_10k", 9999))
}

func TestASongLooksLikeOne(t *testing.T) {
	t.Parallel()
	for i := range 200 {
		song := MakeSong("SongLyrics", i)
		require.Len(t, strings.Fields(song.Artist), 2)
		require.Contains(t, genres.words, song.Genre)
		require.True(t, 1955 <= song.Year && song.Year <= 2025, song.Year)
		require.LessOrEqual(t, len(strings.Fields(song.Title)), 4)
		stanzas := strings.Split(song.Lyrics, "\n\n")
		require.Len(t, stanzas, 6)
		require.Equal(t, stanzas[1], stanzas[3], "the chorus comes back")
		require.Equal(t, stanzas[1], stanzas[5])
		require.NotEqual(t, stanzas[0], stanzas[2])
	}
}

func wordsOf(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) })
}

// The word at k of a list weighs 1/(k+2).
func TestWordsFollowZipf(t *testing.T) {
	t.Parallel()
	list := &words.common
	random := rand.New(rand.NewPCG(1, 2))
	const draws = 200_000
	counts := make(map[string]int)
	for range draws {
		counts[list.draw(random)]++
	}
	total := 0.0
	for k := range list.words {
		total += 1 / float64(k+2)
	}
	for k, word := range list.words {
		require.InEpsilon(t, draws/float64(k+2)/total, counts[word], 0.25, "%s, at %d", word, k)
	}
}

// Real lyrics have a long tail: the more songs, the more words.
func TestWordsDoNotRunOut(t *testing.T) {
	t.Parallel()
	seen := make(map[string]bool)
	var distinct []int
	for i := range 2000 {
		if i%500 == 0 {
			distinct = append(distinct, len(seen))
		}
		for _, word := range wordsOf(MakeSong("SongLyrics", i).Lyrics) {
			seen[word] = true
		}
	}
	for i := 1; i < len(distinct)-1; i++ {
		require.Greater(t, distinct[i+1]-distinct[i], 500, "new words in 500 more songs")
		require.Less(t, distinct[i+1]-distinct[i], distinct[i]-distinct[i-1], "fewer each time")
	}
	require.Less(t, len(spell(1<<rareBits+100)), 8)
}

// Songs are about something, so that a search has something to find: by words and by vectors.
func TestSongsHaveTopics(t *testing.T) {
	t.Parallel()
	winter := parseVocabulary(vocabularyText).topics[slices.IndexFunc(words.topics, func(l wordList) bool { return l.words[0] == "winter" })]
	wintry := func(song Song) float64 {
		all, found := wordsOf(song.Lyrics), 0
		for _, word := range all {
			if slices.Contains(winter.words, word) {
				found++
			}
		}
		return float64(found) / float64(len(all))
	}
	h, err := embed.NewHash(DefaultDimensions)
	require.NoError(t, err)
	query, err := h.Embed("winter snow on the mountain")
	require.NoError(t, err)
	type hit struct {
		similarity, wintry float64
	}
	var hits []hit
	mean := 0.0
	const songs = 1000
	for i := range songs {
		song := MakeSong("SongLyrics", i)
		vector, err := h.Embed(song.Text())
		require.NoError(t, err)
		similarity := 0.0
		for k := range vector {
			similarity += float64(vector[k]) * float64(query[k])
		}
		hits = append(hits, hit{similarity, wintry(song)})
		mean += wintry(song) / songs
	}
	slices.SortFunc(hits, func(a, b hit) int {
		if a.similarity > b.similarity {
			return -1
		}
		return 1
	})
	for _, h := range hits[:20] {
		require.Greater(t, h.wintry, 2*mean, "the nearest songs are about winter")
	}
}
