package slo

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/stat/distuv"
)

// These tests simulate servers whose truth is known and count how often the search finds it. They print the figures of docs/method.md:
//
//	go test -run Simulation -v ./slo/

// server is a simulated one.
type server struct {
	// carries is the rate that it truly carries, a quarter more or less in each search; 200 if it is not given.
	carries float64
	// slow and failed are the shares of batches that are slow, or fail, at every rate; overload and breaks what comes to them above what it
	// carries. Without both, 40 % are slow then.
	slow, failed, overload, breaks float64
	// rises is the share of batches that are slow at just that rate, more above and fewer below: by half for each 5 %.
	rises float64
	// noise is by how much what it carries varies from one trial of ten seconds to another, as a standard deviation of its logarithm.
	noise float64
	// stalls is how many times a minute it stops for a second.
	stalls float64

	random *rand.Rand
}

func (s *server) try(rate int, measured time.Duration, _ bool) (Trial, error) {
	seconds := measured.Seconds()
	draw := func(n int64, share float64) int64 {
		if n == 0 || share == 0 {
			return 0
		}
		return int64(distuv.Binomial{N: float64(n), P: share, Src: s.random}.Rand())
	}
	t := Trial{Batches: int64(math.Round(float64(rate) * seconds))}
	slow, failed := s.slow, s.failed
	if float64(rate) > s.carries*math.Exp(s.noise*s.random.NormFloat64()*math.Sqrt(10/seconds)) {
		slow, failed = slow+s.overload, failed+s.breaks
	}
	if s.rises > 0 {
		slow += min(1-slow, s.rises*math.Pow(1.5, 20*(float64(rate)/s.carries-1)))
	}
	if s.stalls > 0 {
		stopped := distuv.Poisson{Lambda: s.stalls * seconds / 60, Src: s.random}.Rand()
		slow += (1 - slow) * min(1, stopped/seconds)
	}
	t.Failed = draw(t.Batches, failed)
	t.Slow = t.Failed + draw(t.Batches-t.Failed, slow)
	return t, nil
}

// figures are what many searches have found: rates as shares of the truth, and what it took.
type figures struct {
	found, trials, minutes []float64
	// below and above are the % of searches that found less than half of what the server carries, or more than 1.25 times as much; open are
	// those that were not confirmed.
	below, above, open float64
}

func (f *figures) at(list []float64, q float64) float64 { return list[int(q*float64(len(list)-1))] }

// simulate lets a server be searched many times.
func simulate(t *testing.T, o Options, like server) figures {
	t.Helper()
	const searches = 1000
	var f figures
	s := like
	s.random = rand.New(rand.NewPCG(1, 2))
	if s.overload+s.breaks+s.rises == 0 {
		s.overload = 0.4
	}
	for range searches {
		s.carries = cmp.Or(like.carries, 200) * math.Exp(math.Log(1.25)*(2*s.random.Float64()-1))
		r, err := Search(o, s.try)
		require.NoError(t, err)
		seconds := 0.0
		for i := range r.Trials {
			seconds += r.Trials[i].Seconds
		}
		share := float64(r.Rate) / s.carries
		f.found, f.trials, f.minutes = append(f.found, share), append(f.trials, float64(len(r.Trials))), append(f.minutes, seconds/60)
		const one = 100.0 / searches
		if share < 0.5 {
			f.below += one
		}
		if share > 1.25 {
			f.above += one
		}
		if !r.Confirmed {
			f.open += one
		}
	}
	for _, list := range [][]float64{f.found, f.trials, f.minutes} {
		slices.Sort(list)
	}
	return f
}

const full, quick = 10 * time.Second, 3 * time.Second

// TestSearchSimulation: however many batches are slow or fail at every rate, as long as it is half of what the objective allows, a search
// finds what the server carries.
func TestSearchSimulation(t *testing.T) {
	t.Parallel()
	cases := []struct {
		objective, name string
		trial           time.Duration
		server          server
		// At most so many % of the searches find less than half of what the server carries, or more than 1.25 times as much, or are not
		// confirmed.
		below, above, open float64
	}{
		{"p95<500ms", "nothing is slow", full, server{}, 0, 0, 0},
		{"p95<500ms", "2 % are slow", full, server{slow: 0.02}, 1, 1, 1},
		{"p95<500ms", "2 % are slow", quick, server{slow: 0.02}, 1, 1, 1},
		{"p95<500ms", "4 % are slow", full, server{slow: 0.04}, 2, 1, 2},
		{"p95<500ms", "0.5 % fail", full, server{failed: 0.005}, 1, 1, 1},
		{"p95<500ms", "0.5 % fail", quick, server{failed: 0.005}, 1, 1, 1},
		{"p50<500ms", "30 % are slow", full, server{slow: 0.3}, 1, 1, 1},
		{"p99<500ms", "0.5 % are slow", full, server{slow: 0.005}, 1, 1, 1},
		{"p99<500ms", "0.5 % are slow", quick, server{slow: 0.005}, 1, 1, 1},
		{"p99.9<500ms", "0.05 % are slow", full, server{slow: 0.0005}, 1, 1, 1},
		{"p99.9<500ms", "0.05 % are slow", quick, server{slow: 0.0005}, 1, 1, 20},
		{"p95<500ms", "2 % are slow, carries 10", full, server{carries: 10, slow: 0.02}, 1, 1, 1},
		{"p95<500ms", "2 % are slow, carries 10", quick, server{carries: 10, slow: 0.02}, 1, 1, 1},
		{"p99<500ms", "0.5 % are slow, carries 10", full, server{carries: 10, slow: 0.005}, 1, 1, 2},
		{"p99.9<500ms", "0.05 % are slow, carries 10", full, server{carries: 10, slow: 0.0005}, 1, 1, 100},
		{"p99<500ms", "0.5 % are slow, carries 2000", full, server{carries: 2000, slow: 0.005}, 1, 1, 1},
		{"p95<500ms", "10 % are slow above", full, server{overload: 0.1}, 1, 1, 1},
		{"p95<500ms", "10 % are slow above", quick, server{overload: 0.1}, 1, 1, 1},
		{"p99<500ms", "2 % are slow above", full, server{overload: 0.02}, 1, 1, 1},
		{"p95<500ms", "3 % fail above", full, server{breaks: 0.03}, 1, 1, 1},
		{"p95<500ms", "5 % are slow at it, half more 5 % above", full, server{rises: 0.05}, 1, 1, 2},
		{"p99<500ms", "1 % are slow at it, half more 5 % above", full, server{rises: 0.01}, 1, 1, 2},
		{"p95<500ms", "varies by 8 %", full, server{noise: 0.08}, 1, 1, 2},
		{"p95<500ms", "varies by 8 %, 2 % are slow", full, server{noise: 0.08, slow: 0.02}, 1, 1, 2},
		{"p95<500ms", "stops 1 s, once a minute", full, server{stalls: 1}, 5, 1, 5},
	}
	lines := make([]string, len(cases))
	t.Cleanup(func() {
		t.Log("\n                                                    median  5 % to 95 %   < half  > 1.25  open %  trials  minutes  95 %\n" + strings.Join(lines, "\n"))
	})
	for i, c := range cases {
		name := c.name
		if c.trial == quick {
			name += ", --quick"
		}
		t.Run(c.objective+", "+name, func(t *testing.T) {
			t.Parallel()
			f := simulate(t, options(t, c.objective, 4, c.trial), c.server)
			lines[i] = fmt.Sprintf("%-51s %5.2f  %5.2f to %4.2f   %5.1f   %5.1f   %5.1f   %5.0f    %5.1f %5.1f", c.objective+", "+name, f.at(f.found, 0.5),
				f.at(f.found, 0.05), f.at(f.found, 0.95), f.below, f.above, f.open, f.at(f.trials, 0.5), f.at(f.minutes, 0.5), f.at(f.minutes, 0.95))
			require.LessOrEqual(t, f.below, c.below)
			require.LessOrEqual(t, f.above, c.above)
			require.LessOrEqual(t, f.open, c.open)
			require.InDelta(t, 0.97, f.at(f.found, 0.5), 0.05)
			if c.open == 100 {
				require.Greater(t, f.open, 99.0, "what cannot be known must not be called confirmed")
			}
		})
	}
}

// TestSearchSimulationOfServersThatNeverHold: no rate keeps to the objective, and hardly one is confirmed, unless the slow batches come at once:
// a trial that ends before a server stops knows nothing of it.
func TestSearchSimulationOfServersThatNeverHold(t *testing.T) {
	t.Parallel()
	cases := []struct {
		objective, name string
		trial           time.Duration
		server          server
		confirmed       float64 // at most, in %
	}{
		{"p95<500ms", "8 % are slow", full, server{slow: 0.08}, 3},
		{"p95<500ms", "8 % are slow", quick, server{slow: 0.08}, 3},
		{"p95<500ms", "2 % fail", full, server{failed: 0.02}, 3},
		{"p99<500ms", "2 % are slow", full, server{slow: 0.02}, 3},
		{"p99.9<500ms", "1 % are slow", full, server{slow: 0.01}, 3},
		{"p95<500ms", "stops 1 s, 5 times a minute", full, server{stalls: 5}, 45},
		{"p99<500ms", "stops 1 s, 1.2 times a minute", full, server{stalls: 1.2}, 90},
	}
	lines := make([]string, len(cases))
	t.Cleanup(func() { t.Log("\n" + strings.Join(lines, "\n")) })
	for i, c := range cases {
		t.Run(fmt.Sprintf("%s, %s, %v", c.objective, c.name, c.trial), func(t *testing.T) {
			t.Parallel()
			f := simulate(t, options(t, c.objective, 4, c.trial), c.server)
			lines[i] = fmt.Sprintf("%-51s confirmed %4.1f %%  trials %3.0f  minutes %5.1f %5.1f", fmt.Sprintf("%s, %s, %v", c.objective, c.name, c.trial),
				100-f.open, f.at(f.trials, 0.5), f.at(f.minutes, 0.5), f.at(f.minutes, 0.95))
			require.LessOrEqual(t, 100-f.open, c.confirmed)
		})
	}
}
