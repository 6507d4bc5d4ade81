package report

import (
	"time"

	"github.com/xk6-weaviate/xk6-weaviate/record"
	"github.com/xk6-weaviate/xk6-weaviate/verdict"
)

// anatomy takes the batches of a strategy apart.
func anatomy(total *record.Series) Anatomy {
	a := Anatomy{Waterfalls: []Waterfall{}, Overhead: summary(total.Overhead), Wait: summary(total.Wait)}
	a.Mean = means(total)
	for _, q := range []float64{0.5, 0.99} {
		target := total.Duration.Quantile(q)
		if sample := total.Sample(target); sample != nil {
			a.Waterfalls = append(a.Waterfalls, waterfall(sample, 100*q, quantileOf(total.Duration, q)))
		}
	}
	if total.Strategy.FansOut() && total.Overhead.Count() > 0 {
		a.Tails = tails(total)
	}
	return a
}

func means(total *record.Series) Means {
	m := Means{Measured: exact(total.Duration.Mean())}
	var sum time.Duration // of all members of all batches
	for _, c := range total.Collections {
		sum += c.Duration.Sum()
	}
	if batches := total.Batches(); sum > 0 && batches > 0 {
		m.Sum = exact(sum / time.Duration(batches))
	}
	if total.Overhead.Count() > 0 {
		m.Slowest = exact(total.Duration.Mean() - total.Overhead.Mean())
	}
	return m
}

func waterfall(sample *record.Sample, percentile float64, target Number) Waterfall {
	w := Waterfall{Percentile: percentile, Target: target, Duration: inMilliseconds(sample.Duration), Outcome: sample.Outcome}
	var sum, longest int64
	shared := len(sample.Members) > 1
	for i := range sample.Members {
		m := &sample.Members[i]
		sum += m.End - m.Start
		longest = max(longest, m.End-m.Start)
		shared = shared && m.Start == sample.Members[0].Start && m.End == sample.Members[0].End
		member := Member{
			Collection: m.Collection, Start: inMilliseconds(m.Start), End: inMilliseconds(m.End), Wait: inMilliseconds(m.Wait),
			Objects: m.Objects, Bytes: m.Bytes, Category: m.Category,
		}
		if m.Took > 0 {
			member.Took = Known(inMilliseconds(m.Took))
		}
		w.Members = append(w.Members, member)
	}
	if !shared { // the members of one document share one time, and that is no sum of anything
		w.Sum, w.Max = Known(inMilliseconds(sum)), Known(inMilliseconds(longest))
	}
	return w
}

func inMilliseconds(microseconds int64) float64 { return float64(microseconds) / 1000 }

// tails hold the batches of a fan-out against the prediction from their members.
func tails(total *record.Series) []Tail {
	quantiles := []float64{0.5, 0.95, 0.99, 0.999}
	var members []verdict.Distribution
	for _, c := range total.Collections {
		if c.Duration.Count() > 0 {
			members = append(members, distribution(c.Duration))
		}
	}
	longest := total.Duration.Max()
	for _, c := range total.Collections {
		longest = max(longest, c.Duration.Max())
	}
	list := make([]Tail, 0, len(quantiles))
	for _, t := range verdict.Tails(members, distribution(total.Duration), longest+time.Second, quantiles...) {
		own := Tail{Percentile: significant(100*t.Quantile, 4), Predicted: seconds(t.Predicted), Measured: seconds(t.Measured)}
		if len(members) > 0 {
			own.Member = Known(significant(100*verdict.MemberQuantile(t.Quantile, len(members)), 5))
		}
		list = append(list, own)
	}
	return list
}

func distribution(h *record.Histogram) verdict.Distribution {
	return verdict.Distribution{Count: h.Count(), AtMost: h.Share}
}

// seconds is a number of seconds in milliseconds.
func seconds(n verdict.Number) Number {
	value, known := n.Get()
	if !known {
		return Number{}
	}
	return rounded(1000 * value)
}
