package verdict

import (
	"fmt"
	"math"
	"strings"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// errorRate asks that the share of failed batches exceeds the baseline's by no more than a margin: a test of non-inferiority.
func errorRate(test *Test, strategy fanout.Strategy, t Thresholds) Criterion {
	c := Criterion{Name: "error rate", Limit: t.ErrorRate, Rounds: len(test.rounds(strategy, test.Baseline))}
	mine, base := failures(test.of(strategy)), failures(test.of(test.Baseline))
	if mine.blocks < 2 || base.blocks < 2 {
		return c.unknown(fmt.Sprintf("%s or %s has fewer than two blocks with batches", strategy, test.Baseline))
	}
	interval, quantile := mine.minus(base, t.Confidence)
	c.Interval, c.Status = interval, interval.atMost(t.ErrorRate)
	c.Sentence = fmt.Sprintf("%s of the batches of %s fail%s and %s of those of %s%s, a difference of %s percentage points (%s to %s); "+
		"at most %s is allowed.",
		percent(mine.share()), strategy, mine.parts(), percent(base.share()), test.Baseline, base.parts(),
		points(interval.Estimate), points(interval.Lower), points(interval.Upper), points(t.ErrorRate))
	if mine.failed == 0 && base.failed == 0 {
		return c.needWithout(c.Interval.Upper/t.ErrorRate, "Too few batches rule out more than that", t)
	}
	// The half of the interval that reaches for the limit shrinks with the root of the number of rounds.
	half := interval.Upper - interval.Estimate
	if interval.Estimate > t.ErrorRate {
		half = interval.Estimate - interval.Lower
	}
	return c.need(interval.Estimate-t.ErrorRate, half/quantile*math.Sqrt(float64(c.Rounds)), t)
}

// needWithout says how many rounds would do in which nothing fails: so many times as many, because the bound of the rule of three shrinks
// with their number.
func (c Criterion) needWithout(times float64, why string, t Thresholds) Criterion {
	if c.Status == Inconclusive {
		c.Needed = Needed{Rounds: int(math.Ceil(float64(c.Rounds) * times))}
		if c.Needed.Rounds > t.MaxRounds {
			c.Needed = Needed{Beyond: t.MaxRounds}
		}
		c.Sentence += fmt.Sprintf(" %s: %s.", why, c.Needed)
	}
	return c
}

// arm is the failures of one strategy: failed of so many batches, or of whatever else is counted.
type arm struct {
	failed, timedOut, batches float64
	failedMembers, members    float64
	blocks                    int
	// between is the variance of the share of failed batches as the blocks show it, binomial as it would be if batches failed
	// independently of one another.
	between, binomial float64
}

func failures(blocks []*Block) arm {
	var a arm
	counts := make([]trials, len(blocks))
	for i, b := range blocks {
		counts[i] = trials{float64(b.Failed), float64(b.Batches)}
		a.timedOut += float64(b.TimedOut)
		a.failedMembers += float64(b.FailedMembers)
		a.members += float64(b.Members)
	}
	return a.of(counts)
}

// trials are what was tried in one block, and what failed of it.
type trials struct{ failed, all float64 }

// of fills the arm with what failed in its blocks. A block in which nothing was tried is none.
func (a arm) of(blocks []trials) arm {
	for _, b := range blocks {
		if b.all > 0 {
			a.blocks++
		}
		a.failed += b.failed
		a.batches += b.all
	}
	if a.blocks < 2 {
		return a
	}
	for _, b := range blocks {
		difference := (b.failed - a.share()*b.all) / a.batches
		a.between += difference * difference
	}
	a.between *= float64(a.blocks) / float64(a.blocks-1)
	a.binomial = a.share() * (1 - a.share()) / a.batches
	return a
}

func (a arm) share() float64 { return a.failed / a.batches }

// parts says what the failures are made of: " (0.20 % of their members; 0.50 % by timing out)".
func (a arm) parts() string {
	var parts []string
	if a.failedMembers > 0 {
		parts = append(parts, percent(a.failedMembers/a.members)+" of their members")
	}
	if a.timedOut > 0 {
		parts = append(parts, percent(a.timedOut/a.batches)+" by timing out")
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, "; ") + ")"
}

// minus is the difference of two shares with its interval, and the quantile that the interval was made with. It is Newcombe's
// hybrid score interval (method 10) on counts divided by the design effect (Rao and Scott), with Student's t in place of the
// normal quantile because few blocks tell the design effect (Welch and Satterthwaite).
func (a arm) minus(b arm, confidence float64) (difference Interval, quantile float64) {
	design := 1.0
	quantile = distuv.UnitNormal.Quantile((1 + confidence) / 2)
	if a.failed == 0 && b.failed == 0 {
		rule := ruleOfThree(confidence)
		return Interval{Estimate: 0, Lower: -min(1, rule/b.batches), Upper: min(1, rule/a.batches)}, quantile
	}
	if a.between+b.between > 0 {
		design = max(1, (a.between+b.between)/(a.binomial+b.binomial))
		quantile = studentQuantile(confidence, freedom(a, b))
	}
	la, ua := wilson(a.share(), a.batches/design, quantile)
	lb, ub := wilson(b.share(), b.batches/design, quantile)
	estimate := a.share() - b.share()
	return Interval{
		Estimate: estimate,
		Lower:    estimate - math.Hypot(a.share()-la, ub-b.share()),
		Upper:    estimate + math.Hypot(ua-a.share(), b.share()-lb),
	}, quantile
}

// ruleOfThree is the rule of three: no failure in n batches rules out shares above -ln(2.5 %) / n, which is 3.7 / n.
func ruleOfThree(confidence float64) float64 { return -math.Log((1 - confidence) / 2) }

// freedom is Welch and Satterthwaite's degrees of freedom of the sum of both variances between blocks.
func freedom(a, b arm) float64 {
	sum := a.between + b.between
	return sum * sum / (a.between*a.between/float64(a.blocks-1) + b.between*b.between/float64(b.blocks-1))
}

// wilson is Wilson's score interval for a share of n.
func wilson(share, n, quantile float64) (lower, upper float64) {
	q := quantile * quantile / n
	center := (share + q/2) / (1 + q)
	half := math.Sqrt(q*share*(1-share)+q*q/4) / (1 + q)
	return max(0, center-half), min(1, center+half)
}
