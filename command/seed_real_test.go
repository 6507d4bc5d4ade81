package command_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/dataset"
	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
	"github.com/xk6-weaviate/xk6-weaviate/internal/realserver"
)

// ask sends a request to the server's REST API and reads its JSON.
func ask(t *testing.T, s *realserver.Server, method, path string, body, reply any) {
	t.Helper()
	text, err := json.Marshal(body)
	require.NoError(t, err)
	request, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, bytes.NewReader(text))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	require.Less(t, response.StatusCode, http.StatusMultipleChoices, "%s %s", method, path)
	if reply != nil {
		require.NoError(t, json.NewDecoder(response.Body).Decode(reply))
	}
}

// countsOf are the numbers of objects of the nine, counted another way than seed counts them.
func countsOf(t *testing.T, s *realserver.Server) []int {
	t.Helper()
	counts := make([]int, 0, len(dataset.Names()))
	for _, name := range dataset.Names() {
		var reply struct {
			Data struct {
				Aggregate map[string][]struct{ Meta struct{ Count int } }
			}
		}
		ask(t, s, http.MethodPost, "/v1/graphql", map[string]string{"query": "{Aggregate{" + name + "{meta{count}}}}"}, &reply)
		require.Len(t, reply.Data.Aggregate[name], 1)
		counts = append(counts, reply.Data.Aggregate[name][0].Meta.Count)
	}
	return counts
}

func total(counts []int) int {
	sum := 0
	for _, n := range counts {
		sum += n
	}
	return sum
}

// once sends a signal when a text first appears.
func once(text string, signal os.Signal) func(string) os.Signal {
	sent := false
	return func(stderr string) os.Signal {
		if sent || !strings.Contains(stderr, text) {
			return nil
		}
		sent = true
		return signal
	}
}

// The real server, from an empty one to a full disk. One after the other: the nine collections have fixed names.
func TestSeedOnARealServer(t *testing.T) { //nolint:tparallel // see above
	t.Parallel()
	s := realserver.Start(t)
	env := []string{"WEAVIATE_URL=" + s.URL, "WEAVIATE_GRPC=" + s.GRPC}
	run := func(t *testing.T, signal func(string) os.Signal, flags ...string) k6run.Result {
		t.Helper()
		return seed(t, k6run.Options{Env: env, Signal: signal}, flags...)
	}
	done := func(t *testing.T, flags ...string) k6run.Result {
		t.Helper()
		r := run(t, nil, flags...)
		require.Zero(t, r.ExitCode, r.Stderr)
		return r
	}
	sizes := []int{2000, 800, 400, 100, 60, 40, 30, 24, 20}

	t.Run("killed half-way and started again", func(t *testing.T) {
		r := run(t, once("SongLyrics has its 2000 objects", syscall.SIGKILL), "--scale", "0.002")
		require.Equal(t, -1, r.ExitCode, r.Stderr)
		in := total(countsOf(t, s))
		require.GreaterOrEqual(t, in, 2000)
		require.Less(t, in, 3474)

		r = run(t, once("all", syscall.SIGKILL), "--scale", "0.002", "--batch-size", "10")
		require.Equal(t, -1, r.ExitCode, r.Stderr)
		require.Less(t, total(countsOf(t, s)), 3474)

		r = done(t, "--scale", "0.002")
		require.Equal(t, sizes, countsOf(t, s))
		require.Regexp(t, `\n3474 objects are in, \d+ of them new; \d+ a second were sent by 4 workers, which waited for the server \d+ % of the time\n$`,
			r.Stderr)
		r = done(t, "--scale", "0.002")
		require.Equal(t, "3474 objects are in: none was missing\n", r.Stderr)
	})

	t.Run("interrupted", func(t *testing.T) {
		r := run(t, once("SongLyrics has its 2000 objects", os.Interrupt), "--scale", "0.002", "--replace")
		require.Equal(t, 1, r.ExitCode, r.Stderr)
		said := regexp.MustCompile(`^stopped: (\d+) of 3474 objects are in; the same command again goes on from there$`).FindStringSubmatch(messageOf(t, r))
		require.Len(t, said, 2, r.Stderr)
		in, err := strconv.Atoi(said[1])
		require.NoError(t, err)
		require.Equal(t, total(countsOf(t, s)), in)
		done(t, "--scale", "0.002")
		require.Equal(t, sizes, countsOf(t, s))
	})

	t.Run("a shard that takes no more", func(t *testing.T) { // as when the disk is full
		var shards []struct{ Name string }
		const schema = "/v1/schema/SongLyrics_10k/shards"
		ask(t, s, http.MethodGet, schema, nil, &shards)
		require.Len(t, shards, 1)
		ask(t, s, http.MethodPut, schema+"/"+shards[0].Name, map[string]string{"status": "READONLY"}, nil)
		r := run(t, nil, "--scale", "0.0025")
		require.Equal(t, 1, r.ExitCode, r.Stderr)
		require.Regexp(t, `^the server refused \d+ objects \(song \d+ of SongLyrics_10k: .*read-only.*\): 4338 of 4343 objects are in; `+
			`the same command again goes on from there$`, messageOf(t, r))
		require.Contains(t, r.Stderr, "note: the server refused song 0 of SongLyrics_10k: ")
		ask(t, s, http.MethodPut, schema+"/"+shards[0].Name, map[string]string{"status": "READY"}, nil)
		r = done(t, "--scale", "0.0025")
		require.Contains(t, r.Stderr, "4343 objects are in, 5 of them new")
		require.Equal(t, []int{2500, 1000, 500, 125, 75, 50, 38, 30, 25}, countsOf(t, s))
	})

	t.Run("a file", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "songs.jsonl.gz")
		writeSongs(t, path, 3000)
		r := run(t, nil, "--from", path)
		require.Equal(t, 1, r.ExitCode)
		require.Contains(t, messageOf(t, r), "the server has collections of other songs than those asked for: SongLyrics, ")
		r = run(t, once("all", syscall.SIGKILL), "--from", path, "--replace", "--batch-size", "10")
		require.Equal(t, -1, r.ExitCode, r.Stderr)
		r = done(t, "--from", path)
		require.Contains(t, r.Stderr, "note: "+path+" has 3000 songs with genre (text), lyrics (text), plays (int), tags (text[]), title (text); "+
			"vectors of 4 numbers\n")
		counts := countsOf(t, s)
		require.Equal(t, 3000, total(counts))
		require.IsDecreasing(t, counts)
		requireSongs(t, s)
	})
}

// writeSongs writes a file of songs whose parts tell which song it is.
func writeSongs(t *testing.T, path string, n int) {
	t.Helper()
	file, err := os.Create(path)
	require.NoError(t, err)
	zipped := gzip.NewWriter(file)
	encoder := json.NewEncoder(zipped)
	for i := range n {
		require.NoError(t, encoder.Encode(map[string]any{
			"title": fmt.Sprintf("Song %d", i), "lyrics": "la la", "plays": i, "genre": nil, "tags": []string{"a", strconv.Itoa(i)},
			"vector": []int{i, 1, 2, 3},
		}))
	}
	require.NoError(t, zipped.Close())
	require.NoError(t, file.Close())
}

// requireSongs checks some songs of the file where the server has them.
func requireSongs(t *testing.T, s *realserver.Server) {
	t.Helper()
	for _, name := range dataset.Names() {
		var list struct {
			Objects []struct {
				Properties struct {
					Title, Lyrics string
					Plays         int
					Tags          []string
				}
				Vector []float64
			}
		}
		ask(t, s, http.MethodGet, "/v1/objects?class="+name+"&limit=5&include=vector", nil, &list)
		require.NotEmpty(t, list.Objects)
		for _, object := range list.Objects {
			i := object.Properties.Plays
			require.Equal(t, fmt.Sprintf("Song %d", i), object.Properties.Title)
			require.Equal(t, []string{"a", strconv.Itoa(i)}, object.Properties.Tags)
			require.Equal(t, []float64{float64(i), 1, 2, 3}, object.Vector)
		}
	}
}
