package stub_test

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"

	"github.com/xk6-weaviate/xk6-weaviate/internal/stub"
)

// clientTLS is how a client trusts a server.
type clientTLS struct {
	server      *stub.Server
	certificate bool
}

func (c *clientTLS) make() *tls.Config {
	config := &tls.Config{RootCAs: c.server.Roots()}
	if c.certificate {
		config.Certificates = []tls.Certificate{c.server.ClientCertificate()}
	}
	return config
}

func TestFaultsOverHTTP(t *testing.T) {
	t.Parallel()
	is := func(want string) func(*testing.T, int, string, error) {
		return func(t *testing.T, code int, text string, err error) {
			t.Helper()
			require.NoError(t, err)
			assert.Equal(t, http.StatusOK, code)
			assert.Equal(t, want, text)
		}
	}
	const (
		field = `{"data":{"Get":{"m0":[],"m1":null}},"errors":[{"locations":[{"column":1,"line":3}],"message":"`
		path  = `","path":["Get","m1"]}]}`
		whole = `{"data":{"Get":{"m0":[],"m1":[]}}}`
	)
	for name, test := range map[string]struct {
		fault stub.Fault
		check func(*testing.T, int, string, error)
	}{
		"field":     {stub.FieldError("no"), is(field + "no" + path)},
		"rate":      {stub.RateLimit(), is(field + "429 Too many requests" + path)},
		"document":  {stub.DocumentError("no"), is(`{"errors":[{"locations":[{"column":1,"line":3}],"message":"no","path":null}]}`)},
		"missing":   {stub.MissingField(), is(`{"data":{"Get":{"m0":[]}}}`)},
		"empty":     {stub.EmptyReply(), is("")},
		"truncated": {stub.Truncated(), is(whole[:len(whole)/2])},
		"malformed": {stub.Malformed(), is(`{"data":{"Get":{"m1":[{"title":"love"},}]}}}`)},
		"drip":      {stub.Drip(10, time.Millisecond), is(whole)},
		"grpc only": {stub.GRPCStatus(codes.Unknown, "x"), is(whole)},
		"never":     {stub.Hang().When(stub.First(0)), is(whole)},
		"html": {stub.HTML(), func(t *testing.T, _ int, text string, err error) {
			t.Helper()
			require.NoError(t, err)
			assert.Contains(t, text, "<html>")
		}},
		"status": {stub.HTTPStatus(422, ""), func(t *testing.T, code int, text string, err error) {
			t.Helper()
			require.NoError(t, err)
			assert.Equal(t, 422, code)
			assert.Equal(t, `{"error":[{"message":"422 Unprocessable Entity"}]}`, text)
		}},
		"cut": {stub.CutMidReply(), func(t *testing.T, _ int, text string, err error) {
			t.Helper()
			require.ErrorIs(t, err, io.ErrUnexpectedEOF)
			assert.Equal(t, whole[:len(whole)/2], text)
		}},
		"reset": {stub.ResetBefore(), func(t *testing.T, code int, _ string, err error) {
			t.Helper()
			require.ErrorIs(t, err, syscall.ECONNRESET)
			assert.Zero(t, code)
		}},
		"reset mid-reply": {stub.ResetMidReply(), func(t *testing.T, _ int, _ string, err error) {
			t.Helper()
			require.ErrorIs(t, err, syscall.ECONNRESET)
		}},
		"oversized": {stub.Oversized(3 << 20), func(t *testing.T, _ int, text string, err error) {
			t.Helper()
			require.NoError(t, err)
			assert.Greater(t, len(text), 3<<20)
			assert.True(t, strings.HasSuffix(text, `"}]}}}`))
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := stub.Start(t, stub.With(stub.Config{Collections: []stub.Collection{{Name: "A", Objects: -1}, {Name: "B", Objects: -1}}}))
			s.Set("B", stub.Behaviour{Fault: test.fault})
			code, text, err := post(t, s, query(1, "A", "B"))
			test.check(t, code, text, err)
			code, _, err = post(t, s, query(1, "A")) // the others are well
			require.NoError(t, err)
			assert.Equal(t, http.StatusOK, code)
		})
	}
}

func TestHangEndsWithTheRequest(t *testing.T) {
	t.Parallel()
	s := stub.Start(t)
	s.SetAll(stub.Behaviour{Fault: stub.Hang()})
	ctx, cancel := context.WithCancel(testContext(t))
	done := make(chan error, 2)
	go func() {
		_, _, err := postTo(ctx, newHTTPClient(t), s.URL()+"/v1/graphql", []byte(`{"query":"{Get{SongLyrics{title}}}"}`))
		done <- err
	}()
	client := newSearcher(t, s)
	go func() {
		_, err := client.Search(ctx, searchRequest("SongLyrics", 1))
		done <- err
	}()
	require.Eventually(t, func() bool { return s.Stats().InFlight == 2 }, testTimeout, time.Millisecond)
	cancel()
	require.Error(t, <-done)
	require.Error(t, <-done)
	require.Eventually(t, func() bool { return s.Stats().InFlight == 0 }, testTimeout, time.Millisecond)
}

func TestFaultsOverGRPC(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault stub.Fault
		code  codes.Code
		text  string
	}{
		"status":      {stub.GRPCStatus(codes.PermissionDenied, "not you"), codes.PermissionDenied, "not you"},
		"unavailable": {stub.GRPCStatus(codes.Unavailable, "read-only"), codes.Unavailable, "read-only"},
		"rate":        {stub.RateLimit(), codes.Unknown, "429 Too many requests"},
		"malformed":   {stub.Malformed(), codes.Internal, "unmarshal"},
		"truncated":   {stub.Truncated(), codes.Internal, "unmarshal"},
		"reset":       {stub.ResetBefore(), codes.Unavailable, ""},
		"oversized":   {stub.Oversized(5 << 20), codes.ResourceExhausted, "larger than max"},
		"empty":       {stub.EmptyReply(), codes.OK, ""},
		"http only":   {stub.HTTPStatus(500, ""), codes.OK, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := stub.Start(t)
			s.Set("SongLyrics", stub.Behaviour{Fault: test.fault})
			client := newSearcher(t, s, grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithDisableRetry())
			_, err := client.Search(testContext(t), searchRequest("SongLyrics", 3))
			assert.Equal(t, test.code, status.Code(err), "%v", err)
			if test.text != "" {
				require.ErrorContains(t, err, test.text)
			}
		})
	}
	t.Run("oversized, taken", func(t *testing.T) {
		t.Parallel()
		s := stub.Start(t)
		s.SetAll(stub.Behaviour{Fault: stub.Oversized(5 << 20)})
		r, err := newSearcher(t, s).Search(testContext(t), searchRequest("SongLyrics", 3), grpc.MaxCallRecvMsgSize(6<<20))
		require.NoError(t, err)
		assert.Len(t, r.GetGenerativeGroupedResult(), 5<<20) //nolint:staticcheck // what the padding is in
	})
}

func TestCloseConnections(t *testing.T) {
	t.Parallel()
	s := stub.Start(t)
	client := newHTTPClient(t)
	body := []byte(`{"query":"{Get{SongLyrics{title}}}"}`)
	for range 2 {
		require.Eventually(t, func() bool {
			_, _, err := postTo(testContext(t), client, s.URL()+"/v1/graphql", body)
			if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, syscall.ECONNRESET) {
				t.Error(err)
			}
			return err == nil
		}, testTimeout, time.Millisecond)
		s.CloseConnections()
		assert.Zero(t, s.Stats().HTTPOpen)
	}
	assert.Equal(t, 2, s.Stats().HTTPOpened)
}

func TestUnknownCollection(t *testing.T) {
	t.Parallel()
	s := stub.Start(t)
	assert.Panics(t, func() { s.Set("Nope", stub.Behaviour{}) })
}
