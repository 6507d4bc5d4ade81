package examples_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
	"github.com/xk6-weaviate/xk6-weaviate/record"
	"github.com/xk6-weaviate/xk6-weaviate/report"
)

// testRun is the part of the manifest that says what the operator runs.
type testRun struct {
	Spec struct {
		Parallelism int
		Script      struct {
			LocalFile string `yaml:"localFile"`
		}
		Args   []string
		Runner struct {
			container `yaml:",inline"`
			Volumes   []volume
		}
	}
}

type container struct {
	Name, Image  string
	Command      []string
	Env          []struct{ Name, Value string }
	VolumeMounts []struct {
		Name      string
		MountPath string `yaml:"mountPath"`
	} `yaml:"volumeMounts"`
}

type volume struct {
	Name                  string
	PersistentVolumeClaim struct {
		ClaimName string `yaml:"claimName"`
	} `yaml:"persistentVolumeClaim"`
}

// reportPod is that of the pod that makes the report.
type reportPod struct {
	Spec struct {
		InitContainers []container `yaml:"initContainers"`
		Containers     []container
		Volumes        []volume
	}
}

func TestTestRunFitsItsSchema(t *testing.T) {
	t.Parallel()
	requireSchema(t, "kubernetes/testrun.yaml", "testrun.json")
	var document map[string]any
	readYAML(t, "kubernetes/testrun.yaml", &document)
	document["spec"].(map[string]any)["paralellism"] = 2
	require.ErrorContains(t, compile(t, "testrun.json").Validate(asJSON(t, document)), "additional properties 'paralellism' not allowed")
}

// TestManifestsFitTogether holds what one manifest names against what another makes.
func TestManifestsFitTogether(t *testing.T) {
	t.Parallel()
	var m testRun
	readYAML(t, "kubernetes/testrun.yaml", &m)
	var pod reportPod
	readYAML(t, "kubernetes/report.yaml", &pod)
	var claim struct {
		Metadata struct{ Name string }
		Spec     struct {
			AccessModes []string `yaml:"accessModes"`
		}
	}
	readYAML(t, "kubernetes/results.yaml", &claim)
	require.Equal(t, []string{"ReadWriteMany"}, claim.Spec.AccessModes)
	runner := m.Spec.Runner.container
	all := append(append([]container{runner}, pod.Spec.InitContainers...), pod.Spec.Containers...)
	require.Len(t, all, 3)
	for _, c := range all {
		require.Equal(t, runner.Image, c.Image)
		require.Len(t, c.VolumeMounts, 1)
		require.Equal(t, "/results", c.VolumeMounts[0].MountPath)
	}
	for _, volumes := range [][]volume{m.Spec.Runner.Volumes, pod.Spec.Volumes} {
		require.Len(t, volumes, 1)
		require.Equal(t, claim.Metadata.Name, volumes[0].PersistentVolumeClaim.ClaimName)
		require.Equal(t, runner.VolumeMounts[0].Name, volumes[0].Name)
	}
	for _, variable := range runner.Env {
		require.NotContains(t, variable.Name, "KEY", "the operator passes env on as -e flags")
	}
	require.FileExists(t, filepath.Join("..", strings.TrimPrefix(m.Spec.Script.LocalFile, "/home/k6/")))
	docker, err := os.ReadFile("../Dockerfile")
	require.NoError(t, err)
	require.Contains(t, string(docker), "COPY scripts /home/k6/scripts\n")
}

// TestPartsOfARunGiveOneReport runs what the operator would run on two pods, at the same time, and then what makes the report.
func TestPartsOfARunGiveOneReport(t *testing.T) {
	t.Parallel()
	var m testRun
	readYAML(t, "kubernetes/testrun.yaml", &m)
	results := t.TempDir()
	server, env := newStub(t)
	for _, variable := range m.Spec.Runner.Env {
		switch variable.Name {
		case "POD_NAME", "WEAVIATE_URL", "WEAVIATE_GRPC":
		case "USERS", "SPAWN_RATE":
			env = append(env, variable.Name+"=4")
		case "RUN_TIME":
			env = append(env, variable.Name+"=4s")
		default:
			env = append(env, variable.Name+"="+variable.Value)
		}
	}
	var pods sync.WaitGroup
	for i, segment := range []string{"0:1/2", "1/2:1"} {
		name := fmt.Sprintf("weaviate-vector-%d-abcde", i+1)
		args := []string{"run", "--quiet", "--execution-segment=" + segment, "--execution-segment-sequence=0,1/2,1"}
		for _, arg := range m.Spec.Args {
			args = append(args, strings.NewReplacer("$(POD_NAME)", name, "/results", results).Replace(arg))
		}
		args = append(args, script(t, filepath.Base(m.Spec.Script.LocalFile)), "--address=127.0.0.1:0",
			"--tag", fmt.Sprintf("instance_id=%d", i+1), "--tag", "testrun_name=weaviate-vector")
		pods.Go(func() {
			result := k6run.Run(t, k6run.Options{Env: env}, args...)
			assert.Zero(t, result.ExitCode, "%s\n%s", name, result.Stderr)
		})
	}
	pods.Wait()
	var pod reportPod
	readYAML(t, "kubernetes/report.yaml", &pod)
	command := pod.Spec.InitContainers[0].Command
	require.Equal(t, "k6", command[0])
	for i := range command {
		command[i] = strings.ReplaceAll(command[i], "/results", results)
	}
	run(t, k6run.Options{}, command[1:]...)

	text, err := os.ReadFile(filepath.Join(results, "report.json"))
	require.NoError(t, err)
	var r report.Report
	require.NoError(t, json.Unmarshal(text, &r))
	require.Empty(t, r.Problems)
	require.Len(t, r.Tests, 1, "the parts are one test")
	require.Equal(t, "1_Vector_limit200", r.Tests[0].Name)
	files, err := filepath.Glob(filepath.Join(results, "*.weaviate"))
	require.NoError(t, err)
	require.Len(t, files, 2)
	var batches int64
	for _, path := range files {
		batches += readRun(t, path).Batches()
	}
	require.Positive(t, batches)
	require.Equal(t, int(9*batches), server.Stats().Calls-2*9, "both parts are whole; setup() of each sends one batch to try")
	source, err := report.Open(results)
	require.NoError(t, err)
	require.Len(t, source.Runs, 1)
	require.Len(t, source.Runs[0].Files, 2)
	require.Equal(t, batches, source.Runs[0].Run.Batches(), "the report is of both")
}

func readRun(t *testing.T, path string) *record.Run {
	t.Helper()
	file, err := os.Open(path)
	require.NoError(t, err)
	defer func() { _ = file.Close() }()
	run, err := record.Read(file, path)
	require.NoError(t, err)
	require.Positive(t, run.Batches(), "every part has some of the users")
	return run
}
