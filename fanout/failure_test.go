package fanout

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// TestACallThatRanIntoItsLimitSaysSo, whatever the server made of it, which knows the limit and may end the call before gRPC does here.
func TestACallThatRanIntoItsLimitSaysSo(t *testing.T) {
	t.Parallel()
	over, cancel := context.WithTimeout(t.Context(), -time.Second)
	t.Cleanup(cancel)
	for name, c := range map[string]struct {
		parent, own context.Context
		err         error
		code        codes.Code
		category    Category
	}{
		"canceled by the server":  {t.Context(), over, status.Error(codes.Canceled, "context canceled"), codes.DeadlineExceeded, CategoryTimeout},
		"no connection by then":   {t.Context(), over, status.Error(codes.Unavailable, "dial"), codes.DeadlineExceeded, CategoryTimeout},
		"the run ended":           {over, over, status.Error(codes.DeadlineExceeded, "too late"), codes.Canceled, CategoryCanceled},
		"another's error by then": {t.Context(), over, status.Error(codes.Unknown, "no such class"), codes.Unknown, CategoryGRPC},
		"a web server's error by then": {
			t.Context(), over, status.Error(codes.Unavailable, "unexpected HTTP status code received from server: 503 (Service Unavailable)"),
			codes.Unavailable, CategoryHTTP,
		},
		"no connection in time": {t.Context(), t.Context(), status.Error(codes.Unavailable, "dial"), codes.Unavailable, CategoryConnection},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := flight{client: &Client{}, parent: c.parent, ctx: c.own, limit: "batch limit"}
			code, failed := f.grpcFailure(c.err)
			require.Equal(t, c.code, code)
			require.Equal(t, c.category, failed.category, failed.text)
		})
	}
}
