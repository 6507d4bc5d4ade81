package slo

const (
	// MostRate is the highest rate that is tried, in batches a second.
	MostRate = 10_000
	// precision is the share of a rate to which it is found: the noise of a trial is not smaller.
	precision = 0.05
	// mostConfirmations is how often a rate that was not confirmed gives way to a lower one.
	mostConfirmations = 6
)

// Try runs a trial at a rate; a longer one when it is to confirm the rate. The error says that it could not be run.
type Try func(rate int, confirms bool) (Trial, error)

// Result is what a search found.
type Result struct {
	// Rate is the highest sustainable one, in batches a second; 0 when not even one batch a second is.
	Rate int `json:"rate"`
	// Confirmed says that a longer trial has confirmed it.
	Confirmed bool `json:"confirmed"`
	// Most says that it is the highest rate that is tried: there may be more.
	Most bool `json:"most,omitempty"`
	// Trials are all, in their order.
	Trials []Trial `json:"trials"`
}

// Search finds the highest rate that holds. It doubles the rate from start until one does not hold, halves the interval between the
// highest that holds and the lowest that does not until it is within 5 %, and confirms what is left by a longer trial: a rate that
// does not stand it gives way to one that is 5 % lower. What holds at a rate is taken to hold at all lower ones.
func Search(start int, try Try) (Result, error) {
	var r Result
	run := func(rate int, confirms bool) (bool, error) {
		trial, err := try(rate, confirms)
		if err != nil {
			return false, err
		}
		trial.Rate, trial.Confirms = rate, confirms
		r.Trials = append(r.Trials, trial)
		return trial.Holds(), nil
	}
	low, high := 0, MostRate+1 // holds, does not hold
	for rate := min(max(start, 1), MostRate); high-low > step(low); {
		holds, err := run(rate, false)
		if err != nil {
			return r, err
		}
		if holds {
			low = rate
		} else {
			high = rate
		}
		switch {
		case high > MostRate:
			rate = min(2*low, MostRate)
		case low == 0:
			rate = max(high/2, 1)
		default:
			rate = (low + high) / 2
		}
	}
	for range mostConfirmations {
		if low == 0 {
			break
		}
		holds, err := run(low, true)
		if err != nil {
			return r, err
		}
		if holds {
			r.Confirmed = true
			break
		}
		low = max(0, low-step(low))
	}
	r.Rate, r.Most = low, low == MostRate
	return r, nil
}

// step is how near the two ends of a search must be.
func step(rate int) int { return max(1, int(precision*float64(rate))) }
