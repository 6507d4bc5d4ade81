package verdict

import (
	"cmp"
	"fmt"
	"strings"
)

// mean asks, in an open loop, that the mean batch takes no longer than the baseline's. In a closed loop that is what throughput asks.
func mean(e Effect, t Thresholds) Criterion {
	c := ratioAtMost("mean", e, 1/t.Throughput, t)
	c.Optional = false
	return c
}

// tail asks that the slow batches take at most so many times as long as the baseline's: of the percentiles that are known, the one that is worst.
// p99.9 is not among them: a batch in a thousand that fails would decide it, and the error rate allows for more.
func tail(effect map[Statistic]Effect, t Thresholds) Criterion {
	worst := ratioAtMost("tail", effect[P95], t.MaxTail, t)
	farther := ratioAtMost("tail", effect[P99], t.MaxTail, t)
	if cmp.Or(cmp.Compare(badness(farther), badness(worst)), cmp.Compare(farther.Interval.Upper, worst.Interval.Upper)) > 0 {
		return farther
	}
	return worst
}

// badness orders the answers of a criterion.
func badness(c Criterion) int {
	switch c.Status {
	case Fail:
		return 3
	case Inconclusive:
		return 2
	case Pass:
		return 1
	default:
		return 0
	}
}

// surelyLater says which of the slow batches surely take longer than the baseline's; empty when none does.
func surelyLater(effects []Effect) string {
	var parts []string
	for _, e := range effects {
		switch e.Statistic {
		case Mean, P95, P99, P999:
		default:
			continue
		}
		if e.Known() && e.Log.Lower > 0 {
			r := e.Ratio()
			parts = append(parts, fmt.Sprintf("its %s is %.2f times as long (%.2f to %.2f)", e.Statistic, r.Estimate, r.Lower, r.Upper))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "But " + strings.Join(parts, ", ") + "."
}
