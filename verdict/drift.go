package verdict

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// stepSide is the fewest rounds on each side of a step, so that one odd round is none.
const stepSide = 2

// checkDrift looks for a round from which on all strategies together ran slower or faster than before. It fails when that step
// is beyond the limit and is also more than the noise within the rounds explains.
func checkDrift(test *Test, t Thresholds) Check {
	c := Check{Name: "drift", AtMost: Known(t.Drift)}
	l, why := roundLevels(test)
	if why != "" {
		return c.unknown(why)
	}
	step := l.largestStep()
	c.Measured = Known(math.Exp(math.Abs(step.size)))
	word := "longer"
	if step.size < 0 {
		word = "shorter"
	}
	c.Sentence = fmt.Sprintf("The largest step is before round %d: from then on batches took %s %s",
		l.numbers[step.at]+1, percent(math.Abs(math.Expm1(step.size))), word)
	if math.Abs(step.size) > math.Log(t.Drift) {
		if step.probability < t.DriftAlarm {
			return c.fail("something else changed under way (an import, a compaction, another load): wait until it is over, and run again")
		}
		c.Sentence += ", which is beyond the limit, but no more than the noise within the rounds explains"
	}
	return c.pass()
}

// levels says how slow each round was, whatever the strategy.
type levels struct {
	// numbers are those of the rounds, levels the means over the blocks of a round of their log medians less the mean of their
	// strategy.
	numbers []int
	levels  []float64
	// noise is the standard deviation that a level has from the noise of its blocks, freedom its degrees of freedom.
	noise, freedom float64
}

// roundLevels takes the rounds in which every block ran.
func roundLevels(test *Test) (l levels, why string) {
	strategies := test.strategies()
	rounds := test.rounds(strategies...)
	perRound := 0
	for _, round := range rounds {
		perRound = max(perRound, blocksIn(round))
	}
	logs := make(map[fanout.Strategy][]float64) // a strategy's blocks, in the order of the rounds
	for _, round := range rounds {
		if blocksIn(round) < perRound {
			continue
		}
		for _, strategy := range strategies {
			for _, block := range round[strategy] {
				value, err := P50.Of(block)
				if err != nil {
					return l, err.Error()
				}
				logs[strategy] = append(logs[strategy], math.Log(value))
			}
		}
		l.numbers = append(l.numbers, round[strategies[0]][0].Round)
	}
	n := len(l.numbers)
	if n < 2*stepSide {
		return l, fmt.Sprintf("a step needs %d rounds, and there are %d", 2*stepSide, n)
	}
	// Take the strategies out, then the rounds; what is left is noise.
	l.levels = make([]float64, n)
	for _, strategy := range strategies {
		y := logs[strategy]
		mean := stat.Mean(y, nil)
		for i := range y {
			y[i] -= mean
			l.levels[i*n/len(y)] += y[i] / float64(perRound)
		}
	}
	var squares float64
	for _, strategy := range strategies {
		y := logs[strategy]
		for i := range y {
			left := y[i] - l.levels[i*n/len(y)]
			squares += left * left
		}
	}
	l.freedom = float64(n*perRound - len(strategies) - (n - 1))
	l.noise = math.Sqrt(squares / l.freedom / float64(perRound))
	return l, ""
}

func blocksIn(round map[fanout.Strategy][]*Block) int {
	n := 0
	for _, blocks := range round {
		n += len(blocks)
	}
	return n
}

// step is the difference between the levels after and before a round.
type step struct {
	at          int
	size        float64
	probability float64
}

// largestStep is the step that stands out most from the noise. Its probability is that of a step like it or larger, anywhere,
// from noise alone: by Student's t for one place, times the number of places (Bonferroni).
func (l *levels) largestStep() step {
	n := len(l.levels)
	var largest step
	var most float64
	for at := stepSide; at <= n-stepSide; at++ {
		size := stat.Mean(l.levels[at:], nil) - stat.Mean(l.levels[:at], nil)
		out := math.Abs(size) / math.Sqrt(1/float64(at)+1/float64(n-at))
		if at == stepSide || out > most {
			largest, most = step{at: at, size: size}, out
		}
	}
	places := float64(n - 2*stepSide + 1)
	tail := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: l.freedom}.Survival(most / l.noise)
	largest.probability = min(1, 2*tail*places)
	return largest
}
