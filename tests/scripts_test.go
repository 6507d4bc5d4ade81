package tests_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/internal/k6run"
	"github.com/xk6-weaviate/xk6-weaviate/internal/stub"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
)

// briefly makes a run as short as it can be.
func briefly(env []string, more ...string) []string {
	return append(append(env, "SETTLE=0s", "USERS=2", "SPAWN_RATE=2", "RUN_TIME=2s", "LIMIT=10"), more...)
}

func TestEveryScriptByEveryStrategy(t *testing.T) {
	t.Parallel()
	for _, searchType := range fanout.SearchTypes() {
		for _, strategy := range fanout.Strategies() {
			t.Run(string(searchType)+"/"+string(strategy), func(t *testing.T) {
				t.Parallel()
				server := newStub(t)
				out := filepath.Join(t.TempDir(), "out.json")
				result := run(t, 0, k6run.Options{Env: briefly(at(server), "STRATEGY="+string(strategy))},
					"run", "--quiet", "--out", "json="+out, script(t, string(searchType)))
				for _, collection := range server.Collections() {
					require.Contains(t, result.Stdout, "{ collection:"+collection+",phase:measure }",
						"the summary has rows for every collection")
				}
				byMetric := readSamples(t, out)
				requireWhole(t, byMetric, strategy, searchType)
				sent := server.Stats().Documents + server.Stats().Calls - requests(strategy) // setup() sends one batch to try
				require.Equal(t, sent, requests(strategy)*byMetric["weaviate_batches"].sum(), "what the server got is what was measured")
			})
		}
	}
}

// requests is how many documents or calls carry a batch of nine.
func requests(strategy fanout.Strategy) int {
	if strategy == fanout.Multi {
		return 1
	}
	return 9
}

// requireWhole holds the samples of a run without failures to what the table of metrics promises.
func requireWhole(t *testing.T, byMetric map[string]samples, strategy fanout.Strategy, searchType fanout.SearchType) {
	t.Helper()
	all := []string{"strategy", string(strategy), "search_type", string(searchType)}
	batches := byMetric["weaviate_batches"]
	require.NotEmpty(t, batches)
	require.Equal(t, len(batches), batches.sum(append(all, "outcome", "full")...), "every batch is full")
	require.Equal(t, byMetric["iterations"].sum(), len(batches), "every iteration sends one batch")
	require.NotZero(t, batches.sum("phase", "ramp"))
	require.NotZero(t, batches.sum("phase", "measure"))
	require.Len(t, byMetric["weaviate_batch_duration"], len(batches))
	require.Zero(t, byMetric["weaviate_batch_failed"].sum())
	require.Zero(t, byMetric["weaviate_query_failed"].sum())
	require.Empty(t, byMetric["weaviate_query_failures"])
	members := 9 * len(batches)
	require.Len(t, byMetric["weaviate_query_failed"], members)
	require.Equal(t, 10*members, byMetric["weaviate_query_objects"].sum())
	apart, own, told := 0, 0, 0
	if strategy.FansOut() {
		apart = len(batches)
	}
	if strategy.TimesMembers() {
		own = members
	}
	if strategy.Protocol() == fanout.GRPC {
		told = members
	}
	require.Len(t, byMetric["weaviate_batch_overhead"], apart)
	require.Len(t, byMetric["weaviate_query_slowest"], apart)
	require.Len(t, byMetric["weaviate_query_duration"], own)
	require.Len(t, byMetric["weaviate_query_server_duration"], told)
	kinds := make(map[string]map[string]bool) // query types by collection
	for _, s := range byMetric["weaviate_query_failed"] {
		collection := s.Tags["collection"]
		if kinds[collection] == nil {
			kinds[collection] = make(map[string]bool)
		}
		kinds[collection][s.Tags["query_type"]] = true
	}
	require.Len(t, kinds, 9)
}

// TestAScenarioFromTheCommandLine: where -u and -d replace the scenario, the numbers are of what ran, and not of what was planned.
func TestAScenarioFromTheCommandLine(t *testing.T) {
	t.Parallel()
	server := newStub(t)
	recorded := filepath.Join(t.TempDir(), "run.weaviate")
	result := run(t, 0, k6run.Options{Env: append(at(server), "SETTLE=0s", "LIMIT=10")},
		"run", "--quiet", "-u", "3", "-d", "1s", "--out", "weaviate="+recorded, script(t, "vector"))
	require.Contains(t, result.Stderr, "USERS, SPAWN_RATE, RATE and RUN_TIME do nothing then")
	found := readRun(t, recorded)
	require.Nil(t, found.Plan(), "100 users for 5 minutes were not what ran")
	require.Len(t, found.Series, 1, "every batch counts")
	total := found.Total(fanout.ParallelGRPC, measure.Measured)
	require.NotNil(t, total)
	require.Equal(t, total.Elapsed(), found.Measured(fanout.ParallelGRPC))
}

// TestWhatSetupSendsDoesNotCount: a script's own warm-up is measured as one.
func TestWhatSetupSendsDoesNotCount(t *testing.T) {
	t.Parallel()
	server := newStub(t)
	recorded := filepath.Join(t.TempDir(), "run.weaviate")
	const text = `
		import { Client } from 'k6/x/weaviate';
		const client = new Client();
		const set = [{ collection: 'SongLyrics', bm25: { query: 'love' } }];
		export const options = { vus: 1, iterations: 2 };
		export const setup = () => {
			for (let i = 0; i < 5; i += 1) client.parallelQuery(set);
			client.parallelQuery(set, { phase: 'measure' });
		};
		export const teardown = () => { client.parallelQuery(set); };
		export default () => client.parallelQuery(set);`
	run(t, 0, k6run.Options{Env: at(server), Stdin: text}, "run", "--quiet", "--out", "weaviate="+recorded, "-")
	found := readRun(t, recorded)
	require.EqualValues(t, 6, found.Total(fanout.ParallelGRPC, measure.Warmup).Batches(), "those of setup() and teardown()")
	require.EqualValues(t, 3, found.Total(fanout.ParallelGRPC, measure.Measured).Batches(), "who names a phase gets it")
}

func TestAllNineAreInFlightAtOnce(t *testing.T) {
	t.Parallel()
	for _, strategy := range []fanout.Strategy{fanout.ParallelGraphQL, fanout.ParallelGRPC} {
		t.Run(string(strategy), func(t *testing.T) {
			t.Parallel()
			server := newStub(t)
			server.Barrier(9) // answers only once nine wait
			const text = `
				import { Client, loadQuerySets } from 'k6/x/weaviate';
				const sets = loadQuerySets(__ENV.FILE);
				const client = new Client({ strategy: __ENV.STRATEGY });
				export const options = { iterations: 20, thresholds: { weaviate_batch_failed: ['rate==0'] } };
				export default () => client.parallelQuery(sets.random());`
			file, err := filepath.Abs("../queries/mixed.json")
			require.NoError(t, err)
			run(t, 0, k6run.Options{Env: append(at(server), "STRATEGY="+string(strategy), "FILE="+file), Stdin: text}, "run", "-")
			require.Equal(t, 9, server.Stats().MostInFlight)
		})
	}
}

func TestStrategiesOfOneRunAlternate(t *testing.T) {
	t.Parallel()
	server := newStub(t)
	out := filepath.Join(t.TempDir(), "out.json")
	run(t, 0, k6run.Options{Env: briefly(at(server), "STRATEGY=multi,parallel-graphql,parallel-grpc", "ROUNDS=1",
		"BLOCK=1s", "WARMUP=200ms", "DRAIN=200ms")}, "run", "--quiet", "--out", "json="+out, script(t, "mixed"))
	batches := readSamples(t, out)["weaviate_batches"]
	for _, strategy := range []string{"multi", "parallel-graphql", "parallel-grpc"} {
		for _, phase := range []string{"warmup", "measure"} {
			require.NotZero(t, batches.sum("strategy", strategy, "phase", phase), "%s %s", strategy, phase)
		}
	}
	require.Zero(t, batches.sum("phase", "ramp"))
}

// TestSetupSaysWhatIsWrong holds setup() and loading to sentences that name what is wrong and what to type.
func TestSetupSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	closed := "127.0.0.1:1"
	with := func(change func(*stub.Config)) func(*testing.T) []string {
		return func(t *testing.T) []string {
			t.Helper()
			return at(stub.Start(t, stub.With(stub.Config{Collections: stub.Nine(100, 384)}), change))
		}
	}
	for name, c := range map[string]struct {
		env  func(*testing.T) []string
		more []string
		exit int
		says []string
	}{
		"server not there": {
			env:  func(*testing.T) []string { return []string{"WEAVIATE_URL=http://" + closed} },
			exit: 108, says: []string{"nothing listens at http://" + closed, "make start", "WEAVIATE_URL"},
		},
		"gRPC port closed": {
			env:  with(func(*stub.Config) {}),
			more: []string{"WEAVIATE_GRPC=" + closed},
			exit: 108, says: []string{"nothing listens at grpc://" + closed, "WEAVIATE_GRPC"},
		},
		"collection missing": {
			env:  with(func(c *stub.Config) { c.Collections = c.Collections[1:] }),
			exit: 108, says: []string{"the server has no SongLyrics:", "k6 x weaviate seed", "QUERIES=…"},
		},
		"collection empty": {
			env:  with(func(c *stub.Config) { c.Collections[3].Objects = -1 }),
			exit: 108, says: []string{"collection SongLyrics_50k is empty", "k6 x weaviate seed"},
		},
		"vectors of another length": {
			env:  with(func(c *stub.Config) { c.Collections = stub.Nine(100, 256) }),
			exit: 108, says: []string{"has vectors of 256 numbers and the query file of 384", "--dimensions 256"},
		},
		"key missing": {
			env:  with(func(c *stub.Config) { c.APIKey = "secret" }),
			exit: 108, says: []string{"WEAVIATE_API_KEY"},
		},
		"query file missing": {
			env:  with(func(*stub.Config) {}),
			more: []string{"QUERIES=/nowhere/mine.json"},
			exit: 107, says: []string{"no query file at /nowhere/mine.json", "k6 x weaviate queries"},
		},
		"limit": {
			env:  with(func(*stub.Config) {}),
			more: []string{"LIMIT=ten"},
			exit: 107, says: []string{"limit", "whole number from 1 up", "NaN"},
		},
		"strategy": {
			env:  with(func(*stub.Config) {}),
			more: []string{"STRATEGY=parallel-rpc"},
			exit: 107, says: []string{"STRATEGY", "unknown strategy", "parallel-rpc", "did you mean", "The strategies are multi,"},
		},
		"several strategies with -d": {
			env:  with(func(*stub.Config) {}),
			more: []string{"STRATEGY=multi,parallel-grpc", "K6_DURATION=2s"},
			exit: 108, says: []string{"-d", "use USERS, BLOCK and ROUNDS"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			result := run(t, c.exit, k6run.Options{Env: append(briefly(c.env(t)), c.more...)}, "run", "--quiet", script(t, "vector"))
			for _, says := range c.says {
				require.Contains(t, result.Stderr, says)
			}
			require.NotContains(t, strings.ToLower(result.Stderr), "panic")
		})
	}
}
