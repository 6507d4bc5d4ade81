package record

import "cmp"

// maxTexts is how many error texts are kept of a collection's failures of one category.
const maxTexts = 3

// Failure is how often members failed in one way.
type Failure struct {
	Count int64 `json:"count"`
	// Texts are some of the error texts, without secrets, and how often each was seen. There may have been others.
	Texts []FailureText `json:"texts,omitempty"`
}

// FailureText is one error text.
type FailureText struct {
	Text  string `json:"text"`
	Count int64  `json:"count"`
}

// add counts one failure. Of all texts it keeps those with the least hashes. A text that is among them in the end was among
// them from the first time it was seen, so its count is exact, and parts of a run merge to the same as the whole.
func (f *Failure) add(text string) {
	f.Count++
	for i := range f.Texts {
		if f.Texts[i].Text == text {
			f.Texts[i].Count++
			return
		}
	}
	added := FailureText{text, 1}
	if len(f.Texts) < maxTexts || added.compare(f.Texts[maxTexts-1]) < 0 {
		f.Texts = leastTexts(f.Texts, []FailureText{added})
	}
}

func (f *Failure) merge(other *Failure) *Failure {
	if f == nil {
		return other
	}
	return &Failure{Count: f.Count + other.Count, Texts: leastTexts(f.Texts, other.Texts)}
}

func leastTexts(a, b []FailureText) []FailureText {
	merged := mergeSorted(a, b, FailureText.compare, func(a, b FailureText) FailureText {
		return FailureText{a.Text, a.Count + b.Count}
	})
	return merged[:min(len(merged), maxTexts)]
}

func (t FailureText) compare(other FailureText) int {
	return cmp.Or(cmp.Compare(hashOf(t.Text), hashOf(other.Text)), cmp.Compare(t.Text, other.Text))
}

// hashOf is the FNV-1a hash of a text.
func hashOf(text string) uint64 {
	hash := uint64(0xcbf29ce484222325)
	for i := range len(text) {
		hash = (hash ^ uint64(text[i])) * 0x100000001b3
	}
	return hash
}
