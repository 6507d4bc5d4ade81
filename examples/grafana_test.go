package examples_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/grafana/grafana-foundation-sdk/go/cog/plugins"
	dashboardtypes "github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
	"github.com/xk6-weaviate/xk6-weaviate/internal/stub"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
	"github.com/xk6-weaviate/xk6-weaviate/truth"
)

// dashboard is what of a dashboard is looked at.
type dashboard struct {
	UID        string
	Templating struct {
		List []struct {
			Name  string
			Type  string
			Query any
		}
	}
	Panels []struct {
		ID         int
		Type       string
		Title      string
		Datasource struct{ Type, UID string }
		GridPos    struct{ H, W, X, Y int }
		Targets    []struct{ RefID, Expr, LegendFormat string }
	}
}

func readDashboard(t *testing.T, name string) *dashboard {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("grafana", "dashboards", name+".json"))
	require.NoError(t, err)
	d := &dashboard{}
	require.NoError(t, json.Unmarshal(text, d))
	return d
}

// everything sends batches by all strategies to a server that refuses every other search of one collection,
// and writes and fetches, every other of which fails.
const everything = `
	import { Client, loadQuerySets } from 'k6/x/weaviate';
	const client = new Client({ recallRate: 1 });
	const known = loadQuerySets(__ENV.QUERIES, { truth: __ENV.TRUTH });
	const set = ['SongLyrics', 'SongLyrics_10k'].map((collection) => ({ collection, bm25: { query: 'night' }, limit: 5 }));
	export const options = { vus: 1, iterations: 10 };
	export default function () {
		for (const strategy of ['multi', 'bulk', 'parallel-graphql', 'parallel-grpc', 'sequential-grpc']) {
			client.run(set, { strategy });
		}
		client.run(known.at(0));
		for (const call of [
			() => client.batchCreate(['Rain', 'Sun'].map((title) => ({ class: 'SongLyrics', properties: { title } }))),
			() => client.objectInsert('SongLyrics', { properties: { title: 'Night' } }),
			() => client.fetchObjects('SongLyrics', { limit: 1 }),
			() => client.fetchObjects('SongLyrics', { id: '77726974-7465-6e00-8000-000000000001' }),
		]) {
			try {
				call();
			} catch (error) {
				continue; // it is measured
			}
		}
	}`

// known writes a query file of one query, and its truth.
func known(t *testing.T) (env []string) {
	t.Helper()
	queries := `{"version":1,"searchType":"vector","sets":[{"text":"","vector":[` + strings.Repeat("1,", 383) +
		`1],"queries":[{"collection":"SongLyrics","nearVector":{}}]}]}`
	var truths bytes.Buffer
	require.NoError(t, (&truth.File{
		Queries: fmt.Sprintf("%x", sha256.Sum256([]byte(queries))), Depth: 1,
		Collections: []truth.Collection{{Name: "SongLyrics", Distance: truth.Cosine, Objects: 1}},
		Sets:        []truth.Set{{Queries: []*truth.Query{{Depth: 1, IDs: []uuid.UUID{{1}}, Distances: []float32{0}}}}},
	}).Write(&truths))
	dir := t.TempDir()
	for variable, text := range map[string]string{"QUERIES": queries, "TRUTH": truths.String()} {
		path := filepath.Join(dir, variable+".json")
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		env = append(env, variable+"="+path)
	}
	return env
}

// TestDashboardsAskForWhatArrives runs k6 with the variables of the compose file against a receiver, and holds every query of the
// dashboards against the metrics and labels that arrive.
func TestDashboardsAskForWhatArrives(t *testing.T) {
	t.Parallel()
	var compose struct {
		Services map[string]struct {
			Environment map[string]string
			Command     []string
		}
	}
	readYAML(t, "grafana/compose.yaml", &compose)
	for name, service := range map[string]string{"prometheus": "k6", "opentelemetry": "opentelemetry"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, env := newStub(t)
			server.Set("SongLyrics_10k", stub.Behaviour{Fault: stub.RateLimit().When(stub.Every(2))})
			server.SetWrites(stub.Behaviour{Fault: stub.HTTPStatus(500, "broken").When(stub.Every(2))})
			server.RefuseObjects("no room")
			env = append(env, known(t)...)
			prometheus := startReceiver(t)
			for variable, value := range compose.Services[service].Environment {
				if strings.HasPrefix(variable, "K6_") {
					value = strings.Replace(value, "http://prometheus:9090", prometheus.url, 1)
					env = append(env, variable+"="+strings.Replace(value, "prometheus:9090", strings.TrimPrefix(prometheus.url, "http://"), 1))
				}
			}
			command := compose.Services[service].Command
			require.Equal(t, "run", command[0])
			args := append([]string{"run", "--quiet"}, command[1:len(command)-1]...)
			result := run(t, k6run.Options{Env: env, Stdin: everything}, append(args, "-")...)
			require.NotContains(t, result.Stderr, "level=error")
			require.NotContains(t, result.Stderr, "level=warn")
			requireDashboard(t, readDashboard(t, name), prometheus.received())
		})
	}
}

var (
	metricNames = regexp.MustCompile(`\b(?:k6_)?weaviate_\w+`)
	selectors   = regexp.MustCompile(`(\w+)\{([^}]*)\}`)
	selected    = regexp.MustCompile(`(\w+)(=~|=)"([^"]*)"`)
	grouped     = regexp.MustCompile(`\b(?:by|on) \(([^)]*)\)`)
	labelValues = regexp.MustCompile(`^label_values\((\w+), (\w+)\)$`)
	legends     = regexp.MustCompile(`\{\{(\w+)\}\}`)
)

func requireDashboard(t *testing.T, d *dashboard, arrived map[string]map[string]map[string]bool) {
	t.Helper()
	asked := make(map[string]bool)
	for _, variable := range d.Templating.List {
		if variable.Type != "query" {
			continue
		}
		query := variable.Query.(map[string]any)["query"].(string)
		parts := labelValues.FindStringSubmatch(query)
		require.NotNil(t, parts, query)
		require.NotEmpty(t, arrived[parts[1]][parts[2]], query)
	}
	for _, panel := range d.Panels {
		for _, target := range panel.Targets {
			names := metricNames.FindAllString(target.Expr, -1)
			require.NotEmpty(t, names, target.Expr)
			groups := make(map[string]bool)
			for _, list := range grouped.FindAllStringSubmatch(target.Expr, -1) {
				for label := range strings.SplitSeq(list[1], ",") {
					groups[strings.TrimSpace(label)] = true
				}
			}
			for _, legend := range legends.FindAllStringSubmatch(target.LegendFormat, -1) {
				require.True(t, groups[legend[1]], "%s: the legend names %s, which the query drops", panel.Title, legend[1])
			}
			for _, name := range names {
				labels := arrived[name]
				require.NotNil(t, labels, "%s: no %s arrives", panel.Title, name)
				asked[strings.TrimPrefix(name, "k6_")] = true
				for label := range groups {
					require.NotEmpty(t, labels[label], "%s: %s has no label %s", panel.Title, name, label)
				}
			}
			for _, selector := range selectors.FindAllStringSubmatch(target.Expr, -1) {
				for _, one := range selected.FindAllStringSubmatch(selector[2], -1) {
					values := arrived[selector[1]][one[1]]
					require.NotEmpty(t, values, "%s: %s has no label %s", panel.Title, selector[1], one[1])
					if one[2] == "=" {
						require.True(t, values[one[3]], "%s: %s of %s is never %s", panel.Title, one[1], selector[1], one[3])
					}
				}
			}
		}
	}
	for _, definition := range measure.Definitions() {
		found := false
		for name := range asked {
			found = found || strings.HasPrefix(name, definition.Name)
		}
		arrives := false
		for name := range arrived {
			arrives = arrives || strings.HasPrefix(strings.TrimPrefix(name, "k6_"), definition.Name)
		}
		// That of the run says nothing in numbers, and whether a query failed is shown by category.
		if definition.Name != "weaviate_run_info" && definition.Name != "weaviate_query_failed" {
			require.True(t, arrives, "%s arrives", definition.Name)
			require.True(t, found, "%s is shown", definition.Name)
		}
	}
}

// TestDashboardsAreWellFormed holds what Grafana needs and does not say when it is wrong.
func TestDashboardsAreWellFormed(t *testing.T) {
	t.Parallel()
	uids := make(map[string]bool)
	for _, name := range []string{"prometheus", "opentelemetry"} {
		d := readDashboard(t, name)
		require.False(t, uids[d.UID] || d.UID == "", "each has a uid of its own")
		uids[d.UID] = true
		ids := make(map[int]bool)
		for i, panel := range d.Panels {
			require.False(t, ids[panel.ID], "%s: the id %d is there twice", name, panel.ID)
			ids[panel.ID] = true
			place := panel.GridPos
			require.LessOrEqual(t, place.X+place.W, 24, panel.Title)
			for _, other := range d.Panels[:i] {
				o := other.GridPos
				apart := place.X+place.W <= o.X || o.X+o.W <= place.X || place.Y+place.H <= o.Y || o.Y+o.H <= place.Y
				require.True(t, apart, "%s lies on %s", panel.Title, other.Title)
			}
			if panel.Type != "row" {
				require.Equal(t, "${datasource}", panel.Datasource.UID, panel.Title)
				require.NotEmpty(t, panel.Targets, panel.Title)
			}
		}
	}
}

func TestComposeFileFitsItsSchema(t *testing.T) {
	t.Parallel()
	requireSchema(t, "grafana/compose.yaml", "compose-spec.json")
	var compose struct {
		Services map[string]struct {
			Image   string
			Ports   []string
			Volumes []string
			Command []string
		}
	}
	readYAML(t, "grafana/compose.yaml", &compose)
	pinned, err := os.ReadFile("../server/go.mod")
	require.NoError(t, err)
	version := strings.TrimPrefix(compose.Services["weaviate"].Image, "semitechnologies/weaviate:")
	require.Contains(t, string(pinned), "github.com/weaviate/weaviate v"+version+" ", "the version that the tests run against")
	for name, service := range compose.Services {
		for _, port := range service.Ports {
			require.True(t, strings.HasPrefix(port, "127.0.0.1:"), "%s: %s is open to others", name, port)
		}
		for _, volume := range service.Volumes {
			if path, _, _ := strings.Cut(volume, ":"); strings.HasPrefix(path, "./") {
				_, err := os.Stat(filepath.Join("grafana", path))
				require.NoError(t, err, "%s mounts %s", name, path)
			}
		}
		for _, word := range service.Command {
			if strings.HasPrefix(word, "/home/k6/") {
				require.FileExists(t, filepath.Join("..", strings.TrimPrefix(word, "/home/k6/")))
			}
		}
	}
}

// TestDashboardsFitGrafanasTypes reads the dashboards as Grafana's own types do that it publishes: every field, of every panel, has to be known.
func TestDashboardsFitGrafanasTypes(t *testing.T) {
	t.Parallel()
	plugins.RegisterDefaultPlugins()
	for _, name := range []string{"prometheus", "opentelemetry"} {
		text, err := os.ReadFile(filepath.Join("grafana", "dashboards", name+".json"))
		require.NoError(t, err)
		fits := func(text []byte) error { return (&dashboardtypes.Dashboard{}).UnmarshalJSONStrict(text) }
		require.NoError(t, fits(text), name)
		for field, wrong := range map[string]string{`"gridPos"`: `"gridpos"`, `"showLegend"`: `"showlegend"`, `"templating"`: `"variables"`} {
			require.Error(t, fits(bytes.ReplaceAll(text, []byte(field), []byte(wrong))), wrong)
		}
	}
}
