package dataset

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/structpb"
)

// write writes a file of songs into a folder of the test's own.
func write(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}

// csvOf makes a CSV file: a first line, then rows until there are ten.
func csvOf(header string, rows ...string) string {
	lines := append([]string{header}, rows...)
	for len(lines) < 11 {
		lines = append(lines, rows[0])
	}
	return strings.Join(lines, "\n") + "\n"
}

// jsonlOf makes a JSONL file of ten lines, the last ones like the first.
func jsonlOf(rows ...string) string { return strings.TrimPrefix(csvOf("", rows...), "\n") }

func zip(t *testing.T, text string) string {
	t.Helper()
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	_, err := w.Write([]byte(text))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return zipped.String()
}

func utf16Of(text string) string {
	b := []byte{0xff, 0xfe}
	for _, unit := range utf16.Encode([]rune(text)) {
		b = append(b, byte(unit), byte(unit>>8))
	}
	return string(b)
}

func recordsOf(t *testing.T, f *songFile) []record {
	t.Helper()
	var list []record
	for r, err := range f.records(t.Context()) {
		require.NoError(t, err)
		list = append(list, r)
	}
	require.Len(t, list, f.songs)
	return list
}

func propertiesOf(r record) map[string]any { return (&structpb.Struct{Fields: r.properties}).AsMap() }

func TestACSVFile(t *testing.T) {
	t.Parallel()
	text := csvOf(",Title,Artist,year,plays,explicit,code,LYRICS",
		`0,Rain,"Jones, Ann",1999,1.5,true,007,"Rain, rain,`+"\n"+`go ""away"""`,
		`1,1999,Bo,-3,2,false,12,go`,
		`2,Blank,,,,,,lyrics`,
		`3,Zoë,Bo,12,3e2,true,x,été`)
	for name, content := range map[string]string{
		"songs.csv": text, "SONGS.CSV": "\xef\xbb\xbf" + strings.ReplaceAll(text, "\n", "\r\n"), "songs.csv.gz": zip(t, text),
	} {
		f, err := checkSongFile(t.Context(), write(t, name, content))
		require.NoError(t, err, name)
		require.Equal(t, "title (text), artist (text), year (int), plays (number), explicit (boolean), code (text), lyrics (text)",
			f.columns.describe())
		require.Equal(t, 10, f.songs)
		require.Zero(t, f.dimensions)
		records := recordsOf(t, f)
		require.Equal(t, map[string]any{
			"title": "Rain", "artist": "Jones, Ann", "year": 1999.0, "plays": 1.5, "explicit": true, "code": "007",
			"lyrics": "Rain, rain,\ngo \"away\"",
		}, propertiesOf(records[0]))
		require.Equal(t, "Rain\nRain, rain,\ngo \"away\"", records[0].text)
		require.Equal(t, 4, records[1].line, "the first song takes two lines")
		require.Equal(t, map[string]any{
			"title": "1999", "artist": "Bo", "year": -3.0, "plays": 2.0, "explicit": false, "code": "12", "lyrics": "go",
		}, propertiesOf(records[1]))
		require.Equal(t, map[string]any{"title": "Blank", "lyrics": "lyrics"}, propertiesOf(records[2]), "empty cells are left out")
		require.Equal(t, "Zoë\nété", records[3].text)
	}
}

func TestAJSONLFile(t *testing.T) {
	t.Parallel()
	path := write(t, "songs.ndjson", jsonlOf(
		`{"title":"Rain","lyrics":"Rain, rain\ngo away","year":1999,"tags":["wet","old"],"plays":1,"live":null,"vector":[1,-0.5,2e-1]}`,
		`{"title":"Sun","lyrics":"","plays":2.5,"live":true,"tags":[],"vector":[0,0,1]}`,
		"", "  ")+`{"lyrics":"no new line at the end","vector":[3,2,1]}`)
	f, err := checkSongFile(t.Context(), path)
	require.NoError(t, err)
	require.Equal(t, "live (boolean), lyrics (text), plays (number), tags (text[]), title (text), year (int)", f.columns.describe())
	require.Equal(t, 3, f.dimensions)
	records := recordsOf(t, f)
	require.Equal(t, map[string]any{
		"title": "Rain", "lyrics": "Rain, rain\ngo away", "year": 1999.0, "tags": []any{"wet", "old"}, "plays": 1.0,
	}, propertiesOf(records[0]))
	require.Equal(t, []float32{1, -0.5, 0.2}, records[0].vector)
	require.Equal(t, map[string]any{"title": "Sun", "lyrics": "", "plays": 2.5, "live": true, "tags": []any{}}, propertiesOf(records[1]))
	require.Equal(t, map[string]any{"lyrics": "no new line at the end"}, propertiesOf(records[len(records)-1]))
}

// The same songs in another wrapping are the same songs: a half-filled collection is topped up with either.
func TestTheDigestIsOfTheContent(t *testing.T) {
	t.Parallel()
	text := csvOf("title,lyrics", "a,b")
	plain, err := checkSongFile(t.Context(), write(t, "one.csv", text))
	require.NoError(t, err)
	zipped, err := checkSongFile(t.Context(), write(t, "two.csv.gz", zip(t, text)))
	require.NoError(t, err)
	other, err := checkSongFile(t.Context(), write(t, "one.csv", csvOf("title,lyrics", "a,c")))
	require.NoError(t, err)
	require.Equal(t, plain.digest, zipped.digest)
	require.NotEqual(t, plain.digest, other.digest)
}

func TestFilesThatAreWrong(t *testing.T) {
	t.Parallel()
	const good = `{"title":"a","lyrics":"b"}`
	cases := map[string]struct{ name, content, want string }{
		"of another kind":       {"songs.txt", "x", "a name that does not say what it holds: name it .csv or .jsonl, also with .gz"},
		"empty":                 {"songs.csv", "", "it is empty"},
		"header alone":          {"songs.csv", "title,lyrics\n", "it has 0 songs, which is not enough for 9 collections"},
		"too few":               {"songs.jsonl", good + "\n" + good, "it has 2 songs, which is not enough for 9 collections"},
		"UTF-16":                {"songs.csv", utf16Of(csvOf("title,lyrics", "a,b")), "it is UTF-16, or no text: convert it with iconv -f UTF-16 -t UTF-8"},
		"UTF-16 without mark":   {"songs.jsonl", utf16Of(good)[2:], "it is UTF-16, or no text"},
		"Latin-1":               {"songs.csv", csvOf("title,lyrics", "a,b", "c,\"d\n\xe9t\xe9\""), "line 3, column lyrics: it is not UTF-8: if the file is Latin-1, convert it with iconv -f LATIN1"},
		"Latin-1 names":         {"songs.csv", csvOf("title,lyrics,\xe9t\xe9", "a,b,c"), "line 1: it is not UTF-8"},
		"Latin-1 lines":         {"songs.jsonl", jsonlOf(good, "{\"title\":\"\xe9\"}"), "line 2: it is not UTF-8"},
		"not compressed":        {"songs.csv.gz", csvOf("title,lyrics", "a,b"), "it is not compressed by gzip, as its name says"},
		"cut while compressed":  {"songs.csv.gz", zip(t, csvOf("title,lyrics", "a,b"))[:25], "it ends in the middle: copy it here again"},
		"no lyrics":             {"songs.csv", csvOf("title,text", "a,b"), "line 1 has no column lyrics (it has title, text): rename the columns"},
		"other separators":      {"songs.csv", csvOf("title;lyrics", "a;b"), `line 1: column "title;lyrics" cannot be a property: name it with letters, digits and _ only, like "title_lyrics"`},
		"no lyrics in JSON":     {"songs.jsonl", jsonlOf(`{"title":"a","text":"b"}`), "line 1 has no column lyrics (it has text, title)"},
		"a name twice":          {"songs.csv", csvOf("title,lyrics,Title", "a,b,c"), "line 1: two columns are named title"},
		"a name twice in JSON":  {"songs.jsonl", jsonlOf(`{"title":"a","lyrics":"b","Year":1,"year":2}`), "line 1: two columns are named year"},
		"a reserved name":       {"songs.csv", csvOf("title,lyrics,id", "a,b,1"), `column "id" has a name that Weaviate keeps for itself: name it otherwise, like "song_id"`},
		"too many values":       {"songs.csv", csvOf("title,lyrics", "a,b", "c,d,e"), "line 3 has 3 values and line 1 names 2 columns"},
		"too few values":        {"songs.csv", csvOf("title,lyrics", "a,b", "c"), "line 3 has 1 values and line 1 names 2 columns"},
		"a stray quote":         {"songs.csv", csvOf("title,lyrics", "a,b", `c,d "e" f`), `line 3, byte 5 (of the row that begins in line 3): bare "`},
		"an open quote":         {"songs.csv", csvOf("title,lyrics", "a,b", `c,"d`), "(of the row that begins in line 3)"},
		"a quote without end":   {"songs.csv", csvOf("title,lyrics", "a,b", `c,"d`+strings.Repeat("long\n", maxRow)), "after line 2: a row is longer than 2 MiB: is a quote not closed?"},
		"a line without end":    {"songs.jsonl", jsonlOf(good, `{"title":"`+strings.Repeat("x", 2*maxRow)), "line 2: a row is longer than 2 MiB"},
		"an array":              {"songs.jsonl", "[" + good + "]", "line 1 is not a JSON object, which begins with {: write one a line, as jq -c '.[]'"},
		"cut short":             {"songs.jsonl", jsonlOf(good) + `{"title":"a`, "line 11 is not a JSON object in one line (unexpected end of JSON input)"},
		"two types":             {"songs.jsonl", jsonlOf(good, `{"title":"a","lyrics":"b","year":1999}`, `{"title":"a","lyrics":"b","year":"1999"}`), "line 3, column year: it is text here and int in line 2: a property has one type"},
		"a title of numbers":    {"songs.jsonl", jsonlOf(good, `{"title":1999,"lyrics":"b"}`), "line 2, column title: it is int and must be text"},
		"an object":             {"songs.jsonl", jsonlOf(good, `{"title":"a","lyrics":"b","meta":{"x":1}}`), "line 2, column meta: a property is a text, a number, true, false or a list of texts"},
		"a list of numbers":     {"songs.jsonl", jsonlOf(good, `{"title":"a","lyrics":"b","meta":[1]}`), "line 2, column meta: a property is"},
		"nothing to embed":      {"songs.csv", csvOf("title,lyrics", "a,b", "?,!"), "line 3, column lyrics: neither title nor lyrics has a word"},
		"a vector of words":     {"songs.csv", csvOf("title,lyrics,vector", "a,b,[1]", "a,b,1 2"), "line 3, column vector: it is not a list of numbers like [0.1,-0.2]"},
		"a vector with text":    {"songs.jsonl", jsonlOf(`{"title":"a","lyrics":"b","vector":["1"]}`), "line 1, column vector: it is not a list of numbers"},
		"a vector with NaN":     {"songs.csv", csvOf("title,lyrics,vector", "a,b,\"[1,NaN]\""), "line 2, column vector: it is not a list of numbers"},
		"a vector out of range": {"songs.csv", csvOf("title,lyrics,vector", "a,b,[1e99]"), "line 2, column vector: it is not a list of numbers"},
		"a vector with null":    {"songs.jsonl", jsonlOf(`{"title":"a","lyrics":"b","vector":[1,null]}`), "line 1, column vector: it is not a list of numbers"},
		"a vector too long":     {"songs.csv", csvOf("title,lyrics,vector", "a,b,\"[1"+strings.Repeat(",2", 70000)+"]\""), "line 2, column vector: a vector of 70001 numbers is longer than Weaviate takes, which is 65535"},
		"an empty vector":       {"songs.jsonl", jsonlOf(`{"title":"a","lyrics":"b","vector":[]}`), "line 1, column vector: it is not a list of numbers"},
		"vectors of two sizes":  {"songs.csv", csvOf("title,lyrics,vector", "a,b,\"[1,2]\"", "a,b,[1]"), "line 3, column vector: a vector of 1 numbers, and a vector of 2 numbers in the rows before"},
		"a vector missing":      {"songs.csv", csvOf("title,lyrics,vector", "a,b,\"[1,2]\"", "a,b,"), "line 3, column vector: no vector, and a vector of 2 numbers in the rows before"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := write(t, c.name, c.content)
			_, err := checkSongFile(t.Context(), path)
			require.ErrorContains(t, err, "the song file "+path)
			require.ErrorContains(t, err, c.want)
			require.NotContains(t, err.Error(), "\n")
		})
	}
}

func TestFilesThatCannotBeRead(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	loop := filepath.Join(folder, "loop.csv")
	require.NoError(t, os.Symlink(loop, loop))
	nested := filepath.Join(folder, "folder.csv")
	require.NoError(t, os.Mkdir(nested, 0o700))
	for path, want := range map[string]string{
		filepath.Join(folder, "none.csv"): "there is no such file: check --from",
		nested:                            "it is a folder: give --from a file",
		loop:                              "it cannot be read: too many levels of symbolic links",
		filepath.Join(write(t, "a.csv", "x"), "b.csv"): "it cannot be read: not a directory",
		os.DevNull + ".csv":                            "there is no such file",
	} {
		_, err := checkSongFile(t.Context(), path)
		require.ErrorContains(t, err, want)
	}
	device := filepath.Join(folder, "device.csv")
	require.NoError(t, os.Symlink(os.DevNull, device))
	_, err := checkSongFile(t.Context(), device)
	require.ErrorContains(t, err, "it is no regular file, which it must be because it is read twice")
}

func TestAFileThatChangesIsNotImportedFurther(t *testing.T) {
	t.Parallel()
	path := write(t, "songs.csv", csvOf("title,lyrics,vector", "a,b,\"[1,2]\""))
	f, err := checkSongFile(t.Context(), path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, []byte(csvOf("title,lyrics,vector", "a,b,[1]")), 0o600))
	for _, failed := range f.records(t.Context()) {
		require.ErrorIs(t, failed, errChanged)
	}
	require.NoError(t, os.WriteFile(path, []byte("title,lyrics,vector\na,b,\"[1,2]\"\n"), 0o600))
	var last error
	for _, err := range (dealt{f, f.songs}).batches(t.Context(), make([]int, len(Collections())), 100) {
		last = err
	}
	require.ErrorIs(t, last, errChanged)
}

func TestKinds(t *testing.T) {
	t.Parallel()
	cells := map[cell]kind{
		"": unknown, "1": whole, "-12": whole, "0": whole, "1.0": number, "1e3": number, "-0.5E-2": number, "true": boolean, "false": boolean,
		"007": text, "+1": text, "1_000": text, ".5": text, "NaN": text, "0x10": text, "True": text, "a": text, "1e999": text,
		"9007199254740992": whole, "9007199254740993": text, "123456789012345678901": text, "-": text, "[1]": text,
	}
	for value, want := range cells {
		got, ok := kindOf(value)
		require.True(t, ok)
		require.Equal(t, want, got, "%q", value)
		if got != unknown {
			require.NotNil(t, got.as(value), "%q", value)
		}
	}
	got, ok := kindOf(json.Number("1e3"))
	require.True(t, ok)
	require.Equal(t, number, got)
	for _, value := range []any{map[string]any{}, []any{1}, 1, errors.New("")} {
		_, ok := kindOf(value)
		require.False(t, ok, "%v", value)
	}
	all := []kind{text, whole, number, boolean, texts}
	for _, a := range append(all, unknown) {
		for _, b := range append(all, unknown) {
			got, ok := a.join(b)
			back, okBack := b.join(a)
			require.Equal(t, []any{got, ok}, []any{back, okBack}, "%s and %s", a, b)
			require.Equal(t, a == b || a == unknown || b == unknown || fmt.Sprint(min(a, b), max(a, b)) == "int number", ok, "%s and %s", a, b)
		}
	}
}
