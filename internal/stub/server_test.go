package stub_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	protocol "github.com/weaviate/weaviate/grpc/generated/protocol/v1"

	"github.com/xk6-weaviate/xk6-weaviate/internal/stub"
)

type reply struct {
	Data struct {
		Get map[string][]struct {
			Title, Artist string
			Additional    struct{ ID string } `json:"_additional"`
		}
	}
	Errors []struct{ Message string }
}

func TestGraphQL(t *testing.T) {
	t.Parallel()
	s := stub.Start(t)
	code, text, err := post(t, s, query(200, s.Collections()...))
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, code)
	var r reply
	require.NoError(t, json.Unmarshal([]byte(text), &r))
	require.Empty(t, r.Errors)
	require.Len(t, r.Data.Get, 9)
	for alias, objects := range r.Data.Get {
		require.Len(t, objects, 200, alias)
		assert.Len(t, objects[0].Additional.ID, 36)
		assert.NotEmpty(t, objects[0].Title)
		assert.NotEqual(t, objects[0].Additional.ID, objects[1].Additional.ID)
	}
	assert.Contains(t, text, `{"_additional":{"id":"`)
	assert.Less(t, strings.Index(text, `"m0"`), strings.Index(text, `"m1"`))
	assert.InDelta(t, 9*20_000, len(text), 9*1_000)
	graphql, calls := s.Searches("SongLyrics_50k")
	assert.Equal(t, 1, graphql)
	assert.Zero(t, calls)
}

func TestReplySizes(t *testing.T) {
	t.Parallel()
	for _, size := range []int{20_000, 150_000, 1_700_000} {
		s := stub.Start(t, stub.With(stub.Config{Collections: stub.Nine(size/200, 0)}))
		_, text, err := post(t, s, query(200, "SongLyrics"))
		require.NoError(t, err)
		assert.InEpsilon(t, size, len(text), 0.05)
	}
}

func TestLimitAndEmpty(t *testing.T) {
	t.Parallel()
	s := stub.Start(t, stub.With(stub.Config{Collections: []stub.Collection{
		{Name: "A", Objects: 2, Properties: []string{"title"}, Dimensions: 3}, {Name: "B", Objects: -1},
	}}))
	_, text, err := post(t, s, `{Get{A(limit:7,bm25:{query:"a \"b} )"}){title}}}`)
	require.NoError(t, err)
	assert.Equal(t, 2, strings.Count(text, `"title"`), text)
	_, text, err = post(t, s, `{Get{B{title}}}`)
	require.NoError(t, err)
	assert.Equal(t, `{"data":{"Get":{"B":[]}}}`, text)
}

// TestErrorsOfItsOwn pins the answers that a Weaviate 1.39.3 gave to the same documents.
func TestErrorsOfItsOwn(t *testing.T) {
	t.Parallel()
	s := stub.Start(t, stub.With(stub.Config{Collections: []stub.Collection{
		{Name: "A", Objects: 1, Properties: []string{"title"}, Dimensions: 3}, {Name: "B", Dimensions: 3},
	}}))
	for document, want := range map[string]string{
		"{Get{\nm0:A(limit:1){title}\nm1:Nope(limit:1){title}\nm2:Nope2(limit:1){title}}}": `{"errors":[` +
			`{"locations":[{"column":1,"line":3}],"message":"Cannot query field \"Nope\" on type \"GetObjectsObj\".","path":null},` +
			`{"locations":[{"column":1,"line":4}],"message":"Cannot query field \"Nope2\" on type \"GetObjectsObj\".","path":null}]}`,
		`{Get{A(limit:1){title wrong _additional{id}}}}`: `{"errors":[{"locations":[{"column":23,"line":1}],` +
			`"message":"Cannot query field \"wrong\" on type \"A\".","path":null}]}`,
	} {
		_, text, err := post(t, s, document)
		require.NoError(t, err)
		assert.Equal(t, want, text)
	}
	_, text, err := post(t, s, "{Get{\nm0:A(limit:1){_additional{id}}\nm1:B(limit:2,nearVector:{vector:[1,0]}){title}\n}}")
	require.NoError(t, err)
	assert.Regexp(t, `^{"data":{"Get":{"m0":\[{"_additional":{"id":"[0-9a-f-]{36}"}}\],"m1":null}},"errors":\[`+
		`{"locations":\[{"column":1,"line":3}\],"message":"[^"]*3 vs 2: vector lengths don't match","path":\["Get","m1"\]}\]}$`, text)

	code, text, err := post(t, s, "{Get{")
	require.NoError(t, err)
	assert.Equal(t, http.StatusOK, code)
	assert.Contains(t, text, "Syntax Error")
	code, _, err = postTo(testContext(t), newHTTPClient(t), s.URL()+"/v1/graphql", []byte("x"))
	require.NoError(t, err)
	assert.Equal(t, http.StatusBadRequest, code)
}

func TestBulk(t *testing.T) {
	t.Parallel()
	s := stub.Start(t)
	s.Set("SongLyrics", stub.Behaviour{Fault: stub.FieldError("no").When(stub.First(1))})
	body := jsonOf(t, []map[string]string{
		{"query": query(1, "SongLyrics_10k")}, {"query": query(1, "Nope")}, {"query": query(2, "SongLyrics")},
	})
	client := newHTTPClient(t)
	var all []reply
	for i := range 2 {
		_, text, err := postTo(testContext(t), client, s.URL()+"/v1/graphql/batch", body)
		require.NoError(t, err)
		all = nil
		require.NoError(t, json.Unmarshal([]byte(text), &all), text)
		require.Len(t, all, 3)
		assert.Len(t, all[0].Data.Get["m0"], 1)
		assert.Len(t, all[1].Errors, 1)
		assert.Len(t, all[2].Errors, 1-i)
		assert.Len(t, all[2].Data.Get["m0"], 2*i)
	}
	assert.Equal(t, 6, s.Stats().Documents)
}

func TestREST(t *testing.T) {
	t.Parallel()
	s := stub.Start(t, stub.With(stub.Config{Version: "1.35.1", Collections: stub.Nine(100, 4)}))
	code, _ := get(t, s, "/v1/.well-known/ready")
	assert.Equal(t, http.StatusOK, code)
	_, text := get(t, s, "/v1/meta")
	assert.Contains(t, text, `"version":"1.35.1"`)
	_, text = get(t, s, "/v1/schema")
	assert.Equal(t, 9, strings.Count(text, `"class":`))
	_, text = get(t, s, "/v1/schema/SongLyrics_12k")
	assert.Contains(t, text, `"class":"SongLyrics_12k"`)
	code, _ = get(t, s, "/v1/schema/Nope")
	assert.Equal(t, http.StatusNotFound, code)
	_, text = get(t, s, "/v1/nodes?output=verbose")
	assert.Contains(t, text, `"objectCount":400000`)
	_, text = get(t, s, "/v1/objects?class=SongLyrics&include=vector&limit=1")
	var list struct{ Objects []struct{ Vector []float32 } }
	require.NoError(t, json.Unmarshal([]byte(text), &list))
	assert.Len(t, list.Objects[0].Vector, 4)
	code, _ = get(t, s, "/v1/else")
	assert.Equal(t, http.StatusNotFound, code)
}

func TestSearch(t *testing.T) {
	t.Parallel()
	s := stub.Start(t, stub.With(stub.Config{Collections: stub.Nine(100, 3)}))
	s.Set("SongLyrics", stub.Behaviour{Took: 12 * time.Millisecond})
	client := newSearcher(t, s)
	ctx := metadata.AppendToOutgoingContext(testContext(t), "x-test", "yes")
	r, err := client.Search(ctx, searchRequest("SongLyrics", 200))
	require.NoError(t, err)
	assert.InDelta(t, 0.012, r.GetTook(), 1e-6)
	require.Len(t, r.GetResults(), 200)
	first := r.GetResults()[0]
	assert.Len(t, first.GetMetadata().GetId(), 36)
	assert.Len(t, first.GetMetadata().GetIdAsBytes(), 16)
	assert.NotEmpty(t, first.GetProperties().GetNonRefProps().GetFields()["title"].GetTextValue())
	assert.Equal(t, "SongLyrics", first.GetProperties().GetTargetCollection())

	assert.Equal(t, []string{"yes"}, s.LastMetadata().Get("x-test"))
	assert.Equal(t, uint32(200), s.LastSearch("SongLyrics").GetLimit())
	assert.Nil(t, s.LastSearch("SongLyrics_10k"))

	_, err = client.Search(ctx, searchRequest("Nope", 1))
	assert.Equal(t, "rpc error: code = Unknown desc = could not find class Nope in schema", err.Error())
	short := searchRequest("SongLyrics", 1)
	short.NearVector.VectorBytes = make([]byte, 8) //nolint:staticcheck // what the client sends
	_, err = client.Search(ctx, short)
	assert.ErrorContains(t, err, "vector lengths don't match")
	r, err = client.Search(ctx, &protocol.SearchRequest{Collection: "SongLyrics"})
	require.NoError(t, err)
	assert.Len(t, r.GetResults(), 10)

	count, err := client.Aggregate(ctx, &protocol.AggregateRequest{Collection: "SongLyrics", ObjectsCount: true})
	require.NoError(t, err)
	assert.Equal(t, int64(1_000_000), count.GetSingleResult().GetObjectsCount())
}

func TestHealth(t *testing.T) {
	t.Parallel()
	s := stub.Start(t)
	conn, err := grpc.NewClient(s.GRPC(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	r, err := healthpb.NewHealthClient(conn).Check(testContext(t), &healthpb.HealthCheckRequest{})
	require.NoError(t, err)
	assert.Equal(t, healthpb.HealthCheckResponse_SERVING, r.GetStatus())
}

func TestCounters(t *testing.T) {
	t.Parallel()
	s := stub.Start(t)
	client := newHTTPClient(t)
	body := jsonOf(t, map[string]string{"query": query(1, "SongLyrics", "SongLyrics_10k")})
	for range 3 {
		_, _, err := postTo(testContext(t), client, s.URL()+"/v1/graphql", body)
		require.NoError(t, err)
	}
	_, err := newSearcher(t, s).Search(testContext(t), searchRequest("SongLyrics", 1))
	require.NoError(t, err)
	graphql, calls := s.Searches("SongLyrics")
	assert.Equal(t, []int{3, 1}, []int{graphql, calls})
	assert.Equal(t, body, s.LastBody("SongLyrics_10k"))
	assert.Equal(t, "application/json", s.LastHeader().Get("Content-Type"))
	assert.Equal(t, stub.Stats{
		HTTPRequests: 3, Documents: 3, Calls: 1, MostInFlight: 1, HTTPOpened: 1, GRPCOpened: 1, HTTPOpen: 1, GRPCOpen: 1,
	}, s.Stats())
	assert.Equal(t, 4, s.Requests())
	client.CloseIdleConnections()
	require.Eventually(t, func() bool { return s.Stats().HTTPOpen == 0 }, testTimeout, time.Millisecond)
	s.Reset()
	assert.Equal(t, stub.Stats{GRPCOpen: 1}, s.Stats())
	assert.Nil(t, s.LastBody("SongLyrics"))
}

func TestBarrierProvesParallel(t *testing.T) {
	t.Parallel()
	s := stub.Start(t)
	s.Barrier(9)
	client := newSearcher(t, s)
	for range 2 { // the barrier closes again behind the first nine
		var group sync.WaitGroup
		for i, name := range s.Collections() {
			group.Go(func() {
				if i < 4 {
					_, err := client.Search(testContext(t), searchRequest(name, 1))
					assert.NoError(t, err)
					return
				}
				code, _, err := post(t, s, query(1, name, "SongLyrics"))
				assert.NoError(t, err)
				assert.Equal(t, http.StatusOK, code)
			})
		}
		group.Wait()
	}
	assert.Equal(t, 9, s.Stats().MostInFlight)
}

func TestBarrierEnds(t *testing.T) {
	t.Parallel()
	s := stub.Start(t, func(c *stub.Config) { c.BarrierWait = 10 * time.Millisecond })
	s.Barrier(2)
	code, text, err := post(t, s, query(1, "SongLyrics"))
	require.NoError(t, err)
	assert.Equal(t, http.StatusServiceUnavailable, code)
	assert.Contains(t, text, "only 1 of 2 searches")
	_, err = newSearcher(t, s).Search(testContext(t), searchRequest("SongLyrics", 1))
	assert.Equal(t, codes.Aborted, status.Code(err))
	s.Barrier(0)
	code, _, err = post(t, s, query(1, "SongLyrics"))
	require.NoError(t, err)
	assert.Equal(t, http.StatusOK, code)
}

func TestBarrierTakenAway(t *testing.T) {
	t.Parallel()
	s := stub.Start(t, func(c *stub.Config) { c.BarrierWait = testTimeout })
	s.Barrier(2)
	done := make(chan int)
	go func() {
		code, _, _ := post(t, s, query(1, "SongLyrics"))
		done <- code
	}()
	require.Eventually(t, func() bool { return s.Stats().InFlight == 1 }, testTimeout, time.Millisecond)
	s.Barrier(0)
	assert.Equal(t, http.StatusOK, <-done)
}

func TestDelay(t *testing.T) {
	t.Parallel()
	s := stub.Start(t)
	s.Set("SongLyrics", stub.Behaviour{Delay: 20 * time.Millisecond})
	s.Set("SongLyrics_10k", stub.Behaviour{Delays: func() time.Duration { return 20 * time.Millisecond }})
	start := time.Now()
	_, _, err := post(t, s, query(1, "SongLyrics", "SongLyrics_10k"))
	require.NoError(t, err)
	assert.GreaterOrEqual(t, time.Since(start), 40*time.Millisecond)
	r, err := newSearcher(t, s).Search(testContext(t), searchRequest("SongLyrics", 1))
	require.NoError(t, err)
	assert.InDelta(t, 0.02, r.GetTook(), 1e-6)
}

func TestAPIKey(t *testing.T) {
	t.Parallel()
	s := stub.Start(t, func(c *stub.Config) { c.APIKey = "secret" })
	code, _, err := post(t, s, query(1, "SongLyrics"))
	require.NoError(t, err)
	assert.Equal(t, http.StatusUnauthorized, code)
	code, _ = get(t, s, "/v1/.well-known/ready")
	assert.Equal(t, http.StatusOK, code)
	client := newSearcher(t, s)
	_, err = client.Search(testContext(t), searchRequest("SongLyrics", 1))
	assert.Equal(t, codes.Unauthenticated, status.Code(err))
	ctx := metadata.AppendToOutgoingContext(testContext(t), "authorization", "Bearer secret")
	_, err = client.Search(ctx, searchRequest("SongLyrics", 1))
	require.NoError(t, err)
}

func TestTLS(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name        string
		tls         stub.TLS
		certificate bool
		fails       string
	}{
		{name: "plain"},
		{name: "wrong name", tls: stub.TLS{ServerName: "weaviate.example"}, fails: "certificate"},
		{name: "client certificate", tls: stub.TLS{ClientCertificates: true}, certificate: true},
		{name: "no client certificate", tls: stub.TLS{ClientCertificates: true}, fails: ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := stub.Start(t, func(c *stub.Config) { c.TLS = &test.tls })
			client := newHTTPClient(t)
			config := &clientTLS{s, test.certificate}
			client.Transport.(*http.Transport).TLSClientConfig = config.make()
			_, _, err := postTo(testContext(t), client, s.URL()+"/v1/graphql", jsonOf(t, map[string]string{"query": query(1, "SongLyrics")}))
			_, callErr := newSearcher(t, s, grpc.WithTransportCredentials(credentials.NewTLS(config.make()))).
				Search(testContext(t), searchRequest("SongLyrics", 1))
			if test.name == "plain" || test.certificate {
				require.NoError(t, err)
				require.NoError(t, callErr)
				return
			}
			require.ErrorContains(t, err, test.fails)
			require.ErrorContains(t, callErr, test.fails)
		})
	}
}

func TestIdleTimeout(t *testing.T) {
	t.Parallel()
	s := stub.Start(t, func(c *stub.Config) { c.IdleTimeout = time.Millisecond })
	_, _, err := post(t, s, query(1, "SongLyrics"))
	require.NoError(t, err)
	require.Eventually(t, func() bool { return s.Stats().HTTPOpen == 0 }, testTimeout, time.Millisecond)
}

func TestCloseEndsWhatWaits(t *testing.T) {
	t.Parallel()
	s, err := stub.New(stub.Config{})
	require.NoError(t, err)
	s.SetAll(stub.Behaviour{Fault: stub.Hang()})
	var group sync.WaitGroup
	group.Go(func() {
		_, _, err := post(t, s, query(1, "SongLyrics"))
		assert.Error(t, err)
	})
	client := newSearcher(t, s)
	group.Go(func() {
		_, err := client.Search(testContext(t), searchRequest("SongLyrics", 1))
		assert.Error(t, err)
	})
	require.Eventually(t, func() bool { return s.Stats().InFlight == 2 }, testTimeout, time.Millisecond)
	s.Close()
	s.Close()
	group.Wait()
}
