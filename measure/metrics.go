// Package measure says what is measured: the metrics, and the container that takes one batch through k6 to its outputs.
package measure

import (
	"fmt"

	"go.k6.io/k6/v2/metrics"
)

// Metrics are the weaviate_* metrics of a run.
type Metrics struct {
	Batches             *metrics.Metric
	BatchDuration       *metrics.Metric
	BatchOverhead       *metrics.Metric
	BatchFailed         *metrics.Metric
	QueryDuration       *metrics.Metric
	QueryServerDuration *metrics.Metric
	QueryFailed         *metrics.Metric
	QueryFailures       *metrics.Metric
	QueryObjects        *metrics.Metric
	Recall              *metrics.Metric
	QuerySlowest        *metrics.Metric
	WriteDuration       *metrics.Metric
	WriteObjects        *metrics.Metric
	WriteRefused        *metrics.Metric
	WriteFailed         *metrics.Metric
	WriteFailures       *metrics.Metric
	FetchDuration       *metrics.Metric
	FetchObjects        *metrics.Metric
	FetchFailed         *metrics.Metric
	FetchFailures       *metrics.Metric
	Info                *metrics.Metric
}

// Definition is one row of the table of metrics.
type Definition struct {
	Name string
	Type metrics.MetricType
	// Value is metrics.Time for durations, in milliseconds.
	Value metrics.ValueType
	// Help says what is counted or timed, and when it is left out.
	Help string

	field func(*Metrics) **metrics.Metric
}

// Definitions is the table of metrics, in the order in which they are documented. All carry k6's own tags; those of batches and queries
// strategy, search_type and phase, and those of a query also collection and query_type; those of writes and fetches operation and
// collection.
func Definitions() []Definition {
	return []Definition{
		{
			"weaviate_batches", metrics.Counter, metrics.Default,
			"batches, by the tag outcome: full, partial, failed",
			func(m *Metrics) **metrics.Metric { return &m.Batches },
		},
		{
			"weaviate_batch_duration", metrics.Trend, metrics.Time,
			"from the dispatch of a batch's first member to the completion of its last",
			func(m *Metrics) **metrics.Metric { return &m.BatchDuration },
		},
		{
			"weaviate_batch_overhead", metrics.Trend, metrics.Time,
			"batch duration minus the slowest member's own; fan-outs only",
			func(m *Metrics) **metrics.Metric { return &m.BatchOverhead },
		},
		{
			"weaviate_batch_failed", metrics.Rate, metrics.Default,
			"batches with one or more failed members",
			func(m *Metrics) **metrics.Metric { return &m.BatchFailed },
		},
		{
			"weaviate_query_duration", metrics.Trend, metrics.Time,
			"one member, from its dispatch to its completion; not for multi and bulk, whose members share one time",
			func(m *Metrics) **metrics.Metric { return &m.QueryDuration },
		},
		{
			"weaviate_query_server_duration", metrics.Trend, metrics.Time,
			"the server's own search time, as it tells it; gRPC only",
			func(m *Metrics) **metrics.Metric { return &m.QueryServerDuration },
		},
		{
			"weaviate_query_failed", metrics.Rate, metrics.Default,
			"members that failed",
			func(m *Metrics) **metrics.Metric { return &m.QueryFailed },
		},
		{
			"weaviate_query_failures", metrics.Counter, metrics.Default,
			"failed members, by the tag category",
			func(m *Metrics) **metrics.Metric { return &m.QueryFailures },
		},
		{
			"weaviate_query_objects", metrics.Counter, metrics.Default,
			"objects returned",
			func(m *Metrics) **metrics.Metric { return &m.QueryObjects },
		},
		{
			"weaviate_recall", metrics.Trend, metrics.Default,
			"share of the truly nearest objects that a member found, from 0 to 1; a sample of the vector queries that have a truth",
			func(m *Metrics) **metrics.Metric { return &m.Recall },
		},
		{
			"weaviate_query_slowest", metrics.Counter, metrics.Default,
			"batches in which this collection completed last, by however little; fan-outs only",
			func(m *Metrics) **metrics.Metric { return &m.QuerySlowest },
		},
		{
			"weaviate_write_duration", metrics.Trend, metrics.Time,
			"one write of any kind, from its dispatch to the end of its reply; the tag operation says which",
			func(m *Metrics) **metrics.Metric { return &m.WriteDuration },
		},
		{
			"weaviate_write_objects", metrics.Counter, metrics.Default,
			"objects written, or deleted by batchDelete; k6 shows how many each second, too",
			func(m *Metrics) **metrics.Metric { return &m.WriteObjects },
		},
		{
			"weaviate_write_refused", metrics.Counter, metrics.Default,
			"objects that the server refused in a write that it took",
			func(m *Metrics) **metrics.Metric { return &m.WriteRefused },
		},
		{
			"weaviate_write_failed", metrics.Rate, metrics.Default,
			"writes that failed, or in which objects were refused",
			func(m *Metrics) **metrics.Metric { return &m.WriteFailed },
		},
		{
			"weaviate_write_failures", metrics.Counter, metrics.Default,
			"the same writes, by the tag category",
			func(m *Metrics) **metrics.Metric { return &m.WriteFailures },
		},
		{
			"weaviate_fetch_duration", metrics.Trend, metrics.Time,
			"one fetchObjects, from its dispatch to the end of its reply",
			func(m *Metrics) **metrics.Metric { return &m.FetchDuration },
		},
		{
			"weaviate_fetch_objects", metrics.Counter, metrics.Default,
			"objects fetched",
			func(m *Metrics) **metrics.Metric { return &m.FetchObjects },
		},
		{
			"weaviate_fetch_failed", metrics.Rate, metrics.Default,
			"fetches that failed",
			func(m *Metrics) **metrics.Metric { return &m.FetchFailed },
		},
		{
			"weaviate_fetch_failures", metrics.Counter, metrics.Default,
			"failed fetches, by the tag category",
			func(m *Metrics) **metrics.Metric { return &m.FetchFailures },
		},
		{
			"weaviate_run_info", metrics.Gauge, metrics.Default,
			"always 1, once in a run; its metadata says what was run against which server",
			func(m *Metrics) **metrics.Metric { return &m.Info },
		},
	}
}

// Register registers the metrics with k6.
func Register(registry *metrics.Registry) (*Metrics, error) {
	m := &Metrics{}
	for _, d := range Definitions() {
		metric, err := registry.NewMetric(d.Name, d.Type, d.Value)
		if err != nil {
			return nil, fmt.Errorf("metric %s: %w", d.Name, err)
		}
		*d.field(m) = metric
	}
	return m, nil
}
