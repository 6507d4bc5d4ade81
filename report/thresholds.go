package report

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

// Flag is a threshold as a person sets it.
type Flag struct {
	// Name is that of the flag.
	Name string
	// Help says what it limits.
	Help string

	// share says whether it is a share, which may be written in percent; whole, that it is a whole number.
	share, whole bool
	// like is how somebody may write it; empty where the default shows that.
	like string
	get  func(*verdict.Thresholds) float64
	set  func(*verdict.Thresholds, float64)
}

// Flags are the thresholds that can be set, in the order of docs/method.md.
func Flags() []Flag {
	type limits = verdict.Thresholds
	of := func(field func(*limits) *float64) Flag {
		return Flag{
			get: func(t *limits) float64 { return *field(t) }, set: func(t *limits, v float64) { *field(t) = v },
		}
	}
	share := func(name, help string, field func(*limits) *float64) Flag {
		f := of(field)
		f.Name, f.Help, f.share = name, help, true
		return f
	}
	ratio := func(name, help string, field func(*limits) *float64) Flag {
		f := of(field)
		f.Name, f.Help = name, help
		return f
	}
	return []Flag{
		share("confidence", "confidence of every interval", func(t *limits) *float64 { return &t.Confidence }),
		{
			Name: "faster", Help: "the median batch takes at least this share less than the baseline's; negative: at most so much more", share: true,
			get: func(t *limits) float64 { return significant(1-t.Faster, 6) }, set: func(t *limits, v float64) { t.Faster = 1 - v },
		},
		share("error-rate", "the share of failed batches exceeds the baseline's by at most this", func(t *limits) *float64 { return &t.ErrorRate }),
		ratio("throughput", "batches/s are more than so many times the baseline's", func(t *limits) *float64 { return &t.Throughput }),
		ratio("max-tail", "p95 and p99 of the batch duration, of those that are known, are at most so many times the baseline's",
			func(t *limits) *float64 { return &t.MaxTail }),
		share("carried", "in an open loop, at least this share of the rate succeeds", func(t *limits) *float64 { return &t.Carried }),
		share("client-cpu", "the client uses at most this share of its cores", func(t *limits) *float64 { return &t.ClientCPU }),
		ratio("server-cpu", "the server's CPU time per batch is at most so many times the baseline's", func(t *limits) *float64 { return &t.ServerCPU }),
		ratio("server-memory", "the server's peak memory is at most so many times the baseline's", func(t *limits) *float64 { return &t.ServerMemory }),
		{
			Name: "min-recall", Help: "vector queries find at least this share of what is truly nearest; 0%, the default, asks for none",
			share: true, like: "95% or 0.95",
			get: func(t *limits) float64 { return t.MinRecall }, set: func(t *limits, v float64) { t.MinRecall = v },
		},
		{
			Name: "min-rounds", Help: "fewest rounds that are judged", whole: true,
			get: func(t *limits) float64 { return float64(t.MinRounds) }, set: func(t *limits, v float64) { t.MinRounds = int(v) },
		},
		{
			Name: "min-batches", Help: "fewest batches of a block that is judged", whole: true,
			get: func(t *limits) float64 { return float64(t.MinBatches) }, set: func(t *limits, v float64) { t.MinBatches = int64(v) },
		},
		{
			Name: "drift", Help: "largest step from one round to the next that is no drift", share: true,
			get: func(t *limits) float64 { return significant(t.Drift-1, 6) }, set: func(t *limits, v float64) { t.Drift = 1 + v },
		},
		share("different", "largest share of queries that find something else than the baseline's", func(t *limits) *float64 { return &t.Different }),
		share("outlasted", "largest share of batches that outlast the drain of their block", func(t *limits) *float64 { return &t.Outlasted }),
		share("apart", "largest share of a block's measured time by which parts of a run may begin their blocks apart",
			func(t *limits) *float64 { return &t.Apart }),
		share("little", "how far batches/s × mean batch duration may be off the users", func(t *limits) *float64 { return &t.Little }),
		share("client-saturated", "share of its cores from which the client is held to be saturated", func(t *limits) *float64 { return &t.ClientSaturated }),
		share("client-wait", "longest that the client's goroutines may wait for a core, as a share of the median batch duration",
			func(t *limits) *float64 { return &t.ClientWait }),
		share("client-held", "largest share of the time in which the client may be kept from running", func(t *limits) *float64 { return &t.ClientHeld }),
	}
}

// Value writes the threshold as Set reads it.
func (f *Flag) Value(t *verdict.Thresholds) string {
	if f.share {
		return strconv.FormatFloat(significant(100*f.get(t), 6), 'f', -1, 64) + "%"
	}
	return strconv.FormatFloat(f.get(t), 'f', -1, 64)
}

// Set reads the threshold. A share is written like 30% or like 0.3: a number above 1 without the sign is refused, because nobody can
// know which of the two it is meant to be.
func (f *Flag) Set(t *verdict.Thresholds, text string) error {
	number, percent := strings.CutSuffix(strings.TrimSpace(text), "%")
	value, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	switch {
	case err != nil || percent && !f.share:
		return fmt.Errorf("--%s is %q: write a number, like %s", f.Name, text, cmp.Or(f.like, f.Value(t)))
	case f.share && !percent && (value >= 1 || value <= -1):
		return fmt.Errorf("--%s is %q: write a share, like %s", f.Name, text, cmp.Or(f.like, fmt.Sprintf("%s or %g", f.Value(t), f.get(t))))
	case f.whole && value != float64(int64(value)):
		return fmt.Errorf("--%s is %q: write a whole number, like %s", f.Name, text, f.Value(t))
	}
	if percent {
		value /= 100
	}
	f.set(t, value)
	return nil
}

// thresholds are all thresholds as the report holds them.
func thresholds(t verdict.Thresholds) []Threshold {
	list := make([]Threshold, 0, len(Flags()))
	for _, flag := range Flags() {
		if flag.Name == "min-recall" && t.MinRecall == 0 {
			continue // it is not asked for
		}
		list = append(list, Threshold{Name: flag.Name, Value: flag.get(&t), Text: flag.Help})
	}
	return list
}
