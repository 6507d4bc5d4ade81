package fanout

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// scanBulk scans a reply to n documents, in pieces of the given size.
func scanBulk(reply string, n, piece int) (*bulkScanner, *failure) {
	s := &bulkScanner{fields: make([]field, n)}
	for p := []byte(reply); len(p) > 0; {
		k := min(piece, len(p))
		s.scan(p[:k])
		p = p[k:]
	}
	whole := s.finish()
	return s, whole
}

func TestBulkScanner(t *testing.T) {
	t.Parallel()
	const full = `{"data":{"Get":{"m0":[{"a":1,"b":"x]}"},{"a":2,"b":"y"},{"a":3,"b":"\\"}]}}}`
	for name, c := range map[string]struct {
		reply      string
		members    int
		objects    []int
		categories []Category
		whole      string // of the text
		text       string
	}{
		"in order":    {reply: `[` + full + `,{"data":{"Get":{"m0":[]}}}]`, members: 2, objects: []int{3, 0}, categories: []Category{"", ""}},
		"white space": {reply: " [ " + full + "\n,\t" + full + " ] \r\n", members: 2, objects: []int{3, 3}, categories: []Category{"", ""}},
		"a field failed": {
			reply: `[` + full + `,{"data":{"Get":{"m0":null}},"errors":[{"message":"vector lengths don't match","path":["Get","m0"],` +
				`"locations":[{"line":2,"column":1}]}]},` + full + `]`,
			members: 3, objects: []int{3, 0, 3}, categories: []Category{"", CategoryGraphQL, ""}, text: "vector lengths",
		},
		"a document was refused": {
			reply:   `[{"errors":[{"message":"Cannot query field","path":null,"locations":[{"line":2,"column":1}]}]},` + full + `]`,
			members: 2, objects: []int{0, 3}, categories: []Category{CategoryGraphQL, ""}, text: "Cannot query field",
		},
		"an error without a place": {
			reply:   `[{"data":null,"errors":[{"message":"422: semantic"}]},` + full + `]`,
			members: 2, objects: []int{0, 3}, categories: []Category{CategoryGraphQL, ""}, text: "422: semantic",
		},
		"errors of two do not mix": {
			reply:   `[{"data":null,"errors":[{"message":"first"}]},{"data":null,"errors":[{"message":"429 Too many requests"}]}]`,
			members: 2, objects: []int{0, 0}, categories: []Category{CategoryGraphQL, CategoryRateLimited}, text: "first429",
		},
		"null": {
			reply: `[null,` + full + `,null]`, members: 3, objects: []int{0, 3, 0},
			categories: []Category{CategoryBadReply, "", CategoryBadReply}, text: `begins "null"`,
		},
		"other objects":       {reply: `[` + full + `,{"data":{"Get":{"m0":[{"z":{}}]}}}]`, members: 2, objects: []int{3, 1}, categories: []Category{"", ""}},
		"one too few":         {reply: `[` + full + `]`, members: 2, whole: "the reply has 1 parts, and 2 documents were sent"},
		"one too many":        {reply: `[` + full + `,` + full + `]`, members: 1, whole: "the reply has 2 parts, and 1 documents were sent"},
		"an empty list":       {reply: `[]`, members: 1, whole: "the reply has 0 parts"},
		"no list":             {reply: full, members: 1, whole: `not a list of GraphQL replies: unexpected '{' at byte 0; it begins "{\"data\"`},
		"HTML":                {reply: "<html>", members: 1, whole: "unexpected '<'"},
		"empty":               {reply: "", members: 1, whole: "the reply is empty"},
		"cut between":         {reply: `[` + full + `,`, members: 2, whole: "in the middle"},
		"cut within":          {reply: `[` + full[:20], members: 1, whole: "in the middle"},
		"cut before the end":  {reply: `[` + full, members: 1, whole: "in the middle"},
		"cut in a scalar":     {reply: `[nul`, members: 1, whole: "in the middle"},
		"no comma":            {reply: `[` + full + full + `]`, members: 2, whole: fmt.Sprintf("unexpected '{' at byte %d", 1+len(full))},
		"trailing comma":      {reply: `[` + full + `,]`, members: 1, whole: "unexpected ']'"},
		"two commas":          {reply: `[` + full + `,,` + full + `]`, members: 2, whole: "unexpected ','"},
		"broken in the third": {reply: `[null,` + full + `,{"a":]]`, members: 3, whole: fmt.Sprintf("unexpected ']' at byte %d", 1+5+len(full)+1+5)},
		"more after it":       {reply: `[null]x`, members: 1, whole: "unexpected 'x' at byte 6"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, piece := range []int{1, 2, 3, 7, 1 << 20} {
				s, whole := scanBulk(c.reply, c.members, piece)
				require.Equal(t, len(c.reply), s.size)
				if c.whole != "" {
					require.NotNil(t, whole, "pieces of %d", piece)
					require.Equal(t, CategoryBadReply, whole.category)
					require.Contains(t, whole.text, c.whole)
					continue
				}
				require.Nil(t, whole, "pieces of %d: %v", piece, whole)
				var texts strings.Builder
				for k := range c.members {
					require.Equal(t, c.objects[k], s.fields[k].objects, "objects of document %d in pieces of %d", k, piece)
					var category Category
					if f := s.failure(k); f != nil {
						category = f.category
						texts.WriteString(f.text)
					}
					require.Equal(t, c.categories[k], category, "category of document %d in pieces of %d", k, piece)
				}
				require.Contains(t, texts.String(), c.text)
			}
		})
	}
}

// FuzzBulkScanner holds the scanner against encoding/json: every list of as many objects as there are documents is taken,
// however it is cut, and nothing else.
func FuzzBulkScanner(f *testing.F) {
	f.Add([]byte(`[{"data":{"Get":{"m0":[{"a":1}]}}},{"errors":[{"message":"x"}]}]`), 3)
	f.Add([]byte(`[null , {}]`), 1)
	f.Fuzz(func(t *testing.T, reply []byte, piece int) {
		s, whole := scanBulk(string(reply), 2, max(1, piece&1023))
		once, wholeOnce := scanBulk(string(reply), 2, len(reply)+1)
		require.Equal(t, wholeOnce == nil, whole == nil)
		for k := range s.fields {
			require.Equal(t, once.fields[k].objects, s.fields[k].objects)
			if whole == nil {
				require.Equal(t, once.failure(k) == nil, s.failure(k) == nil)
			}
		}
		var list []json.RawMessage
		if json.Unmarshal(reply, &list) == nil && len(list) == 2 && list != nil && whole != nil {
			require.Contains(t, whole.text, "deeper")
		}
	})
}
