package slo

import (
	"fmt"
	"math"
	"time"
)

const (
	// MostRate is the highest rate that is tried, in batches a second.
	MostRate = 10_000
	// precision is the share of a rate to which it is found: the noise of a trial is not smaller.
	precision = 0.05
	// mostTrials is how many trials a search has, and searchTimes how many times the shortest trial it is measured in all, about: more than
	// any takes on a server that stays as it is.
	mostTrials, searchTimes = 60, 120

	// guidingTimes is how many times the shortest trial a rate is tried, at most, on the way.
	guidingTimes = 4
	// leastTimes and mostTimes are how many times the shortest trial a rate is tried, at least and at most, to settle it.
	leastTimes, mostTimes = 3, 30
	// margin is added to the batches that a decision is thought to take.
	margin = 1.1
)

// Options say what is searched for, and how.
type Options struct {
	Objective Objective
	// Start is the rate that is tried first, in batches a second.
	Start int
	// Trial is how long the shortest trial is measured.
	Trial time.Duration
	// Tell is told of each trial once it is judged; nil for nobody.
	Tell func(*Trial)
}

// Try runs a trial at a rate that is measured for so long; confirms says that it is to settle what the rate is. The error says that it could
// not be run.
type Try func(rate int, measured time.Duration, confirms bool) (Trial, error)

// Result is what a search found.
type Result struct {
	// Rate is the highest sustainable one, in batches a second; 0 when not even one batch a second is.
	Rate int `json:"rate"`
	// Confirmed says that longer trials have confirmed it, Open why they have not, or why there may be a rate where none was found.
	Confirmed bool   `json:"confirmed"`
	Open      string `json:"open,omitempty"`
	// Next is the lowest rate that is known not to hold, and Why why; 0 for none. Client says that it is for the client, so that Weaviate may
	// carry more.
	Next   int    `json:"next,omitempty"`
	Why    string `json:"why,omitempty"`
	Client bool   `json:"client,omitempty"`
	// Most says that it is the highest rate that is tried: there may be more.
	Most bool `json:"most,omitempty"`
	// Trials are all, in their order.
	Trials []Trial `json:"trials"`
}

// Search finds the highest rate that holds. It doubles the rate from Start until one does not hold, and halves the interval between the
// highest that holds and the lowest that does not until it is within 5 %. Then it settles both ends by longer trials: an end that is not
// what it was taken for moves, and the search goes on. What holds at a rate is taken to hold at all lower ones.
func Search(o Options, try Try) (Result, error) {
	s := &search{Options: o, try: try, rates: make(map[int]*rate)}
	for !s.over() {
		low, high := s.bracket()
		var err error
		switch {
		case high-low > step(low):
			err = s.guide(s.between(low, high), high > MostRate)
		case high <= MostRate && !s.at(high).settled:
			err = s.settle(high)
		case low > 0 && !s.at(low).settled:
			err = s.settle(low)
		default:
			return s.end(), nil
		}
		if err != nil {
			return s.result, err
		}
	}
	return s.end(), nil
}

// rate is what is known of one.
type rate struct {
	// short trials guide the search; long ones settle what the rate is, and count alone once there are any.
	short, long evidence
	settled     bool
}

// search is one that is under way.
type search struct {
	Options
	try      Try
	rates    map[int]*rate
	result   Result
	measured float64 // seconds, of all trials
}

func (s *search) at(r int) *rate {
	if s.rates[r] == nil {
		s.rates[r] = &rate{}
	}
	return s.rates[r]
}

// evidence is what counts of the rate.
func (r *rate) evidence() *evidence {
	if r.long.tried() > 0 {
		return &r.long
	}
	return &r.short
}

func (s *search) judge(r *rate) (Status, string) {
	b := guiding
	if r.long.tried() > 0 {
		b = settling
	}
	return r.evidence().judge(s.Objective, b)
}

// bracket is the lowest rate that fails, or one that is out of reach, and the highest below it that does not. Only evidence against a
// rate stands in its way: at a low rate, there is none for a high percentile in any reasonable time.
func (s *search) bracket() (low, high int) {
	high = MostRate + 1
	for r, state := range s.rates {
		if status, _ := s.judge(state); status == Fails {
			high = min(high, r)
		}
	}
	for r := range s.rates {
		if r < high {
			low = max(low, r)
		}
	}
	return low, high
}

// between is the rate to try next.
func (s *search) between(low, high int) int {
	switch {
	case low == 0 && high > MostRate:
		return min(max(s.Start, 1), MostRate)
	case high > MostRate:
		return min(2*low, MostRate)
	case low == 0:
		return max(high/2, 1)
	default:
		return (low + high) / 2
	}
}

// guide tries a rate to see whether to go up or down. While rates are doubled, it is enough that nothing speaks against one.
func (s *search) guide(r int, doubles bool) error {
	e := &s.at(r).short
	for {
		least, most := s.Trial.Seconds(), guidingTimes*s.Trial.Seconds()-e.measured
		length := 0.0
		if !doubles || e.tried() > 0 {
			// As for failures, it is enough that nothing speaks against the rate.
			slow := e.slowness(s.Objective)
			length = slow.allowed.lacks(slow.share(), slow.events, slow.batches, guiding) / float64(r)
			if e.against(s.Objective) {
				length = e.lacks(s.Objective, guiding) / float64(r)
			}
		}
		if err := s.run(r, e, min(max(margin*length, least), most), false); err != nil {
			return err
		}
		against := e.against(s.Objective)
		status, _ := e.judge(s.Objective, guiding)
		slow := e.slowness(s.Objective)
		enough := status != Open || !against && (doubles || slow.allowed.judge(slow.events, slow.batches, guiding) != Open)
		if enough || guidingTimes*s.Trial.Seconds()-e.measured < least || s.over() {
			return nil
		}
	}
}

// settle tries a rate for longer, until it is known what it is, or for as long as a rate is tried. What is to fail must do so in two such
// trials together: a server that stops for some seconds makes many batches slow at once, which count as if each had been slow by itself.
// One is enough where a shorter one has failed, too, and most of its batches.
func (s *search) settle(r int) error {
	state := s.at(r)
	e := &state.long
	once, _ := state.short.judge(s.Objective, guiding)
	for !state.settled && !s.over() {
		least, left := leastTimes*s.Trial.Seconds(), mostTimes*s.Trial.Seconds()-e.measured
		length := 0.0
		if e.tried() > 0 && !e.voided() { // a rate that fails does so soon, and the client does not take longer to be looked at
			length = margin * e.lacks(s.Objective, settling) / float64(r)
		}
		length = min(max(length, least), left)
		if err := s.run(r, e, length, true); err != nil {
			return err
		}
		status, _ := e.judge(s.Objective, settling)
		left -= length
		twice := e.tried() > 1 || once == Fails && (e.void > 0 || e.mostly())
		state.settled = status == Holds || status == Fails && twice || left < s.Trial.Seconds()
	}
	return nil
}

// over says that the search has tried for long enough.
func (s *search) over() bool {
	return len(s.result.Trials) >= mostTrials || s.measured >= searchTimes*s.Trial.Seconds()
}

// run runs a trial, which counts as evidence.
func (s *search) run(r int, e *evidence, seconds float64, confirms bool) error {
	measured := time.Duration(math.Ceil(10*seconds)) * time.Second / 10
	t, err := s.try(r, measured, confirms)
	if err != nil {
		return err
	}
	t.Rate, t.Confirms, t.Seconds = r, confirms, measured.Seconds()
	s.measured += t.Seconds
	e.add(&t)
	t.Status, t.Why = s.judge(s.at(r))
	s.result.Trials = append(s.result.Trials, t)
	if s.Tell != nil {
		s.Tell(&t)
	}
	return nil
}

// end is what was found.
func (s *search) end() Result {
	r := &s.result
	low, high := s.bracket()
	r.Rate, r.Most = low, low == MostRate
	if high <= MostRate {
		r.Next = high
		_, r.Why = s.judge(s.at(high))
		r.Client = s.at(high).evidence().voided()
	}
	status := Holds // that nothing holds, where nothing is left below
	settled := high-low <= step(low) && (high > MostRate || s.at(high).settled)
	if low > 0 {
		status, _ = s.judge(s.at(low))
		settled = settled && s.at(low).settled
	}
	r.Confirmed = low > 0 && settled && status == Holds
	switch {
	case settled && status == Holds:
	case settled && status == Open:
		found := &s.at(low).long
		lacks := int64(math.Ceil(found.lacks(s.Objective, settling)))
		r.Open = fmt.Sprintf("%d batches in %.0f s are too few to be sure, and it takes about %d more", found.batches, found.measured, lacks)
	default:
		r.Open = fmt.Sprintf("%d trials, %v in all, did not settle it: the server is not the same from one to the next, or is near the objective at all "+
			"rates", len(r.Trials), time.Duration(s.measured*float64(time.Second)).Round(time.Second))
	}
	return *r
}

// step is how near the two ends of a search must be.
func step(rate int) int { return max(1, int(precision*float64(rate))) }
