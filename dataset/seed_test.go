package dataset

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/weaviate/weaviate/entities/models"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	protocol "github.com/weaviate/weaviate/grpc/generated/protocol/v1"

	"github.com/xk6-weaviate/xk6-weaviate/embed"
)

// small are the sizes of options.
var small = []int{500, 200, 100, 25, 15, 10, 8, 6, 5} //nolint:gochecknoglobals // a constant in all but name

func TestSeedFillsTheNine(t *testing.T) {
	t.Parallel()
	f, notes := startFake(t), &log{}
	o := f.options(notes)
	var last Progress
	done := make(map[string]int)
	o.Progress = func(p Progress) {
		require.GreaterOrEqual(t, p.Done, done[p.Collection], "progress does not go back")
		require.GreaterOrEqual(t, p.AllDone, last.AllDone)
		done[p.Collection], last = p.Done, p
	}
	summary, err := Seed(t.Context(), o)
	require.NoError(t, err)
	require.Equal(t, small, f.counts())
	require.Empty(t, notes.notes)
	require.Equal(t, []int{869, 869, 869, 869}, []int{summary.Objects, summary.Total, summary.Imported, summary.Sent})
	require.Positive(t, summary.Waiting)
	require.Positive(t, summary.Making)
	require.Equal(t, Progress{"", 0, last.Done, last.Total, 0, 869, 869}, Progress{"", last.Had, last.Done, last.Total, last.AllHad, last.AllDone, last.AllTotal})
	for c, name := range Names() {
		require.Equal(t, small[c], done[name])
		require.Equal(t, "made by k6 x weaviate seed: made-up songs, generation 1, 8 dimensions", f.classes[name].Description)
		require.Equal(t, "none", f.classes[name].Vectorizer)
	}

	song := MakeSong("SongLyrics_50k", 3)
	object := f.objects["SongLyrics_50k"][songID("SongLyrics_50k", 3)]
	require.Equal(t, map[string]any{
		"title": song.Title, "artist": song.Artist, "genre": song.Genre, "lyrics": song.Lyrics, "year": float64(song.Year),
	}, object.GetProperties().GetNonRefProperties().AsMap())
	h, err := embed.NewHash(8)
	require.NoError(t, err)
	vector, err := h.Embed(song.Title + "\n" + song.Lyrics)
	require.NoError(t, err)
	for i, x := range vector {
		require.Equal(t, math.Float32bits(x), binary.LittleEndian.Uint32(object.GetVectorBytes()[4*i:]))
	}
	require.Len(t, object.GetVectorBytes(), 4*8)

	again, err := Seed(t.Context(), o)
	require.NoError(t, err)
	require.Equal(t, Summary{Objects: 869, Total: 869, Elapsed: again.Elapsed}, again, "nothing to do")
	require.Equal(t, 869, f.received)
}

func TestSeedTopsUpToExactCounts(t *testing.T) {
	t.Parallel()
	f, notes := startFake(t), &log{}
	o := f.options(notes)
	o.Scale = 0.0001
	_, err := Seed(t.Context(), o)
	require.NoError(t, err)
	o.Scale = 0.0005
	summary, err := Seed(t.Context(), o)
	require.NoError(t, err)
	require.Equal(t, small, f.counts())
	require.Equal(t, 869-174, summary.Imported)

	o.Scale = 0.0001
	before := f.received
	_, err = Seed(t.Context(), o)
	require.NoError(t, err)
	require.Equal(t, small, f.counts(), "a smaller scale takes nothing away")
	require.Equal(t, before, f.received)
	require.Contains(t, notes.String(), "SongLyrics has 500 objects, more than the 100 of this scale, and is left as it is: --replace")
}

// A seed that was killed leaves holes among the last songs, and one whose objects got lost leaves them anywhere.
func TestSeedFillsHoles(t *testing.T) {
	t.Parallel()
	for name, there := range map[string]func(i int) bool{
		"at the end":  func(i int) bool { return i < 5000 || i < 7000 && i%3 == 0 },
		"anywhere":    func(i int) bool { return i%100 != 7 },
		"at the head": func(i int) bool { return i > 0 },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, notes := startFake(t), &log{}
			o := f.options(notes)
			o.Scale, o.BatchSize = 0.008, 200
			before, sizes := 0, madeUp{o.Scale}.sizes() // the first collection has holes, and the last one lacks a song
			for c, name := range Names() {
				f.add(&models.Class{Class: name, Description: marker("made-up songs", 8)})
				for i := range sizes[c] {
					if c > 0 && (c < 8 || i != 1) || c == 0 && there(i) {
						f.put(name, i)
						before++
					}
				}
			}
			summary, err := Seed(t.Context(), o)
			require.NoError(t, err)
			require.Equal(t, sizes, f.counts())
			require.Equal(t, sum(f.counts())-before, summary.Imported)
			if name == "at the end" {
				require.Less(t, summary.Sent, 7000, "what is surely in is not sent again")
			}
		})
	}
}

func TestSeedTouchesOnlyWhatItMade(t *testing.T) {
	t.Parallel()
	f, notes := startFake(t), &log{}
	o := f.options(notes)
	f.add(&models.Class{Class: "SongLyrics_30k", Description: "of great value"})
	f.put("SongLyrics_30k", 1, 2, 3)
	f.add(&models.Class{Class: "Other"})
	f.put("Other", 1)

	_, err := Seed(t.Context(), o)
	require.EqualError(t, err, "the server has collections that this command did not make: SongLyrics_30k; "+
		"--replace deletes the nine collections of these names with all their objects")
	require.Len(t, f.classes, 2, "and made none of the others")
	require.Zero(t, f.requests)

	o.Replace = true
	_, err = Seed(t.Context(), o)
	require.NoError(t, err)
	require.Equal(t, small, f.counts())
	require.Len(t, f.objects["Other"], 1)

	o.Replace, o.Dimensions = false, 16
	_, err = Seed(t.Context(), o)
	require.EqualError(t, err, "the server has collections of other songs than those asked for: "+strings.Join(Names(), ", ")+
		" (made-up songs, generation 1, 8 dimensions; asked for: made-up songs, generation 1, 16 dimensions); "+
		"--replace deletes the nine collections of these names with all their objects")
	require.Equal(t, small, f.counts())
}

func TestSeedSaysWhatTheServerRefused(t *testing.T) {
	t.Parallel()
	f, notes := startFake(t), &log{}
	o := f.options(notes)
	refused := map[string]bool{songID("SongLyrics", 7): true, songID("SongLyrics_400k", 199): true}
	f.refusing = func(object *protocol.BatchObject) string {
		if refused[object.GetUuid()] {
			return "it is ugly"
		}
		return ""
	}
	summary, err := Seed(t.Context(), o)
	require.ErrorContains(t, err, "the server refused 2 objects (song ")
	require.ErrorContains(t, err, ": it is ugly): 867 of 869 objects are in; the same command again goes on from there")
	require.Equal(t, []int{867, 869}, []int{summary.Objects, summary.Total})
	require.Contains(t, notes.String(), "the server refused song 7 of SongLyrics: it is ugly")
	require.Contains(t, notes.String(), "the server refused song 199 of SongLyrics_400k: it is ugly")

	refused = nil
	summary, err = Seed(t.Context(), o)
	require.NoError(t, err)
	require.Equal(t, small, f.counts())
	require.Equal(t, 2, summary.Imported)
}

func TestSeedSendsARefusedObjectOnceMore(t *testing.T) {
	t.Parallel()
	f, notes := startFake(t), &log{}
	seen := make(map[string]bool)
	f.refusing = func(object *protocol.BatchObject) string {
		if seen[object.GetUuid()] || !strings.HasPrefix(object.GetUuid(), "a") {
			return ""
		}
		seen[object.GetUuid()] = true
		return "not enough replicas"
	}
	_, err := Seed(t.Context(), f.options(notes))
	require.NoError(t, err)
	require.NotEmpty(t, seen)
	require.Equal(t, small, f.counts())
	require.Equal(t, 869+len(seen), f.received)
}

func TestSeedGivesUpWhenEverythingIsRefused(t *testing.T) {
	t.Parallel()
	f, notes := startFake(t), &log{}
	f.refusing = func(*protocol.BatchObject) string { return "store is read-only: no space left on device" }
	o := f.options(notes)
	o.Scale = 1
	most := 0
	o.Progress = func(p Progress) { most = max(most, p.Done, p.AllDone) }
	summary, err := Seed(t.Context(), o)
	require.Zero(t, most, "what is refused is no progress")
	require.ErrorContains(t, err, "objects, and the seed gave up (song ")
	require.ErrorContains(t, err, "no space left on device): 0 of 1737000 objects are in")
	require.Zero(t, summary.Objects)
	require.LessOrEqual(t, f.received, 2*(maxRefused+2*o.Workers*o.BatchSize))
	require.Len(t, notes.notes, namedRefusals)
}

func TestSeedSendsAgainWhatMayPass(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err   error
		again bool
	}{
		"unavailable":         {status.Error(codes.Unavailable, "the connection broke"), true},
		"too many requests":   {status.Error(codes.Unknown, "429 Too many requests"), true},
		"resources":           {status.Error(codes.ResourceExhausted, "slow down"), true},
		"memory":              {status.Error(codes.Internal, "cannot process batch: not enough memory"), true},
		"too large":           {status.Error(codes.ResourceExhausted, "grpc: received message larger than max (200 vs. 100)"), false},
		"not allowed":         {status.Error(codes.PermissionDenied, "forbidden"), false},
		"not authenticated":   {status.Error(codes.Unauthenticated, "who are you"), false},
		"wrong":               {status.Error(codes.InvalidArgument, "no such field"), false},
		"unknown for no good": {status.Error(codes.Unknown, "class not found"), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, notes := startFake(t), &log{}
			f.failing = func(_ context.Context, request int) error {
				if request < attempts {
					return c.err
				}
				return nil
			}
			o := f.options(notes)
			o.Workers = 1
			_, err := Seed(t.Context(), o)
			if c.again {
				require.NoError(t, err)
				require.Equal(t, small, f.counts())
				return
			}
			require.ErrorContains(t, err, "cannot import songs 0 to 49 of SongLyrics: ")
			require.ErrorContains(t, err, status.Convert(c.err).Message())
			require.Equal(t, name == "too large", strings.Contains(err.Error(), "use a smaller --batch-size"))
			require.ErrorContains(t, err, ": 0 of 869 objects are in; the same command again goes on from there")
			require.Equal(t, 1, f.requests)
		})
	}
}

func TestSeedDoesNotTryForEver(t *testing.T) {
	t.Parallel()
	f, notes := startFake(t), &log{}
	f.failing = func(_ context.Context, request int) error {
		if request > 4 {
			return status.Error(codes.Unavailable, "the server has gone")
		}
		return nil
	}
	o := f.options(notes)
	o.Workers = 1
	_, err := Seed(t.Context(), o)
	require.ErrorContains(t, err, "cannot import songs 200 to 249 of SongLyrics: Unavailable: the server has gone (6 times): ")
	require.ErrorContains(t, err, "200 of 869 objects are in")
	require.Equal(t, 4+attempts, f.requests)
}

func TestSeedThatIsStoppedSaysWhatIsIn(t *testing.T) {
	t.Parallel()
	f, notes := startFake(t), &log{}
	ctx, cancel := context.WithCancel(t.Context())
	f.failing = func(request context.Context, n int) error {
		if n != 5 {
			return nil
		}
		cancel()
		select { // a seed that drops what is under way would do so at once
		case <-request.Done():
			return request.Err()
		case <-time.After(200 * time.Millisecond):
			return nil
		}
	}
	summary, err := Seed(ctx, f.options(notes))
	in := sum(f.counts())
	require.EqualError(t, err, fmt.Sprintf("stopped: %d of 869 objects are in; the same command again goes on from there", in))
	require.Equal(t, in, summary.Objects)
	require.GreaterOrEqual(t, in, 250, "what was under way got in")
	require.Less(t, in, 869)
	_, err = Seed(t.Context(), f.options(notes))
	require.NoError(t, err)
	require.Equal(t, small, f.counts())
}

func TestSeedThatLosesCountSaysSo(t *testing.T) {
	t.Parallel()
	f, notes := startFake(t), &log{}
	var lost atomic.Bool
	f.refusing = func(object *protocol.BatchObject) string {
		if object.GetUuid() == songID("SongLyrics_10k", 4) && lost.CompareAndSwap(false, true) {
			delete(f.objects["SongLyrics_10k"], songID("SongLyrics_10k", 0)) // somebody else's doing
		}
		return ""
	}
	_, err := Seed(t.Context(), f.options(notes))
	require.ErrorContains(t, err, "all songs of SongLyrics_10k were sent and it has 4 of 5: see the server's log: 868 of 869 objects are in")
}

func TestSeedWaitsForTheIndex(t *testing.T) {
	t.Parallel()
	f, notes := startFake(t), &log{}
	f.queue = []int64{70, 0}
	_, err := Seed(t.Context(), f.options(notes))
	require.NoError(t, err)
	require.Empty(t, f.queue, "other collections' queues are no matter")
	require.Equal(t, "waiting for the server to index 70 vectors", notes.String())
}

func TestSeedFromAFile(t *testing.T) {
	t.Parallel()
	f, notes := startFake(t), &log{}
	var rows strings.Builder
	rows.WriteString("title,lyrics,band,plays,genre,vector\n")
	for i := range 3000 {
		fmt.Fprintf(&rows, "Song %d,la la %d,B,%d,%d,\"[%d,1,0.5]\"\n", i, i, i, i%5, i)
	}
	path := filepath.Join(t.TempDir(), "songs.csv")
	require.NoError(t, os.WriteFile(path, []byte(rows.String()), 0o600))
	o := f.options(notes)
	o.From, o.Scale, o.Dimensions = path, 0.001, 0
	summary, err := Seed(t.Context(), o)
	require.NoError(t, err)
	require.Equal(t, []int{1000, 400, 200, 50, 30, 20, 15, 12, 10}, f.counts())
	require.Equal(t, 1737, summary.Imported)
	require.Equal(t, path+" has 3000 songs with title (text), lyrics (text), band (text), plays (int), genre (int); vectors of 3 numbers\n"+
		"the first 1737 of them are imported, which is what this scale asks for", notes.String())

	o.Scale = 1
	f.refusing = func(object *protocol.BatchObject) string {
		if object.GetProperties().GetNonRefProperties().AsMap()["title"] == "Song 2000" {
			return "it is out of tune"
		}
		return ""
	}
	_, err = Seed(t.Context(), o)
	require.ErrorContains(t, err, "the server refused 1 object (the song in line 2002: it is out of tune): 2999 of 3000 objects are in")
	f.refusing = nil
	_, err = Seed(t.Context(), o)
	require.NoError(t, err)
	require.Equal(t, deal().sizes(3000), f.counts())

	seen := make(map[string]int)
	for _, name := range Names() {
		properties := make(map[string][]string)
		for _, p := range f.classes[name].Properties {
			properties[p.Name] = append(p.DataType, p.Tokenization)
		}
		require.Equal(t, map[string][]string{
			"title": {"text", "word"}, "lyrics": {"text", "word"}, "band": {"text", "word"}, "plays": {"int", ""},
			"artist": {"text", "word"}, "year": {"int", ""}, "genre": {"int", ""},
		}, properties, "those of the made-up songs are there too, for the query files")
		for _, object := range f.objects[name] {
			song := object.GetProperties().GetNonRefProperties().AsMap()
			plays := song["plays"].(float64)
			require.Equal(t, fmt.Sprintf("la la %v", plays), song["lyrics"])
			require.InDelta(t, plays, math.Float32frombits(binary.LittleEndian.Uint32(object.GetVectorBytes())), 0)
			require.Len(t, object.GetVectorBytes(), 12)
			seen[song["title"].(string)]++
		}
	}
	require.Len(t, seen, 3000, "every song is in one collection")

	o.Dimensions = 5
	_, err = Seed(t.Context(), o)
	require.ErrorContains(t, err, "its vectors have 3 numbers and --dimensions is 5: leave the flag out")
	o.Dimensions = 0
	require.NoError(t, os.WriteFile(path, []byte(rows.String()+"One,more,B,1,1,\"[1,2,3]\"\n"), 0o600))
	_, err = Seed(t.Context(), o)
	require.ErrorContains(t, err, "the server has collections of other songs than those asked for")
}

func TestAFileWithoutVectorsHasItsTextEmbedded(t *testing.T) {
	t.Parallel()
	f, notes := startFake(t), &log{}
	o := f.options(notes)
	o.From, o.Scale, o.Dimensions = write(t, "songs.jsonl", jsonlOf(`{"title":"Rain","lyrics":"go away"}`)), 1, 0
	_, err := Seed(t.Context(), o)
	require.NoError(t, err)
	require.Equal(t, deal().sizes(10), f.counts())
	h, err := embed.NewHash(DefaultDimensions)
	require.NoError(t, err)
	vector, err := h.Embed("Rain\ngo away")
	require.NoError(t, err)
	object := f.objects["SongLyrics_10k"][songID("SongLyrics_10k", 0)]
	require.Equal(t, vectorBytes(vector), object.GetVectorBytes())
	require.Contains(t, notes.String(), "no vectors: they are hash embeddings of title and lyrics")
}

func TestOptionsThatAreWrong(t *testing.T) {
	t.Parallel()
	good := Options{URL: "http://127.0.0.1:8080", Scale: 1, Workers: 1, BatchSize: 1}
	require.NoError(t, good.Check())
	for want, change := range map[string]func(*Options){
		"--scale is 0: use a number above 0 and up to 1":    func(o *Options) { o.Scale = 0 },
		"--scale is -1: use":                                func(o *Options) { o.Scale = -1 },
		"--scale is 1.5: use":                               func(o *Options) { o.Scale = 1.5 },
		"--scale is NaN: use":                               func(o *Options) { o.Scale = math.NaN() },
		"--workers is 0: use 1 to 64":                       func(o *Options) { o.Workers = 0 },
		"--workers is 65: use 1 to 64":                      func(o *Options) { o.Workers = 65 },
		"--batch-size is 0: use 1 to 1000":                  func(o *Options) { o.BatchSize = 0 },
		"--batch-size is 1001: use 1 to 1000":               func(o *Options) { o.BatchSize = 1001 },
		"--dimensions: vectors of -1 dimensions: use 1 to":  func(o *Options) { o.Dimensions = -1 },
		"--dimensions: vectors of 65536 dimensions":         func(o *Options) { o.Dimensions = 65536 },
		`--url: url "localhost" is not an address`:          func(o *Options) { o.URL = "localhost" },
		`--grpc: grpc address "localhost" is not host:port`: func(o *Options) { o.GRPC = "localhost" },
		"--from: the song file songs.xlsx has a name that":  func(o *Options) { o.From = "songs.xlsx" },
	} {
		o := good
		change(&o)
		require.ErrorContains(t, o.Check(), want)
		_, err := Seed(t.Context(), o)
		require.ErrorContains(t, err, want)
	}
}

func TestSeedThatIsStoppedBeforeItBegins(t *testing.T) {
	t.Parallel()
	f, notes := startFake(t), &log{}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Seed(ctx, f.options(notes))
	require.EqualError(t, err, "stopped: nothing was imported")
	require.Empty(t, f.classes)
}

func TestSeedDoesNotOverlookWhoElseWrites(t *testing.T) {
	t.Parallel()
	f, notes := startFake(t), &log{}
	f.failing = func(_ context.Context, request int) error {
		if request == 1 {
			f.objects["SongLyrics_10k"]["another"] = &protocol.BatchObject{}
		}
		return nil
	}
	_, err := Seed(t.Context(), f.options(notes))
	require.ErrorContains(t, err, "SongLyrics_10k has 6 objects where 5 were to be: somebody else writes to it: 870 of 869 objects are in")
}
