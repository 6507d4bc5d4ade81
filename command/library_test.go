package command_test

import (
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"

	"github.com/go-openapi/strfmt"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	api "github.com/weaviate/weaviate-go-client/v5/weaviate"
	"github.com/weaviate/weaviate/entities/models"

	"github.com/xk6-weaviate/xk6-weaviate/internal/realserver"
)

// A library is what somebody else might have in a Weaviate: collections that differ in their vectors and properties, some with
// tenants. It is made once, on the server that the tests share, and only read by them.
//
//nolint:gochecknoglobals // what tests share is global by nature
var theLibrary sync.Once

// library is the environment that tells a command where the library is.
func library(t *testing.T) []string {
	t.Helper()
	server := realserver.Shared(t)
	theLibrary.Do(func() { fillLibrary(t, server) })
	return []string{"WEAVIATE_URL=" + server.URL, "WEAVIATE_GRPC=" + server.GRPC}
}

func fillLibrary(t *testing.T, server *realserver.Server) {
	t.Helper()
	client, err := api.NewClient(api.Config{Scheme: "http", Host: strings.TrimPrefix(server.URL, "http://")})
	require.NoError(t, err)
	text := func(name string) *models.Property { return &models.Property{Name: name, DataType: []string{"text"}} }
	of := func(name, kind string) *models.Property {
		return &models.Property{Name: name, DataType: []string{kind}}
	}
	token := func(name string) *models.Property {
		return &models.Property{Name: name, DataType: []string{"text"}, Tokenization: models.PropertyTokenizationField}
	}
	named := func(names ...string) map[string]models.VectorConfig {
		config := make(map[string]models.VectorConfig)
		for _, name := range names {
			config[name] = models.VectorConfig{Vectorizer: map[string]any{"none": map[string]any{}}, VectorIndexType: "hnsw"}
		}
		return config
	}
	tenants := &models.MultiTenancyConfig{Enabled: true}
	for _, class := range []*models.Class{
		{
			Class: "Articles", VectorConfig: named("title", "body"),
			Properties: []*models.Property{
				token("address"), text("title"), text("body"), of("tags", "text[]"), of("words", "int"), of("printed", "date"),
				of("place", "geoCoordinates"),
			},
		},
		{Class: "Authors", Vectorizer: "none", Properties: []*models.Property{text("name"), of("born", "int")}},
		{Class: "Pages", VectorConfig: named("content"), Properties: []*models.Property{text("content")}},
		{Class: "Notes", Vectorizer: "none", MultiTenancyConfig: tenants, Properties: []*models.Property{text("note")}},
		{
			Class: "Scans", Properties: []*models.Property{text("text")},
			VectorConfig: map[string]models.VectorConfig{"tokens": {
				Vectorizer: map[string]any{"none": map[string]any{}}, VectorIndexType: "hnsw",
				VectorIndexConfig: map[string]any{"multivector": map[string]any{"enabled": true}},
			}},
		},
		{Class: "Readings", Vectorizer: "none", Properties: []*models.Property{of("value", "number")}},
		{Class: "Drafts", Vectorizer: "none", Properties: []*models.Property{text("title")}},
	} {
		require.NoError(t, client.Schema().ClassCreator().WithClass(class).Do(t.Context()))
	}
	require.NoError(t, client.Schema().TenantsCreator().WithClassName("Notes").WithTenants(
		models.Tenant{Name: "acme"}, models.Tenant{Name: "globex"},
		models.Tenant{Name: "initech", ActivityStatus: models.TenantActivityStatusCOLD},
	).Do(t.Context()))
	fillCollections(t, client)
}

func fillCollections(t *testing.T, client *api.Client) {
	t.Helper()
	var objects []*models.Object
	add := func(class string, i int, object models.Object) {
		object.Class = class
		object.ID = strfmt.UUID(uuid.NewSHA1(uuid.NameSpaceURL, fmt.Appendf(nil, "%s/%d", class, i)).String())
		objects = append(objects, &object)
	}
	for i := range 60 {
		add("Articles", i, models.Object{
			Properties: map[string]any{
				"address": fmt.Sprintf("https://example.org/articles/%d", i),
				"title":   fmt.Sprintf("“Article %d”: how the %s of it all goes on and on", i, ordinal(i)),
				"body":    strings.Repeat(ordinal(i)+" body ", 20), "tags": []string{ordinal(i)}, "words": i,
				"printed": "2024-05-06T07:08:09Z", "place": map[string]any{"latitude": 48.1, "longitude": 11.5},
			},
			Vectors: models.Vectors{"title": direction(i, 3), "body": direction(i, 8)},
		})
		add("Pages", i, models.Object{
			Properties: map[string]any{"content": "Page " + ordinal(i)}, Vectors: models.Vectors{"content": direction(i+100, 8)},
		})
		add("Scans", i, models.Object{
			Properties: map[string]any{"text": ordinal(i)}, Vectors: models.Vectors{"tokens": [][]float32{direction(i, 4), direction(-i, 4)}},
		})
		add("Readings", i, models.Object{Properties: map[string]any{"value": i}})
	}
	for i := range 7 {
		add("Authors", i, models.Object{
			Properties: map[string]any{"name": ordinal(i) + " Author", "born": 1900 + i}, Vector: direction(i, 8),
		})
		add("Notes", i, models.Object{
			Properties: map[string]any{"note": "Note " + ordinal(i)}, Vector: direction(i, 8), Tenant: "acme",
		})
	}
	replies, err := client.Batch().ObjectsBatcher().WithObjects(objects...).Do(t.Context())
	require.NoError(t, err)
	for i := range replies {
		require.Nil(t, replies[i].Result.Errors, "%s", replies[i].Class)
	}
}

func ordinal(i int) string {
	return []string{"first", "second", "third", "fourth", "fifth", "sixth", "seventh"}[i%7] + strings.Repeat("most", i/7)
}

// direction is a vector that is like no other.
func direction(i, dimensions int) []float32 {
	vector := make([]float32, dimensions)
	for k := range vector {
		vector[k] = float32(math.Sin(float64(1 + i*dimensions + k)))
	}
	return vector
}
