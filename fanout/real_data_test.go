package fanout_test

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/xk6-weaviate/xk6-weaviate/internal/realserver"
)

const realObjects = 300 // in each collection, and for each tenant

// song is what the real server's collections hold of number i. No two are alike, so that no two have the same score.
type song struct {
	Title    string         `json:"title"`
	Year     int            `json:"year"`
	Rating   float64        `json:"rating"`
	Live     bool           `json:"live"`
	Released string         `json:"released"`
	Genres   []string       `json:"genres"`
	Place    map[string]any `json:"place"`
	Note     *string        `json:"note,omitempty"`
}

func songOf(i int) song {
	words := []string{"rain", "love", "night", "river"}
	s := song{
		Title: "song of" + strings.Repeat(" "+words[i%4], 1+i/4) + " and" + strings.Repeat(" "+words[(i+1)%4], 1+i%7),
		Year:  1900 + i%120, Rating: float64(i) / 8, Live: i%3 == 0, Released: fmt.Sprintf("%d-01-01T00:00:00Z", 1900+i%120),
		Genres: []string{[]string{"rock", "pop", "folk"}[i%3], []string{"slow", "fast"}[i%2]},
		Place:  map[string]any{"latitude": float64(i%90) / 2, "longitude": 8.5},
	}
	if i%5 == 0 {
		note := "noted"
		s.Note = &note
	}
	return s
}

// realVector is a vector of song i. Salts make the vectors of one song differ.
func realVector(i, salt int) []float32 {
	v := make([]float32, 8)
	for k := range v {
		v[k] = float32(math.Sin(float64((i+1)*(k+2)*(salt+3)))) + float32(k)/10
	}
	return v
}

func realID(i int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", i) }

func realProperties() []map[string]any {
	var list []map[string]any
	for name, kind := range map[string]string{
		"title": "text", "year": "int", "rating": "number", "live": "boolean", "released": "date", "genres": "text[]",
		"place": "geoCoordinates", "note": "text",
	} {
		list = append(list, map[string]any{"name": name, "dataType": []string{kind}})
	}
	return list
}

// vectorizer is the service that a text2vec-transformers collection asks for vectors: here, letters counted.
func vectorizer(t *testing.T) string {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/ready", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("GET /meta", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{}`) })
	mux.HandleFunc("POST /vectors", func(w http.ResponseWriter, r *http.Request) {
		var request struct {
			Text string `json:"text"`
		}
		_ = json.NewDecoder(r.Body).Decode(&request)
		vector := make([]float32, 8)
		for i, c := range request.Text {
			vector[int(c)%8] += 1 / float32(i+2)
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"text": request.Text, "dims": len(vector), "vector": vector})
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

// fill makes the four collections: a plain one, one with named vectors, one with tenants, one with a vectorizer. And Tracks,
// two of which refer to each Band.
func fill(t *testing.T, url string) {
	t.Helper()
	schema := func(name string, more map[string]any) {
		class := map[string]any{"class": name, "properties": realProperties(), "invertedIndexConfig": map[string]any{"indexNullState": true}}
		for key, value := range more {
			class[key] = value
		}
		realserver.Post(t, url+"/v1/schema", "", class)
	}
	objects := func(name string, complete func(i int, object map[string]any)) {
		list := []map[string]any{}
		for i := range realObjects {
			object := map[string]any{"class": name, "id": realID(i), "properties": songOf(i)}
			complete(i, object)
			list = append(list, object)
		}
		realserver.Post(t, url+"/v1/batch/objects", "", map[string]any{"objects": list})
	}
	none := map[string]any{"none": map[string]any{}}
	schema("Plain", map[string]any{"vectorizer": "none"})
	schema("Named", map[string]any{"vectorConfig": map[string]any{
		"first":  map[string]any{"vectorizer": none, "vectorIndexType": "hnsw"},
		"second": map[string]any{"vectorizer": none, "vectorIndexType": "hnsw"},
	}})
	schema("Tenanted", map[string]any{"vectorizer": "none", "multiTenancyConfig": map[string]any{"enabled": true}})
	schema("Texts", map[string]any{"vectorizer": "text2vec-transformers"})
	realserver.Post(t, url+"/v1/schema/Tenanted/tenants", "", []map[string]any{{"name": "one"}, {"name": "two"}})

	objects("Plain", func(i int, o map[string]any) { o["vector"] = realVector(i, 0) })
	objects("Named", func(i int, o map[string]any) {
		o["vectors"] = map[string]any{"first": realVector(i, 1), "second": realVector(i, 2)}
	})
	for salt, tenant := range []string{"one", "two"} {
		objects("Tenanted", func(i int, o map[string]any) { o["tenant"], o["vector"] = tenant, realVector(i, 3+salt) })
	}
	objects("Texts", func(int, map[string]any) {})

	schema("Band", nil)
	schema("Track", map[string]any{"vectorizer": "none", "properties": []map[string]any{{"name": "by", "dataType": []string{"Band"}}}})
	objects("Band", func(int, map[string]any) {})
	objects("Track", func(i int, o map[string]any) {
		o["vector"] = realVector(i, 0)
		o["properties"] = map[string]any{"by": []map[string]any{{"beacon": "weaviate://localhost/Band/" + realID(i/2)}}}
	})
}
