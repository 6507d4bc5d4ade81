package verdict

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Needed is the number of rounds that would decide what is inconclusive.
type Needed struct {
	// Rounds is that number; 0 when nothing is needed, and when it cannot be known.
	Rounds int
	// Beyond is above 0 when more rounds than this would be needed: how many cannot be known.
	Beyond int
}

// String says it in words that follow "The interval holds the limit:".
func (n Needed) String() string {
	switch {
	case n.Beyond > 0:
		return fmt.Sprintf("it is so near that even %d rounds would likely not decide, and how many would cannot be known", n.Beyond)
	case n.Rounds > 0:
		return fmt.Sprintf("about %d rounds would decide, if effect and spread stay as they are", n.Rounds)
	default:
		return "no more rounds are needed"
	}
}

// and is what decides two things.
func (n Needed) and(other Needed) Needed {
	if beyond := max(n.Beyond, other.Beyond); beyond > 0 {
		return Needed{Beyond: beyond}
	}
	return Needed{Rounds: max(n.Rounds, other.Rounds)}
}

// needed finds the fewest rounds, more than there are, after which an estimate at this distance from its limit is told from it
// with probability t.Power: (t(confidence) + z(power)) · spread / √rounds ≤ distance, where t is Student's quantile of rounds - 1
// degrees of freedom and z the normal one.
func needed(distance, spread float64, rounds int, t Thresholds) Needed {
	power := distuv.UnitNormal.Quantile(t.Power)
	// Student's quantile is above the normal one, so that no fewer rounds than these will do.
	least := math.Pow((distuv.UnitNormal.Quantile((1+t.Confidence)/2)+power)*spread/distance, 2)
	if !(least <= float64(t.MaxRounds)) {
		return Needed{Beyond: t.MaxRounds}
	}
	for n := max(rounds+1, int(least)); n <= t.MaxRounds; n++ {
		if (studentQuantile(t.Confidence, float64(n-1))+power)*spread <= math.Abs(distance)*math.Sqrt(float64(n)) {
			return Needed{Rounds: n}
		}
	}
	return Needed{Beyond: t.MaxRounds}
}
