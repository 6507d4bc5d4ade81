package dataset

import (
	_ "embed" // for the vocabulary
	"math/rand/v2"
	"strings"
)

//go:embed vocabulary.txt
var vocabularyText string

const commonTopic = "common"

// vocabulary is the words that made-up songs are made of.
type vocabulary struct {
	common wordList
	topics []wordList
}

//nolint:gochecknoglobals // read-only
var words = parseVocabulary(vocabularyText)

func parseVocabulary(text string) vocabulary {
	var v vocabulary
	for line := range strings.Lines(text) {
		topic, list, ok := strings.Cut(strings.TrimSpace(line), ":")
		switch {
		case !ok || strings.HasPrefix(line, "#"):
		case topic == commonTopic:
			v.common = newWordList(strings.Fields(list))
		default:
			v.topics = append(v.topics, newWordList(strings.Fields(list)))
		}
	}
	return v
}

// slots is how many places the words of a list share. A power of two, which makes a draw of a few bits.
const slots = 4096

// wordList is words of which the first are drawn most often, as language does (Zipf): the word at k weighs 1/(k+2). Each
// draw takes one of a fixed number of slots, of which a word has as many as it weighs. They are whole numbers, so that all
// machines draw the same words.
type wordList struct {
	words []string
	slots [slots]uint16 // the words' indices
}

func newWordList(words []string) wordList {
	const unit = 1 << 20
	total := 0
	for k := range words {
		total += unit / (k + 2)
	}
	list := wordList{words: words}
	end, sum := 0, 0
	for k := range words {
		sum += unit / (k + 2)
		for ; end < slots*sum/total; end++ {
			list.slots[end] = uint16(k)
		}
	}
	return list
}

func (l *wordList) draw(random *rand.Rand) string {
	return l.words[l.slots[random.Uint64()%slots]]
}

// rareBits bounds the rare words: there are 1<<rareBits of them.
const rareBits = 16

// rare draws one of very many words that hardly any song has, as names and places are: an index of lyrics has a long tail.
// Each doubling of the rank is as likely as the last one, which is Zipf's law in steps.
func rare(random *rand.Rand) string {
	const first = 100 // of two syllables
	octave := random.IntN(rareBits)
	return spell(first + 1<<octave + random.IntN(1<<octave))
}

// spell writes a number in syllables.
func spell(n int) string {
	const consonants, vowels = "bdfgjklmnprstvzcwhxy", "aeiou"
	var word []byte
	for ; n > 0; n /= len(consonants) * len(vowels) {
		syllable := n % (len(consonants) * len(vowels))
		word = append(word, consonants[syllable/len(vowels)], vowels[syllable%len(vowels)])
	}
	return string(word)
}
