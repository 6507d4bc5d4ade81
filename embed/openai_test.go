package embed_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/embed"
)

const key = "sk-marked-secret"

// asked is what an endpoint is sent.
type asked struct {
	Model          string
	Input          []string
	EncodingFormat string `json:"encoding_format"`
	Dimensions     *int
}

// fake is an endpoint that makes a vector of each text's length, out of order as it may, after what it is told to do first.
type fake struct {
	*httptest.Server
	mutex    sync.Mutex
	requests []asked
	headers  []http.Header
	targets  []string
	answers  []http.HandlerFunc // to the first requests
}

func newFake(t *testing.T, answers ...http.HandlerFunc) *fake {
	t.Helper()
	f := &fake{answers: answers}
	f.Server = httptest.NewServer(f)
	t.Cleanup(f.Close)
	return f
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	var request asked
	if err := json.NewDecoder(r.Body).Decode(&request); err != nil {
		panic(err)
	}
	f.requests, f.headers, f.targets = append(f.requests, request), append(f.headers, r.Header), append(f.targets, r.URL.String())
	if len(f.answers) > 0 {
		answer := f.answers[0]
		f.answers = f.answers[1:]
		answer(w, r)
		return
	}
	type item struct {
		Index     int       `json:"index"`
		Embedding []float64 `json:"embedding"`
	}
	data := make([]item, 0, len(request.Input))
	for i := len(request.Input) - 1; i >= 0; i-- {
		data = append(data, item{i, []float64{float64(len(request.Input[i])), 0.25}})
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"object": "list", "data": data})
}

func answer(status int, body string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

func embedder(t *testing.T, o embed.OpenAIOptions) *embed.OpenAI {
	t.Helper()
	e, err := embed.NewOpenAI(o)
	require.NoError(t, err)
	return e
}

func TestOpenAIMakesAVectorPerText(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	texts := make([]string, 150)
	for i := range texts {
		texts[i] = strings.Repeat("x", i+1)
	}
	e := embedder(t, embed.OpenAIOptions{URL: f.URL + "/v1/?api-version=2024-10-21", Model: "small", Key: key + "\n", Dimensions: 2})
	vectors, err := e.Embed(t.Context(), texts)
	require.NoError(t, err)
	require.Len(t, vectors, 150)
	for i, vector := range vectors {
		require.Equal(t, []float32{float32(i + 1), 0.25}, vector)
	}
	require.Len(t, f.requests, 3, "150 texts are three batches")
	require.Equal(t, "/v1/embeddings?api-version=2024-10-21", f.targets[0])
	require.Equal(t, "Bearer "+key, f.headers[0].Get("Authorization"))
	require.Empty(t, f.headers[0].Get("Api-Key"), "that is for Azure alone")
	two := 2
	require.Equal(t, asked{"small", texts[128:], "float", &two}, f.requests[2])
}

func TestOpenAIAsksForNothingThatWasNotSet(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	_, err := embedder(t, embed.OpenAIOptions{URL: f.URL}).Embed(t.Context(), []string{"love"})
	require.NoError(t, err)
	require.Equal(t, asked{embed.DefaultOpenAIModel, []string{"love"}, "float", nil}, f.requests[0])
	require.Empty(t, f.headers[0].Values("Authorization"), "an endpoint without a key gets none")
}

func TestOpenAITriesAgain(t *testing.T) {
	t.Parallel()
	f := newFake(t,
		answer(429, `{"error":{"message":"slow down"}}`, "Retry-After", "0"),
		answer(503, "overloaded", "Retry-After", time.Now().UTC().Format(http.TimeFormat)),
		answer(500, ""),
		func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	)
	vectors, err := embedder(t, embed.OpenAIOptions{URL: f.URL}).Embed(t.Context(), []string{"love"})
	require.NoError(t, err)
	require.Equal(t, [][]float32{{4, 0.25}}, vectors)
	require.Len(t, f.requests, 5)
}

func TestOpenAIGivesUp(t *testing.T) {
	t.Parallel()
	busy := answer(429, `{"error":{"message":"slow down"}}`, "Retry-After", "0")
	type give struct {
		name    string
		answers []http.HandlerFunc
		want    string
		tries   int
	}
	for _, c := range []give{
		{"busy for good", []http.HandlerFunc{busy, busy, busy, busy, busy}, `HTTP 429 Too Many Requests ("slow down")`, 5},
		{"told to wait for long", []http.HandlerFunc{answer(429, "", "Retry-After", "7200")}, "it asks to wait for 2h0m0s, so try again then", 1},
		{"no money", []http.HandlerFunc{answer(429, `{"error":{"code":"insufficient_quota","message":"You exceeded your quota"}}`)}, "You exceeded your quota", 1},
		{"wrong key", []http.HandlerFunc{answer(401, `{"error":{"message":"Incorrect API key provided: sk-ma***"}}`)},
			"HTTP 401 Unauthorized: set OPENAI_API_KEY to a key that may use this endpoint", 1},
		{"key in an error", []http.HandlerFunc{answer(400, `{"error":"bad `+key+`"}`)}, `HTTP 400 Bad Request ("bad …"): check --openai-url and --openai-model`, 1},
		{"no such model", []http.HandlerFunc{answer(404, `{"error":"model \"x\" not found,\n try pulling it first"}`)}, `not found, try pulling it first`, 1},
		{"redirect", []http.HandlerFunc{answer(302, "", "Location", "http://127.0.0.1:1/")}, "HTTP 302 Found: check --openai-url", 1},
		{"a web page", []http.HandlerFunc{answer(200, "<html>")}, "the reply is not that of an OpenAI-compatible endpoint", 1},
		{"too few", []http.HandlerFunc{answer(200, `{"data":[]}`)}, "the reply has 0 embeddings for 2 texts", 1},
		{"numbered twice", []http.HandlerFunc{answer(200, `{"data":[{"index":0,"embedding":[1]},{"index":0,"embedding":[1]}]}`)}, "numbers its embeddings wrongly", 1},
		{"numbered beyond", []http.HandlerFunc{answer(200, `{"data":[{"index":0,"embedding":[1]},{"index":2,"embedding":[1]}]}`)}, "numbers its embeddings wrongly: 2", 1},
		{"null", []http.HandlerFunc{answer(200, `{"data":[{"index":0,"embedding":[1,null]},{"index":1,"embedding":[1,1]}]}`)}, "element 1 of embedding 0 is null", 1},
		{"beyond float32", []http.HandlerFunc{answer(200, `{"data":[{"index":0,"embedding":[1e39]},{"index":1,"embedding":[1]}]}`)}, "1e39", 1},
		{"empty", []http.HandlerFunc{answer(200, `{"data":[{"index":0,"embedding":[]},{"index":1,"embedding":[]}]}`)}, "embedding 0 is empty or zero", 1},
		{"zero", []http.HandlerFunc{answer(200, `{"data":[{"index":0,"embedding":[1]},{"index":1,"embedding":[0]}]}`)}, "embedding 1 is empty or zero", 1},
		{"lengths", []http.HandlerFunc{answer(200, `{"data":[{"index":0,"embedding":[1]},{"index":1,"embedding":[1,2]}]}`)},
			`differ in length: 1 numbers for "love" and 2 for "rain"`, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, c.answers...)
			_, err := embedder(t, embed.OpenAIOptions{URL: f.URL + "/v1?secret=" + key, Key: key}).Embed(t.Context(), []string{"love", "rain"})
			require.ErrorContains(t, err, c.want)
			require.ErrorContains(t, err, f.URL+"/v1/embeddings")
			require.NotContains(t, err.Error(), "sk-ma", "a key is in no error text")
			require.Len(t, f.requests, c.tries)
		})
	}
}

func TestOpenAIThatIsNotThere(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.Close()
	_, err := embedder(t, embed.OpenAIOptions{URL: f.URL}).Embed(t.Context(), []string{"love"})
	require.ErrorContains(t, err, "connection refused: check --openai-url")
	_, err = embedder(t, embed.OpenAIOptions{URL: "http://nowhere.invalid/v1?secret=" + key}).Embed(t.Context(), []string{"love"})
	require.ErrorContains(t, err, "no embeddings from http://nowhere.invalid/v1/embeddings: dial tcp: lookup nowhere.invalid")
	require.NotContains(t, err.Error(), key)
}

func TestOpenAIEndsWithItsContext(t *testing.T) {
	t.Parallel()
	var tries atomic.Int64
	ctx, cancel := context.WithCancel(t.Context())
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		tries.Add(1)
		cancel()
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	t.Cleanup(server.Close)
	_, err := embedder(t, embed.OpenAIOptions{URL: server.URL}).Embed(ctx, []string{"love"})
	require.ErrorIs(t, err, context.Canceled)
	require.EqualValues(t, 1, tries.Load())
}

func TestWrongOpenAIOptions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		options embed.OpenAIOptions
		want    string
	}{
		{embed.OpenAIOptions{URL: "localhost:11434"}, "write it as https://host/v1"},
		{embed.OpenAIOptions{URL: "ftp://host/" + key}, "write it as https://host/v1"},
		{embed.OpenAIOptions{URL: "https://user:" + key + "@host/v1"}, "put the key into OPENAI_API_KEY"},
		{embed.OpenAIOptions{Dimensions: -1}, "vectors of -1 dimensions"},
	} {
		_, err := embed.NewOpenAI(c.options)
		require.ErrorContains(t, err, c.want)
		require.NotContains(t, fmt.Sprint(err), key)
	}
}

// TestAnEndpointThatSpeaksNoHTTPSaysNoKey: Go's client quotes what came instead of a reply.
func TestAnEndpointThatSpeaksNoHTTPSaysNoKey(t *testing.T) {
	t.Parallel()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Read(make([]byte, 4096))
			_, _ = io.WriteString(conn, key+"\r\n\r\n")
			_ = conn.Close()
		}
	}()
	embedder, err := embed.NewOpenAI(embed.OpenAIOptions{URL: "http://" + listener.Addr().String(), Key: key})
	require.NoError(t, err)
	_, err = embedder.Embed(t.Context(), []string{"love"}) // which is tried several times
	require.ErrorContains(t, err, `malformed HTTP response "…"`)
	require.NotContains(t, err.Error(), key)
}
