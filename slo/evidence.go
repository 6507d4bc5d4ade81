package slo

import (
	"fmt"
	"math"
	"strconv"
)

// Status is what is known of a rate.
type Status string

// A rate keeps to the objective or it does not, or there are too few batches to say.
const (
	Holds Status = "holds"
	Fails Status = "fails"
	Open  Status = "open"
)

const (
	// mostFailed is the largest share of batches that may fail, whatever the objective.
	mostFailed = 0.01
	// mostMissing is the largest share of the rate that may not succeed, as in docs/method.md.
	mostMissing = 0.01
	// apart is how far the odds of what is told apart are from those of what is allowed, either way: of 5 %, 3.4 % and 7.3 %.
	apart = 1.5
	// sure is how many standard deviations those are from what is allowed when there are enough batches to go by the share alone: 0.5 % of errors.
	sure = 2.576
)

// bounds are the log likelihood ratios at which a sequential test ends.
type bounds struct{ fails, holds float64 }

var (
	// guiding bounds take 5 % of errors of either kind: a wrong turn costs time, and no more.
	guiding = bounds{math.Log(0.95 / 0.05), math.Log(0.95 / 0.05)}
	// settling bounds take 1 % of wrong "holds", and 0.3 % of wrong "fails" in each of three tests.
	settling = bounds{math.Log(0.99 / 0.003), math.Log(0.997 / 0.01)}
)

// allowed is the share of batches in which something may happen.
type allowed float64

// weights are what a batch in which it happens, and one in which it does not, add to the log likelihood ratio of too large a share to one
// that is small enough.
func (a allowed) weights() (event, other float64) {
	odds := float64(a) / (1 - float64(a))
	low, high := odds/apart/(1+odds/apart), odds*apart/(1+odds*apart)
	return math.Log(high / low), math.Log((1 - high) / (1 - low))
}

// ratio is the log likelihood ratio of what was seen.
func (a allowed) ratio(events, batches int64) float64 {
	event, other := a.weights()
	return float64(events)*event + float64(batches-events)*other
}

// enough is the number of batches from which on the share itself decides.
func (a allowed) enough() int64 {
	z := sure / math.Log(apart)
	return int64(math.Ceil(z * z / (float64(a) * (1 - float64(a)))))
}

// judge is Wald's sequential test, which ends at the latest when there are enough batches.
func (a allowed) judge(events, batches int64, b bounds) Status {
	within := float64(events) <= float64(a)*float64(batches)
	switch ratio := a.ratio(events, batches); {
	case ratio >= b.fails:
		return Fails
	case ratio <= -b.holds && within:
		return Holds
	case batches < a.enough():
		return Open
	case within:
		return Holds
	default:
		return Fails
	}
}

// lacks is how many more batches it takes to decide if it happens in such a share of them from now on.
func (a allowed) lacks(share float64, events, batches int64, b bounds) float64 {
	event, other := a.weights()
	drift := share*event + (1-share)*other
	ratio, most := a.ratio(events, batches), max(0, float64(a.enough()-batches))
	if drift > 0 {
		return min(max(0, b.fails-ratio)/drift, most)
	}
	return min(max(0, b.holds+ratio)/-drift, most)
}

// evidence is what trials at one rate have shown together.
type evidence struct {
	// trials count, but those in which the client was the limit, which are void.
	trials, void int
	measured     float64 // seconds, of both
	// planned batches were to start, batches did; slow took too long or failed, failed failed, and missing did not succeed or not start.
	planned, batches, slow, failed, missing int64
	client                                  string // why one was void
}

func (e *evidence) add(t *Trial) {
	e.measured += t.Seconds
	if t.Client != "" {
		e.void, e.client = e.void+1, t.Client
		return
	}
	e.trials++
	e.planned += t.planned()
	e.batches, e.slow, e.failed, e.missing = e.batches+t.Batches, e.slow+t.Slow, e.failed+t.Failed, e.missing+t.missing()
}

func (e *evidence) tried() int { return e.trials + e.void }

// voided says that the client was the limit more often than not.
func (e *evidence) voided() bool { return e.void > e.trials }

// question is one that a rate has to answer.
type question struct {
	allowed         allowed
	events, batches int64
	why             func() string
}

// share is the share of batches in which it happened; 0 where there are none.
func (q *question) share() float64 {
	if q.batches == 0 {
		return 0
	}
	return float64(q.events) / float64(q.batches)
}

func (e *evidence) questions(o Objective) []question {
	return []question{
		{mostFailed, e.failed, e.batches, func() string {
			return fmt.Sprintf("%s of %d batches failed, and 1 %% may", percent(e.failed, e.batches), e.batches)
		}},
		e.slowness(o),
		{mostMissing, e.missing, e.planned, func() string {
			return fmt.Sprintf("only %s of the rate was carried", percent(min(e.batches-e.failed, e.planned), e.planned))
		}},
	}
}

// slowness is the question that the objective asks.
func (e *evidence) slowness(o Objective) question {
	return question{o.allowed(), e.slow, e.batches, func() string {
		return fmt.Sprintf("%s of %d batches took %v or longer, and %s %% may", percent(e.slow, e.batches), e.batches, o.Limit,
			strconv.FormatFloat(100*float64(o.allowed()), 'g', 6, 64))
	}}
}

// judge says what the evidence amounts to, and why a rate fails.
func (e *evidence) judge(o Objective, b bounds) (status Status, why string) {
	if e.voided() {
		return Fails, e.client
	}
	status = Holds
	for _, q := range e.questions(o) {
		switch q.allowed.judge(q.events, q.batches, b) {
		case Fails:
			return Fails, q.why()
		case Open:
			status = Open
		case Holds:
		}
	}
	return status, ""
}

// against says that the evidence rather speaks against the rate, however little there is.
func (e *evidence) against(o Objective) bool {
	for _, q := range e.questions(o) {
		if q.allowed.ratio(q.events, q.batches) > 0 {
			return true
		}
	}
	return e.voided()
}

// mostly says that most batches were too slow or did not even start.
func (e *evidence) mostly() bool { return 2*e.slow > e.batches || 2*e.missing > e.planned }

// lacks is how many more batches it takes to decide if it all goes on as it did: the fewest of what goes against the rate, if anything does,
// else the most.
func (e *evidence) lacks(o Objective, b bounds) float64 {
	most, fewest := 0.0, math.Inf(1)
	for _, q := range e.questions(o) {
		lacks := q.allowed.lacks(q.share(), q.events, q.batches, b)
		most = max(most, lacks)
		if q.allowed.ratio(q.events, q.batches) > 0 {
			fewest = min(fewest, lacks)
		}
	}
	return min(most, fewest)
}

// percent writes a share so that it is neither 0 nor all when it is not.
func percent(part, all int64) string {
	if all == 0 {
		return "0 %"
	}
	share := 100 * float64(part) / float64(all)
	small, digits := min(share, 100-share), 1
	for digits < 4 && small > 0 && small < math.Pow10(-digits) {
		digits++
	}
	return strconv.FormatFloat(share, 'f', digits, 64) + " %"
}
