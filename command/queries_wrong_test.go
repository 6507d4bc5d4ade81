package command_test

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
	"github.com/xk6-weaviate/xk6-weaviate/internal/stub"
)

const marked = "marked-secret"

// wrong holds a command to one sentence, an exit status, and an output folder without a trace.
type wrong struct {
	name string
	env  []string
	args []string
	exit int
	want string
}

func (w *wrong) test(t *testing.T) {
	t.Helper()
	folder, result := makeQueries(t, w.env, w.args...)
	require.Equal(t, w.exit, result.ExitCode, result.Stderr)
	require.Contains(t, said(result), w.want)
	require.Less(t, len(said(result)), 500, "a sentence: %s", result.Stderr)
	require.NotContains(t, result.Stderr, marked, "keys are in no error text")
	require.NoDirExists(t, folder, "nothing half-done")
	t.Log(said(result))
}

// said is the message of a command's error, as k6 logs it.
func said(result k6run.Result) string {
	_, message, _ := strings.Cut(result.Stderr, `msg="`)
	message, _, _ = strings.Cut(message, "\n")
	return strings.ReplaceAll(message, `\"`, `"`)
}

func TestWrongUseOfQueries(t *testing.T) {
	t.Parallel()
	for _, w := range []wrong{
		{"unknown flag", nil, []string{"--collection", "A"}, 2, "unknown flag --collection: did you mean --collections?"},
		{"argument", nil, []string{"Articles"}, 2, `unexpected argument "Articles": this command takes flags only`},
		{"unknown search type", nil, []string{"--search-types", "vectr"}, 2, `unknown search type "vectr": did you mean "vector"?`},
		{"unknown embedder", nil, []string{"--embedder", "open-ai"}, 2,
			`unknown embedder "open-ai": did you mean "openai"? The embedders are hash, openai, sample`},
		{"small letter", nil, []string{"--collections", "articles"}, 2, `--collections: collection name "articles": collection names start with a capital letter, so write "Articles"`},
		{"no name", nil, []string{"--collections", "A B"}, 2, `collection name "A B" is not a Weaviate name`},
		{"collection twice", nil, []string{"--collections", "A,B,A"}, 2, "--collections names A twice: name it once"},
		{"no dimensions", nil, []string{"--dimensions", "0"}, 2, "--dimensions is 0: use 1 to 65535"},
		{"too many dimensions", nil, []string{"--dimensions", "65536"}, 2, "--dimensions is 65536: use 1 to 65535"},
		{"dimensions in words", nil, []string{"--dimensions", "many"}, 2, "--dimensions"},
		{"dimensions of a sample", nil, []string{"--collections", "A", "--dimensions", "8"}, 2, "--dimensions is for the embedders hash and openai"},
		{"model without its embedder", nil, []string{"--openai-model", "small"}, 2, "are for --embedder openai: add that, or leave them out"},
		{"no key for OpenAI", nil, []string{"--embedder", "openai"}, 2, "OPENAI_API_KEY is not set: set it to a key of OpenAI's, or name another endpoint"},
		{"no endpoint", nil, []string{"--embedder", "openai", "--openai-url", "localhost"}, 2, "--openai-url: the URL of the embeddings is no address"},
		{"key in a URL", nil, []string{"--embedder", "openai", "--openai-url", "http://u:" + marked + "@h/v1"}, 2, "put the key into OPENAI_API_KEY instead"},
		{"no URL", nil, []string{"--url", "localhost:8080"}, 2, `url "localhost:8080" is not an address: write it as http://host:8080`},
		{"no gRPC address", nil, []string{"--grpc", "localhost"}, 2, `grpc address "localhost" is not host:port: write it as 127.0.0.1:50051`},
	} {
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			w.test(t)
		})
	}
}

func TestWrongTerms(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	for _, w := range []wrong{
		{"missing", nil, []string{"--terms", filepath.Join(dir, "none.txt")}, 1, "none.txt: no such file or directory"},
		{"folder", nil, []string{"--terms", dir}, 1, "is a directory"},
		{"empty", nil, []string{"--terms", file("empty", "")}, 1, "empty has no search terms: write one a line"},
		{"blank", nil, []string{"--terms", file("blank", "\n \r\n")}, 1, "blank has no search terms: write one a line"},
		{"UTF-16", nil, []string{"--terms", file("utf16", "\xff\xfel\x00o\x00v\x00e\x00")}, 1, "it is not UTF-8 text (UTF-16, or no text at all): save it as UTF-8"},
		{"Latin 1", nil, []string{"--terms", file("latin1", "caf\xe9\n")}, 1, "it is not UTF-8 text"},
		{"binary", nil, []string{"--terms", file("binary", "\x7fELF\x02\x00\x00")}, 1, "it is not UTF-8 text"},
		{"without words", nil, []string{"--terms", file("signs", "love\n!!!\n")}, 1, `signs: the text "!!!" has no words`},
	} {
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			w.test(t)
		})
	}
}

func TestWhatTheClusterDoesNotHave(t *testing.T) {
	t.Parallel()
	env := library(t)
	endpoint := embeddings(t, "")
	for _, w := range []wrong{
		{"collection", env, []string{"--collections", "Artcles"}, 1, `has no collection Artcles: did you mean "Articles"? It has `},
		{"property", env, []string{"--collections", "Authors,Pages", "--properties", "naem"}, 1,
			`--properties: no collection has a plain property "naem": did you mean "name"? There is born, content, name`},
		{"property that cannot be returned", env, []string{"--collections", "Articles", "--target-vector", "title", "--properties", "place"}, 1,
			`--properties: no collection has a plain property "place"`},
		{"searched property", env, []string{"--collections", "Authors", "--search-properties", "born"}, 1,
			`--search-properties: no collection has a searchable text property "born". There is name`},
		{"searched property in one", env, []string{"--collections", "Authors,Pages", "--search-properties", "name"}, 1,
			"collection Pages has none of --search-properties name: it has content"},
		{"text", env, []string{"--collections", "Readings"}, 1,
			"collection Readings has no text property that keyword searches look in: leave it out, or make files for vector searches only (--search-types vector)"},
		{"vectors", env, []string{"--collections", "Readings", "--search-types", "vector"}, 1,
			"the objects of collection Readings have no vector: leave it out, or make files for keyword searches only (--search-types bm25)"},
		{"objects", env, []string{"--collections", "Drafts"}, 1, "collection Drafts is empty: fill it first"},
		{"objects of a tenant", env, []string{"--collections", "Notes", "--tenant", "globex"}, 1, "collection Notes is empty for tenant globex: fill it first"},
		{"named vector", env, []string{"--collections", "Articles", "--target-vector", "titel"}, 1,
			`--target-vector: no collection has a named vector "titel": did you mean "title"? There is body, title`},
		{"choice of a named vector", env, []string{"--collections", "Articles"}, 1,
			"collection Articles has 2 named vectors (body, title): choose one, like --target-vector body"},
		{"too many named vectors", env, []string{"--collections", "Articles", "--target-vector", "body,title"}, 1,
			"collection Articles has 2 of the vectors of --target-vector (body, title): name one of them only"},
		{"a vector that is one", env, []string{"--collections", "Scans"}, 1,
			"the vector tokens of collection Scans has many vectors an object, which no query here searches: choose another with --target-vector"},
		{"named vectors", env, []string{"--collections", "Authors", "--target-vector", "name"}, 1, "--target-vector: no collection has a named vector, so leave it out"},
		{"choice of a tenant", env, []string{"--collections", "Notes"}, 1,
			"collection Notes has tenants: choose one, like --tenant acme. It has acme, globex, initech"},
		{"tenant", env, []string{"--collections", "Notes", "--tenant", "acne"}, 1, "collection Notes has no tenant acne: did you mean \"acme\"?"},
		{"active tenant", env, []string{"--collections", "Notes", "--tenant", "initech"}, 1, "tenant initech of collection Notes is "},
		{"tenants", env, []string{"--collections", "Authors", "--tenant", "acme"}, 1, "no collection has tenants: leave --tenant out"},
		{"length of hash", env, []string{"--collections", "Authors", "--embedder", "hash", "--dimensions", "16"}, 1,
			"the collections have vectors of 8 numbers and the hash embedder makes 16: leave --dimensions out, or use --dimensions 8"},
		{"common length", env, []string{"--collections", "Articles,Authors", "--target-vector", "title", "--embedder", "hash"}, 1,
			"collection Articles has vectors of 3 numbers and Authors of 8: use --embedder sample"},
		{"length of a model", env, []string{"--collections", "Articles", "--target-vector", "title", "--embedder", "openai", "--openai-url", endpoint.URL}, 1,
			"the collections have vectors of 3 numbers and the openai embedder makes 8: name the model that made those by --openai-model"},
	} {
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			w.test(t)
		})
	}
}

func TestServersThatAreNotThere(t *testing.T) {
	t.Parallel()
	server := stub.Start(t)
	locked := stub.Start(t, stub.With(stub.Config{APIKey: "the right one"}))
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	closed := silent.Addr().String()
	require.NoError(t, silent.Close())
	at := func(url, grpc string, more ...string) []string {
		return append([]string{"WEAVIATE_URL=" + url, "WEAVIATE_GRPC=" + grpc}, more...)
	}
	endpoint := embeddings(t, "the right one")
	for _, w := range []wrong{
		{"closed port", at("http://"+closed, server.GRPC()), nil, 1, "nothing listens at http://" + closed},
		{"closed gRPC port", at(server.URL(), closed), nil, 1, "nothing listens at grpc://" + closed},
		{"unknown host", at("http://nowhere.invalid:8080", server.GRPC()), nil, 1, "the host of http://nowhere.invalid:8080 is not known"},
		{"HTTP port for gRPC", at(server.URL(), strings.TrimPrefix(server.URL(), "http://")), nil, 1, "is an HTTP port: set WEAVIATE_GRPC to the gRPC port (usually 50051)"},
		{"gRPC port for HTTP", at("http://"+server.GRPC(), server.GRPC()), nil, 1, "is a gRPC port: set WEAVIATE_GRPC to it, and WEAVIATE_URL to the HTTP port (usually 8080)"},
		{"TLS on a plaintext port", at(strings.Replace(server.URL(), "http", "https", 1), server.GRPC()), nil, 1, "does not speak TLS: set WEAVIATE_URL to http://"},
		{"wrong key", at(locked.URL(), locked.GRPC(), "WEAVIATE_API_KEY="+marked), nil, 1, "refuses the API key: set WEAVIATE_API_KEY to one of this server"},
		{"no key", at(locked.URL(), locked.GRPC()), nil, 1, "asks for an API key: set WEAVIATE_API_KEY"},
		{"embeddings that are not there", at(server.URL(), server.GRPC()),
			[]string{"--collections", "SongLyrics", "--embedder", "openai", "--openai-url", "http://" + closed}, 1, "connection refused: check --openai-url"},
		{"wrong key for embeddings", at(server.URL(), server.GRPC(), "OPENAI_API_KEY="+marked),
			[]string{"--collections", "SongLyrics", "--embedder", "openai", "--openai-url", endpoint.URL}, 1, "set OPENAI_API_KEY to a key that may use this endpoint"},
	} {
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			if w.args == nil {
				w.args = []string{"--collections", "SongLyrics", "--embedder", "sample"}
			}
			w.test(t)
		})
	}
}

func TestFilesAreWrittenAllOrNone(t *testing.T) {
	t.Parallel()
	run := func(t *testing.T, out string) k6run.Result {
		t.Helper()
		return k6run.Run(t, k6run.Options{Dir: t.TempDir()}, "x", "weaviate", "queries", "--out", out)
	}
	t.Run("a folder is in the way", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		require.NoError(t, os.Mkdir(filepath.Join(dir, "mixed.json"), 0o700))
		result := run(t, dir)
		require.Equal(t, 1, result.ExitCode)
		require.Contains(t, said(result), "cannot write to the folder of --out, and nothing was: mixed.json there is a folder")
		left, err := os.ReadDir(dir)
		require.NoError(t, err)
		require.Len(t, left, 1)
	})
	t.Run("out is a file", func(t *testing.T) {
		t.Parallel()
		out := filepath.Join(t.TempDir(), "file")
		require.NoError(t, os.WriteFile(out, nil, 0o600))
		result := run(t, out)
		require.Equal(t, 1, result.ExitCode)
		require.Contains(t, said(result), "cannot make the folder of --out: mkdir "+out+": not a directory")
	})
	t.Run("old files are replaced", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		old := filepath.Join(dir, "vector.json")
		require.NoError(t, os.WriteFile(old, []byte("old"), 0o600))
		require.Zero(t, run(t, dir).ExitCode)
		text, err := os.ReadFile(old)
		require.NoError(t, err)
		require.Greater(t, len(text), 1000)
		left, err := os.ReadDir(dir)
		require.NoError(t, err)
		require.Len(t, left, 5, "no temporary files")
	})
}

func TestFilesThatTheServerRefusesAreNotWritten(t *testing.T) {
	t.Parallel()
	server := stub.Start(t, stub.With(stub.Config{Collections: stub.Nine(100, 384)}))
	env := []string{"WEAVIATE_GRPC=" + server.GRPC()}
	args := []string{"--url", server.URL(), "--grpc", server.GRPC(), "--search-types", "bm25,vector"}
	require.Len(t, made(t, env, args...), 2, "it tries the songs' files too where a server is named")

	server.Set("SongLyrics_20k", stub.Behaviour{Fault: stub.FieldError("no such index")})
	w := wrong{env: env, args: args, exit: 1, want: "bm25: a trial search of SongLyrics_20k failed (grpc): Unknown: no such index"}
	w.test(t)
}
