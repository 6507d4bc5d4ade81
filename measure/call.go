package measure

import (
	"sync"

	"go.k6.io/k6/v2/metrics"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// Call is one write or fetch on its way through k6's sample channel. Nothing writes to it once it is sent.
type Call struct {
	Call *fanout.Call

	samples []metrics.Sample
}

var _ metrics.SampleContainer = (*Call)(nil)

// GetSamples implements metrics.SampleContainer.
func (c *Call) GetSamples() []metrics.Sample { return c.samples }

// MeasureCall turns a call into samples. base are the VU's tags at the time of the call, builtin samples of k6's own metrics for the
// same request.
func (m *Metrics) MeasureCall(names *Names, call *fanout.Call, base metrics.TagsAndMeta, builtin []metrics.Sample) *Call {
	tags := base.Tags.With(TagOperation, string(call.Operation)).With(TagCollection, names.tag(call.Collection))
	end := call.Start.Add(call.Duration)
	c := &Call{Call: call}
	add := func(metric *metrics.Metric, value float64) *metrics.Sample {
		c.samples = append(c.samples, metrics.Sample{
			TimeSeries: metrics.TimeSeries{Metric: metric, Tags: tags}, Time: end, Metadata: base.Metadata, Value: value,
		})
		return &c.samples[len(c.samples)-1]
	}
	duration, objects, failed, failures := m.WriteDuration, m.WriteObjects, m.WriteFailed, m.WriteFailures
	if !call.Operation.Writes() {
		duration, objects, failed, failures = m.FetchDuration, m.FetchObjects, m.FetchFailed, m.FetchFailures
	}
	add(duration, metrics.D(call.Duration))
	add(failed, metrics.B(call.Category != ""))
	if call.Objects > 0 {
		add(objects, float64(call.Objects))
	}
	if call.Refused > 0 {
		add(m.WriteRefused, float64(call.Refused))
	}
	if call.Category != "" {
		s := add(failures, 1)
		s.Tags = tags.With(TagCategory, string(call.Category))
		if call.Error != "" {
			s.Metadata = with(base.Metadata, metadataError, call.Error)
		}
	}
	c.samples = append(c.samples, builtin...)
	return c
}

// maxNames bounds how many collections have a tag value of their own. Scripts like to give each iteration a collection with a name
// that was never there before, and k6 keeps every time series until the end of the test.
const maxNames = 200

// otherNames stands for the collections beyond the bound, and for a call about several.
const otherNames = "others"

// Names are the collections that calls of a process were about. All its VUs share them.
type Names struct {
	mutex sync.RWMutex
	known map[string]bool
}

// tag is what the tag collection says for a name.
func (n *Names) tag(name string) string {
	if name == "" {
		return otherNames
	}
	n.mutex.RLock()
	known := n.known[name]
	n.mutex.RUnlock()
	if known {
		return name
	}
	n.mutex.Lock()
	defer n.mutex.Unlock()
	switch {
	case n.known == nil:
		n.known = make(map[string]bool)
	case len(n.known) >= maxNames && !n.known[name]:
		return otherNames
	}
	n.known[name] = true
	return name
}
