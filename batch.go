package weaviate

import (
	"github.com/grafana/sobek"
	"go.k6.io/k6/v2/metrics"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// batchObject is a batch as scripts see it. Durations are in milliseconds.
type batchObject struct {
	Outcome    string         `js:"outcome"`
	Strategy   string         `js:"strategy"`
	SearchType string         `js:"searchType"`
	Duration   float64        `js:"duration"`
	Wait       float64        `js:"wait"`
	Overhead   any            `js:"overhead"` // null where the strategy cannot know
	Successful int            `js:"successful"`
	Failed     int            `js:"failed"`
	Total      int            `js:"total"`
	Slowest    any            `js:"slowest"` // *memberObject, or null where the strategy cannot know
	Results    []memberObject `js:"results"`
}

// memberObject is a member as scripts see it. What the strategy or the server does not tell is null.
type memberObject struct {
	Collection string  `js:"collection"`
	QueryType  string  `js:"queryType"`
	OK         bool    `js:"ok"`
	Status     int     `js:"status"`
	Category   any     `js:"category"`
	Error      any     `js:"error"`
	Duration   float64 `js:"duration"`
	Wait       float64 `js:"wait"`
	Took       any     `js:"took"`
	Objects    int     `js:"objects"`
	Bytes      int     `js:"bytes"`
	IDs        any     `js:"ids"`
}

func (mi *instance) batchObject(r *fanout.Result) sobek.Value {
	o := &batchObject{
		Outcome: string(r.Outcome()), Strategy: string(r.Strategy), SearchType: string(r.Set.SearchType()),
		Duration: metrics.D(r.Duration), Wait: metrics.D(r.Wait),
		Successful: len(r.Members) - r.Failed(), Failed: r.Failed(), Total: len(r.Members),
		Results: memberObjects(r),
	}
	if slowest := r.Slowest(); slowest >= 0 {
		o.Overhead = metrics.D(r.Overhead())
		o.Slowest = &o.Results[slowest]
	}
	return mi.vu.Runtime().ToValue(o)
}

func memberObjects(r *fanout.Result) []memberObject {
	queries := r.Set.Queries()
	list := make([]memberObject, len(r.Members))
	for i := range r.Members {
		m := &r.Members[i]
		list[i] = memberObject{
			Collection: queries[i].Collection, QueryType: string(queries[i].Type), OK: m.OK(), Status: m.Status,
			Duration: metrics.D(m.Duration()), Wait: metrics.D(m.Wait), Objects: m.Objects, Bytes: m.Bytes,
		}
		if !m.OK() {
			list[i].Category, list[i].Error = string(m.Category), m.Error
		}
		if m.HasTook {
			list[i].Took = metrics.D(m.Took)
		}
		if r.IDs != nil {
			list[i].IDs = append([]string{}, r.IDs[i]...) // an empty array, not null, for none
		}
	}
	return list
}
