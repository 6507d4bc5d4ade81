package dataset

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/internal/bomb"
)

// fileNames are the kinds of song files.
func fileNames() []string {
	return []string{"songs.csv", "songs.jsonl", "songs.csv.gz", "songs.jsonl.gz"}
}

// FuzzSongFile reads what somebody made of a file of songs. One that is found good is read again as it is imported, and gives as
// many songs; an error is one line of text.
func FuzzSongFile(f *testing.F) {
	csv := "title,lyrics,year,vector\n" + string(bytes.Repeat([]byte("\"A, b\",\"la \"\"la\"\"\nla\",1999,\"[0.5,-1]\"\n"), 9))
	jsonl := string(bytes.Repeat([]byte(`{"title":"a","lyrics":"b c","year":1999,"tags":["x"],"live":true,"vector":[1,2e-3]}`+"\n"), 9))
	for kind, seeds := range map[uint8][]string{
		0: {
			csv, "", "title,lyrics\n", "title,lyrics\na,\"b", "TITLE;LYRICS\na;b", "\xef\xbb\xbf" + csv, "\xff\xfet\x00i\x00", "title,lyrics,title\na,b,c",
			"title,lyrics,=1+1\na,b,c", "title,lyrics,\x1b[31m\na,b,c", "title,lyrics,id\na,b,c", "title,lyrics,vector\na,b,\"[1e999]\"", "title,lyrics\n\n\n\n",
		},
		1: {
			jsonl, "[]", "{}", "{\"title\":1}", `{"title":"a","lyrics":"b","x":` + string(bytes.Repeat([]byte("["), 5000)), `{"title":"a","lyrics":"b","":1}`,
			`{"title":"a","Title":"b","lyrics":"c"}`, `{"title":"a","lyrics":"b","vector":[null]}`, `{"title":"a","lyrics":"b","n":1e999}`,
		},
		2: {csv, "\x1f\x8b\x08\x00"},
		3: {jsonl},
	} {
		for _, seed := range seeds {
			f.Add([]byte(seed), kind)
		}
	}
	f.Fuzz(func(t *testing.T, text []byte, kind uint8) {
		name := fileNames()[int(kind)%len(fileNames())]
		if filepath.Ext(name) == ".gz" && !bytes.HasPrefix(text, []byte("\x1f\x8b")) {
			var zipped bytes.Buffer
			w := gzip.NewWriter(&zipped)
			_, err := w.Write(text)
			require.NoError(t, err)
			require.NoError(t, w.Close())
			text = zipped.Bytes()
		}
		path := filepath.Join(t.TempDir(), name)
		require.NoError(t, os.WriteFile(path, text, 0o600))
		file, err := checkSongFile(t.Context(), path)
		if err != nil {
			require.NotContains(t, err.Error(), "\x1b")
			require.True(t, utf8.ValidString(err.Error()))
			return
		}
		songs := 0
		for made, err := range file.records(t.Context()) {
			require.NoError(t, err)
			require.Len(t, made.vector, file.dimensions)
			songs++
		}
		require.Equal(t, file.songs, songs)
		for _, column := range file.columns {
			got, err := columnName(column.name)
			require.NoError(t, err)
			require.Equal(t, column.name, got, "what becomes a property is a property's name")
		}
	})
}

// TestASongFileThatIsABomb: neither what a file unpacks to, nor the number of its columns, is without bounds.
func TestASongFileThatIsABomb(t *testing.T) {
	t.Parallel()
	wide := "title,lyrics"
	object := `{"title":"a","lyrics":"b"`
	for i := range maxColumns {
		wide += ",c" + string(rune('a'+i%26)) + string(rune('a'+i/26%26)) + string(rune('a'+i/676))
		object += `,"c` + string(rune('a'+i%26)) + string(rune('a'+i/26%26)) + string(rune('a'+i/676)) + `":1`
	}
	for name, text := range map[string]string{"wide.csv": wide + "\n", "wide.jsonl": object + "}\n"} {
		path := filepath.Join(t.TempDir(), name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		_, err := checkSongFile(t.Context(), path)
		require.ErrorContains(t, err, "line 1 has 1002 columns, of which 1000 are the most: leave some out", name)
	}

	path := filepath.Join(t.TempDir(), "bomb.jsonl.gz")
	file, err := os.Create(path)
	require.NoError(t, err)
	zipped := gzip.NewWriter(file)
	row := []byte(`{"title":"la","lyrics":"` + string(bytes.Repeat([]byte("la "), 20_000)) + "\"}\n")
	for range 2 * minText / len(row) {
		_, err = zipped.Write(row)
		require.NoError(t, err)
	}
	require.NoError(t, zipped.Close())
	require.NoError(t, file.Close())
	_, err = checkSongFile(t.Context(), path)
	require.ErrorContains(t, err, "it grows more than a hundred-fold when it is decompressed")

	packed := &bomb.Counter{From: bytes.NewReader(make([]byte, 10))}
	_, err = io.Copy(io.Discard, &bomb.Reader{From: io.LimitReader(packed, 10), Packed: packed, Bounds: bounds()})
	require.NoError(t, err)
}
