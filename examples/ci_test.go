package examples_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
	"github.com/xk6-weaviate/xk6-weaviate/internal/realserver"
)

func TestPipelinesFitTheirSchemas(t *testing.T) {
	t.Parallel()
	requireSchema(t, "ci/github-actions.yml", "github-workflows.json")
	requireSchema(t, "ci/gitlab-ci.yml", "gitlab-ci.json")
}

// TestActionsArePinned: every action is pinned by the hash of a commit, and one that the project's own workflows use is the same here.
func TestActionsArePinned(t *testing.T) {
	t.Parallel()
	action := regexp.MustCompile(`uses: *([\w./-]+)@(\S+)(.*)`)
	own, err := filepath.Glob("../.github/workflows/*.yml")
	require.NoError(t, err)
	pins := make(map[string]string)
	for _, path := range append(own, "ci/github-actions.yml") {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		found := action.FindAllStringSubmatch(string(text), -1)
		require.NotEmpty(t, found, path)
		for _, uses := range found {
			require.Regexp(t, `^[0-9a-f]{40}$`, uses[2], "%s: %s", path, uses[1])
			require.Regexp(t, `^ # v\d+\.\d+\.\d+$`, uses[3], "%s: %s", path, uses[1])
			pin := uses[2] + uses[3]
			if pins[uses[1]] == "" {
				pins[uses[1]] = pin
			}
			require.Equal(t, pins[uses[1]], pin, "%s: %s", path, uses[1])
		}
	}
	require.NotEmpty(t, pins["actions/upload-artifact"])
}

// pipelines are the commands of the two examples, as lists of words.
func pipelines(t *testing.T) map[string][][]string {
	t.Helper()
	var github struct {
		Jobs map[string]struct {
			Steps []struct{ Run string }
		}
	}
	readYAML(t, "ci/github-actions.yml", &github)
	var gitlab map[string]struct {
		Script []string
	}
	readYAML(t, "ci/gitlab-ci.yml", &gitlab)
	commands := make(map[string][][]string)
	for _, step := range github.Jobs["bench"].Steps {
		if words := strings.Fields(step.Run); len(words) > 0 && words[0] == "./k6" {
			commands["github-actions.yml"] = append(commands["github-actions.yml"], words[1:])
		}
	}
	for _, line := range gitlab["weaviate"].Script {
		words := strings.Fields(line)
		require.Equal(t, "./k6", words[0])
		commands["gitlab-ci.yml"] = append(commands["gitlab-ci.yml"], words[1:])
	}
	return commands
}

// TestPipelinesGate runs the commands of the pipelines, with less of everything, against a real server. What they publish is there then,
// and the same verdict fails a stricter gate.
func TestPipelinesGate(t *testing.T) {
	t.Parallel()
	commands := pipelines(t)
	require.Equal(t, commands["github-actions.yml"], commands["gitlab-ci.yml"], "both do the same")
	server := realserver.Shared(t)
	folder := t.TempDir()
	options := k6run.Options{Dir: folder, Env: []string{
		"WEAVIATE_URL=" + server.URL, "WEAVIATE_GRPC=" + server.GRPC, "WEAVIATE_METRICS_URL=" + server.MetricsURL,
		"USERS=2", "RUN_TIME=", "ROUNDS=1", "BLOCK=1s", "WARMUP=200ms", "DRAIN=200ms", "SETTLE=0s", "LIMIT=5", "SEARCH_TYPES=bm25",
	}}
	var gate []string
	for _, command := range commands["gitlab-ci.yml"] {
		if command[2] == "seed" {
			command = append(command, "--scale", "0.0005")
		}
		run(t, options, command...)
		gate = command
	}
	for _, name := range []string{"report.md", "junit.xml", "report.json", "parallel_collection_report.html"} {
		require.FileExists(t, filepath.Join(folder, "results", name))
	}
	require.Contains(t, strings.Join(gate, " "), "report results --fail-on fail ")
	result := k6run.Run(t, options, append(gate, "--fail-on", "inconclusive", "--faster", "99%")...)
	require.Equal(t, 1, result.ExitCode, "a gate can fail: one round is no proof")
	text, err := os.ReadFile(filepath.Join(folder, "results", "junit.xml"))
	require.NoError(t, err)
	require.Contains(t, string(text), "<error", "and the pipeline shows why")
}

// TestSmoke runs the script by which xk6 tries the extension: it passes where no server is.
func TestSmoke(t *testing.T) {
	t.Parallel()
	result := run(t, k6run.Options{}, "run", "--quiet", "smoke.js")
	require.Regexp(t, `checks_succeeded\.*: 100\.00% 7 out of 7`, result.Stdout)
}
