package docs_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	_ "github.com/xk6-weaviate/xk6-weaviate" // registers the extension with the k6 that the tests run
	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
	"github.com/xk6-weaviate/xk6-weaviate/internal/realserver"
)

func TestMain(m *testing.M) { k6run.Main(realserver.Tests(m)) }

// pages are the pages whose commands are run, each page in a folder of its own, in their order.
func pages(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, pattern := range []string{"../*.md", "*.md", "../queries/*.md", "../examples/*/*.md"} {
		found, err := filepath.Glob(pattern)
		require.NoError(t, err)
		all = append(all, found...)
	}
	return all
}

// elsewhere are the commands that no test here runs, by how they begin, and why.
var elsewhere = map[string]string{
	"make":                "the targets are run by CI and by hand; TestPagesNameTargets holds their names against the Makefile",
	"git ":                "it is git's",
	"docker ":             "no Docker in a test; the tests of examples/ hold the files against their schemas",
	"kubectl ":            "no cluster in a test; the tests of examples/ run what the manifests run",
	"sed ":                "what it writes goes to kubectl",
	"go install ":         "it downloads",
	"xk6 ":                "it downloads and compiles k6; make does the same, pinned",
	"go run ./overhead":   "it takes ten minutes",
	"go test ":            "it is this",
	"build/golangci-lint": "make lint runs it",
}

// world is a real server with the collections that the pages name.
type world struct {
	server *realserver.Server
	env    []string
}

var preparing sync.Once //nolint:gochecknoglobals // the server is shared, too

func prepared(t *testing.T) *world {
	t.Helper()
	server := realserver.Shared(t)
	w := &world{server, []string{
		"WEAVIATE_URL=" + server.URL, "WEAVIATE_GRPC=" + server.GRPC, "WEAVIATE_METRICS_URL=" + server.MetricsURL,
	}}
	preparing.Do(func() {
		for _, name := range []string{"Articles", "Authors"} {
			realserver.Post(t, server.URL+"/v1/schema", "", map[string]any{
				"class": name, "vectorizer": "none",
				"properties": []any{map[string]any{"name": "title", "dataType": []string{"text"}}},
			})
			var objects []any
			for i := range 30 {
				objects = append(objects, map[string]any{
					"class": name, "properties": map[string]any{"title": fmt.Sprintf("love in the rain, part %d", i)},
					"vector": []float64{1, float64(i), 0.5},
				})
			}
			realserver.Post(t, server.URL+"/v1/batch/objects", "", map[string]any{"objects": objects})
		}
		result := k6run.Run(t, k6run.Options{Dir: t.TempDir(), Env: w.env}, "x", "weaviate", "seed", "--scale", "0.0005")
		require.Zero(t, result.ExitCode, result.Stderr)
	})
	return w
}

// TestCommandsOfThePages runs every command of every page: k6 and its subcommands against a real server, with less of everything.
func TestCommandsOfThePages(t *testing.T) {
	t.Parallel()
	ran := 0
	for _, page := range pages(t) {
		text, err := os.ReadFile(page)
		require.NoError(t, err)
		commands, err := commandsOf(filepath.Base(page), string(text))
		require.NoError(t, err)
		ran += len(commands)
		if len(commands) == 0 {
			continue
		}
		t.Run(page, func(t *testing.T) {
			t.Parallel()
			w := prepared(t)
			folder := t.TempDir()
			for _, part := range []string{"scripts", "queries", "examples"} {
				require.NoError(t, os.CopyFS(filepath.Join(folder, part), os.DirFS(filepath.Join("..", part))))
			}
			w.prepareFiles(t, folder)
			var exported []string
			var background sync.WaitGroup
			for i := range commands {
				if commands[i].background {
					background.Go(func() { w.run(t, folder, exported, &commands[i]) })
					continue
				}
				exported = append(exported, w.run(t, folder, exported, &commands[i])...)
				background.Wait()
			}
		})
	}
	require.Greater(t, ran, 30, "the pages have commands")
}

// prepareFiles writes the files that pages suppose a reader to have.
func (w *world) prepareFiles(t *testing.T, folder string) {
	t.Helper()
	for name, text := range map[string]string{
		"songs.csv": "title,lyrics,year\nRain,love in the rain,1999\nNight,the night is long,2004\n",
		"terms.txt": "love in the rain\nthe long night\n",

		"documents/search.graphql": `{ Get { Articles(bm25: {query: "love"}) { title } Authors(bm25: {query: "love"}) { name } } }`,
	} {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(folder, name)), 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600))
	}
}

// run runs one command and returns the variables that it exports.
func (w *world) run(t *testing.T, folder string, exported []string, c *command) []string {
	t.Helper()
	switch line := strings.Join(c.words, " "); {
	case len(c.words) == 0:
		return nil
	case c.words[0] == "export":
		return slices.DeleteFunc(c.words[1:], func(v string) bool { return strings.HasPrefix(v, "WEAVIATE_") })
	case c.words[0] == "mkdir":
		for _, name := range c.words[1:] {
			require.NoError(t, os.Mkdir(filepath.Join(folder, name), 0o700))
		}
		return nil
	case c.words[0] == "./k6" || c.words[0] == "k6":
		w.k6(t, folder, exported, c)
		return nil
	default:
		for begins := range elsewhere {
			if strings.HasPrefix(line, begins) {
				return nil
			}
		}
		require.Fail(t, "nobody runs this command, and no reason is given", "%s", c)
		return nil
	}
}

// k6 runs a command of k6. It must succeed; a gate may also fail, which is what it is for.
func (w *world) k6(t *testing.T, folder string, exported []string, c *command) {
	t.Helper()
	args := slices.Clone(c.words[1:])
	env := slices.Concat(exported, c.env, w.env, []string{
		"SETTLE=0s", "USERS=2", "SPAWN_RATE=2", "ROUNDS=1", "BLOCK=1s", "WARMUP=200ms", "DRAIN=200ms", "LIMIT=5",
		"K6_WEB_DASHBOARD_PORT=-1", // its own port may be another's
	})
	for i := range env {
		env[i] = strings.ReplaceAll(env[i], "$PWD", folder)
	}
	asHelp := func() { args = append(args, "--help") } // flags are still read, and unknown ones refused
	switch is := func(words ...string) bool { return len(args) >= len(words) && slices.Equal(args[:len(words)], words) }; {
	case is("x", "weaviate", "seed") && slices.Contains(args, "--replace"), is("x", "weaviate", "seed") && slices.Contains(args, "--from"):
		asHelp() // the other pages need the collections that are there
	case is("x", "weaviate", "seed"):
		args = append(args, "--scale", "0.0005")
	case is("x", "weaviate", "queries") && slices.Contains(args, "openai"):
		asHelp() // it takes an endpoint; the tests of command/ have one
	case is("x", "weaviate", "bench"):
		searchType := "bm25"
		if slices.Contains(args, "--recall") {
			searchType = "vector" // the other has none
		}
		env = append(env, "SEARCH_TYPES="+searchType, "RUN_TIME=2s")
		if slices.Contains(args, "--find-limit") {
			args = append(args, "--plan") // it takes minutes; the tests of command/ find a limit
		}
	case is("run"):
		args = slices.Insert(args, len(args)-1, "-e", "RUN_TIME=2s", "-e", "USERS=2", "-e", "ROUNDS=1")
		if slices.Contains(args, "cloud") || slices.Contains(args, "opentelemetry") || slices.Contains(args, "experimental-prometheus-rw") {
			asHelp() // the tests of these outputs have receivers
		}
	}
	result := k6run.Run(t, k6run.Options{Dir: folder, Env: env}, args...)
	allowed := []int{0}
	if slices.Contains(args, "--fail-on") {
		allowed = []int{0, 1}
	}
	assert.Contains(t, allowed, result.ExitCode, "%s\n%s\n%s", c, result.Stdout, result.Stderr)
}

// TestPagesNameTargets holds the targets of make that pages name against the Makefile.
func TestPagesNameTargets(t *testing.T) {
	t.Parallel()
	makefile, err := os.ReadFile("../Makefile")
	require.NoError(t, err)
	named := 0
	for _, page := range pages(t) {
		text, err := os.ReadFile(page)
		require.NoError(t, err)
		commands, err := commandsOf(page, string(text))
		require.NoError(t, err)
		for _, c := range commands {
			if len(c.words) < 2 || c.words[0] != "make" {
				continue
			}
			for _, target := range c.words[1:] {
				if !strings.HasPrefix(target, "-") && !strings.Contains(target, "=") {
					require.Contains(t, string(makefile), "\n"+target+":", "%s", &c)
					named++
				}
			}
		}
	}
	require.Positive(t, named)
}

// TestLinksOfThePages holds links to files of the tree against the tree.
func TestLinksOfThePages(t *testing.T) {
	t.Parallel()
	for _, page := range pages(t) {
		text, err := os.ReadFile(page)
		require.NoError(t, err)
		for _, part := range strings.Split(string(text), "](")[1:] {
			link, _, _ := strings.Cut(part, ")")
			link, _, _ = strings.Cut(link, "#")
			if link == "" || strings.Contains(link, "://") {
				continue
			}
			_, err := os.Stat(filepath.Join(filepath.Dir(page), link))
			require.NoError(t, err, "%s links to %s", page, link)
		}
	}
}

// TestReadmeNamesEveryPage holds the list of the README against the pages that there are.
func TestReadmeNamesEveryPage(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../README.md")
	require.NoError(t, err)
	names, err := filepath.Glob("*.md")
	require.NoError(t, err)
	require.NotEmpty(t, names)
	for _, name := range names {
		require.True(t, strings.Contains(string(readme), "](docs/"+name+")"), "the README does not link to docs/%s", name)
	}
}
