package truth_test

import (
	"bytes"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/truth"
)

// small is a whole truth file, with what the wrong ones change.
const small = `{
  "version": 1,
  "queries": "` + hash + `",
  "depth": 2,
  "collections": [
    {"name":"Articles","distance":"cosine","objects":3},
    {"name":"Authors","tenant":"t-1","vector":"name","distance":"hamming","objects":1}
  ],
  "sets": [
    {
      "set": 1,
      "queries": [
        {"depth":2,"tolerance":0.000001,"ids":"AAAAAAAAAAAAAAAAAAAAAQAAAAAAAAAAAAAAAAAAAAI=","distances":"AAAAPwAAgD8="},
        null
      ]
    },
    {
      "set": 4,
      "queries": [
        null,
        {"depth":1,"tolerance":0,"ids":"AAAAAAAAAAAAAAAAAAAAAQ==","distances":"AADAPw=="}
      ]
    }
  ]
}
`

func TestWhatIsWrittenReadsTheSame(t *testing.T) {
	t.Parallel()
	f, err := truth.Read(strings.NewReader(small), "my.truth.json")
	require.NoError(t, err)
	require.Equal(t, 2, f.Covers())
	require.Equal(t, truth.Collection{Name: "Authors", Tenant: "t-1", Vector: "name", Distance: truth.Hamming, Objects: 1}, f.Collections[1])
	require.Equal(t, []float32{0.5, 1}, f.Set(1).Queries[0].Distances)
	require.Equal(t, "00000000-0000-0000-0000-000000000002", f.Set(1).Queries[0].IDs[1].String())
	require.Equal(t, small, string(written(t, f)))
	require.Equal(t, f, reread(t, f))
}

// wrongFiles are what can be wrong with a truth file: what is replaced in the small one, by what, and what is said of it.
//
//nolint:gochecknoglobals // a table for a test and a fuzz target
var wrongFiles = []struct{ name, old, replacement, want string }{
	{"empty", small, "", "it is empty: make one with `k6 x weaviate truth`"},
	{"another version", `"version": 1`, `"version": 2`, "its version is 2, and this binary reads version 1: make the file again with `k6 x weaviate truth`"},
	{"cut short", small, small[:len(small)/2], "it ends in the middle"},
	{"an array", small, "[]", "it holds one array: a truth file is an object, as `k6 x weaviate truth` makes it"},
	{"unknown key", `"depth": 2`, `"dept": 2`, `line 4: unknown key "dept": did you mean "depth"?`},
	{"hash of another kind", hash, hash[2:], "queries is not the SHA-256 of a query file"},
	{"hash in capitals", hash, strings.ToUpper(hash), "queries is not the SHA-256 of a query file"},
	{"hash that is none", hash, "x" + hash[1:], "queries is not the SHA-256 of a query file"},
	{"no depth", `"depth": 2`, `"depth": 0`, "depth is 0: it is 1 to 10000"},
	{"endless depth", `"depth": 2`, `"depth": 10001`, "depth is 10001: it is 1 to 10000"},
	{"depth beyond the file's", `"depth": 2`, `"depth": 1`, "set 1 has a depth of 2, and the file of 1"},
	{"no collections", `    {"name":"Articles","distance":"cosine","objects":3},
    {"name":"Authors","tenant":"t-1","vector":"name","distance":"hamming","objects":1}
`, "", "it has no collections"},
	{"collection without a name", `"name":"Articles"`, `"name":""`, "line 6: a collection has no name"},
	{"collection that cannot be", `"name":"Articles"`, `"name":"A b"`, `collection name "A b" is not a Weaviate name`},
	{"collection twice", `"Authors","tenant":"t-1","vector":"name"`, `"Articles"`, "collection Articles is there twice: keep one"},
	{"unknown distance", `"cosine"`, `"cosin"`, `collection "Articles": unknown distance "cosin": the distances are [cosine dot l2-squared manhattan hamming]`},
	{"fewer than no objects", `"objects":3`, `"objects":-3`, `collection "Articles": it has -3 objects`},
	{"objects of another kind", `"objects":3`, `"objects":"3"`, "line 6: objects must be a whole number, not string"},
	{"no sets", small, `{"version":1,"queries":"` + hash + `","depth":1,"collections":[{"name":"A","distance":"dot"}],"sets":[]}`, "it has no query sets"},
	{"set without a truth", `{"depth":1,"tolerance":0,"ids":"AAAAAAAAAAAAAAAAAAAAAQ==","distances":"AADAPw=="}`, "null", "a set has no query with a truth"},
	{"sets in disorder", `"set": 4`, `"set": 1`, "set 1 comes after set 1: sets are in the order of the query file, from 0"},
	{"negative set", `"set": 1`, `"set": -1`, "set -1 comes after set -1"},
	{"query of another kind", "null,", "[],", "query 1: must be an object, not an array"},
	{"query of nothing", "null,", "{},", "query 1: depth is 0: it is 1 to 10000"},
	{"ids that are not base64", `"ids":"AAAAAAAAAAAAAAAAAAAAAQ=="`, `"ids":"?"`, "query 2: ids are not base64"},
	{"half an id", `"ids":"AAAAAAAAAAAAAAAAAAAAAQ=="`, `"ids":"AAAA"`, "ids are 3 bytes: each of them takes 16"},
	{"half a distance", `"AADAPw=="`, `"AADA"`, "distances are 3 bytes: each of them takes 4"},
	{"fewer distances than ids", `"AADAPw=="`, `""`, "it has 1 ids and 0 distances: each object has both"},
	{"fewer objects than the depth", `"depth":1,`, `"depth":2,`, "it has 1 objects: there are from its depth, 2, to 20000"},
	{"distances in disorder", `"AAAAPwAAgD8="`, `"AACAPwAAAD8="`, "distance 1 is 0.5: distances are finite, and none is less than the one before"},
	{"distance that is none", `"AADAPw=="`, `"AADAfw=="`, "distance 0 is NaN"},
	{"infinite distance", `"AADAPw=="`, `"AACAfw=="`, "distance 0 is +Inf"},
	{"negative tolerance", `"tolerance":0,`, `"tolerance":-1,`, "tolerance is -1: it is a number from 0 up"},
	{"object twice", `AAAAAAAAAAI=`, `AAAAAAAAAAE=`, "object 00000000-0000-0000-0000-000000000001 is there twice"},
}

func TestWrongFiles(t *testing.T) {
	t.Parallel()
	for _, c := range wrongFiles {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			require.Contains(t, small, c.old, "the test would change nothing")
			_, err := truth.Read(strings.NewReader(strings.Replace(small, c.old, c.replacement, 1)), "my.truth.json")
			require.ErrorContains(t, err, "the truth file my.truth.json is wrong: ")
			require.ErrorContains(t, err, c.want)
			require.Less(t, len(err.Error()), 300, "a sentence, not the file: %s", err)
		})
	}
}

// TestAFileOfNothing holds what a hostile file costs to a few times its length.
func TestAFileOfNothing(t *testing.T) {
	for name, wrong := range map[string]struct{ before, item, after, want string }{
		"queries":     {`"sets":[{"queries":[`, "null", "]}]", "a set has more than 10000 queries"},
		"sets":        {`"sets":[`, "null", "]", "a set has no query with a truth"},
		"collections": {`"collections":[`, `{"name":"A"}`, "]", "it has more than 100000 collections"},
	} {
		text := `{"version":1,` + wrong.before + strings.Repeat(wrong.item+",", 1_000_000) + wrong.item + wrong.after + "}"
		var start, end runtime.MemStats
		runtime.ReadMemStats(&start)
		_, err := truth.Read(strings.NewReader(text), name)
		runtime.ReadMemStats(&end)
		require.ErrorContains(t, err, wrong.want, name)
		require.Less(t, end.TotalAlloc-start.TotalAlloc, uint64(20*len(text)), name)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(small))
	for _, c := range wrongFiles {
		f.Add([]byte(strings.Replace(small, c.old, c.replacement, 1)))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		file, err := truth.Read(bytes.NewReader(text), "fuzz.json")
		if err != nil {
			return
		}
		require.Equal(t, file, reread(t, file))
		for i := range file.Sets {
			set := file.Set(file.Sets[i].Index)
			for k, q := range set.Queries {
				if q == nil {
					continue
				}
				all := make([]string, len(q.IDs))
				for n := range all {
					all[n] = q.IDs[n].String()
				}
				found, wanted := set.Recall(k, q.Depth+1, all)
				require.Equal(t, q.Depth, wanted)
				require.Equal(t, wanted, found, "the truth finds itself")
			}
		}
	})
}

func written(tb testing.TB, f *truth.File) []byte {
	tb.Helper()
	var text bytes.Buffer
	require.NoError(tb, f.Write(&text))
	return text.Bytes()
}

func reread(tb testing.TB, f *truth.File) *truth.File {
	tb.Helper()
	again, err := truth.Read(bytes.NewReader(written(tb, f)), "my.truth.json")
	require.NoError(tb, err)
	return again
}
