package report

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

// judgedAs is a report of one test with these verdicts on parallel-graphql and parallel-grpc.
func judgedAs(graphql, grpc verdict.Status) *Report {
	load := Load{Verdicts: []Verdict{{Strategy: fanout.ParallelGraphQL, Status: graphql}, {Strategy: fanout.ParallelGRPC, Status: grpc}}}
	return &Report{Tests: []Test{{Loads: []Load{load}}}}
}

func TestGates(t *testing.T) {
	t.Parallel()
	grpcOnly := []fanout.Strategy{fanout.ParallelGRPC}
	lacking := judgedAs(verdict.Pass, verdict.Pass)
	lacking.Tests = append(lacking.Tests, Test{Lacks: "it", Loads: []Load{{}}})
	for name, c := range map[string]struct {
		report     *Report
		strategies []fanout.Strategy
		passes     map[FailOn]bool
		says       string // with the strictest gate
	}{
		"all pass": {
			judgedAs(verdict.Pass, verdict.Pass), nil,
			map[FailOn]bool{FailOnFail: true, FailOnInvalid: true, FailOnInconclusive: true}, "Nothing fails it: 2 PASS.",
		},
		"one fails": {
			judgedAs(verdict.Fail, verdict.Pass), nil,
			map[FailOn]bool{}, "1 of 2 fail it: 1 PASS, 1 FAIL.",
		},
		"one that does not count fails": {
			judgedAs(verdict.Fail, verdict.Pass), grpcOnly,
			map[FailOn]bool{FailOnFail: true, FailOnInvalid: true, FailOnInconclusive: true}, "Nothing fails it: 1 PASS.",
		},
		"invalid": {
			judgedAs(verdict.Pass, verdict.Invalid), grpcOnly,
			map[FailOn]bool{FailOnFail: true}, "1 of 1 fail it: 1 INVALID.",
		},
		"inconclusive": {
			judgedAs(verdict.Inconclusive, verdict.Pass), nil,
			map[FailOn]bool{FailOnFail: true, FailOnInvalid: true}, "1 of 2 fail it: 1 PASS, 1 INCONCLUSIVE.",
		},
		"a test without a verdict": {
			lacking, nil,
			map[FailOn]bool{FailOnFail: true}, "1 of 3 fail it: 2 PASS, 1 without a verdict.",
		},
		"nothing to judge": {
			&Report{Tests: []Test{{Lacks: "it", Loads: []Load{{}}}}}, nil,
			map[FailOn]bool{}, "No verdict that was asked for could be given.",
		},
		"no such strategy": {
			judgedAs(verdict.Pass, verdict.Pass), []fanout.Strategy{fanout.Bulk},
			map[FailOn]bool{}, "No verdict that was asked for could be given.",
		},
	} {
		for _, failOn := range Gates() {
			g := newGate(c.report, Options{FailOn: failOn, Strategies: c.strategies})
			require.Equal(t, failOn == FailOnNone || c.passes[failOn], g.Passed, "%s, --fail-on %s", name, failOn)
			if failOn == FailOnInconclusive {
				require.Equal(t, c.says, g.Sentence, name)
			}
		}
	}
}

func TestFlags(t *testing.T) {
	t.Parallel()
	set := func(name, text string) (verdict.Thresholds, error) {
		thresholds := verdict.DefaultThresholds()
		for _, flag := range Flags() {
			if flag.Name == name {
				err := flag.Set(&thresholds, text)
				return thresholds, err
			}
		}
		t.Fatalf("there is no flag --%s", name)
		return thresholds, nil
	}
	for _, text := range []string{"40%", "40 %", "0.4", " 0.40 "} {
		thresholds, err := set("faster", text)
		require.NoError(t, err, text)
		require.InDelta(t, 0.6, thresholds.Faster, 1e-12, text)
	}
	thresholds, err := set("faster", "-10%")
	require.NoError(t, err)
	require.InDelta(t, 1.1, thresholds.Faster, 1e-12, "at most 10 % slower")
	thresholds, err = set("drift", "20%")
	require.NoError(t, err)
	require.InDelta(t, 1.2, thresholds.Drift, 1e-12)
	thresholds, err = set("server-cpu", "2")
	require.NoError(t, err)
	require.InDelta(t, 2, thresholds.ServerCPU, 1e-12)
	thresholds, err = set("min-rounds", "8")
	require.NoError(t, err)
	require.Equal(t, 8, thresholds.MinRounds)
	thresholds, err = set("min-recall", "95%")
	require.NoError(t, err)
	require.InDelta(t, 0.95, thresholds.MinRecall, 1e-12)
	require.NoError(t, thresholds.Validate())
	thresholds, err = set("min-recall", "100%")
	require.NoError(t, err)
	require.EqualError(t, thresholds.Validate(), "the threshold recall is 1: use a number below 1, which no interval reaches")
	for _, c := range [][3]string{
		{"min-recall", "95", `--min-recall is "95": write a share, like 95% or 0.95`},
		{"faster", "30", `--faster is "30": write a share, like 30% or 0.3`},
		{"error-rate", "1", `--error-rate is "1": write a share, like 1% or 0.01`},
		{"server-cpu", "150%", `--server-cpu is "150%": write a number, like 1.5`},
		{"min-rounds", "6.5", `--min-rounds is "6.5": write a whole number, like 6`},
		{"carried", "much", `--carried is "much": write a number, like 99%`},
	} {
		_, err := set(c[0], c[1])
		require.EqualError(t, err, c[2])
	}

	// What a flag shows as its default sets what is the default.
	usual := verdict.DefaultThresholds()
	for _, flag := range Flags() {
		again := verdict.Thresholds{}
		require.NoError(t, flag.Set(&again, flag.Value(&usual)))
		require.InDelta(t, flag.get(&usual), flag.get(&again), 1e-12, flag.Name)
		require.Equal(t, flag.Name == "min-recall", flag.get(&again) == 0, "only of recall, nothing is asked by default: %s", flag.Name)
	}
}
