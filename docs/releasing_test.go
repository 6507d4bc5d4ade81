package docs_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.k6.io/k6/v2/ext"
	"go.yaml.in/yaml/v3"
)

// TestRegistryEntry holds the entry for k6's registry against what the module registers.
func TestRegistryEntry(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("releasing.md")
	require.NoError(t, err)
	_, text, found := strings.Cut(string(page), "```yaml\n")
	require.True(t, found)
	text, _, _ = strings.Cut(text, "```")
	var entries []struct {
		Module, Description, Tier               string
		Imports, Outputs, Subcommands, Versions []string
	}
	require.NoError(t, yaml.Unmarshal([]byte(text), &entries))
	require.Len(t, entries, 1)
	entry := entries[0]
	for kind, names := range map[ext.ExtensionType][]string{
		ext.JSExtension: entry.Imports, ext.OutputExtension: entry.Outputs, ext.SubcommandExtension: entry.Subcommands,
	} {
		require.NotEmpty(t, names)
		for _, name := range names {
			require.Contains(t, ext.Get(kind), name, "extensions of kind %v", kind)
		}
	}
	require.Contains(t, ext.Get(ext.JSExtension)[entry.Imports[0]].Path, entry.Module)
	require.NotEmpty(t, entry.Versions)
}

// makeVariable is what the Makefile sets a variable to.
func makeVariable(t *testing.T, name string) string {
	t.Helper()
	makefile, err := os.ReadFile("../Makefile")
	require.NoError(t, err)
	found := regexp.MustCompile(`(?m)^` + name + ` \?= (.*)$`).FindSubmatch(makefile)
	require.NotNil(t, found, name)
	return string(found[1])
}

// TestWhatAReleaseHolds: a binary for each of three systems on either of two architectures, and the page names each.
func TestWhatAReleaseHolds(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("releasing.md")
	require.NoError(t, err)
	var want []string
	for _, system := range []string{"linux", "darwin", "windows"} {
		for _, architecture := range []string{"amd64", "arm64"} {
			want = append(want, system+"/"+architecture)
			name := "`k6-weaviate_" + system + "_" + architecture
			if system == "windows" {
				name += ".exe"
			}
			require.Contains(t, string(page), name+"`")
		}
	}
	require.Equal(t, want, strings.Fields(makeVariable(t, "SYSTEMS")))
}

// TestReleaseWorkflow: the job that writes releases and the one that writes packages may do nothing else, and what they run is there.
func TestReleaseWorkflow(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../.github/workflows/release.yml")
	require.NoError(t, err)
	var workflow struct {
		Permissions map[string]string
		Jobs        map[string]struct {
			Needs       string
			Permissions map[string]string
			Steps       []struct {
				Uses, Run string
				Env       map[string]string
			}
		}
	}
	require.NoError(t, yaml.Unmarshal(text, &workflow))
	require.Empty(t, workflow.Permissions)
	require.Len(t, workflow.Jobs, 2)
	build, image := workflow.Jobs["build"], workflow.Jobs["image"]
	require.Equal(t, map[string]string{"contents": "write"}, build.Permissions)
	require.Equal(t, map[string]string{"contents": "read", "packages": "write"}, image.Permissions)
	require.Equal(t, "build", image.Needs)
	makefile, err := os.ReadFile("../Makefile")
	require.NoError(t, err)
	ran := make(map[string]bool)
	for _, job := range workflow.Jobs {
		for _, step := range job.Steps {
			require.NotContains(t, step.Run, "${{", "what others named does not become a command: it comes by the environment")
			for _, line := range strings.Split(step.Run, "\n") {
				if targets, found := strings.CutPrefix(strings.TrimSpace(line), "make "); found {
					targets, _, _ = strings.Cut(targets, " SYSTEMS=")
					for _, target := range strings.Fields(targets) {
						require.Contains(t, string(makefile), "\n"+target+":")
						ran[target] = true
					}
				}
			}
		}
	}
	require.Equal(t, map[string]bool{"reproducible": true, "licenses": true, "release": true}, ran)
}

// TestImageIsOfTheSameK6: the image that the Dockerfile builds upon has the k6 of go.mod, and a release can put its own binaries in.
func TestImageIsOfTheSameK6(t *testing.T) {
	t.Parallel()
	docker, err := os.ReadFile("../Dockerfile")
	require.NoError(t, err)
	module, err := os.ReadFile("../go.mod")
	require.NoError(t, err)
	language := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(string(module))
	require.NotNil(t, language)
	require.Contains(t, string(docker), "\nFROM grafana/k6:"+strings.TrimPrefix(required(t, "../go.mod", "go.k6.io/k6/v2"), "v")+"\n")
	require.Contains(t, string(docker), "\nFROM golang:"+language[1]+" AS build\n")
	require.Contains(t, string(docker), "\nCOPY --from=build /src/k6-weaviate_linux_$TARGETARCH /usr/bin/k6\n")
	workflow, err := os.ReadFile("../.github/workflows/release.yml")
	require.NoError(t, err)
	require.Contains(t, string(workflow), "mv build/release/k6-weaviate_linux_* build/image/src\n")
	require.Contains(t, string(workflow), "--build-context build=build/image ")
}

// TestVersionsArePinned: who copies an example today runs the same in a year. Ours is the newest that the page of releases names; of what
// builds it, the versions are those that the tests run with.
func TestVersionsArePinned(t *testing.T) {
	t.Parallel()
	released, err := os.ReadFile("releasing.md")
	require.NoError(t, err)
	versions := regexp.MustCompile(`(?m)^ {4}- (v\d\S*)$`).FindAllStringSubmatch(string(released), -1)
	require.NotEmpty(t, versions)
	want := map[string]string{
		"github.com/xk6-weaviate/xk6-weaviate@": versions[len(versions)-1][1],
		"ghcr.io/xk6-weaviate/xk6-weaviate:":    versions[len(versions)-1][1],
		"go.k6.io/xk6@":                         required(t, "../tools/xk6/go.mod", "go.k6.io/xk6"),
		`xk6" build`:                            " " + required(t, "../go.mod", "go.k6.io/k6/v2"),
	}
	seen := make(map[string]int)
	for _, path := range append(pages(t), copied(t)...) {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		require.False(t, strings.Contains(string(text), "@latest"), "%s has @latest", path)
		for before, version := range want {
			for _, after := range strings.Split(string(text), before)[1:] {
				require.True(t, strings.HasPrefix(after, version), "%s: %s comes before %.12q, and should before %s", path, before, after, version)
				seen[before]++
			}
		}
	}
	for before := range want {
		require.GreaterOrEqual(t, seen[before], 2, "the pipelines of GitHub and of GitLab pin %s", before)
	}
}

// copied are the files of the examples, and the project's own workflows.
func copied(t *testing.T) []string {
	t.Helper()
	var files []string
	for _, folder := range []string{"../examples", "../.github"} {
		require.NoError(t, filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case entry.IsDir() && entry.Name() == "testdata":
				return fs.SkipDir
			case !entry.IsDir() && !strings.HasSuffix(path, ".go"):
				files = append(files, path)
			}
			return nil
		}))
	}
	return files
}

// required is the version of a module that a go.mod requires.
func required(t *testing.T, path, module string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	found := regexp.MustCompile(regexp.QuoteMeta(module) + ` (v\S+)`).FindSubmatch(text)
	require.NotNil(t, found, "%s requires no %s", path, module)
	return string(found[1])
}
