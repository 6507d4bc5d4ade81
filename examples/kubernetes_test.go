package examples_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
	"github.com/xk6-weaviate/xk6-weaviate/record"
	"github.com/xk6-weaviate/xk6-weaviate/report"
	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

// testRun is the part of the manifest that says what the operator runs.
type testRun struct {
	Spec struct {
		Parallelism int
		Script      struct {
			LocalFile string `yaml:"localFile"`
		}
		Arguments string
		Runner    struct {
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

// manifest is the test run of the example.
func manifest(t *testing.T) *testRun {
	t.Helper()
	m := &testRun{}
	readYAML(t, "kubernetes/testrun.yaml", m)
	return m
}

// variables are those that a pod of the test run gets, but for those that change says otherwise: empty for one that is not set.
func (m *testRun) variables(env []string, change map[string]string) []string {
	env = slices.Clone(env)
	for _, variable := range m.Spec.Runner.Env {
		if _, changed := change[variable.Name]; !changed && variable.Name != "POD_NAME" && !strings.HasPrefix(variable.Name, "WEAVIATE_") {
			env = append(env, variable.Name+"="+variable.Value)
		}
	}
	for name, value := range change {
		env = append(env, name+"="+value)
	}
	return env
}

// runPods runs what the operator would run on two pods, at the same time, each with its variables.
func (m *testRun) runPods(t *testing.T, results string, env ...[]string) {
	t.Helper()
	var pods sync.WaitGroup
	for i, segment := range []string{"0:1/2", "1/2:1"} {
		name := fmt.Sprintf("weaviate-vector-%d-abcde", i+1)
		args := []string{"run", "--quiet", "--execution-segment=" + segment, "--execution-segment-sequence=0,1/2,1"}
		for _, arg := range strings.Fields(m.Spec.Arguments) { // so does the operator
			args = append(args, strings.NewReplacer("$(POD_NAME)", name, "/results", results).Replace(arg))
		}
		args = append(args, script(t, filepath.Base(m.Spec.Script.LocalFile)), "--address=127.0.0.1:0",
			"--tag", fmt.Sprintf("instance_id=%d", i+1), "--tag", "testrun_name=weaviate-vector")
		pods.Go(func() {
			result := k6run.Run(t, k6run.Options{Env: env[i]}, args...)
			assert.Zero(t, result.ExitCode, "%s\n%s", name, result.Stderr)
		})
	}
	pods.Wait()
}

// runReport runs what the pod runs that makes the report, with flags of one's own, and returns the only test of its report.
func runReport(t *testing.T, results string, flags ...string) *report.Test {
	t.Helper()
	var pod reportPod
	readYAML(t, "kubernetes/report.yaml", &pod)
	command := pod.Spec.InitContainers[0].Command
	require.Equal(t, "k6", command[0])
	for i := range command {
		command[i] = strings.ReplaceAll(command[i], "/results", results)
	}
	run(t, k6run.Options{}, append(command[1:], flags...)...)
	text, err := os.ReadFile(filepath.Join(results, "report.json"))
	require.NoError(t, err)
	var r report.Report
	require.NoError(t, json.Unmarshal(text, &r))
	require.Empty(t, r.Problems)
	require.Len(t, r.Tests, 1, "the parts are one test")
	return &r.Tests[0]
}

func TestPartsOfARunGiveOneReport(t *testing.T) {
	t.Parallel()
	m, results := manifest(t), t.TempDir()
	server, env := newStub(t)
	env = m.variables(env, map[string]string{"STRATEGY": "parallel-grpc", "START": "", "USERS": "4", "SPAWN_RATE": "4", "RUN_TIME": "4s"})
	m.runPods(t, results, env, env)
	require.Equal(t, "1_Vector_limit200", runReport(t, results).Name)
	files, err := filepath.Glob(filepath.Join(results, "*.weaviate"))
	require.NoError(t, err)
	require.Len(t, files, 2)
	var batches int64
	for _, path := range files {
		part := batchesOf(t, path)
		require.Positive(t, part, "every part has some of the users")
		batches += part
	}
	require.Equal(t, int(9*batches), server.Stats().Calls-2*9, "both parts are whole; setup() of each sends one batch to try")
	source, err := report.Open(results)
	require.NoError(t, err)
	require.Len(t, source.Runs, 1)
	require.Len(t, source.Runs[0].Files, 2)
	require.Equal(t, batches, source.Runs[0].Run.Batches(), "the report is of both")
}

// TestPartsKeepInStep runs two pods whose strategies alternate. They do so together when START is the same, whenever their setups end; when
// it is not, or there is none, the report says so.
func TestPartsKeepInStep(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		later  time.Duration // by how much the second pod's START is later
		status verdict.Status
		says   string
	}{
		"together": {0, verdict.Pass, "The 2 parts of the run began their blocks"},
		"apart":    {2 * time.Second, verdict.Fail, "give all parts the same START"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, results := manifest(t), t.TempDir()
			_, env := newStub(t)
			start := time.Now().Add(20 * time.Second) // by then, setup() is over in both
			pod := func(start time.Time) []string {
				return m.variables(env, map[string]string{
					"START": strconv.FormatInt(start.Unix(), 10), "USERS": "4", "ROUNDS": "1", "BLOCK": "2s", "WARMUP": "300ms", "DRAIN": "200ms", "LIMIT": "5",
				})
			}
			m.runPods(t, results, pod(start), pod(start.Add(c.later)))
			// How exactly they begin together is up to the machine: here, it is enough that they are less than half of a block apart.
			test := runReport(t, results, "--apart", "50%")
			require.Equal(t, []fanout.Strategy{fanout.Multi, fanout.ParallelGraphQL, fanout.ParallelGRPC}, test.Strategies)
			for _, v := range test.Loads[0].Verdicts {
				i := slices.IndexFunc(v.Checks, func(c report.Check) bool { return c.Name == "parts" })
				require.GreaterOrEqual(t, i, 0)
				require.Equal(t, c.status, v.Checks[i].Status, v.Checks[i].Sentence)
				require.Contains(t, v.Checks[i].Sentence, c.says)
			}
		})
	}
}

// TestAPodThatIsLateSaysSo: what is ready only after START ends before it sends anything that would be measured.
func TestAPodThatIsLateSaysSo(t *testing.T) {
	t.Parallel()
	m := manifest(t)
	_, env := newStub(t)
	for name, c := range map[string]struct {
		start        func() string
		settle, says string
	}{
		"from the beginning": {func() string { return "2020-01-01T00:00:00Z" }, "0s", "before this process began: set a later one for all processes that share the run"},
		// To see that a server has settled takes nine seconds.
		"in the end": {func() string { return strconv.FormatInt(time.Now().Unix()+8, 10) }, "1m", "before the checks of setup() were over"},
		"not set":    {func() string { return "START_TIME" }, "0s", `START: \"START_TIME\" is not a time: write it like 2026-11-25T05:00:00Z`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "late.weaviate")
			result := k6run.Run(t, k6run.Options{Env: m.variables(env, map[string]string{"START": c.start(), "SETTLE": c.settle})},
				"run", "--quiet", "--out", "weaviate="+path, script(t, "vector.js"))
			require.NotZero(t, result.ExitCode)
			require.Contains(t, result.Stderr, c.says)
			if _, err := os.Stat(path); err == nil {
				require.Zero(t, batchesOf(t, path))
			}
		})
	}
}

// batchesOf is the number of batches of a run file.
func batchesOf(t *testing.T, path string) int64 {
	t.Helper()
	file, err := os.Open(path)
	require.NoError(t, err)
	defer func() { _ = file.Close() }()
	run, err := record.Read(file, path)
	require.NoError(t, err)
	return run.Batches()
}
