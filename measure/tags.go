package measure

import (
	"go.k6.io/k6/v2/metrics"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
)

// Phase is the part of a run that a batch belongs to. Only Measure counts in tables and verdicts.
type Phase string

// The phases.
const (
	Ramp     Phase = "ramp"    // users are still being added
	Warmup   Phase = "warmup"  // the beginning of a block, and what setup() sends
	Measured Phase = "measure" // what counts
)

// Canceled is where an output keeps the batches that the end of the run cut short, of whatever phase they were: they are counted, and
// their times are not those of a batch. Nobody can ask for it, and no tag has it.
const Canceled Phase = "canceled"

// Phases lists all phases that a batch can be sent in.
func Phases() []Phase { return []Phase{Ramp, Warmup, Measured} }

// The tags that the metrics carry besides k6's own.
const (
	TagStrategy   = "strategy"
	TagSearchType = "search_type"
	TagPhase      = "phase"
	TagOutcome    = "outcome"
	TagCollection = "collection"
	TagQueryType  = "query_type"
	TagCategory   = "category"
	TagOperation  = "operation"
)

// maxTagSets bounds the cache: a script that changes a tag in every iteration must not make it grow.
const maxTagSets = 256

// Tagger keeps the tag sets of one VU's batches, so that a batch costs a few look-ups instead of a few dozen tree walks. It
// is for one goroutine.
type Tagger struct {
	batches map[batchKey]*batchTags

	// The batch before: the next one has the same tags, mostly.
	lastKey  batchKey
	lastTags *batchTags
}

type batchKey struct {
	base       *metrics.TagSet // k6 makes equal tag sets one object
	strategy   fanout.Strategy
	searchType fanout.SearchType
	phase      Phase
}

type batchTags struct {
	tags     *metrics.TagSet
	outcomes map[fanout.Outcome]*metrics.TagSet
	members  map[memberKey]*memberTags
	inOrder  []*memberTags // of the set before: those of the next one are the same, in the same order, mostly
}

type memberKey struct {
	collection string
	queryType  fanout.QueryType
}

type memberTags struct {
	key        memberKey
	tags       *metrics.TagSet
	categories map[fanout.Category]*metrics.TagSet
}

func (t *Tagger) batch(key batchKey) *batchTags {
	if t.lastTags == nil || t.lastKey != key {
		t.lastKey, t.lastTags = key, t.find(key)
	}
	return t.lastTags
}

func (t *Tagger) find(key batchKey) *batchTags {
	if b, ok := t.batches[key]; ok {
		return b
	}
	if t.batches == nil || len(t.batches) >= maxTagSets {
		t.batches = make(map[batchKey]*batchTags)
	}
	b := &batchTags{
		tags: key.base.With(TagStrategy, string(key.strategy)).
			With(TagSearchType, string(key.searchType)).With(TagPhase, string(key.phase)),
		outcomes: make(map[fanout.Outcome]*metrics.TagSet, len(fanout.Outcomes())),
		members:  make(map[memberKey]*memberTags),
	}
	for _, outcome := range fanout.Outcomes() {
		b.outcomes[outcome] = b.tags.With(TagOutcome, string(outcome))
	}
	t.batches[key] = b
	return b
}

// member are the tags of member i.
func (b *batchTags) member(i int, q *fanout.Query) *memberTags {
	key := memberKey{q.Collection, q.Type}
	if i < len(b.inOrder) && b.inOrder[i].key == key {
		return b.inOrder[i]
	}
	m, ok := b.members[key]
	if !ok {
		m = &memberTags{
			key:        key,
			tags:       b.tags.With(TagCollection, q.Collection).With(TagQueryType, string(q.Type)),
			categories: make(map[fanout.Category]*metrics.TagSet),
		}
		b.members[key] = m
	}
	if i <= len(b.inOrder) {
		b.inOrder = append(b.inOrder[:i], m)
	}
	return m
}

func (m *memberTags) category(c fanout.Category) *metrics.TagSet {
	tags, ok := m.categories[c]
	if !ok {
		tags = m.tags.With(TagCategory, string(c))
		m.categories[c] = tags
	}
	return tags
}
