package graphql_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/queries"
	"github.com/xk6-weaviate/xk6-weaviate/queries/graphql"
)

// every uses each argument that a query here has.
const every = `# what an application sends
query Both @slow {
  Get {
    songs: Songs(
      limit: 5, offset: 10, autocut: 1, tenant: "t-1",
      where: {operator: And, operands: [
        {path: "year", operator: GreaterThan, valueInt: 1990}
        {path: ["by", "Band", "name"], operator: Equal, valueString: "x\"y"}
        {path: ["at"], operator: WithinGeoRange, valueGeoRange: {geoCoordinates: {latitude: 1.5, longitude: -2}, distance: {max: 2000}}}
        {path: ["live"], operator: Equal, valueBoolean: true}
      ]},
      hybrid: {
        query: "rain", alpha: 0.25, vector: [1, -2.5e-1], properties: ["title^2"], targetVectors: "body", fusionType: rankedFusion,
        maxVectorDistance: 0.5, bm25SearchOperator: {operator: Or, minimumOrTokensMatch: 2}
      }
    ) { title year _additional { id score vectors { body title } } }
    A(nearVector: {vector: [1, 2], distance: 0.5, targetVectors: ["t"]}) { _additional { vector id } }
    B(nearText: {concepts: "rain", certainty: 0.75}, limit: 1) { title }
    C(bm25: {query: """a "b" c""", properties: ["title"], searchOperator: {operator: And, minimumOrTokensMatch: 1}}, limit: 1) { title }
    D(hybrid: {query: "rain"}, limit: 1) { title }
  }
}`

func TestADocumentBecomesASet(t *testing.T) {
	t.Parallel()
	sets, left, err := graphql.Read(every, "every.graphql", true)
	require.NoError(t, err)
	require.Equal(t, []string{"every.graphql:2:13: the directive @slow"}, left)
	file, err := graphql.File(sets, []string{"every.graphql"})
	require.NoError(t, err)
	require.Equal(t, fanout.SearchMixed, file.SearchType)
	var text bytes.Buffer
	require.NoError(t, file.Write(&text))
	for _, want := range []string{
		`{"collection":"Songs","tenant":"t-1","targetVector":"body","hybrid":{"query":"rain","alpha":0.25,"vector":[1,-0.25],` +
			`"properties":["title^2"],"fusionType":"ranked","maxVectorDistance":0.5,"operator":"or","minimumMatch":2},` +
			`"where":{"operands":[{"operator":"GreaterThan","path":["year"],"valueInt":1990},` +
			`{"operator":"Equal","path":["by","Band","name"],"valueText":"x\"y"},` +
			`{"operator":"WithinGeoRange","path":["at"],"valueGeoRange":{"geoCoordinates":{"latitude":1.5,"longitude":-2},"distance":{"max":2000}}},` +
			`{"operator":"Equal","path":["live"],"valueBoolean":true}],"operator":"And"},` +
			`"autocut":1,"limit":5,"offset":10,"properties":["title","year"],"additional":["score","vectors.body","vectors.title"]}`,
		`{"collection":"A","targetVector":"t","nearVector":{"vector":[1,2],"distance":0.5},"limit":100,"properties":[],"additional":["vector"]}`,
		`{"collection":"B","nearText":{"concepts":["rain"],"certainty":0.75},"limit":1,"properties":["title"]}`,
		`{"collection":"C","bm25":{"query":"a \"b\" c","properties":["title"],"operator":"and"},"limit":1,"properties":["title"]}`,
		`{"collection":"D","hybrid":{"query":"rain","alpha":0.75},"limit":1,"properties":["title"]}`,
	} {
		require.Contains(t, text.String(), want)
	}
}

func TestEachOperationIsASet(t *testing.T) {
	t.Parallel()
	const one = `{ Get { A(bm25: {query: "x"}) { a } B(bm25: {query: "x"}) { a } } }`
	sets, _, err := graphql.Read("query First "+one+" query Second "+one, "two.graphql", false)
	require.NoError(t, err)
	file, err := graphql.File(sets, []string{"two.graphql", "two.graphql"})
	require.NoError(t, err)
	require.Equal(t, fanout.SearchBM25, file.SearchType)
	require.Len(t, file.Sets, 2)
	require.Equal(t, []string{"A", "B"}, file.Collections())
}

func TestWhatIsWrongIsToldWithItsPlace(t *testing.T) {
	t.Parallel()
	get := func(arguments, fields string) string { return "{ Get {\n A(" + arguments + ") { " + fields + " }\n} }" }
	const search = `bm25: {query: "x"}`
	for text, want := range map[string]string{
		get(search+", sort: [{path: [\"a\"]}]", "a"):                            `d:2:24: sort: it is not measured here. --leave-out leaves that out; docs/`,
		get(search+", consistencyLevel: ONE", "a"):                              `d:2:24: consistencyLevel: it is an option of the client`,
		get(`nearText: {concepts: ["x"], moveTo: {force: 1}}`, "a"):             `d:2:32: nearText.moveTo: it is not measured here`,
		get(`bm25: {query: "x", boost: 2}`, "a"):                                `bm25.boost: it is not measured here`,
		get(search, "a { b }"):                                                  `the fields of a: only plain properties are returned here`,
		get(search, "a(x: 1)"):                                                  `a: it is no plain property`,
		get(search, "__typename"):                                               `__typename: it is no plain property`,
		get(search, "_additional { rerank(property: \"a\") { score } }"):        `_additional.rerank: it is not measured here`,
		get(search, "_additional { classification { id } queryProfile }"):       `_additional.classification: it is not measured here; d:2:`,
		get(search, "a @skip(if: true)"):                                        `the directive @skip`,
		"{ Get { A(" + search + ") { a } } Aggregate { A { meta { count } } }}": `Aggregate beside Get: it is a call of its own`,
	} {
		_, _, err := graphql.Read(text, "d", false)
		require.ErrorContains(t, err, want, text)
		_, left, err := graphql.Read(text, "d", true)
		require.NoError(t, err, text)
		require.NotEmpty(t, left, text)
	}
	for text, want := range map[string]string{
		``:                                 `d holds no query: write { Get { … } }`,
		`{ Get {`:                          `d:1:8: it is not GraphQL there: Expected Name, found <EOF>`,
		`{ Get { A(bm25: {query: "x}) } }`: `d:1:33: it is not GraphQL there: Unterminated string`,
		`{"query": "{ Get }"}`:             `d:1:3: it is not GraphQL there: Expected Name, found String`,
		`{ Get { A { a } } }`:              `d:1:9: A is not searched by nearVector, nearText, bm25 or hybrid`,
		get(`nearObject: {id: "x"}`, "a"):  `A is not searched by nearVector, nearText, bm25 or hybrid`,
		`query Q($v: [Float]) { Get { A(nearVector: {vector: $v}) { a } } }`:              `d:1:9: the variable $v: write its value where it is used; d:1:`,
		get(`bm25: {query: $q}`, "a"):                                                     `d:2:18: the variable $q: write its value where it is used`,
		get(search+", where: {path: [\"a\"], operator: Equal, valueText: $v}", "a"):       `the variable $v`,
		get(search+", sort: $s", "a"):                                                     `the variable $s`,
		`mutation { Get { A(bm25: {query: "x"}) { a } } }`:                                `a mutation: only queries search`,
		`{ Get { ...F } } fragment F on G { a }`:                                          `a fragment: write its fields where they are used`,
		`{ Get { A(bm25: {query: "x"}) { a } b: A(bm25: {query: "y"}) { a } } }`:          `d:1:37: collection A is searched twice: a query set has one query per collection`,
		get(`nearVector: {vector: [1], targetVectors: ["a", "b"]}`, "a"):                  `2 target vectors: a query here searches one`,
		get(`nearVector: {certainty: 1}`, "a"):                                            `nearVector has no vector`,
		get(`nearVector: {vector: [1, "x"]}`, "a"):                                        `it must be a number that fits a float32, not the text "x"`,
		get(`nearVector: {vector: [1, 1e99]}`, "a"):                                       `it must be a number that fits a float32`,
		get(`nearText: {certainty: 1}`, "a"):                                              `nearText has no concepts`,
		get(`bm25: "x"`, "a"):                                                             `d:2:11: it must be an object, not the text "x"`,
		get(search+", limit: 1.5", "a"):                                                   `it must be a whole number, not 1.5`,
		get(search+", limit: 99999999999", "a"):                                           `it must be a whole number`,
		get(search+", tenant: [{}]", "a"):                                                 `it must be a string, not a list`,
		get(search+", tenant: {a: 1}", "a"):                                               `it must be a string, not an object`,
		get(search+", tenant: 5", "a"):                                                    `it must be a string, not 5`,
		get(`hybrid: {query: "x", fusionType: sum}`, "a"):                                 `it must be rankedFusion or relativeScoreFusion`,
		get(`bm25: {query: "x", searchOperator: {operator: AndCross}}`, "a"):              `it must be And or Or, not AndCross`,
		get(search+", where: {path: [\"a\"], operator: Equal, valueInt: \"x\"}", "a"):     `where: valueInt must be a whole number`,
		get(search+", where: {path: [\"a\"], operator: Near, valueInt: 1}", "a"):          `where: unknown operator "Near"`,
		"{ Get { A(where: " + strings.Repeat("[", 100) + strings.Repeat("]", 100) + ")}}": `brackets within each other more than 64 deep`,
		strings.Repeat("{a ", 1<<19) + strings.Repeat("}", 1<<19):                         `more than 64 deep`,
		strings.Repeat("a ", 1<<20+2):                                                     `more than 1048576 words and numbers`,
		strings.Repeat(" ", graphql.MaxSize+1):                                            `d is larger than 16 MiB: split it`,
	} {
		_, _, err := graphql.Read(text, "d", true)
		require.ErrorContains(t, err, want, text[:min(len(text), 200)])
	}
}

func TestASetHasNoMoreSearchesThanMayBe(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	for i := range 10_001 {
		fmt.Fprintf(&text, "A%d(bm25: {query: \"x\"}) { a }\n", i)
	}
	_, _, err := graphql.Read("{ Get {\n"+text.String()+"} }", "d", false)
	require.EqualError(t, err, "d:10002:1: more than 10000 searches: split it")
}

func TestSetsThatDoNotGoTogether(t *testing.T) {
	t.Parallel()
	var sets []queries.Set
	for _, name := range []string{"A", "B"} {
		found, _, err := graphql.Read("{ Get { "+name+`(bm25: {query: "x"}) { a } } }`, name, false)
		require.NoError(t, err)
		sets = append(sets, found...)
	}
	_, err := graphql.File(sets, []string{"a.graphql", "b.graphql"})
	require.EqualError(t, err, "a.graphql searches [A] and b.graphql searches [B]: the sets of a file search the same collections, so make a file of each")
	_, _, err = graphql.Read(`{ Get { A(bm25: {query: "x"}, limit: 0) { a } } }`, "zero", false)
	require.NoError(t, err)
}

// FuzzRead: whatever a document holds, it is refused or becomes a set; what becomes a file can be read again.
func FuzzRead(f *testing.F) {
	f.Add(every)
	f.Add(`{ Get { A(bm25: {query: $q}) { ...F } } } fragment F on A { a }`)
	f.Add(`query Q($a: Int = 1 @x) { Get { A(nearVector: {vector: [[1]]}, where: {operands: {path: 1}}) } }`)
	f.Add(strings.Repeat("{a(b:[", 70))
	f.Fuzz(func(t *testing.T, text string) {
		sets, _, err := graphql.Read(text, "d", true)
		if err != nil {
			return
		}
		file, err := graphql.File(sets, make([]string, len(sets)))
		if err != nil {
			return
		}
		_, err = file.QuerySets(1)
		require.NoError(t, err)
	})
}
