package report

import "github.com/xk6-weaviate/xk6-weaviate/verdict"

// thresholds are the limits in the order of docs/method.md, with the names of the flags that set them.
func thresholds(t verdict.Thresholds) []Threshold {
	return []Threshold{
		{"confidence", t.Confidence, "confidence of every interval"},
		{"faster", t.Faster, "the median batch duration is at most so many times the baseline's"},
		{"error-rate", t.ErrorRate, "the share of failed batches exceeds the baseline's by at most this"},
		{"throughput", t.Throughput, "batches per second are more than so many times the baseline's"},
		{"carried", t.Carried, "in an open loop, at least this share of the rate succeeds"},
		{"client-cpu", t.ClientCPU, "the client uses at most this share of its cores"},
		{"server-cpu", t.ServerCPU, "the server's CPU time per batch is at most so many times the baseline's"},
		{"server-memory", t.ServerMemory, "the server's peak memory is at most so many times the baseline's"},
	}
}
