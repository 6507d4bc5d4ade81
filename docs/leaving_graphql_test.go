package docs_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/weaviate/weaviate-go-client/v5/weaviate"
	"github.com/weaviate/weaviate-go-client/v5/weaviate/graphql"
	"github.com/weaviate/weaviate-go-client/v5/weaviate/grpc"
	"github.com/weaviate/weaviate/entities/models"
	"golang.org/x/sync/errgroup"
)

// The code of leaving-graphql.md stands between the marks, as it is there.

// before:
func searchAtOnce(ctx context.Context, client *weaviate.Client, names []string) (*models.GraphQLResponse, error) {
	search := client.GraphQL().MultiClassGet()
	for _, name := range names {
		search.AddQueryClass(graphql.NewQueryClassBuilder(name).
			WithBM25((&graphql.BM25ArgumentBuilder{}).WithQuery("love")).
			WithFields(graphql.Field{Name: "title"}).
			WithLimit(10))
	}
	return search.Do(ctx)
}

// after:
func searchEach(ctx context.Context, client *weaviate.Client, names []string) ([][]graphql.SearchResult, error) {
	found := make([][]graphql.SearchResult, len(names))
	group, ctx := errgroup.WithContext(ctx)
	for i, name := range names {
		group.Go(func() error {
			var err error
			found[i], err = client.Experimental().Search().
				WithCollection(name).
				WithBM25((&graphql.BM25ArgumentBuilder{}).WithQuery("love")).
				WithProperties("title").
				WithLimit(10).
				Do(ctx)
			return err
		})
	}
	return found, group.Wait()
}

// end.

// TestCodeOfLeavingGraphQL runs the code of the page, both ways, against a real server.
func TestCodeOfLeavingGraphQL(t *testing.T) {
	t.Parallel()
	w := prepared(t)
	client, err := weaviate.NewClient(weaviate.Config{
		Scheme: "http", Host: strings.TrimPrefix(w.server.URL, "http://"), GrpcConfig: &grpc.Config{Host: w.server.GRPC},
	})
	require.NoError(t, err)
	names := []string{"Articles", "Authors"}
	reply, err := searchAtOnce(t.Context(), client, names)
	require.NoError(t, err)
	require.Empty(t, reply.Errors)
	found, err := searchEach(t.Context(), client, names)
	require.NoError(t, err)
	for i, name := range names {
		before := reply.Data["Get"].(map[string]any)[name].([]any)
		require.Len(t, before, 10)
		require.Len(t, found[i], 10)
		require.Equal(t, before[0].(map[string]any)["title"], found[i][0].Properties["title"])
	}
	code, err := os.ReadFile("leaving_graphql_test.go")
	require.NoError(t, err)
	page, err := os.ReadFile("leaving-graphql.md")
	require.NoError(t, err)
	for _, marks := range [][2]string{{"// before:\n", "\n// after:"}, {"// after:\n", "\n// end."}} {
		_, after, _ := strings.Cut(string(code), marks[0])
		text, _, found := strings.Cut(after, marks[1])
		require.True(t, found)
		require.Contains(t, string(page), "```go\n"+text+"```\n")
	}
}
