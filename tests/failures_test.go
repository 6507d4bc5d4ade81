package tests_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
	"github.com/xk6-weaviate/xk6-weaviate/internal/stub"
)

// A failure is a row of docs/failures.md: something that goes wrong, what its user sees and can do. TestFailures makes each
// happen, by every strategy that can meet it, and holds the page to what came of it.
type failure struct {
	happens string
	cases   []failureCase
	advice  string
	// elsewhere says that a test of its own makes it happen; it asks for the row by rowOf.
	elsewhere bool
}

// failureCase is what some of the strategies make of a failure.
type failureCase struct {
	strategies []fanout.Strategy
	fails      scope
	category   fanout.Category
	status     int
	// text is the error of the member that the failure strikes; … stands for anything.
	text string
	// arrange prepares the server and the call.
	arrange func(*testing.T, *job)
}

// strikes is the arrangement that a fault strikes the collection.
func strikes(fault stub.Fault) func(*testing.T, *job) {
	return func(t *testing.T, j *job) {
		t.Helper()
		j.start(t, stub.Config{})
		j.strike(stub.Behaviour{Fault: fault})
	}
}

// scope is which members fail when something strikes one collection.
type scope string

const (
	alone      scope = "the collection alone"
	document   scope = "the collection; with `multi`, all of the batch"
	request    scope = "the collection; with `multi` and `bulk`, all of the batch"
	connection scope = "the collection, and all others in flight: they share the connection"
	limit      scope = "the collection, and those not sent yet"
	everyone   scope = "all of the batch"
)

// hits says whether member i fails when member struck is struck.
func (s scope) hits(strategy fanout.Strategy, i int) bool {
	together := false
	switch s {
	case everyone:
		return true
	case document:
		together = strategy == fanout.Multi
	case request:
		together = strategy == fanout.Multi || strategy == fanout.Bulk
	case connection:
		together = strategy == fanout.ParallelGRPC
	case limit:
		together = strategy == fanout.SequentialGRPC && i > struck
	case alone:
	}
	return together || i == struck
}

//nolint:gochecknoglobals // what the tables are made of
var (
	overGraphQL = []fanout.Strategy{fanout.Multi, fanout.Bulk, fanout.ParallelGraphQL}
	overGRPC    = []fanout.Strategy{fanout.ParallelGRPC, fanout.SequentialGRPC}
)

// struck is the member that failures strike.
const struck = 1

// job is one batch that meets a failure. The script runs it.
type job struct {
	Strategy fanout.Strategy  `json:"strategy"`
	Options  map[string]any   `json:"options"`
	Set      []map[string]any `json:"set"`

	row    *failure
	want   *failureCase
	server *stub.Server // nil when nothing is there to be asked
	unseen bool         // the server may not see all that is sent
	roots  []byte       // certificates that k6 is to trust
}

func newJob(row *failure, want *failureCase, strategy fanout.Strategy) *job {
	j := &job{row: row, want: want, Strategy: strategy, Options: map[string]any{"timeout": "60s"}}
	for _, collection := range []string{"SongLyrics", "SongLyrics_400k", "SongLyrics_10k"} {
		j.Set = append(j.Set, map[string]any{
			"collection": collection, "limit": 5, "properties": []string{"title"},
			"nearVector": map[string]any{"vector": vectorOf(384)},
		})
	}
	return j
}

// vectorOf is a vector of a length.
func vectorOf(length int) []int {
	vector := make([]int, length)
	for i := range vector {
		vector[i] = i%7 + 1
	}
	return vector
}

// start starts the job's server, unless it has a real one.
func (j *job) start(t *testing.T, config stub.Config) {
	t.Helper()
	if j.Options["url"] != nil {
		return
	}
	j.server = stub.Start(t, stub.With(config))
	j.at(j.server.URL(), j.server.GRPC())
}

func (j *job) at(url, grpc string) { j.Options["url"], j.Options["grpc"] = url, grpc }

// strike makes the struck collection behave so.
func (j *job) strike(b stub.Behaviour) { j.server.Set(j.Set[struck]["collection"].(string), b) }

// runJobs is the script. It prints what each batch came to.
const runJobs = `
	import { Client } from 'k6/x/weaviate';
	import exec from 'k6/execution';
	const jobs = JSON.parse(open(__ENV.JOBS));
	export const options = { scenarios: { all: {
		executor: 'shared-iterations', vus: Math.min(12, jobs.length), iterations: jobs.length, maxDuration: '150s' } } };
	export default function () {
		const i = exec.scenario.iterationInTest;
		const client = new Client({ ...jobs[i].options, tags: { job: String(i) } });
		const batch = client.run(jobs[i].set, { strategy: jobs[i].strategy });
		console.log(JSON.stringify({ job: i, outcome: batch.outcome, failed: batch.failed, results: batch.results }));
		client.close();
	}`

// outcome is what the script printed of a job.
type outcome struct {
	Job     int
	Outcome fanout.Outcome
	Failed  int
	Results []memberOutcome
}

type memberOutcome struct {
	Collection      string
	OK              bool
	Status, Objects int
	Category, Error *string
}

// TestFailures makes every failure of the table happen by every strategy that can meet it, in one k6, and checks the batch as
// the script sees it, the metrics, and how often the server was asked.
func TestFailures(t *testing.T) {
	t.Parallel()
	var jobs []*job
	rows := failures()
	for r := range rows {
		for c := range rows[r].cases {
			want := &rows[r].cases[c]
			if rows[r].elsewhere {
				continue
			}
			for _, strategy := range want.strategies {
				j := newJob(&rows[r], want, strategy)
				want.arrange(t, j)
				jobs = append(jobs, j)
			}
		}
	}
	runAll(t, jobs)
}

// runAll runs jobs and checks what came of each.
func runAll(t *testing.T, jobs []*job) {
	t.Helper()
	var roots []byte
	for _, j := range jobs {
		roots = append(roots, j.roots...)
	}
	folder := t.TempDir()
	list, err := json.Marshal(jobs)
	require.NoError(t, err)
	jobsFile, rootsFile := filepath.Join(folder, "jobs.json"), filepath.Join(folder, "roots.pem")
	require.NoError(t, os.WriteFile(jobsFile, list, 0o600))
	require.NoError(t, os.WriteFile(rootsFile, roots, 0o600))
	out, logs := filepath.Join(folder, "out.json"), filepath.Join(folder, "logs")
	run(t, 0, k6run.Options{
		Env: []string{"JOBS=" + jobsFile, "SSL_CERT_FILE=" + rootsFile}, Stdin: runJobs,
	}, "run", "--quiet", "--log-format", "json", "--log-output", "file="+logs, "--out", "json="+out, "-")
	outcomes, byMetric := readOutcomes(t, logs, len(jobs)), readSamples(t, out)
	for i, j := range jobs {
		t.Run(j.row.happens+"/"+string(j.Strategy), func(t *testing.T) {
			t.Parallel()
			require.NotNil(t, outcomes[i])
			j.checkResults(t, outcomes[i])
			j.checkMetrics(t, outcomes[i], byMetric, "job", strconv.Itoa(i))
			j.checkServer(t, outcomes[i])
		})
	}
}

func readOutcomes(t *testing.T, logs string, jobs int) []*outcome {
	t.Helper()
	file, err := os.Open(logs)
	require.NoError(t, err)
	defer func() { _ = file.Close() }()
	outcomes := make([]*outcome, jobs)
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		var line struct{ Level, Msg string }
		require.NoError(t, json.Unmarshal(lines.Bytes(), &line))
		require.NotContains(t, []string{"error", "fatal", "panic"}, line.Level, line.Msg)
		o := &outcome{Job: -1}
		if json.Unmarshal([]byte(line.Msg), o) == nil && o.Job >= 0 {
			outcomes[o.Job] = o
		}
	}
	require.NoError(t, lines.Err())
	return outcomes
}

// rowOf is the row of a failure, for a test of its own.
func rowOf(t *testing.T, happens string) *failure {
	t.Helper()
	rows := failures()
	for i := range rows {
		if rows[i].happens == happens {
			return &rows[i]
		}
	}
	require.Fail(t, "no row "+happens)
	return nil
}
