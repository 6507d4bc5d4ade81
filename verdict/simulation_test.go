package verdict

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// These tests simulate benches whose truth is known and count how often the method finds it. They print the figures of
// docs/method.md:
//
//	go test -run Simulation -v ./verdict/

// figures is a small table that a test prints.
type figures struct{ lines []string }

func (f *figures) row(format string, arguments ...any) {
	f.lines = append(f.lines, fmt.Sprintf(format, arguments...))
}

func (f *figures) print(t *testing.T) {
	t.Helper()
	t.Log("\n" + strings.Join(f.lines, "\n"))
}

func share(count, of int) float64 { return 100 * float64(count) / float64(of) }

// gain is a bench of three strategies in which parallel-grpc takes so many times as long as multi.
func gain(ratio float64) map[fanout.Strategy]float64 {
	return map[fanout.Strategy]float64{fanout.ParallelGraphQL: 0.9, fanout.ParallelGRPC: ratio}
}

// The drifts that benches meet.
func slope(log float64) func(float64) float64 { return func(x float64) float64 { return log * x } }

// The memory of an import that ended just before: 26 % slower at the beginning.
func decay(x float64) float64 { return 0.30 * math.Exp(-4*x) }

func importDuringHalf(ratio float64) func(float64) float64 {
	return func(x float64) float64 {
		if x < 0.5 {
			return math.Log(ratio)
		}
		return 0
	}
}

func TestSimulationIntervals(t *testing.T) {
	t.Parallel()
	const benches, ratio = 2000, 0.6
	statistics := []Statistic{P50, Mean, P95, P99}
	f := &figures{}
	f.row("%-58s %6s %6s %6s %6s   %s", "% of 95 % intervals that hold the truth", "p50", "mean", "p95", "p99", "A/A leaves out zero")
	for i, c := range []struct {
		name string
		simulation
		// conservative marks noise of a kind that makes the intervals wider than they need be.
		conservative bool
	}{
		{"independent batches, blocks ±3 %", simulation{rounds: 7, shape: calm, noise: 0.03}, false},
		{"autocorrelated batches, blocks ±5 %", simulation{rounds: 7, shape: correlated, noise: 0.05}, false},
		{"autocorrelated batches, blocks ±5 %, 6 rounds", simulation{rounds: 6, shape: correlated, noise: 0.05}, false},
		{"autocorrelated batches, blocks ±10 %", simulation{rounds: 7, shape: correlated, noise: 0.10}, false},
		{"heavy tails, autocorrelated blocks ±5 %", simulation{rounds: 7, shape: heavy, noise: 0.03, environment: 0.05, correlation: 0.7}, false},
		{"heavy tails, 20 % slower by the end", simulation{rounds: 7, shape: heavy, noise: 0.03, drift: slope(0.18)}, false},
		{"autocorrelated, 26 % slower at first", simulation{rounds: 7, shape: correlated, noise: 0.03, drift: decay}, false},
		{"autocorrelated, one block in 20 is 40 % slower", simulation{rounds: 7, shape: correlated, noise: 0.03, odd: 0.05}, true},
		{"autocorrelated, 40 % slower during half (INVALID)",
			simulation{rounds: 7, shape: correlated, noise: 0.03, drift: importDuringHalf(1.4)}, true},
	} {
		random := rand.New(rand.NewPCG(11, uint64(i)))
		c.ratios = gain(ratio)
		held, known := make([]int, len(statistics)), make([]int, len(statistics))
		leftOut := 0
		for range benches {
			test := c.run(random)
			for j, statistic := range statistics {
				if e := Compare(test, statistic, fanout.ParallelGRPC, fanout.Multi, 0.95); e.Known() {
					known[j]++
					if e.Log.Lower <= math.Log(ratio) && math.Log(ratio) <= e.Log.Upper {
						held[j]++
					}
				}
			}
			if floor := NoiseFloor(test, P50, 0.95); floor.Log.Lower > 0 || floor.Log.Upper < 0 {
				leftOut++
			}
		}
		f.row("%-58s %6.1f %6.1f %6.1f %6.1f   %6.1f", c.name, share(held[0], known[0]), share(held[1], known[1]),
			share(held[2], known[2]), share(held[3], known[3]), share(leftOut, benches))
		for j, statistic := range statistics[:3] {
			require.Equal(t, benches, known[j])
			require.GreaterOrEqual(t, share(held[j], benches), 93.0, "%s of %s", statistic, c.name)
			if !c.conservative {
				require.LessOrEqual(t, share(held[j], benches), 97.0, "%s of %s", statistic, c.name)
			}
		}
		require.LessOrEqual(t, share(leftOut, benches), 7.0, c.name)
		if !c.conservative {
			require.GreaterOrEqual(t, share(leftOut, benches), 3.0, c.name)
		}
	}
	f.print(t)
}

// The strategies of a bench may differ in more than speed: here multi's batches are calm, and those of parallel-grpc are
// autocorrelated and have a heavy tail.
func TestSimulationShapes(t *testing.T) {
	t.Parallel()
	const benches, rounds = 1000, 7
	random := rand.New(rand.NewPCG(29, 0))
	base := simulation{rounds: rounds, shape: calm, noise: 0.03}
	other := simulation{rounds: rounds, shape: heavy, noise: 0.03, ratios: gain(0.6)}
	one, many := calmShape.population(), heavyShape.population()
	statistics := []Statistic{P50, Mean, P95, P99}
	held := make([]int, len(statistics))
	for range benches {
		// The other's baseline makes room for one of another shape.
		test := other.run(random)
		test.Blocks = slices.DeleteFunc(test.Blocks, func(b Block) bool { return b.Strategy == fanout.Multi })
		test.Blocks = append(test.Blocks, base.run(random).Blocks...)
		for j, statistic := range statistics {
			e := Compare(test, statistic, fanout.ParallelGRPC, fanout.Multi, 0.95)
			require.True(t, e.Known(), e.Unknown)
			log := math.Log(0.6) + many.of(statistic) - one.of(statistic)
			if e.Log.Lower <= log && log <= e.Log.Upper {
				held[j]++
			}
		}
	}
	f := &figures{}
	f.row("%-58s %6s %6s %6s %6s", "% of 95 % intervals that hold the truth", "p50", "mean", "p95", "p99")
	f.row("%-58s %6.1f %6.1f %6.1f %6.1f", "calm against autocorrelated with heavy tails",
		share(held[0], benches), share(held[1], benches), share(held[2], benches), share(held[3], benches))
	f.print(t)
	require.InDelta(t, 95, share(held[0], benches), 2)
}

func TestSimulationVerdicts(t *testing.T) {
	t.Parallel()
	const benches = 1000
	f := &figures{}
	f.row("%-58s %6s %6s %13s %8s", "% of verdicts, 7 rounds", "PASS", "FAIL", "INCONCLUSIVE", "INVALID")
	for i, c := range []struct {
		name  string
		ratio float64
		simulation
		holds func(t *testing.T, of map[Status]float64)
	}{
		{"40 % faster, autocorrelated, blocks ±5 %", 0.6, simulation{shape: correlated, noise: 0.05}, passes},
		{"40 % faster, heavy tails, autocorrelated blocks ±5 %", 0.6,
			simulation{shape: heavy, noise: 0.03, environment: 0.05, correlation: 0.7}, passes},
		{"40 % faster, autocorrelated, blocks ±10 %", 0.6, simulation{shape: correlated, noise: 0.10}, seldomFails},
		{"40 % faster, one block in 20 is 40 % slower", 0.6, simulation{shape: correlated, noise: 0.03, odd: 0.05}, seldomFails},
		{"30 % faster: at the limit", 0.7, simulation{shape: correlated, noise: 0.05}, undecided},
		{"30 % faster: at the limit, heavy tails", 0.7, simulation{shape: heavy, noise: 0.03}, undecided},
		{"20 % faster, heavy tails, blocks ±3 %", 0.8, simulation{shape: heavy, noise: 0.03}, fails},
		{"40 % faster, p99 half as long again", 0.6, simulation{shape: correlated, noise: 0.05, late: 1.5}, passes},
		{"40 % faster, p99 twice as long: at the limit", 0.6, simulation{shape: correlated, noise: 0.05, late: 2}, undecided},
		{"40 % faster, p99 twice as long: at the limit, heavy tails", 0.6, simulation{shape: heavy, noise: 0.03, late: 2}, undecidedTail},
		{"40 % faster, p99 three times as long", 0.6, simulation{shape: correlated, noise: 0.05, late: 3}, fails},
	} {
		random := rand.New(rand.NewPCG(13, uint64(i)))
		c.rounds, c.ratios = 7, gain(c.ratio)
		of := make(map[Status]float64)
		for range benches {
			v := judge(c.run(random), fanout.ParallelGRPC, DefaultThresholds())
			of[v.Status] += share(1, benches)
		}
		f.row("%-58s %6.1f %6.1f %13.1f %8.1f", c.name, of[Pass], of[Fail], of[Inconclusive], of[Invalid])
		c.holds(t, of)
	}
	f.print(t)
}

func passes(t *testing.T, of map[Status]float64) {
	t.Helper()
	require.Greater(t, of[Pass], 80.0)
	require.Less(t, of[Fail], 1.0)
}

func seldomFails(t *testing.T, of map[Status]float64) {
	t.Helper()
	require.Greater(t, of[Pass], 50.0)
	require.Less(t, of[Fail], 1.0)
}

func undecided(t *testing.T, of map[Status]float64) {
	t.Helper()
	require.Less(t, of[Pass], 4.0, "2.5 % by design")
	require.Less(t, of[Fail], 4.0, "2.5 % by design")
}

// undecidedTail allows for what 10,000 benches show: logs of a p99 that stalls of any length make are skewed, which moves 1.5 % from the one
// side to the other.
func undecidedTail(t *testing.T, of map[Status]float64) {
	t.Helper()
	require.Less(t, of[Pass], 5.5, "4.1 % of 10,000")
	require.Less(t, of[Fail], 4.0, "1.8 % of 10,000")
}

func fails(t *testing.T, of map[Status]float64) {
	t.Helper()
	require.Greater(t, of[Fail], 80.0)
	require.Less(t, of[Pass], 0.5)
}

func TestSimulationNeededRounds(t *testing.T) {
	t.Parallel()
	const benches = 600
	f := &figures{}
	f.row("%-58s %8s %8s %8s", "inconclusive after 7 rounds, then as many as were asked for", "open %", "beyond %", "decided %")
	for i, c := range []struct{ ratio, noise float64 }{{0.60, 0.10}, {0.65, 0.03}, {0.75, 0.05}, {0.80, 0.10}, {0.69, 0.03}} {
		random := rand.New(rand.NewPCG(17, uint64(i)))
		s := simulation{rounds: 7, shape: correlated, noise: c.noise, ratios: gain(c.ratio)}
		open, beyond, decided, wrong := 0, 0, 0, 0
		for range benches {
			first := fasterOf(s.run(random))
			if first.Status != Inconclusive {
				continue
			}
			open++
			if first.Needed.Beyond > 0 {
				beyond++
				continue
			}
			again := s
			again.rounds = first.Needed.Rounds
			second := fasterOf(again.run(random))
			switch {
			case second.Status == Inconclusive:
			case (second.Status == Pass) == (c.ratio < 0.7):
				decided++
			default:
				wrong++
			}
		}
		f.row("%-58s %8.1f %8.1f %8.1f", fmt.Sprintf("truth %.2f of the baseline's time, blocks ±%.0f %%", c.ratio, 100*c.noise),
			share(open, benches), share(beyond, open), share(decided, open-beyond))
		require.Less(t, share(wrong, open-beyond), 2.5)
		if math.Abs(math.Log(c.ratio/0.7)) > 0.05 {
			require.Greater(t, share(decided, open-beyond), 75.0)
		}
	}
	f.print(t)
}

func fasterOf(test *Test) Criterion {
	return faster(Compare(test, P50, fanout.ParallelGRPC, fanout.Multi, 0.95), DefaultThresholds())
}

func TestSimulationDrift(t *testing.T) {
	t.Parallel()
	const benches = 1000
	f := &figures{}
	f.row("%-58s %12s %12s", "% of benches that the check drift flags", "6 rounds", "7 rounds")
	for i, c := range []struct {
		name string
		simulation
		least, most float64
	}{
		{"quiet: independent batches, blocks ±3 %", simulation{shape: calm, noise: 0.03}, 0, 1},
		{"quiet: autocorrelated batches, blocks ±5 %", simulation{shape: correlated, noise: 0.05}, 0, 1},
		{"quiet: heavy tails, blocks ±10 %", simulation{shape: heavy, noise: 0.10}, 0, 1},
		{"quiet: autocorrelated blocks ±5 %", simulation{shape: correlated, noise: 0.03, environment: 0.05, correlation: 0.7}, 0, 2},
		{"quiet: one block in 20 is 40 % slower", simulation{shape: correlated, noise: 0.03, odd: 0.05}, 0, 1},
		{"10 % slower by the end, steadily", simulation{shape: correlated, noise: 0.03, drift: slope(0.10)}, 0, 2},
		{"30 % slower by the end, steadily", simulation{shape: correlated, noise: 0.03, drift: slope(0.26)}, 0, 100},
		{"26 % slower at first, after an import", simulation{shape: correlated, noise: 0.03, drift: decay}, 25, 100},
		{"wandering: autocorrelated blocks ±10 %", simulation{shape: correlated, noise: 0.03, environment: 0.10, correlation: 0.9}, 0, 100},
		{"an import during half, 25 % slower", simulation{shape: correlated, noise: 0.05, drift: importDuringHalf(1.25)}, 90, 100},
		{"an import during half, 40 % slower", simulation{shape: heavy, noise: 0.05, drift: importDuringHalf(1.4)}, 99, 100},
		{"an import during half, twice as slow", simulation{shape: heavy, noise: 0.10, drift: importDuringHalf(2)}, 99, 100},
	} {
		random := rand.New(rand.NewPCG(19, uint64(i)))
		c.ratios = gain(0.6)
		var flagged [2]float64
		for j, rounds := range []int{6, 7} {
			c.rounds = rounds
			for range benches {
				if checkDrift(c.run(random), DefaultThresholds()).Status == Fail {
					flagged[j] += share(1, benches)
				}
			}
			require.GreaterOrEqual(t, flagged[j], c.least, c.name)
			require.LessOrEqual(t, flagged[j], c.most, c.name)
		}
		f.row("%-58s %12.1f %12.1f", c.name, flagged[0], flagged[1])
	}
	f.print(t)
}

func TestSimulationErrorRate(t *testing.T) {
	t.Parallel()
	const benches, rounds, batches = 1000, 7, 1000
	f := &figures{}
	f.row("%-58s %10s %10s %10s", "% of PASS for the error rate; design effect", "1", "3", "10")
	source := rand.NewPCG(23, 0)
	// failed draws a block's failed batches: from a beta-binomial distribution, whose variance is design times the binomial's.
	failed := func(share, design float64) int64 {
		if share > 0 && design > 1 {
			sum := (batches-1)/(design-1) - 1
			share = distuv.Beta{Alpha: share * sum, Beta: (1 - share) * sum, Src: source}.Rand()
		}
		return int64(distuv.Binomial{N: batches, P: share, Src: source}.Rand())
	}
	for _, c := range []struct{ base, share float64 }{
		{0, 0.01}, {0.005, 0.015}, {0.05, 0.06}, {0, 0}, {0.002, 0.002}, {0.02, 0.02}, {0, 0.03},
	} {
		var passed [3]float64
		for i, design := range []float64{1, 3, 10} {
			for range benches {
				test := &Test{Baseline: fanout.Multi}
				for round := range rounds {
					test.Blocks = append(test.Blocks,
						Block{Strategy: fanout.Multi, Round: round, Batches: batches, Failed: failed(c.base, design)},
						Block{Strategy: fanout.Multi, Round: round, Batches: batches, Failed: failed(c.base, design)},
						Block{Strategy: fanout.ParallelGRPC, Round: round, Batches: batches, Failed: failed(c.share, design)})
				}
				mine, base := failures(test.of(fanout.ParallelGRPC)), failures(test.of(fanout.Multi))
				if difference, _ := mine.minus(base, 0.95); difference.atMost(0.01) == Pass {
					passed[i] += share(1, benches)
				}
			}
		}
		f.row("%-58s %10.1f %10.1f %10.1f", fmt.Sprintf("%.1f %% of the batches fail against %.1f %%", 100*c.share, 100*c.base),
			passed[0], passed[1], passed[2])
		switch c.share - c.base {
		case 0:
			require.Greater(t, passed[0], 95.0)
		default:
			// 2.5 % by design at the limit; the more failures cluster, the less seven blocks tell of them.
			require.Less(t, passed[0], 3.5)
			require.Less(t, passed[1], 5.0)
			require.Less(t, passed[2], 8.0)
		}
	}
	f.print(t)
}
