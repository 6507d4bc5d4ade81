package measure

import (
	"maps"
	"time"

	"go.k6.io/k6/v2/metrics"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// Batch is one batch on its way through k6's sample channel. An output that knows the type sees the whole of it, joint
// times included; every other output sees plain samples. Nothing writes to it once it is sent.
type Batch struct {
	Result *fanout.Result
	Phase  Phase
	// Block is the number of the block in which the batch was dispatched, from 0; -1 outside of blocks.
	Block int
	// BlockEnd is when that block ends; zero outside of blocks.
	BlockEnd time.Time
	// Time is when the batch was complete.
	Time time.Time
	// Tags are the tags of the batch's own samples.
	Tags *metrics.TagSet
	// Tally counts the batches of the process, this one included; nil when nobody counts them.
	Tally *Tally
	// Recall is that of Result.Members, as in Context.
	Recall []Recall

	samples []metrics.Sample
}

var _ metrics.SampleContainer = (*Batch)(nil)

// GetSamples implements metrics.SampleContainer.
func (b *Batch) GetSamples() []metrics.Sample { return b.samples }

// Context is what is known of a batch besides its result.
type Context struct {
	// Base are the VU's tags at the time of the call.
	Base  metrics.TagsAndMeta
	Phase Phase
	Block int
	// BlockEnd is when the block ends, on the clock of time.Now; zero outside of blocks.
	BlockEnd time.Time
	// Builtin are samples of k6's own metrics for the same requests.
	Builtin []metrics.Sample
	// Tally has counted the batch; nil when nobody counts.
	Tally *Tally
	// Recall[i] is that of member i; nil when the recall of the batch was not measured.
	Recall []Recall
}

// Recall is how many of the objects that a member was to find it found. Both are 0 when that was not measured: the member failed,
// or its query has no truth.
type Recall struct{ Found, Wanted int }

// samplesPerBatch and samplesPerMember are how many samples a batch without failures has at most.
const (
	samplesPerBatch  = 5
	samplesPerMember = 5
)

// Measure turns a result into samples. It is for the goroutine that owns the tagger.
func (m *Metrics) Measure(tagger *Tagger, result *fanout.Result, c Context) *Batch {
	set := result.Set
	tags := tagger.batch(batchKey{c.Base.Tags, result.Strategy, set.SearchType(), c.Phase})
	b := &Batch{
		Result: result, Phase: c.Phase, Block: c.Block, BlockEnd: c.BlockEnd,
		Tags: tags.tags, Tally: c.Tally, Recall: c.Recall, Time: result.Start.Add(result.Duration),
		samples: make([]metrics.Sample, 0,
			samplesPerBatch+samplesPerMember*len(result.Members)+result.Failed()+len(c.Builtin)),
	}
	add := func(metric *metrics.Metric, tags *metrics.TagSet, value float64) {
		b.samples = append(b.samples, metrics.Sample{})
		s := &b.samples[len(b.samples)-1] // written in place: there are many
		s.Metric, s.Tags, s.Time, s.Value, s.Metadata = metric, tags, b.Time, value, c.Base.Metadata
	}
	add(m.Batches, tags.outcomes[result.Outcome()], 1)
	add(m.BatchDuration, tags.tags, metrics.D(result.Duration))
	add(m.BatchFailed, tags.tags, metrics.B(result.Failed() > 0))
	queries := set.Queries()
	if slowest := result.Slowest(); slowest >= 0 {
		add(m.BatchOverhead, tags.tags, metrics.D(result.Overhead()))
		add(m.QuerySlowest, tags.member(slowest, &queries[slowest]).tags, 1)
	}
	for i := range result.Members {
		member := &result.Members[i]
		tags := tags.member(i, &queries[i])
		if result.TimesMember(i) {
			add(m.QueryDuration, tags.tags, metrics.D(member.Duration()))
		}
		if member.HasTook {
			add(m.QueryServerDuration, tags.tags, metrics.D(member.Took))
		}
		add(m.QueryFailed, tags.tags, metrics.B(!member.OK()))
		add(m.QueryObjects, tags.tags, float64(member.Objects))
		if len(c.Recall) > 0 && c.Recall[i].Wanted > 0 {
			add(m.Recall, tags.tags, float64(c.Recall[i].Found)/float64(c.Recall[i].Wanted))
		}
		if !member.OK() {
			add(m.QueryFailures, tags.category(member.Category), 1)
			b.samples[len(b.samples)-1].Metadata = with(c.Base.Metadata, metadataError, member.Error)
		}
	}
	b.samples = append(b.samples, c.Builtin...)
	return b
}

// metadataError is the metadata key of error texts: as a tag, each would make a time series of its own.
const metadataError = "error"

// with adds an entry to metadata that is shared with other samples.
func with(base map[string]string, key, value string) map[string]string {
	metadata := make(map[string]string, len(base)+1)
	maps.Copy(metadata, base)
	metadata[key] = value
	return metadata
}
