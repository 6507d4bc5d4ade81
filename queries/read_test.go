package queries_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/queries"
)

// small is a whole query file, with what the wrong ones change.
const small = `{
  "version": 1,
  "searchType": "mixed",
  "dimensions": 3,
  "properties": ["title"],
  "sets": [
    {
      "text": "love in the rain",
      "vector": [1, 0.5, -2e-1],
      "queries": [
        {"collection":"Articles","nearVector":{}},
        {"collection":"Authors","hybrid":{"alpha":0.5},"limit":10,"properties":[]}
      ]
    },
    {
      "text": "goodbye",
      "vector": [0.1, 0.2, 0.3],
      "queries": [
        {"collection":"Authors","hybrid":{"query":"bye","alpha":1,"vector":[1,2,3],"properties":["name"]}},
        {"collection":"Articles","bm25":{"query":"bye","properties":["title"]}}
      ]
    }
  ]
}
`

func TestWhatIsWrittenReadsTheSame(t *testing.T) {
	t.Parallel()
	for _, searchType := range fanout.SearchTypes() {
		text := committed(t, searchType)
		file := read(t, text)
		require.Equal(t, string(text), string(write(t, file)), searchType)
		require.Equal(t, file, read(t, write(t, file)), searchType)
	}
	for _, text := range []string{small, every} {
		file := read(t, []byte(text))
		require.Equal(t, file, read(t, write(t, file)))
	}
}

// every uses each key of the format.
const every = `{
  "version": 1,
  "searchType": "mixed",
  "embedder": "by hand",
  "properties": ["title"],
  "additional": ["score"],
  "sets": [
    {
      "text": "love in the rain",
      "vector": [1,0.5],
      "queries": [
        {"collection":"A","tenant":"t-1","targetVector":"title","nearVector":{"vector":[1,2],"distance":0.5},"where":{"operator":"GreaterThan","path":["year"],"valueInt":1990},"autocut":2,"limit":10,"offset":20,"properties":["name"],"additional":["vector","distance"]},
        {"collection":"B","targetVector":"body","nearText":{"certainty":0.75}},
        {"collection":"C","nearText":{"concepts":["rain","love"]}},
        {"collection":"D","bm25":{"query":"rain","properties":["lyrics"],"operator":"or","minimumMatch":2}},
        {"collection":"E","targetVector":"body","hybrid":{"query":"rain","alpha":0.25,"vector":[3],"properties":["lyrics"],"fusionType":"ranked","maxVectorDistance":0.5,"operator":"and"},"properties":[],"additional":[]}
      ]
    }
  ]
}
`

func TestEveryKey(t *testing.T) {
	t.Parallel()
	file := read(t, []byte(every))
	require.Equal(t, every, string(write(t, file)))
	sets, err := file.QuerySets(200)
	require.NoError(t, err)
	number := func(x float64) *float64 { return &x }
	score := []string{"score"}
	require.Equal(t, []fanout.Query{
		{
			Distance: number(0.5), Offset: 20, Additional: []string{"vector", "distance"},
			Collection: "A", Tenant: "t-1", TargetVector: "title", Type: fanout.Vector, Vector: []float32{1, 2},
			Where:   &fanout.Filter{Path: []string{"year"}, Operator: fanout.GreaterThan, Value: int64(1990)},
			Autocut: 2, Limit: 10, Properties: []string{"name"},
		},
		{
			Collection: "B", TargetVector: "body", Type: fanout.Vector, NearText: []string{"love in the rain"},
			Limit: 200, Properties: []string{"title"}, Certainty: number(0.75), Additional: score,
		},
		{Collection: "C", Type: fanout.Vector, NearText: []string{"rain", "love"}, Limit: 200, Properties: []string{"title"}, Additional: score},
		{
			Collection: "D", Type: fanout.BM25, Text: "rain", SearchProperties: []string{"lyrics"}, Limit: 200,
			Properties: []string{"title"}, Additional: score, Keywords: fanout.Keywords{Operator: fanout.OrWords, MinimumMatch: 2},
		},
		{
			Fusion: fanout.FusionRanked, MaxVectorDistance: number(0.5), Additional: []string{}, Keywords: fanout.Keywords{Operator: fanout.AndWords},
			Collection: "E", TargetVector: "body", Type: fanout.Hybrid, Text: "rain", Vector: []float32{3}, Alpha: 0.25,
			SearchProperties: []string{"lyrics"}, Limit: 200, Properties: []string{},
		},
	}, sets[0].Queries())
}

func TestAHybridWithoutAVectorIsTheVectorizers(t *testing.T) {
	t.Parallel()
	const text = `{"version":1,"searchType":"hybrid_05","sets":[{"text":"rain","queries":[{"collection":"A","hybrid":{"alpha":0.5}}]}]}`
	sets, err := read(t, []byte(text)).QuerySets(1)
	require.NoError(t, err)
	require.Nil(t, sets[0].Queries()[0].Vector)

	withDimensions := strings.Replace(text, `"sets"`, `"dimensions":3,"sets"`, 1)
	_, err = queries.Read(strings.NewReader(withDimensions), "my.json")
	require.ErrorContains(t, err, "set 1, collection A: the vector has 0 numbers, and the file's dimensions are 3")
}

func TestWhatAFileSays(t *testing.T) {
	t.Parallel()
	want := []fanout.Query{
		{
			Collection: "Articles", Type: fanout.Vector, Vector: []float32{1, 0.5, -0.2}, Limit: 200, Properties: []string{"title"},
		},
		{
			Collection: "Authors", Type: fanout.Hybrid, Text: "love in the rain", Vector: []float32{1, 0.5, -0.2}, Alpha: 0.5,
			Limit: 10, Properties: []string{},
		},
		{
			Collection: "Authors", Type: fanout.Hybrid, Text: "bye", Vector: []float32{1, 2, 3}, Alpha: 1, Limit: 200,
			Properties: []string{"title"}, SearchProperties: []string{"name"},
		},
		{
			Collection: "Articles", Type: fanout.BM25, Text: "bye", Limit: 200, Properties: []string{"title"},
			SearchProperties: []string{"title"},
		},
	}
	for name, text := range map[string]string{
		"as it is":                      small,
		"with a byte order mark":        "\ufeff" + small,
		"with the lines of Windows":     strings.ReplaceAll(small, "\n", "\r\n"),
		"with the version at the end":   strings.Replace(strings.Replace(small, `"version": 1,`, "", 1), "  ]\n}", `  ], "version": 1 }`, 1),
		"with null for what is not set": strings.Replace(small, `"nearVector":{}`, `"nearVector":{},"bm25":null,"limit":null`, 1),
	} {
		sets, err := read(t, []byte(text)).QuerySets(200)
		require.NoError(t, err, name)
		require.Len(t, sets, 2, name)
		require.Equal(t, want, append(sets[0].Queries(), sets[1].Queries()...), name)
	}
}

// wrongFiles are what can be wrong with a query file: what is replaced in the small one, by what, and what is said of it.
//
//nolint:gochecknoglobals // a table for a test and a fuzz target
var wrongFiles = []struct{ name, old, replacement, want string }{
	{"empty", small, "", "it is empty: make one with `k6 x weaviate queries`"},
	{"blank", small, " \n\t", "it is empty"},
	{"UTF-16", small, "\xff\xfe" + strings.Join(strings.Split(small, ""), "\x00") + "\x00", "it is not UTF-8 text (UTF-16, or no text at all): save it as UTF-8"},
	{"UTF-16, big end first", small, "\xfe\xff\x00{", "it is not UTF-8 text"},
	{"binary", small, "PK\x03\x04\x00\x00", "it is not UTF-8 text"},
	{"not JSON", small, "collection,query\n", "line 1: it is not JSON there"},
	{"an array", small, "[1]", "it holds one array: a query file is an object"},
	{"two files in one", "  ]\n}\n", "  ]\n}\n{}", "line 25: it is not JSON there (invalid character '{' after top-level value)"},
	{"truncated", small, small[:len(small)/2], "it ends in the middle: it was cut short, so get a whole copy or make it again"},
	{"truncated at its end", "  ]\n}\n", "  ]\n", "it ends in the middle"},

	{"another version", `"version": 1`, `"version": 2`, "its version is 2, and this binary reads version 1: make the file again"},
	{"no version", `"version": 1,`, "", "its version is missing"},
	{"a version in words", `"version": 1`, `"version": "one"`, "its version is \"one\", and this binary reads version 1"},
	{"another version with other keys", `"version": 1`, `"version": 2, "tests": []`, "its version is 2"},

	{"unknown key", `"dimensions": 3`, `"dimension": 3`, `line 4: unknown key "dimension": did you mean "dimensions"?`},
	{"unknown key of a set", `"vector": [0.1`, `"vektor": [0.1`, `line 17: unknown key "vektor": did you mean "vector"?`},
	{"unknown key of a query", `,"limit":10`, `,"limits":10`, `set 1: line 12: unknown key "limits": did you mean "limit"?`},
	{"unknown key of a search", `{"alpha":0.5}`, `{"alfa":0.5}`, `line 12: unknown key "alfa": did you mean "alpha"?`},
	{"key in capitals", `"searchType"`, `"searchtype"`, `unknown key "searchtype": did you mean "searchType"?`},
	{"key twice", `"limit":10`, `"limit":10,"limit":20`, `line 12: "limit" is there twice: keep one`},

	{"sets of another kind", `"sets": [`, `"sets": 5, "x": [`, "line 6: sets must be an array, not 5"},
	{"text of another kind", `"love in the rain"`, `["love"]`, "line 8: text must be a string, not array"},
	{"properties of another kind", `["title"],`, `"title",`, "line 5: properties must be an array of strings, not string"},
	{"search of another kind", `"nearVector":{}`, `"nearVector":[1,2,3]`, "line 11: nearVector must be an object, not an array"},
	{"no sets", small, `{"version":1,"sets":[]}`, "it has no query sets: give it at least one"},
	{"set of nothing", "  ]\n}\n", "  ,{}]\n}\n", "set 3: it has no queries: give it one per collection"},
	{"set of null", "  ]\n}\n", "  ,null]\n}\n", "set 3: it has no queries"},
	{"wrong search type", `"mixed"`, `"vector"`, `set 1 is of search type mixed, and the file says "vector": correct searchType, or call it mixed`},

	{"no search", `"nearVector":{}`, `"limit":5`, "line 11: the query has 0 searches: give it exactly one of nearVector, nearText, bm25, hybrid"},
	{"two searches", `"nearVector":{}`, `"nearVector":{},"bm25":{}`, "line 11: the query has 2 searches"},
	{"no collection", `"collection":"Articles","nearVector"`, `"nearVector"`, `set 1, query 1: collection name "" is not a Weaviate name`},
	{"collection that cannot be", `"Articles","near`, `"articles","near`, `so write "Articles"`},
	{"injection", `"Articles","near`, `"A){x}","near`, "is not a Weaviate name"},
	{"collection twice", `"Authors","hybrid":{"alpha"`, `"Articles","hybrid":{"alpha"`, "set 1, query 2: collection Articles is in the query set twice"},
	{"another collection", `"Authors","hybrid":{"query"`, `"Writers","hybrid":{"query"`, "set 2 searches Writers, which set 1 does not"},
	{"collection missing", `,
        {"collection":"Articles","bm25":{"query":"bye","properties":["title"]}}`, "", "set 2 searches 1 collections and set 1 2"},

	{"empty vector", `[1,2,3]`, `[]`, "the vector is empty: give one number per dimension"},
	{"no vector", `"vector": [1, 0.5, -2e-1],`, "", "set 1, collection Articles: the query has no vector: give it or its set one"},
	{"NaN", `0.5,`, `NaN,`, "line 9: NaN and Infinity are not JSON: use finite numbers"},
	{"minus infinity", `-2e-1`, `-Infinity`, "line 9: NaN and Infinity are not JSON"},
	{"NaN as null", `0.5,`, `null,`, "set 1, query 1: collection Articles: element 1 of the vector is NaN: use finite numbers"},
	{"infinite", `0.5,`, `1e999,`, "element 1 of the vector is +Inf: use finite numbers that fit a float32"},
	{"beyond float32", `0.5,`, `-1e39,`, "element 1 of the vector is -Inf"},
	{"overlong vector", `[1,2,3]`, "[" + strings.Repeat("1,", 65535) + "1]", "the vector has 65536 numbers: Weaviate takes at most 65535"},
	{"vector of words", `0.5,`, `"x",`, `line 9: vector has an element 1 that is "x": use numbers`},
	{"vector of vectors", `[1,2,3]`, `[[1,2,3]]`, "vector has an element 0 that is an array: use one number per dimension"},
	{"vector as a string", `[1,2,3]`, `"1,2,3"`, `set 2: line 19: vector must be an array of numbers, not "1,2,3"`},
	{"another length", `[1,2,3]`, `[1,2]`, "set 2, collection Authors: the vector has 2 numbers, and the file's dimensions are 3"},
	{"dimensions without vectors", small, `{"version":1,"searchType":"bm25","dimensions":3,"sets":[{"text":"x","queries":[{"collection":"A","bm25":{}}]}]}`,
		"its dimensions are 3, and no query has a vector: leave dimensions out"},

	{"alpha above 1", `"alpha":0.5`, `"alpha":1.5`, "alpha is 1.5: use 0 (keywords only) to 1 (vector only)"},
	{"alpha below 0", `"alpha":0.5`, `"alpha":-0.1`, "alpha is -0.1"},
	{"alpha missing", `"alpha":0.5`, ``, "set 1, collection Authors: the hybrid query has no alpha: give it 0"},
	{"alpha of another kind", `"alpha":0.5`, `"alpha":"half"`, "line 12: alpha must be a number, not string"},
	{"alpha beyond all numbers", `"alpha":0.5`, `"alpha":1e999`, "line 12: alpha must be a number, not number 1e999"},
	{"limit 0", `"limit":10`, `"limit":0`, "set 1, query 2: collection Authors: limit is 0: use a whole number from 1 up"},
	{"negative limit", `"limit":10`, `"limit":-5`, "limit is -5: use a whole number from 1 up"},
	{"half a limit", `"limit":10`, `"limit":1.5`, "line 12: limit must be a whole number, not number 1.5"},
	{"endless limit", `"limit":10`, `"limit":99999999999999999999`, "limit must be a whole number, not number 99999999999999999999"},
	{"keywords of nothing", `"love in the rain"`, `""`, "the hybrid query has no text: give it what to search for"},
	{"tenant that cannot be", `"limit":10`, `"tenant":"a b"`, `collection Authors: tenant "a b" is not a Weaviate name`},
	{"named vector that cannot be", `"limit":10`, `"targetVector":"a b"`, `target vector name "a b" is not a Weaviate name`},
	{"keywords in a named vector", `,"bm25"`, `,"targetVector":"title","bm25"`, `a bm25 query searches no vector: leave targetVector "title" out`},
	{"negative autocut", `"limit":10`, `"autocut":-1`, "autocut is -1: use a whole number of jumps from 1 up"},
	{"distance as text", `"nearVector":{}`, `"nearVector":{"distance":"near"}`, "line 11: distance must be a number, not string"},
	{"cut twice", `"nearVector":{}`, `"nearVector":{"distance":1,"certainty":1}`, "the query has both distance and certainty: give it one"},
	{"minimum without or", `{"alpha":0.5}`, `{"alpha":0.5,"minimumMatch":2}`, "minimumMatch is for operator or"},
	{"fusion of its own", `{"alpha":0.5}`, `{"alpha":0.5,"fusionType":"sum"}`, `unknown fusionType "sum": use ranked or relativeScore`},
	{"negative offset", `"limit":10`, `"offset":-1`, "offset is -1: use a whole number"},
	{"additional of its own", `"limit":10`, `"additional":["rank"]`, `additional has an unknown "rank". It takes id, vector,`},
	{"nearText of nothing", `"nearVector":{}`, `"nearText":{"concepts":[]}`, "the nearText query has no concepts: give it at least one text"},
	{"a key of Weaviate's", `,"limit":10`, `,"rerank":{}`, `line 12: rerank is not measured here, though Weaviate has it: see https://`},
	{"filter with an unknown key", `"limit":10`, `"where":{"paths":["year"]}`, `line 12: where a filter has no "paths": did you mean "path"?`},
	{"filter without a value", `"limit":10`, `"where":{"path":["year"],"operator":"Equal"}`, `where: Equal on ["year"] has no value`},
	{"property that cannot be", `["title"],`, `["title { x }"],`, `property name "title { x }" is not a Weaviate name`},
}

func TestWrongFiles(t *testing.T) {
	t.Parallel()
	for _, c := range wrongFiles {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			require.Contains(t, small, c.old, "the test would change nothing")
			text := strings.Replace(small, c.old, c.replacement, 1)
			_, err := queries.Read(strings.NewReader(text), "my.json")
			require.ErrorContains(t, err, "the query file my.json is wrong: ")
			require.ErrorContains(t, err, c.want)
			require.Less(t, len(err.Error()), 300, "a sentence, not the file: %s", err)
			t.Log(err)
		})
	}
}

func TestVectorsWithoutACommonLengthKeepTheirCollections(t *testing.T) {
	t.Parallel()
	text := strings.Replace(small, `"dimensions": 3,`, "", 1)
	read(t, []byte(text))
	_, err := queries.Read(strings.NewReader(strings.Replace(text, "[1,2,3]", "[1,2]", 1)), "my.json")
	require.ErrorContains(t, err, "set 2, collection Authors: the vector has 2 numbers, and that of an earlier set has 3")
}

// endless is a reader without an end.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func TestAFileWithoutAnEndIsNotRead(t *testing.T) {
	t.Parallel()
	_, err := queries.Read(endless{}, "zero")
	require.EqualError(t, err, "the query file zero is larger than 256 MiB: split it")
}

// TestAFileOfMoreQueriesThanMayBe takes much more memory than its length, if it is let: it could be ten times as long.
func TestAFileOfMoreQueriesThanMayBe(t *testing.T) {
	t.Parallel()
	text := `{"version":1,"searchType":"bm25","sets":[{"text":"x","queries":[` + strings.Repeat(`{"collection":"A","bm25":{}},`, 500_001) + `]}]}`
	_, err := queries.Read(strings.NewReader(strings.Replace(text, ",]", "]", 1)), "many")
	require.EqualError(t, err, "the query file many is wrong: set 1: line 1: it has more than 500000 queries: split it")

	_, err = queries.Make(queries.Options{SearchType: fanout.SearchBM25, Targets: queries.SongTargets([]string{"SongLyrics"}), Terms: make([]queries.Term, 500_001)})
	require.EqualError(t, err, "a file of 500001 search terms for 1 collections: it has more than 500000 queries: split it")
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte(every))
	for _, c := range wrongFiles {
		if len(c.replacement) < 1000 { // long vectors slow the fuzzer down
			f.Add([]byte(strings.Replace(small, c.old, c.replacement, 1)))
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		file, err := queries.Read(bytes.NewReader(text), "fuzz.json")
		if err != nil {
			return
		}
		_, err = file.QuerySets(10)
		require.NoError(t, err, "a file that was read can be sent")
		var first, second bytes.Buffer
		require.NoError(t, file.Write(&first))
		again, err := queries.Read(bytes.NewReader(first.Bytes()), "fuzz.json")
		require.NoError(t, err, "what was written can be read")
		require.Equal(t, file, again)
		require.NoError(t, again.Write(&second))
		require.Equal(t, first.String(), second.String())
	})
}
