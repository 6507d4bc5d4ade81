package fanout

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
)

// scanAll scans a reply for n members, in pieces of the given size.
func scanAll(reply string, n, piece int) (*replyScanner, *failure) {
	s := &replyScanner{}
	return s, scanAgain(s, reply, n, piece)
}

// scanAgain scans another reply with a scanner, which has learned of those before.
func scanAgain(s *replyScanner, reply string, n, piece int) *failure {
	s.reset(make([]field, n))
	for p := []byte(reply); len(p) > 0; {
		k := min(piece, len(p))
		s.scan(p[:k])
		p = p[k:]
	}
	return s.finish()
}

// requireSame holds what a scanner found against what another did.
func requireSame(t *testing.T, want, got *replyScanner, wantWhole, gotWhole *failure) {
	t.Helper()
	require.Equal(t, wantWhole, gotWhole)
	for k := range want.fields {
		require.Equal(t, want.fields[k].objects, got.fields[k].objects, "objects of m%d", k)
		if wantWhole == nil {
			require.Equal(t, want.failure(k), got.failure(k), "failure of m%d", k)
		}
	}
}

// TestErrorsTeachTheScannerNothing: the objects of a reply's errors are as deep as those of a list, and no shape for the next reply.
func TestErrorsTeachTheScannerNothing(t *testing.T) {
	t.Parallel()
	const reply = `{"data":{"Get":{"m0":[{"t":"a"},{"t":"b"}],"m1":null}},` +
		`"errors":[{"locations":[{"column":1,"line":3}],"message":"no","path":["Get","m1"]}]}`
	fresh, whole := scanAll(reply, 2, len(reply))
	require.Nil(t, whole)
	require.Equal(t, 2, fresh.fields[0].objects)
	used, _ := scanAll(reply, 2, len(reply))
	for range 3 {
		requireSame(t, fresh, used, whole, scanAgain(used, reply, 2, len(reply)))
	}
}

func TestReplyScanner(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		reply   string
		members int
		// what each member shows: objects, then category
		objects    []int
		categories []Category
		whole      Category
		text       string
	}{
		"two lists": {
			reply:   `{"data":{"Get":{"m0":[{"a":{"id":"x"}},{"t":"\"]}, \\"}],"m1":[]}}}`,
			members: 2, objects: []int{2, 0}, categories: []Category{"", ""},
		},
		"white space and numbers": {
			reply:   "{ \"data\" : {\n\"Get\":{ \"m0\" : [ {\"n\":-1.5e3, \"b\":true,\"l\":[1,2,{}], \"z\":null} , {} ] } } ,\"errors\":null}\n",
			members: 1, objects: []int{2}, categories: []Category{""},
		},
		"vectors": {
			reply: `{"data":{"Get":{"m0":[{"_additional":{"distance":0.5,"id":"x","vector":[1,-2.5e-8,3]},"title":"a"},` +
				`{"_additional":{"distance":0.25,"id":"y","vector":[0.5,7]},"title":"]"},{"_additional":{"distance":1,"id":"z","vector":[]},"title":"b"},` +
				`{"_additional":{"distance":1,"id":"z","vector":[1,[2]]},"title":"b"},{"_additional":{"distance":1,"id":"z","vector":null},"title":"b"}],` +
				`"m1":[{"_additional":{"id":"x","vectors":{"a":[1],"b":[[1,2],[3,4]]}}},{"_additional":{"id":"x","vectors":{"a":[2],"b":[[1],[3]]}}}]}}}`,
			members: 2, objects: []int{5, 2}, categories: []Category{"", ""},
		},
		"a broken vector": {
			reply:   `{"data":{"Get":{"m0":[{"vector":[1,2]},{"vector":[1,,2]}]}}}`,
			members: 1, whole: CategoryBadReply, text: "unexpected ','",
		},
		"a vector that ends in a comma": {
			reply:   `{"data":{"Get":{"m0":[{"vector":[1,2]},{"vector":[1,]}]}}}`,
			members: 1, whole: CategoryBadReply, text: "unexpected ']'",
		},
		"a field failed": {
			reply: `{"data":{"Get":{"m0":[{}],"m1":null}},"errors":[{"locations":[{"column":1,"line":3}],` +
				`"message":"vector lengths don't match","path":["Get","m1"]}]}`,
			members: 2, objects: []int{1, 0}, categories: []Category{"", CategoryGraphQL}, text: "vector lengths don't match",
		},
		"rate limited": {
			reply: `{"errors":[{"message":"429 Too many requests","path":["Get","m1"]}],` +
				`"data":{"Get":{"m0":[{}],"m1":null}}}`,
			members: 2, objects: []int{1, 0}, categories: []Category{"", CategoryRateLimited}, text: "429",
		},
		"the document was refused": {
			reply: `{"errors":[{"locations":[{"column":1,"line":3}],"message":"Cannot query field \"Nope\" on type ` +
				`\"GetObjectsObj\".","path":null}]}`,
			members: 2, objects: []int{0, 0}, categories: []Category{CategoryGraphQL, CategoryGraphQL}, text: "Nope",
		},
		"an error without path or line": {
			reply:   `{"data":null,"errors":[{"message":"no"}]}`,
			members: 2, objects: []int{0, 0}, categories: []Category{CategoryGraphQL, CategoryGraphQL}, text: "no",
		},
		"errors of another form": {reply: `{"data":{"Get":{"m0":[]}},"errors":"odd"}`, members: 1, whole: CategoryGraphQL, text: "odd"},
		"null without a reason":  {reply: `{"data":{"Get":{"m0":null}}}`, members: 1, objects: []int{0}, categories: []Category{CategoryGraphQL}},
		"a member is missing": {
			reply: `{"data":{"Get":{"m0":[]}}}`, members: 2, objects: []int{0, 0}, categories: []Category{"", CategoryBadReply},
		},
		"lists elsewhere do not count": {
			reply:   `{"data":{"Get":{"m0":[{"m0":[1,2,3]}],"m":[1],"m99":[1]},"Aggregate":{"m0":[{},{}]}},"Get":{"m0":[1]}}`,
			members: 1, objects: []int{1}, categories: []Category{""},
		},
		"empty":           {reply: "", members: 1, whole: CategoryBadReply, text: "empty"},
		"HTML":            {reply: "<html><body>502</body></html>", members: 1, whole: CategoryBadReply, text: "<html>"},
		"cut short":       {reply: `{"data":{"Get":{"m0":[{},`, members: 1, whole: CategoryBadReply, text: "in the middle"},
		"cut in a string": {reply: `{"data":{"Get":{"m0":[{"a":"b`, members: 1, whole: CategoryBadReply, text: "in the middle"},
		"mismatched":      {reply: `{"data":{"Get":{"m0":[{]}}}}`, members: 1, whole: CategoryBadReply, text: "unexpected ']' at byte 23"},
		"no comma":        {reply: `{"data":{"Get":{"m0":[{}{}]}}}`, members: 1, whole: CategoryBadReply, text: "unexpected '{'"},
		"more after it":   {reply: `{"data":{}}{}`, members: 1, whole: CategoryBadReply, text: "unexpected '{'"},
		"too deep":        {reply: strings.Repeat("[", 70), members: 1, whole: CategoryBadReply, text: "deeper"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, piece := range []int{1, 2, 3, 7, 1 << 20} {
				s, whole := scanAll(c.reply, c.members, piece)
				if c.whole != "" {
					require.NotNil(t, whole, "pieces of %d", piece)
					require.Equal(t, c.whole, whole.category)
					require.Contains(t, whole.text, c.text)
					continue
				}
				require.Nil(t, whole, "pieces of %d", piece)
				var texts string
				for k := range c.members {
					require.Equal(t, c.objects[k], s.fields[k].objects, "objects of m%d in pieces of %d", k, piece)
					var category Category
					if f := s.failure(k); f != nil {
						category, texts = f.category, texts+f.text
					}
					require.Equal(t, c.categories[k], category, "category of m%d in pieces of %d", k, piece)
				}
				require.Contains(t, texts, c.text)
			}
		})
	}
}

// FuzzReplyScanner holds the scanner against encoding/json: what the scanner takes for a whole reply is JSON in its structure,
// and every JSON object is taken, however it is cut.
func FuzzReplyScanner(f *testing.F) {
	f.Add([]byte(`{"data":{"Get":{"m0":[{"a":1}],"m1":null}},"errors":[{"message":"x","path":["Get","m1"]}]}`), 3)
	f.Add([]byte(`{"a":"\\\"","b":[1,-2e9,{}]}`), 1)
	f.Add([]byte(`{"data":{"Get":{"m0":[{"_additional":{"id":"x","vector":[1,-2.5e-8]}},{"_additional":{"id":"y","vector":[3]}}]}}}`), 7)
	f.Add([]byte(`{"data":{"Get":{"m0":[{"v":[1,2]},{"v":[1,,2]}],"m1":[{"v":[[1],[2]]},{"v":[]}]}}}`), 1000)
	f.Fuzz(func(t *testing.T, reply []byte, piece int) {
		piece = max(1, piece&1023)
		s, whole := scanAll(string(reply), 2, piece)
		once, wholeOnce := scanAll(string(reply), 2, len(reply)+1)
		require.Equal(t, wholeOnce == nil, whole == nil)
		require.Equal(t, once.fields[0].objects, s.fields[0].objects)
		used, _ := scanAll(string(reply), 2, len(reply)+1)
		requireSame(t, once, used, wholeOnce, scanAgain(used, string(reply), 2, len(reply)+1))
		var object map[string]json.RawMessage
		if json.Unmarshal(reply, &object) == nil && object != nil && whole != nil {
			require.Contains(t, []Category{CategoryGraphQL, CategoryBadReply}, whole.category)
			if whole.category == CategoryBadReply {
				require.Contains(t, whole.text, "deeper")
			}
		}
	})
}

func TestReadReplyKeepsTheError(t *testing.T) {
	t.Parallel()
	s := &replyScanner{fields: make([]field, 1)}
	size, err := readReply(iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader(`{"data"`))), func(p []byte) { s.scan(p) })
	require.ErrorIs(t, err, iotest.ErrTimeout)
	require.Equal(t, 1, size)
	require.Equal(t, 1, s.size)
}
