package realserver

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"testing"
)

// Post posts to a server's REST API, as the user of a key if that is not empty, and gives its answer. What fails ends the test, GraphQL's
// errors included.
func Post(tb testing.TB, url, key string, content any) []byte {
	tb.Helper()
	body, err := json.Marshal(content)
	if err != nil {
		tb.Fatal(err)
	}
	request, err := http.NewRequestWithContext(tb.Context(), http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		tb.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	if key != "" {
		request.Header.Set("Authorization", "Bearer "+key)
	}
	reply, err := http.DefaultClient.Do(request)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = reply.Body.Close() }()
	answer, err := io.ReadAll(reply.Body)
	if err != nil {
		tb.Fatal(err)
	}
	if reply.StatusCode >= http.StatusMultipleChoices || bytes.Contains(answer, []byte(`"errors":{`)) || bytes.Contains(answer, []byte(`"errors":[`)) {
		tb.Fatalf("%s: %s: %s", url, reply.Status, answer)
	}
	return answer
}
