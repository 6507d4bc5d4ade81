package fanout

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	protocol "github.com/weaviate/weaviate/grpc/generated/protocol/v1"
	"google.golang.org/protobuf/proto"
)

// FuzzRequests puts any text where a query takes one. What is taken can be sent over both protocols, its sub-query stays on its line,
// and within its braces.
func FuzzRequests(f *testing.F) {
	f.Add("Songs", "rain", "title", "t-1", "year", 0.5)
	f.Add("A", "\"}){_additional{id}}}\n#", "a^2", "", "", 0.1)
	f.Add("A", "\u2028\\", "é", "\x00", "\"", 1e-300)
	f.Fuzz(func(t *testing.T, collection, text, property, tenant, path string, alpha float64) {
		query := Query{
			Collection: collection, Type: Hybrid, Text: text, Alpha: alpha, Vector: []float32{1}, Limit: 1, Properties: []string{property},
			SearchProperties: []string{property}, Tenant: tenant,
		}
		if path != "" {
			query.Where = &Filter{Operator: Equal, Path: []string{path}, Value: text}
		}
		set, err := NewSet([]Query{query, {Collection: "B", Type: BM25, Text: "x", Limit: 1}})
		if err != nil {
			return
		}
		body, err := document(set.Queries())
		require.NoError(t, err)
		var request struct{ Query string }
		require.NoError(t, json.Unmarshal(body, &request))
		lines := strings.Split(request.Query, "\n")
		require.Len(t, lines, 4)
		require.True(t, strings.HasPrefix(lines[2], "m1:B("))
		require.Zero(t, depth(t, lines[1]))
		encoded, err := searchRequest(&query)
		require.NoError(t, err)
		var message protocol.SearchRequest
		require.NoError(t, proto.Unmarshal(encoded, &message))
		require.Equal(t, text, message.GetHybridSearch().GetQuery())
		require.Equal(t, tenant, message.GetTenant())
	})
}

// depth is how many brackets a line leaves open, strings apart.
func depth(t *testing.T, line string) int {
	t.Helper()
	open, quoted := 0, false
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case strings.IndexByte("({[", c) >= 0:
			open++
		case strings.IndexByte(")}]", c) >= 0:
			open--
			require.GreaterOrEqual(t, open, 0, line)
		}
	}
	require.False(t, quoted, line)
	return open
}
