package schedule

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/measure"
)

func read(t *testing.T, variables map[string]string) *Schedule {
	t.Helper()
	s, err := Read(func(name string) string { return variables[name] })
	require.NoError(t, err)
	return s
}

func TestOneStrategyRampsUp(t *testing.T) {
	t.Parallel()
	s := read(t, nil)
	require.Equal(t, 20*time.Second, s.Ramp(), "100 users, 5 a second")
	require.Equal(t, 5*time.Minute, s.Length())
	require.Equal(t, 280*time.Second, s.Measured(fanout.ParallelGRPC))
	for at, phase := range map[time.Duration]measure.Phase{
		0: measure.Ramp, 20*time.Second - 1: measure.Ramp, 20 * time.Second: measure.Measured, 299 * time.Second: measure.Measured,
	} {
		require.Equal(t, Moment{Strategy: fanout.ParallelGRPC, Phase: phase, Block: -1, Round: -1}, s.At(at), "at %v", at)
	}
	require.Zero(t, s.At(time.Hour).Wait, "k6 ends it, not the schedule")
}

func TestSeveralStrategiesAlternate(t *testing.T) {
	t.Parallel()
	s := read(t, map[string]string{"STRATEGY": "multi, parallel-graphql,parallel-grpc", "ROUNDS": "7"})
	require.Zero(t, s.Ramp(), "blocks start with all users")
	require.Equal(t, 7, s.Rounds())
	require.Len(t, s.Blocks(), 7*4)
	require.Equal(t, 280*time.Second, s.Length())
	orders := make(map[[4]fanout.Strategy]bool)
	for round := range 7 {
		turn := strategiesOf(s, round)
		require.ElementsMatch(t, []fanout.Strategy{fanout.Multi, fanout.Multi, fanout.ParallelGraphQL, fanout.ParallelGRPC}, turn,
			"a round holds every strategy, the baseline twice")
		orders[[4]fanout.Strategy(turn)] = true
	}
	require.Greater(t, len(orders), 1, "the order is another one each round")
	require.Equal(t, 7*2*7*time.Second, s.Measured(fanout.Multi))
	require.Equal(t, 7*7*time.Second, s.Measured(fanout.ParallelGRPC))

	// Whatever the time, the moment is that of the block the time lies in; its phases follow one another without a gap.
	for at := time.Duration(0); at < s.Length(); at += 250 * time.Millisecond {
		m, block, within := s.At(at), int(at/(10*time.Second)), at%(10*time.Second)
		require.Equal(t, block, m.Block)
		require.Equal(t, block/4, m.Round)
		require.Equal(t, s.Blocks()[block].Strategy, m.Strategy)
		require.Equal(t, 10*time.Second-within, m.Left)
		require.Equal(t, within < 2*time.Second, m.Phase == measure.Warmup)
		if within < 9*time.Second {
			require.Zero(t, m.Wait)
		} else {
			require.Equal(t, 10*time.Second-within, m.Wait, "no batch starts in a drain")
		}
	}
	require.Negative(t, s.At(s.Length()).Wait)
	require.Equal(t, s.Blocks(), read(t, map[string]string{
		"STRATEGY": "multi, parallel-graphql,parallel-grpc", "ROUNDS": "7",
	}).Blocks(), "the same settings give the same order")
	require.NotEqual(t, s.Blocks(), read(t, map[string]string{
		"STRATEGY": "multi, parallel-graphql,parallel-grpc", "ROUNDS": "7", "SEED": "2",
	}).Blocks(), "another seed gives another")
}

// strategiesOf are the strategies of a round, in their order.
func strategiesOf(s *Schedule, round int) []fanout.Strategy {
	var list []fanout.Strategy
	for _, block := range s.Blocks() {
		if block.Round == round {
			list = append(list, block.Strategy)
		}
	}
	return list
}

func TestWithoutMultiTheFirstStrategyRunsTwice(t *testing.T) {
	t.Parallel()
	s := read(t, map[string]string{"STRATEGY": "parallel-grpc,parallel-graphql", "ROUNDS": "1"})
	require.ElementsMatch(t, []fanout.Strategy{fanout.ParallelGRPC, fanout.ParallelGRPC, fanout.ParallelGraphQL}, strategiesOf(s, 0))
	options := s.Options()
	require.Equal(t, fanout.ParallelGRPC, options.Baseline())
}

func TestASweepHasRoundsForEveryNumberOfUsers(t *testing.T) {
	t.Parallel()
	s := read(t, map[string]string{"STRATEGY": "multi,parallel-grpc", "USERS": "1, 10,50", "ROUNDS": "2"})
	require.Len(t, s.Blocks(), 3*2*3)
	require.Equal(t, 6, s.Rounds())
	for i, block := range s.Blocks() {
		require.Equal(t, []int{1, 10, 50}[i/6], block.Users)
		require.Equal(t, i/3, block.Round)
	}
	alone := read(t, map[string]string{"USERS": "1,10", "RUN_TIME": "4m"})
	require.Len(t, alone.Blocks(), 2*12, "one strategy sweeps too: RUN_TIME is of the whole")
	require.Zero(t, alone.Ramp())
}

func TestARunBeginsWhenItIsTold(t *testing.T) {
	t.Parallel()
	require.True(t, read(t, nil).Options().Start.IsZero())
	for _, text := range []string{"2026-11-25T05:00:00Z", "2026-11-25T06:00:00+01:00", "1795582800"} {
		require.EqualValues(t, 1795582800, read(t, map[string]string{"START": text}).Options().Start.Unix(), text)
	}
}

func TestAFixedRateWarmsUp(t *testing.T) {
	t.Parallel()
	s := read(t, map[string]string{"RATE": "50", "RUN_TIME": "1m"})
	require.Zero(t, s.Ramp())
	require.Equal(t, measure.Warmup, s.At(time.Second).Phase)
	require.Equal(t, measure.Measured, s.At(2*time.Second).Phase)
	require.Equal(t, 58*time.Second, s.Measured(fanout.ParallelGRPC))
}

func TestRoundsFollowFromRunTime(t *testing.T) {
	t.Parallel()
	for runTime, rounds := range map[string]int{"1m": 6, "3m": 6, "5m": 10} {
		s := read(t, map[string]string{"STRATEGY": "multi,parallel-grpc", "RUN_TIME": runTime})
		require.Equal(t, rounds, s.Rounds(), runTime)
	}
}

func TestWrongSettings(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		variables map[string]string
		says      []string
	}{
		"strategy":           {map[string]string{"STRATEGY": "parallel"}, []string{"STRATEGY", `"parallel"`, "did you mean", "parallel-grpc"}},
		"twice":              {map[string]string{"STRATEGY": "multi,multi"}, []string{"multi twice"}},
		"no users":           {map[string]string{"USERS": "0"}, []string{"USERS", `"0"`, "from 1 up"}},
		"run time":           {map[string]string{"RUN_TIME": "abc"}, []string{"RUN_TIME", `"abc"`, "30s"}},
		"nothing":            {map[string]string{"RUN_TIME": "0s"}, []string{"RUN_TIME", "above 0"}},
		"spawn":              {map[string]string{"SPAWN_RATE": "-1"}, []string{"SPAWN_RATE", `"-1"`}},
		"all ramp":           {map[string]string{"RUN_TIME": "10s"}, []string{"20s", "100 USERS", "raise RUN_TIME"}},
		"no block":           {map[string]string{"STRATEGY": "multi,parallel-grpc", "BLOCK": "0s"}, []string{"BLOCK above 0"}},
		"no middle":          {map[string]string{"STRATEGY": "multi,parallel-grpc", "BLOCK": "3s"}, []string{"leave nothing to measure"}},
		"a sweep that falls": {map[string]string{"USERS": "10,5"}, []string{"USERS", "5 after 10", "rising"}},
		"a sweep with a gap": {map[string]string{"USERS": "10,,20"}, []string{"USERS", `""`}},
		"rate":               {map[string]string{"RATE": "0.5"}, []string{"RATE", `"0.5"`, "from 1 up"}},
		"rate and a sweep":   {map[string]string{"RATE": "5", "USERS": "1,2"}, []string{"RATE", "USERS", "contradict"}},
		"seed":               {map[string]string{"SEED": "-1"}, []string{"SEED", `"-1"`}},
		"all warm-up":        {map[string]string{"RATE": "5", "RUN_TIME": "2s"}, []string{"WARMUP", "2s"}},
		"start":              {map[string]string{"START": "5 o'clock"}, []string{"START", "o'clock", "2026-11-25T05:00:00Z"}},
		"start before 1970":  {map[string]string{"START": "-1"}, []string{"START", `"-1"`}},
		"rounds":             {map[string]string{"STRATEGY": "multi,parallel-grpc", "ROUNDS": "0"}, []string{"ROUNDS", `"0"`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Read(func(name string) string { return c.variables[name] })
			require.Error(t, err)
			for _, says := range c.says {
				require.ErrorContains(t, err, says)
			}
		})
	}
}
